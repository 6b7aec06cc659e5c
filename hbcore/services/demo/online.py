"""Applicants who fill in the public form themselves: in a language of theirs, from a network of their own, with a picture."""

from dataclasses import asdict
from datetime import datetime, timedelta

from hbcore.domain.public_form import PublicForm
from hbcore.services import public_applications
from hbcore.services.application_adding import Receipt
from hbcore.services.applications import Draft
from hbcore.services.demo.cases import Case
from hbcore.services.demo.requests import paper

SHARE = 0.4
"""Of those who do not come to a counter; the others use another channel, whose export is taken in."""

LANGUAGES = {
    "FRA": "fr",
    "RUS": "ru",
    "KAZ": "ru",
    "JPN": "ja",
    "KOR": "ko",
    "HKG": "zh-Hant",
    "MAC": "zh-Hant",
    "TWN": "zh-Hant",
}
"""By nationality; everybody else reads English."""

WITH_PICTURE = timedelta(days=2)
"""Who applies so near the end sends a picture of the document: earlier ones would be deleted by now."""

WITHOUT_EVERY = 7
"""One of so many forgets it."""

EXPIRES = (12, 90, 400, 1500, 2900)
"""Days for which documents are still valid, by turns."""


def apply(case: Case, turn: int, ends: datetime, at: datetime) -> Receipt:
    """The form sent, the `turn`th of all."""
    pictured = ends - at < WITH_PICTURE and turn % WITHOUT_EVERY
    form = _form(case.draft, at + timedelta(days=EXPIRES[turn % len(EXPIRES)]), paper() if pictured else None)
    language = LANGUAGES.get(case.holder.nationality, "en")
    return public_applications.submit(form, language=language, address=_network(turn), at=at)


def answer(case: Case, receipt: Receipt, at: datetime) -> None:
    """What was asked for, put right by the applicant."""
    form = _form(case.draft, at + timedelta(days=EXPIRES[-1]), None)
    public_applications.answer(receipt.number, receipt.secret, form, address=_network(0), at=at)


def withdraw(receipt: Receipt, at: datetime) -> None:
    """Taken back by the applicant."""
    public_applications.withdraw(receipt.number, receipt.secret, address=_network(0), at=at)


def _form(draft: Draft, expires: datetime, photo: bytes | None) -> PublicForm:
    return PublicForm(**asdict(draft), document_expires_on=f"{expires:%Y-%m-%d}", consent=True, photo=photo)


def _network(turn: int) -> str:
    """Out of the addresses that are kept for examples (RFC 3849)."""
    return f"2001:db8:0:{turn:x}::1"
