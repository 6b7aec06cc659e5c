"""Lines beside what stands in their tubes already: a tube is shared whichever files its people come in (model part 4)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from hbcore.domain.lab_keeping import Fate
from hbcore.domain.problems import RowProblem
from hbcore.domain.tube_columns import of_tube
from hbcore.domain.vocabulary import Outcome, ResultStatus, RowCode
from hbcore.services import fingerprints
from hbcore.services.lab_lines import SHARED
from hbcore.storage import result_rows
from hbcore.storage.result_rows import SHARED_AT_ONCE, ResultLine, Tube

Tubes = Mapping[Tube, Sequence[ResultLine]]
"""What stands in tubes, of whomever."""


def standing(session: Session, lines: Mapping[str, Sequence[Any]], institution: str, but: int | None) -> Tubes:
    """What stands in the tubes of these lines; `but`: the upload that comes in, whose file itself says what it has there."""
    tubes = set(zip(lines["sample_number"], lines["sampled_day"], strict=True))
    inside = result_rows.in_tubes(session.connection(), institution, tubes, but)
    if inside:
        fingerprints.note(session, "tubes", lambda: sorted(one for held in inside.values() for one in held))
    return inside


def beside_held(lines: Mapping[str, Sequence[Any]], people: Sequence[int], tubes: Tubes) -> dict[str, list[Any]]:
    """`single`, `SHARED` and `outcome` of lines that come in, as one file with all that stands in their tubes would say. `people`
    by our id (positive: whom we hold), one a line.

    So the rows that were left out, put right and sent again, give what the whole file gives. What puts an answer right that
    stands says itself whose the specimen was.
    """
    single, outcome = list(lines["single"]), list(lines["outcome"])
    shared: list[int | None] = [None] * len(single)
    number, day, status, sampled = (lines[name] for name in ("sample_number", "sampled_day", "status", "sampled_at"))
    for line in [line for line, alone in enumerate(single) if alone and status[line] != ResultStatus.WITHDRAWN]:
        held = tubes.get((number[line], day[line]))
        if held and not _theirs_alone(held, people[line], sampled[line], status[line]):
            single[line], shared[line], outcome[line] = False, SHARED_AT_ONCE, of_tube(Outcome(outcome[line]), False)
    return {"single": single, SHARED: shared, "outcome": outcome}


def _theirs_alone(held: Sequence[ResultLine], person: int, sampled_at: int, status: str) -> bool:
    """Whether a specimen is still one person's own. One sampled at another time than what stands of them is another specimen."""
    own = [one for one in held if one.person_id == person]
    if own:
        return status != ResultStatus.FINAL or any(one.single or one.sampled_at != sampled_at for one in own)
    return False


def in_the_way(
    line: int, what: Fate | RowCode, lines: Mapping[str, Sequence[Any]], person: int, held: Sequence[ResultLine], by_two: bool
) -> RowProblem | None:
    """Why a line that would be a result can't be one beside what stands of others in its tube.

    One tube has one result (domain part 4); what puts an answer right says so itself, as within one file (`tubes.differing`).
    Nobody comes alone into the tube of somebody's own positive, which would be the tube's then: that is for two people.
    """
    if what not in (Fate.NEW, Fate.CORRECTS):
        return None
    row, said = lines["row"][line], _of_the_tube(lines["outcome"][line])
    others = [one for one in held if one.person_id != person]
    first = what == Fate.NEW and lines["status"][line] == ResultStatus.FINAL
    if first and any(_of_the_tube(one.outcome) != said for one in others if one.assay == lines["assay"][line]):
        return RowProblem(row, "outcome", RowCode.CONTRADICTS)
    comes, own = len(others) == len(held), (one.single and one.outcome == Outcome.POSITIVE for one in others)
    return RowProblem(row, "sample_number", RowCode.SECOND_ACCOUNT_NEEDED) if comes and not by_two and any(own) else None


def alone_no_more(
    recorded: Iterable[int], lines: Mapping[str, Sequence[Any]], people: Sequence[int], tubes: Tubes
) -> dict[int, ResultLine]:
    """The results by their ids that are their person's own no more, once these lines are recorded."""
    found = dict[int, ResultLine]()
    for line in recorded:
        held = tubes.get((lines["sample_number"][line], lines["sampled_day"][line]), ())
        if all(one.person_id != people[line] for one in held):
            found.update((one.id, one) for one in held if one.single)
    return found


def _of_the_tube(outcome: str) -> str:
    """What an answer says of the tube, whoever else is in it."""
    return of_tube(Outcome(outcome), False)
