"""Lines beside what stands in their tubes already: a tube is shared whichever files its people come in (model part 4)."""

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

from sqlmodel import Session

from hbcore.domain.tube_columns import of_tube
from hbcore.domain.vocabulary import Outcome, ResultStatus
from hbcore.services import fingerprints
from hbcore.storage import result_rows
from hbcore.storage.result_rows import InTube


def beside_held(
    session: Session, lines: Mapping[str, Sequence[Any]], people: Sequence[int], institution: str
) -> dict[str, list[Any]]:
    """`single` and `outcome` of lines that come in, as one file with all that stands in their tubes would say; nothing where they
    stay as they are. `people` by our id (positive: whom we hold), one a line.

    So the rows that were left out, put right and sent again, give what the whole file gives. What puts an answer right says
    itself whose the specimen was.
    """
    single, number, day = list(lines["single"]), lines["sample_number"], lines["sampled_day"]
    first_answers = [one and status == ResultStatus.FINAL for one, status in zip(single, lines["status"], strict=True)]
    inside = result_rows.in_tubes(session.connection(), institution, sorted(set(compress(number, first_answers))))
    if not inside:
        return {}
    fingerprints.note(session, "tubes", lambda: sorted((*tube, *one) for tube, held in inside.items() for one in held))
    outcome, sampled = list(lines["outcome"]), lines["sampled_at"]
    for line in compress(range(len(single)), first_answers):
        held = inside.get((number[line], day[line]))
        if held and not _theirs_alone(held, people[line], sampled[line]):
            single[line], outcome[line] = False, of_tube(Outcome(outcome[line]), False)
    return {"single": single, "outcome": outcome}


def _theirs_alone(held: Sequence[InTube], person: int, sampled_at: int) -> bool:
    """Whether a specimen is still one person's own. One sampled at another time than what stands of them is another specimen."""
    own = [one for one in held if one.person_id == person]
    if own:
        return any(one.single or one.sampled_at != sampled_at for one in own)
    return False
