"""Taking an upload back and putting it back again, carried out in the caller's transaction: as if it had never come.

What other uploads said is gone through again without it: what it had corrected or withdrawn is valid again, a later correction
corrects what was there before, and a later row that was already held because of it becomes the result it would have been.
People whom only this upload made known stay as empty records that count nowhere: nobody who holds a resident's identity card
loses the green that part 1 of the model gives everybody, but no figure counts them before something is on record again.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain import lab_replay
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.lab_keeping import POSITIVES
from hbcore.domain.lab_replay import Became, Said
from hbcore.domain.vocabulary import ResultStatus
from hbcore.services import codes, recall_tubes
from hbcore.storage import recall_counts, recall_rows
from hbcore.storage.forgotten_rows import nothing_known
from hbcore.storage.recall_rows import RECALLED, SampleOf, SampleState
from hbcore.storage.result_rows import ResultLine
from hbcore.storage.results_again import AgainRow

States = Mapping[SampleOf, SampleState]


@dataclass(frozen=True)
class Changed:
    """What taking an upload back changes (or putting it back): its own results that end (or stand again), others that stand
    again (or end again), others that cannot stand without it, people by change of colour, positives that go and come; rows of
    other uploads that are held by that: it had held the same (or its own, that others had held)."""

    results: int
    back: int
    others: int
    codes: Mapping[str, int]
    positives_gone: int
    positives_back: int
    held: int = 0
    beside: frozenset[SampleOf] = frozenset()
    """Samples of others in the tubes of its people, which were looked at as well."""

    @property
    def takes_two(self) -> bool:
        """Whatever removes a positive needs two people, and what brings one back must not pass the limit of a shift (part 6)."""
        return bool(self.positives_gone or self.positives_back)

    def __add__(self, more: "Changed") -> "Changed":
        """Of other people as well."""
        return Changed(
            self.results + more.results,
            self.back + more.back,
            self.others + more.others,
            dict(sorted((Counter(self.codes) + Counter(more.codes)).items())),
            self.positives_gone + more.positives_gone,
            self.positives_back + more.positives_back,
            self.held + more.held,
            self.beside | more.beside,
        )


NOTHING = Changed(0, 0, 0, {}, 0, 0)


def take_back(
    session: Session, upload: int, recall: int, people: Sequence[int], at: datetime, seen: Collection[SampleOf] = ()
) -> Changed:
    """End all results of an upload as recalled, of these of its people; codes and counters follow.

    `recall` is their cause and remembers the rest. Whoever shared a tube only with them is alone in it again, but for the samples
    that were `seen` so.
    """
    connection = session.connection()
    beside = frozenset(recall_tubes.beside(connection, upload, people)).difference(seen)
    was = recall_rows.several_spoke(connection, upload, people) | recall_rows.states(connection, beside, upload)
    everybody = sorted({*people, *(sample.person_id for sample in beside)})
    left = {sample: _without(state, upload, micros(at)) for sample, state in was.items()}
    now = recall_tubes.as_left(connection, was, left, upload)
    own = sum(line.upload_id == upload for state in was.values() for line in state.results if line.ended_at is None)
    with recall_counts.restanding(connection, everybody, recall_rows.tubes_of(connection, upload, people, was)):
        _carry_out(connection, was, now)
        plain = recall_counts.count_all(connection, recall_rows.valid_of(connection, upload, people), -1)
        own += recall_rows.end_valid(connection, upload, people, micros(at))
    recall_rows.keep_samples(connection, recall, was, now)
    gone, back = _positives(was, now)
    gone += sum(plain[outcome] for outcome in POSITIVES)
    changes = _decided(session, everybody, recall, at)
    return Changed(own, _back(was, now), _others(was, now, upload), changes, gone, back, beside=beside)


def put_back(session: Session, upload: int, recall: int, people: Sequence[int], at: datetime) -> Changed:
    """Undo what `take_back` did, of these people.

    :raises Refused: `came_again` where anything of it has been said or taken back again since.
    """
    connection = session.connection()
    was, now = recall_rows.kept_samples(connection, recall, people)
    with recall_counts.restanding(connection, people, recall_rows.tubes_of(connection, upload, people, was)):
        if recall_rows.states(connection, list(now), upload) != dict(sorted(now.items())):
            raise Refused("came_again")
        _carry_out(connection, now, was)
        if recall_rows.came_again(connection, upload, people):
            raise Refused("came_again")
        plain = recall_counts.count_all(connection, recall_rows.recalled_of(connection, upload, people), 1)
        own = recall_rows.stand_again(connection, upload, people)
    if recall_tubes.came_beside(connection, upload, recall, people):
        raise Refused("came_again")
    own += sum(line.upload_id == upload for state in was.values() for line in state.results if line.ended_at is None)
    back, gone = _positives(was, now)
    back += sum(plain[outcome] for outcome in POSITIVES)
    return Changed(own, _back(was, now), _others(was, now, upload), _decided(session, people, recall, at), gone, back)


def _carry_out(connection: sa.Connection, was: States, now: States) -> None:
    recall_rows.change(connection, was, now)
    recall_counts.recount(connection, _lines(was), _lines(now))


def _lines(states: States) -> list[ResultLine]:
    return [line for state in states.values() for line in state.results]


def _decided(session: Session, people: Sequence[int], cause: int, at: datetime) -> dict[str, int]:
    empty = nothing_known(session.connection(), people)
    changes = codes.decide_again(session, [one for one in people if one not in empty], at=at, cause=cause)
    return dict(sorted((changes + codes.forget(session, sorted(empty), at=at, cause=cause)).items()))


def _positives(was: States, now: States) -> tuple[int, int]:
    """How many valid positives are no more, and how many are there that were not, sample by sample."""
    gone, back = Counter[str](), Counter[str]()
    for sample, state in was.items():
        before, after = (Counter(one for one in held.standing if one in POSITIVES) for held in (state, now[sample]))
        gone.update(before - after)
        back.update(after - before)
    return gone.total(), back.total()


def _back(was: States, now: States) -> int:
    """How many results stand after that did not stand before."""
    return sum(
        len({line.id for line in now[sample].results if line.ended_at is None} - _valid(state)) for sample, state in was.items()
    )


def _others(was: States, now: States, upload: int) -> int:
    """How many results of other uploads, or rows held already, are held no more in any form."""
    lost = 0
    for sample, state in was.items():
        again = {line.id for line in state.results if line.shared in _valid(now[sample])}  # stands as what it took the place of
        kept = {line.id for line in now[sample].results if line.ended_how != RECALLED} | {row.id for row in now[sample].again}
        before = {line.id for line in state.results if line.upload_id != upload and line.ended_how != RECALLED}
        before |= {row.id for row in state.again if row.upload_id != upload}
        lost += len(before - kept - again)
    return lost


def _valid(state: SampleState) -> set[int]:
    return {line.id for line in state.results if line.ended_at is None}


def _without(state: SampleState, upload: int, at: int) -> SampleState:
    """A sample as it would be held if the upload had never come; its own results stay as recalled."""
    said = _said(state)
    if lab_replay.replayed(said) == _in_truth(state):
        became = lab_replay.without(said, upload)
    else:  # two people's results that were joined since are no chain: then only what is the upload's own is taken back
        became = {line.id: _as_it_is(line, upload) for line in _known(state) if line.upload_id != upload}
        became |= {row.id: Became(same_as=row.result_id) for row in state.again if row.result_id in became}
    return _as_they_became(state, became, upload, at)


def _said(state: SampleState) -> list[Said]:
    """The lines in the order they came. What said a result again came before that result ended."""
    known = {line.id: line for line in _known(state)}
    placed: list[tuple[int, int, bool, Said]] = []
    for n, line in enumerate(known.values()):
        status = ResultStatus.CORRECTED if n else ResultStatus.FINAL
        placed.append((line.recorded_at, line.id, False, Said(line.id, line.upload_id, line.recorded_at, line.outcome, status)))
        if line.ended_how == lab_replay.WITHDRAWN and line.ended_at and line.ended_by:
            last = max([line.id, *(row.id for row in state.again if row.result_id == line.id)])
            withdrawn = Said(line.id, line.ended_by, line.ended_at, line.outcome, ResultStatus.WITHDRAWN)
            placed.append((line.ended_at, last, True, withdrawn))
    for row in state.again:
        status = ResultStatus.CORRECTED if row.corrects else ResultStatus.FINAL
        outcome = known[row.result_id].outcome if row.result_id in known else ""
        placed.append((row.recorded_at, row.id, False, Said(row.id, row.upload_id, row.recorded_at, outcome, status)))
    return [said for *_, said in sorted(placed, key=lambda one: one[:3])]


def _known(state: SampleState) -> list[ResultLine]:
    """The results that uploads which stand have said, as they are by now: without those of which another file made the tube's."""
    taken = _taken(state)
    return [line for line in state.results if line.ended_how != RECALLED and line.id not in taken]


def _taken(state: SampleState) -> set[int]:
    """Results whose place another one has taken that is the same but for the others in the tube."""
    return {line.shared for line in state.results if line.shared}


def _in_truth(state: SampleState) -> dict[int, Became]:
    known = _known(state)
    truth = {line.id: Became(line.ended_how, line.ended_at, line.ended_by) for line in known}
    return truth | {row.id: Became(same_as=row.result_id) for row in state.again}


def _as_it_is(line: ResultLine, upload: int) -> Became:
    return Became() if line.ended_by == upload else Became(line.ended_how, line.ended_at, line.ended_by)


def _as_they_became(state: SampleState, became: Mapping[int, Became], upload: int, at: int) -> SampleState:
    results, again = {line.id: line for line in state.results}, dict[tuple[int, int], AgainRow]()
    taken = _taken(state)
    for line in state.results:
        one = became.get(line.id)
        if line.ended_how == RECALLED or (line.id in taken and line.upload_id != upload):
            continue
        if one is None or one.same_as is not None:
            results[line.id] = line._replace(ended_at=at, ended_how=RECALLED, ended_by=upload)
            if one and one.same_as is not None:
                again.setdefault((one.same_as, line.upload_id), _again(line, one.same_as))
        else:
            results[line.id] = line._replace(ended_at=one.at, ended_how=one.how, ended_by=one.by)
    of = {line.id: line for line in state.results}
    for row in state.again:
        one = became.get(row.id)
        if one and one.same_as is not None:
            again.setdefault((one.same_as, row.upload_id), row._replace(result_id=one.same_as))
        elif one:
            line = row.as_result(of[row.result_id])
            results[row.id] = line._replace(ended_at=one.at, ended_how=one.how, ended_by=one.by)
    return SampleState(tuple(results[id_] for id_ in sorted(results)), tuple(sorted(again.values(), key=lambda row: row.id)))


def _again(line: ResultLine, of: int) -> AgainRow:
    own = {name: getattr(line, name) for name in AgainRow._fields if name in ResultLine._fields}
    return AgainRow(**own, result_id=of, corrects=True)
