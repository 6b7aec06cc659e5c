"""`/apply`: the form, and the receipt of what it sent."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from hbcore.domain.errors import Refused
from hbcore.domain.public_form import PublicForm
from hbcore.public_sentences import NUMBER_FORMS, refusal
from hbcore.public_words import P_, said
from hbcore.services import public_applications
from hbcore.services.application_adding import Receipt
from hbcore.services.clock import day_of, now
from hbcore.services.form_photos import Held
from hbcore.trouble import log_trouble
from hbcore.ui.qr_picture import qr_svg
from hbcore.web.apply.asked import address_of, in_lane, language_for, let_go, status_of
from hbcore.web.apply.bodies import NotRead, form_of, text_of
from hbcore.web.apply.forms import LONGEST, filled, hold_photos, labels, new_once, problems_of, typed_in, with_faults
from hbcore.web.apply.once import Once, key_of
from hbcore.web.apply.pages import choices, page

ANY_NUMBER = P_("Letters and digits as the document shows them.")
QR_WIDTH = 220
_given: Once[Receipt] = Once()


async def form(request: Request) -> Response:
    """The form, empty."""
    return await in_lane(show, language_for(request), PublicForm())


async def send(request: Request) -> Response:
    """What the form sent: an application, or another language, or the zone to fill it from."""
    language = language_for(request)
    try:
        async with form_of(request) as sent:
            language = language_for(request, text_of(sent, "speak"))
            return await _answer(request, sent, language)
    except NotRead as refused:  # there is nothing to show again
        answer = partial(show, language, PublicForm(), refused=refusal(refused.code, language))
        return await in_lane(answer, status=status_of(refused.code))


async def _answer(request: Request, sent: FormData, language: str) -> Response:
    typed = await typed_in(sent)
    zone = text_of(sent, "zone")[:LONGEST]
    shown = partial(show, language, zone=zone, address=address_of(request))
    if text_of(sent, "speak"):
        return await in_lane(shown, typed)
    if text_of(sent, "do") == "zone":
        typed, told, wrong = filled(typed, zone, language, day_of(now()))
        return await in_lane(shown, typed, zone_said=told, zone_wrong=wrong)
    return await tried(partial(_submit, request, typed, language), partial(shown, typed), typed, language)


async def _submit(request: Request, typed: PublicForm, language: str) -> Response:
    at = now()
    submit = partial(public_applications.submit, typed, language=language, address=address_of(request), at=at)
    receipt = await _given.answer(key_of(typed.once, typed), partial(in_lane, submit), at=at)
    return await in_lane(show_receipt, receipt, language, str(request.base_url))


async def tried(
    act: Callable[[], Awaitable[Response]], shown: Callable[..., Response], typed: PublicForm, language: str
) -> Response:
    """The answer of an act; where it is refused, the form again with what is wrong and all that was typed."""
    try:
        return await act()
    except Refused as refused:
        let_go(refused)
        if problems := problems_of(refused, typed, language):
            return await in_lane(shown, problems=problems, status=422)
        return await in_lane(shown, refused=refusal(refused.code, language), status=status_of(refused.code))
    except Exception as error:
        log_trouble(error)
        let_go(error)
        return await in_lane(shown, refused=refusal("failed", language), status=503)


def show(
    language: str,
    typed: PublicForm,
    *,
    address: str = "",
    zone: str = "",
    zone_said: str = "",
    zone_wrong: bool = False,
    problems: dict[str, str] | None = None,
    refused: str = "",
    status: int = 200,
) -> Response:
    """The form with what was typed, and its photos held."""
    at = now()
    held = hold_photos(typed, address=address, at=at)
    return page(
        "form.html",
        language,
        status=status,
        challenge=public_applications.challenge(at),
        problems=with_faults(problems or {}, held, language),
        refused=refused,
        **form_values(typed, language, held, zone=zone, zone_said=zone_said, zone_wrong=zone_wrong),
    )


def form_values(
    typed: PublicForm, language: str, held: Held, *, zone: str = "", zone_said: str = "", zone_wrong: bool = False
) -> dict[str, object]:
    """What `questions.html` asks for."""
    shown = {**vars(replace(typed, photo=None, entry_photo=None)), "zone": zone if zone_wrong or not zone_said else ""}
    return {
        "typed": shown,
        "once": typed.once or new_once(),
        "held": held.fields,
        "photos_lost": bool(held.lost),
        "labels": labels(language),
        "number_hint": said(NUMBER_FORMS.get(typed.document_kind, ANY_NUMBER), language),
        "zone_said": zone_said,
        "zone_wrong": zone_wrong,
        **choices(language),
    }


def show_receipt(receipt: Receipt, language: str, base: str) -> Response:
    """The receipt: its secret stands here and nowhere else."""
    qr = qr_svg(f"{base}apply/status#{receipt.number}", QR_WIDTH)
    return page("receipt.html", language, receipt=receipt, qr=qr)
