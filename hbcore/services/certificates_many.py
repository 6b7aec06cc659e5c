"""Many test certificates at once: a list of numbers, an event each, those refused named with why, the others one PDF."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Assay, Purpose
from hbcore.services import audit, units
from hbcore.services.acting import Staff, reading
from hbcore.services.certificate_issuing import Printed, Ready, enter, keep_within, printed, ready_of, refuse_too_many, signed
from hbcore.services.looked_up import LookUp, subject_of
from hbcore.services.purposes import case_number
from hbcore.services.sought import sought
from hbcore.storage import look_up_rows
from hbcore.storage.writers.certificate import Paper

AT_ONCE = 200
"""Numbers on one list."""

PART = 25
"""So many are entered in one transaction of the store of look-ups: about 50 ms, so that nobody's look-up waits (model part 9)."""


@dataclass(frozen=True)
class NotPrinted:
    """A line of the list without a certificate: which, counted from 1, and the code of why."""

    line: int
    why: str


@dataclass(frozen=True)
class PrintedMany:
    """The PDF (None where nothing was printed), how many certificates are in it, and which lines have none."""

    file: Printed | None
    made: int
    refused: tuple[NotPrinted, ...]


@dataclass(frozen=True)
class _Line:
    """A line of the list: whose it is (None: nobody's), and the certificate or why there is none."""

    number: int
    person: int | None
    found: Ready | str


def print_many(
    numbers: Sequence[str],
    assay: Assay = Assay.NAAT,
    *,
    first: str,
    purpose: Purpose,
    case: str | None = None,
    by: Staff,
    at: datetime,
    told: Callable[[float], object] = lambda _share: None,
) -> PrintedMany:
    """The latest result of `assay` of each person on the list, a page each, in the order of the list.

    Of people of one's own unit and below alone: a list opens no doors that a single look-up would leave ajar. Every line leaves
    a look-up event with the purpose: a certificate printed, a person looked up and refused, or nobody found. `told` hears how far
    it is, 0 to 1.

    :raises Refused: `certificates_nobody`, `certificates_too_many`, `certificates_enough`, `case_needed`,
        `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.PRINT_CERTIFICATES, at) as session:
        listed, look_up = _listed(numbers), LookUp(purpose, case_number(purpose, case))
        most = refuse_too_many(session, len(listed), by=by, at=at)
        lines = list(_read(session, listed, assay, look_up, by=by, at=at))
    papers: list[Paper] = []
    for begin in range(0, len(lines), PART):
        papers += _entered(lines[begin:], most, look_up, by=by, at=at)
        told(0.5 * min(begin + PART, len(lines)) / len(lines))
    file = printed(papers, first, at) if papers else None
    told(1.0)
    refused = tuple(NotPrinted(line.number, line.found) for line in lines if isinstance(line.found, str))
    return PrintedMany(file, len(papers), refused)


def _listed(numbers: Sequence[str]) -> list[str]:
    listed = [text.strip() for text in numbers if text.strip()]
    if not listed:
        raise Refused("certificates_nobody")
    if len(listed) > AT_ONCE:
        raise Refused("certificates_too_many", most=AT_ONCE)
    return listed


def _read(session: Session, listed: Sequence[str], assay: Assay, look_up: LookUp, *, by: Staff, at: datetime) -> Iterator[_Line]:
    """Each line with the certificate that may be issued, or why not; nothing is shown of it yet."""
    own, before = units.units_below(session, by.unit or ""), set[int]()
    for number, text in enumerate(listed, 1):
        found = look_up_rows.people_sought(session.connection(), sought(text).rows)
        if len(found) != 1:
            yield _Line(number, None, "several_people" if found else "nobody_found")
            continue
        person = found.pop()
        try:
            _refuse_beyond(session, person, own, before)
            yield _Line(number, person, ready_of(session, person, assay, None, look_up, by=by, at=at))
        except Refused as refused:
            yield _Line(number, person, refused.code)
        before.add(person)


def _refuse_beyond(session: Session, person: int, own: frozenset[str], before: set[int]) -> None:
    row = look_up_rows.pointed_to(session.connection(), person)
    if row is None or row.unit not in own:
        raise Refused("not_your_unit")
    if person in before:
        raise Refused("twice_on_list")


def _entered(rest: Sequence[_Line], most: int, look_up: LookUp, *, by: Staff, at: datetime) -> list[Paper]:
    """Events and rows of the next lines of those that are left, then their pages; none where the rest is beyond `most`."""
    rows = []
    with audit.look_ups_written() as connection:
        keep_within(connection, sum(isinstance(line.found, Ready) for line in rest), most, by=by, at=at)
        for line in rest[:PART]:
            if isinstance(line.found, Ready):
                rows.append((line.found, enter(connection, line.found, by=by, at=at)))
                continue
            subject = "" if line.person is None else subject_of(line.person)
            act = audit.Act.NOBODY_FOUND if line.person is None else audit.Act.PERSON_LOOKED_UP
            audit.look_up(connection, act, by=by, at=at, subject=subject, figures=look_up.figures)
    return [signed(ready, row) for ready, row in rows]
