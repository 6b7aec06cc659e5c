"""Reading a code at the desk: what it is, what the register knows of it, and the colour now, without opening the person."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.cells import clean
from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.numbers import is_look_up_number
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Colour, Purpose
from hbcore.services import audit, codes_presented
from hbcore.services.acting import Staff, reading
from hbcore.services.code_checking import CodeChecked
from hbcore.services.codes_presented import IssuedCode
from hbcore.services.looked_up import subject_of
from hbcore.services.person_cards import card_of
from hbcore.storage import look_up_rows
from hbcore.storage.look_up_event_rows import shown_by
from hbcore.storage.readers import scanned


@dataclass(frozen=True)
class Shown:
    """A code and where it was shown: on the desk, by shell or to its holder (`via`), to staff of which unit."""

    code: IssuedCode
    via: str
    unit: str


@dataclass(frozen=True)
class CodeRead:
    """What was read. `checked`: of a signed text, None for 12 digits. `codes`: the one of the text, or all that are still good of
    who has the number. `colour`: of that person now, None where there is none or nobody is known."""

    checked: CodeChecked | None
    person: int | None
    colour: Colour | None
    codes: tuple[Shown, ...]

    @property
    def verdict(self) -> CodeVerdict | None:
        """What the text is; None for 12 digits."""
        return self.checked.verdict if self.checked else None


def read(text: str, *, by: Staff, at: datetime) -> CodeRead:
    """What a text is, signed or the 12 digits under a code; one look-up event about whose it is, and about nobody else.

    :raises Refused: `look_up_not_recorded`, and those of `reading`.
    """
    digits = re.sub(r"[\s-]", "", clean(text))
    with reading(by, Permission.READ_CODES, at) as session:
        found = _of_number(session, digits, at) if is_look_up_number(digits) else _of_text(session, text, at)
    subject = subject_of(found.person) if found.person is not None else ""
    figures = {"purpose": str(Purpose.CODE_QUESTION), "verdict": str(found.verdict) if found.verdict else None}
    audit.record_look_up(audit.Act.CODE_READ, by=by, at=at, subject=subject, figures=figures)
    return found


def text_in(picture: bytes) -> str | None:
    """What the QR code in a picture says; None where there is none. The picture is looked at and forgotten."""
    return scanned.text_in(picture)


def _of_number(session: Session, digits: str, at: datetime) -> CodeRead:
    """Whose number it is, of somebody joined to another that other; with every code of theirs that is still good."""
    people = look_up_rows.people_sought(session.connection(), look_up_rows.Sought(number=int(digits[:-1])))
    person = next(iter(people), None)
    codes = codes_presented.of_person(session, person, at) if person is not None else ()
    return CodeRead(None, person, _colour(session, person, at), tuple(map(_shown, codes)))


def _of_text(session: Session, text: str, at: datetime) -> CodeRead:
    presented = codes_presented.presented(session, text, at=at)
    codes = (_shown(presented.issued),) if presented.issued else ()
    return CodeRead(presented.checked, presented.person, _colour(session, presented.person, at), codes)


def _colour(session: Session, person: int | None, at: datetime) -> Colour | None:
    found = look_up_rows.pointed_to(session.connection(), person) if person is not None else None
    code = card_of(session, found.id, at=at, for_staff=False).code if found else None
    return code.colour if code else None


def _shown(code: IssuedCode) -> Shown:
    with audit.look_ups_read() as access:
        via, unit = shown_by(access, code.look_up)
    return Shown(code, via, unit)
