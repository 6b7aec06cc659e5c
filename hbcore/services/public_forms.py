"""The public form read: what a counter's draft holds, and besides consent, a guardian for minors, when the document expires."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from hbcore.domain.applicants import Applicant, plain, read_day
from hbcore.domain.names import clean_name, why_bad_name
from hbcore.domain.public_form import ADULT, PublicForm
from hbcore.domain.vocabulary import RowCode
from hbcore.services.drafts import OLDEST, REQUIRED_AT_COUNTER, DraftRefused, FieldProblem, examine, read_phone

LATEST = date(2099, 12, 31)
LONGEST = {"address": 200, "guardian_relation": 40}
"""Characters: what is longer was not typed."""


def read_form(form: PublicForm, on: date) -> Applicant:
    """The values of a public form, read on the day `on`.

    :raises DraftRefused: with every fault of every field; `missing` for a consent that was not given.
    """
    applicant, problems = examine(form, on, REQUIRED_AT_COUNTER)
    problems = (*problems, *_more_problems(form, on))
    if applicant is None or problems:
        raise DraftRefused(problems)
    return replace(
        applicant,
        channel_receipt=None,
        document_expires_on=read_day(form.document_expires_on),
        guardian_name=clean_name(form.guardian_name) or None,
        guardian_phone=read_phone(plain(form.guardian_phone)) if plain(form.guardian_phone) else None,
        guardian_relation=plain(form.guardian_relation) or None,
    )


def needs_guardian(birth_date: str, on: date) -> bool:
    """Whether somebody born then is a minor on the day `on`; no for what is no date."""
    born = read_day(birth_date)
    if born is None:
        return False
    return (on.year - born.year) - ((on.month, on.day) < (born.month, born.day)) < ADULT


def _more_problems(form: PublicForm, on: date) -> Iterator[FieldProblem]:
    expires = read_day(form.document_expires_on)
    if plain(form.document_expires_on) and (expires is None or not OLDEST <= expires <= LATEST):
        yield FieldProblem("document_expires_on", RowCode.NOT_A_DATE)
    yield from _guardian_problems(form, needs_guardian(form.birth_date, on))
    for field, most in LONGEST.items():
        if len(getattr(form, field)) > most:
            yield FieldProblem(field, RowCode.TOO_LONG)
    if not form.consent:
        yield FieldProblem("consent", RowCode.MISSING)


def _guardian_problems(form: PublicForm, needed: bool) -> Iterator[FieldProblem]:
    for field in ("guardian_name", "guardian_phone", "guardian_relation"):
        if needed and not plain(getattr(form, field)):
            yield FieldProblem(field, RowCode.MISSING)
    if plain(form.guardian_name) and (why := why_bad_name(form.guardian_name)):
        yield FieldProblem("guardian_name", why)
    if plain(form.guardian_phone) and read_phone(plain(form.guardian_phone)) is None:
        yield FieldProblem("guardian_phone", RowCode.BAD_PHONE)
    if not plain(form.guardian_relation).isprintable():
        yield FieldProblem("guardian_relation", RowCode.CONTROL_CHARACTER)
