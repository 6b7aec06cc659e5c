"""A code presented at a gate: what staff there may see of its holder, and the one event that each check leaves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.documents import masked_number
from hbcore.domain.latest import latest_places
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.presented import Presented, Travel, Way, presented
from hbcore.domain.segments import row_at
from hbcore.domain.travel import travel
from hbcore.domain.vocabulary import Assay, Colour, DocumentKind, Purpose
from hbcore.services import audit, codes_presented
from hbcore.services.acting import Staff, reading
from hbcore.services.gate_shifts import shift_needed
from hbcore.services.looked_up import subject_of
from hbcore.services.person_cards import known_of
from hbcore.services.policies_published import eras_at
from hbcore.storage import look_up_rows


@dataclass(frozen=True)
class Holder:
    """All that a gate sees of a person: never why (model part 3). `id`: ours. `colour` None: no code.

    `tested`: how long ago the latest nucleic-acid test was sampled, whatever came of it; None where there is none.
    """

    id: int
    colour: Colour | None
    name: str
    document_kind: DocumentKind
    document_number: str
    tested: timedelta | None
    travel: Travel


@dataclass(frozen=True)
class Answer:
    """What a check says, at `at`. `holder` None: nobody is shown. `verdict`: of a signed code; None for 12 digits.

    `said`: the colour that a signed code carries, which may no longer be the colour now.
    """

    holder: Holder | None
    verdict: CodeVerdict | None
    said: Colour | None
    way: Way
    place: str
    at: datetime


def present(text: str, *, way: Way, by: Staff, at: datetime) -> Answer:
    """What staff at a gate are told about the code they were shown, as it is at `at` (model part 8); the purpose is implied.

    Exactly one look-up event is written, before anything is handed out: place, colour, verdict and how it was read, about the
    person's id; none where the text is no code at all. Document numbers are not for gates.

    :raises Refused: those of `presented`; `no_place_chosen`, `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.CHECK_CODES, at) as session:
        shift, shown = shift_needed(session.connection(), by.id, at), presented(text)
        person, verdict, said = _whose(session, shown, at)
        holder = holder_of(session, person, at) if person is not None else None
    answer = Answer(holder, verdict, said, way, shift.place, at)
    subject = subject_of(person) if person is not None else ""
    audit.record_look_up(audit.Act.CODE_CHECKED, by=by, at=at, subject=subject, figures=_figures(answer))
    return answer


def _whose(session: Session, shown: Presented, at: datetime) -> tuple[int | None, CodeVerdict | None, Colour | None]:
    """Whose code it is, what a signed one is worth, and the colour it carries."""
    if shown.number is not None:
        return look_up_rows.person_of_number(session.connection(), int(shown.number[:-1])), None, None
    found = codes_presented.presented(session, shown.signed or "", at=at)
    return found.holder, found.verdict, found.said


def holder_of(session: Session, person: int, at: datetime) -> Holder:
    """What a gate sees of a person, in the transaction of who sees to permission and event."""
    read = look_up_rows.read_person(session.connection(), person, at)
    text, known = look_up_rows.opened(read.row), known_of(read)
    policy = eras_at(session, known.unit, at)[0].policy
    row, latest = row_at(policy, known, at), latest_places(known.results, at)
    document = text.documents[-1]
    return Holder(
        id=person,
        colour=row.colour if row else None,
        name=masked_name(text.name),
        document_kind=document.kind,
        document_number=masked_number(document),
        tested=at - known.results[latest[Assay.NAAT]].sampled_at if Assay.NAAT in latest else None,
        travel=Travel(travel(policy, known, at).accepted_by),
    )


def _figures(answer: Answer) -> dict[str, object]:
    holder = answer.holder
    return {
        "purpose": str(Purpose.CHECKPOINT),
        "place": answer.place,
        "way": str(answer.way),
        "colour": (str(holder.colour) if holder.colour else "none") if holder else None,
        "travel": str(holder.travel) if holder else None,
        "verdict": str(answer.verdict) if answer.verdict else None,
        "said": str(answer.said) if answer.said else None,
    }
