"""Tubes of an upload that is recalled or put back: whoever shared one only with its people is alone in it again."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from hbcore.domain.vocabulary import Outcome
from hbcore.storage import tube_rows
from hbcore.storage.recall_rows import RECALLED, SampleOf, SampleState, sample_of
from hbcore.storage.result_rows import SHARED_AT_ONCE, ResultLine, in_tubes
from hbcore.storage.shared_rows import of_several
from hbcore.storage.tube_rows import TubeOf

States = Mapping[SampleOf, SampleState]


def beside(connection: sa.Connection, upload: int, people: Collection[int]) -> list[SampleOf]:
    """What stands of others in the tubes that an upload has put these people into, of whoever shares one for other files.

    Whom the upload found alone in one is among its people as whoever else it changed.
    """
    if not tube_rows.any_shared(connection, upload):
        return []
    inside = tube_rows.of_upload(connection, upload, people)
    found = tube_rows.shared(connection, inside, upload) if inside else []
    return sorted({sample_of(line) for line in found if inside.get(_tube(sample_of(line)), set()) - {line.person_id}})


def as_left(connection: sa.Connection, was: States, now: States, upload: int) -> States:
    """Samples as they are `now`, without an upload, in tubes without it: where nobody else is left, what was shared is its
    person's own again; where somebody is, what put right what is gone is a first answer, and the tube's.

    Who was put into a tube and withdrawn was in it all the same.
    """
    first = {of for of, state in now.items() if (one := _first(state)) and one.single and one != _first(was[of])}
    near = first | {of for of, state in now.items() if any(map(_is_shared, state.results))}
    if not near:
        return now
    left = tube_rows.without(connection, set(map(_tube, near)), upload)
    alone = {of for of in near if not left.get(_tube(of), set()) - {of.person_id}}
    changed = {of: _alone_again(now[of]) if of in alone else _shared(now[of]) if of in first else now[of] for of in near}
    return {**now, **changed}


def _first(state: SampleState) -> ResultLine | None:
    """The first answer that is known of a sample, where it is valid still."""
    known = next((line for line in state.results if line.ended_how != RECALLED), None)
    return known if known and known.ended_at is None else None


def _shared(state: SampleState) -> SampleState:
    first = _first(state)
    lines = (of_several(line, SHARED_AT_ONCE) if line == first else line for line in state.results)
    return SampleState(tuple(lines), state.again)


def _alone_again(state: SampleState) -> SampleState:
    results, again = {line.id: line for line in state.results}, dict[int, int]()
    for line in filter(_is_shared, state.results):
        if line.shared in results:  # it took the place of what was said, which stands again
            again[line.id] = line.shared
            del results[line.id]
            results[line.shared] = results[line.shared]._replace(ended_at=None, ended_how=None, ended_by=None)
        else:
            own = Outcome.POSITIVE if line.outcome == Outcome.POOLED_POSITIVE else line.outcome
            results[line.id] = line._replace(single=True, outcome=str(own), shared=None)
    rows = (row._replace(result_id=again.get(row.result_id, row.result_id)) for row in state.again)
    return SampleState(tuple(results.values()), tuple(rows))


def came_beside(connection: sa.Connection, upload: int, recall: int, people: Collection[int]) -> bool:
    """Whether since its recall somebody else came into a tube that an upload has put one of these people into, and one of the
    two is as if alone in it."""
    inside = tube_rows.of_upload(connection, upload, people)
    for institution in {institution for _, _, institution in inside}:
        tubes = {(number, day) for number, day, of in inside if of == institution}
        for held in in_tubes(connection, institution, tubes).values():
            own = [line for line in held if line.upload_id == upload]
            since = [line for line in held if line.upload_id != upload and line.id > recall]
            if any(one.person_id != other.person_id and (one.single or other.single) for one in own for other in since):
                return True
    return False


def _is_shared(line: ResultLine) -> bool:
    return line.shared is not None and line.ended_at is None


def _tube(of: SampleOf) -> TubeOf:
    return of.sample_number, of.sampled_day, of.institution
