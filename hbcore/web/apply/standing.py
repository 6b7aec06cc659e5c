"""`/apply/status`: how an application stands, and what its applicant can do about it."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from hbcore.domain.errors import Refused
from hbcore.domain.public_form import PublicForm
from hbcore.public_sentences import refusal
from hbcore.public_words import P_, said
from hbcore.services import public_applications, public_pass
from hbcore.services.clock import day_of, now
from hbcore.services.form_photos import Held
from hbcore.services.public_pass import Pass
from hbcore.trouble import log_trouble
from hbcore.web.apply.applying import form_values
from hbcore.web.apply.asked import address_of, in_lane, language_for, let_go, status_of
from hbcore.web.apply.bodies import NotRead, form_of, text_of
from hbcore.web.apply.forms import CARRIED, LONGEST, carried, filled, hold_photos, problems_of, typed_in, with_faults
from hbcore.web.apply.pages import page
from hbcore.web.apply.status_words import status_values

KEYS = ("receipt", "secret", "document_number")
LONGEST_KEY = 100
CHANGED = ("already_decided", "not_in_this_state", "declared_today")
"""Refusals after which the page shows how the application stands now."""

AGAIN, LIVE = "hbcore_again", "/apply/status/live"
"""A page without script cannot send its pass by itself: a cookie for `LIVE` alone carries it, until the page is closed."""

DONE = {
    "answer": P_("Sent. Staff go on with your application."),
    "declare": P_("Your health declaration is changed."),
    "withdraw-sure": P_("Your application is withdrawn."),
}


@dataclass(frozen=True)
class Visit:
    """Somebody who looks at an application: with what, since when, in which language, from where; whether their browser runs the
    page's script, and whether what it is sent is encrypted."""

    key: Pass
    since: datetime
    language: str
    address: str
    scripted: bool
    secure: bool

    @property
    def again(self) -> str:
        """The pass of the next page: it ends when the first one does."""
        return public_pass.sealed(self.key, at=self.since)


async def ask(request: Request) -> Response:
    """The page that asks for receipt and secret; what was looked at before is closed."""
    return _closed(await in_lane(show_ask, language_for(request), {}))


async def look(request: Request) -> Response:
    """How the application stands, after what was to be done about it."""
    language = language_for(request)
    try:
        async with form_of(request) as sent:
            language = language_for(request, text_of(sent, "speak"))
            return await _answer(request, sent, language)
    except NotRead as refused:
        return await in_lane(show_ask, language, {}, refused.code)
    except Exception as error:
        log_trouble(error)
        let_go(error)
        return await in_lane(show_ask, language, {}, "failed")


async def again(request: Request) -> Response:
    """A live code once more, for a page without script that asks by itself."""
    language, at = language_for(request), now()
    known = public_pass.opened(request.cookies.get(AGAIN, ""), at=at)
    if known is None:
        return _closed(await in_lane(show_ask, language, {}, "closed"))
    try:
        return await in_lane(show, Visit(*known, language, address_of(request), False, _is_secure(request)), at)
    except Refused as refused:
        return await in_lane(show_ask, language, {}, refused.code)
    except Exception as error:
        log_trouble(error)
        return await in_lane(show_ask, language, {}, "failed")


def _closed(answer: Response) -> Response:
    answer.delete_cookie(AGAIN, LIVE)
    return answer


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


async def _answer(request: Request, sent: FormData, language: str) -> Response:
    at = now()
    given = text_of(sent, "pass")
    typed = {key: text_of(sent, key)[:LONGEST_KEY] for key in KEYS} if not given else {}
    form = await _form_in(sent)
    ask_again = partial(show_ask, language, typed, form=form, address=address_of(request))
    if not given and (text_of(sent, "speak") or not typed["receipt"]):
        return await in_lane(ask_again, "" if text_of(sent, "speak") else "no_such_application")
    known = public_pass.opened(given, at=at) if given else (Pass(**typed), at)
    if known is None:
        return await in_lane(ask_again, "closed")
    visit = Visit(*known, language, address_of(request), bool(text_of(sent, "script")), _is_secure(request))
    act = partial(_act, visit, text_of(sent, "do"), form, text_of(sent, "zone")[:LONGEST], dict(sent.items()), at)
    try:
        return await in_lane(act)
    except Refused as refused:
        let_go(refused)
        return await in_lane(ask_again, refused.code)


async def _form_in(sent: FormData) -> PublicForm | None:
    """The corrections that came with a page, or waited on the one that asks for receipt and secret."""
    if "document_kind" in sent:
        return await typed_in(sent)
    return await typed_in(sent, CARRIED) if CARRIED + "document_kind" in sent else None


def _act(visit: Visit, do: str, form: PublicForm | None, zone: str, sent: dict[str, object], at: datetime) -> Response:
    """Do what a button says, and show what has become of the application."""
    if do == "withdraw":
        return page("withdraw.html", visit.language, receipt=visit.key.receipt, carried=visit.again)
    if do == "zone" and form is not None:
        form, told, wrong = filled(form, zone, visit.language, day_of(at))
        return show(visit, at, form=form, zone=zone, zone_said=told, zone_wrong=wrong)
    try:
        _do(visit, do, form, sent, at)
    except Refused as refused:
        if problems := problems_of(refused, form or PublicForm(), visit.language):
            return show(visit, at, form=form, problems=problems, declaration_wrong=do == "declare")
        return show(visit, at, form=None if refused.code in CHANGED else form, refused=refusal(refused.code, visit.language))
    return show(visit, at, form=None if do in DONE else form, told=said(DONE.get(do, ""), visit.language))


def _do(visit: Visit, do: str, form: PublicForm | None, sent: dict[str, object], at: datetime) -> None:
    key = visit.key
    if do == "answer" and form is not None:
        # Consent was given with the application itself.
        public_applications.answer(key.receipt, key.secret, replace(form, consent=True), address=visit.address, at=at)
    elif do == "declare":
        symptoms, contact = (str(sent.get(field, "")) for field in ("symptoms", "contact"))
        public_applications.declare(key.receipt, key.secret, symptoms, contact, address=visit.address, at=at)
    elif do == "withdraw-sure":
        public_applications.withdraw(key.receipt, key.secret, address=visit.address, at=at)


def show(
    visit: Visit,
    at: datetime,
    *,
    form: PublicForm | None = None,
    problems: dict[str, str] | None = None,
    refused: str = "",
    told: str = "",
    declaration_wrong: bool = False,
    **zone: object,
) -> Response:
    """How the application stands; `form`: what was typed on this page, else what was stated before stands in it."""
    key, language = visit.key, visit.language
    seen = public_applications.status(
        key.receipt,
        secret=key.secret,
        document_number=key.document_number,
        language=language,
        address=visit.address,
        at=at,
    )
    held = hold_photos(form or PublicForm(), address=visit.address, at=at) if seen.draft else Held()
    problems = with_faults(problems or {}, held, language)
    values = {
        **form_values(form or seen.draft or PublicForm(), language, held, **zone),  # type: ignore[arg-type]
        **status_values(seen, language, at),
        "problems": problems,
        "declaration_wrong": declaration_wrong,
    }
    if seen.draft is None:
        values["typed"] = None
    status = 422 if problems or refused else 200
    # Never under somebody's hands: what they are to put right stays.
    values["alone"] = alone = bool(values["code"]) and not visit.scripted and status == 200
    values |= {"scripted": "1" if visit.scripted else "", "carried": visit.again, "told": told}
    shown = page("status.html", language, status=status, refused=refused, **values)
    if alone:
        shown.set_cookie(AGAIN, visit.again, path=LIVE, secure=visit.secure, httponly=True, samesite="strict")
    return shown


def show_ask(
    language: str, typed: dict[str, str], refused: str = "", *, form: PublicForm | None = None, address: str = ""
) -> Response:
    """The page that asks for receipt and secret, with why nothing is shown; corrections that were typed (`form`) wait in it."""
    kept = {key: typed.get(key, "") for key in KEYS}
    waits = carried(form, hold_photos(form, address=address, at=now())) if form else []
    words = refusal(refused, language) if refused else ""
    status = status_of(refused) if refused else 200
    return page("ask.html", language, status=status, typed=kept, refused=words, labels={}, photos_lost=False, waits=waits)
