"""Taking an upload back, as rows: its results end or stand again, samples of several uploads change as they are told.

Set-wide statements on person-scoped tables, as a recall needs them (model part 9).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.known import instant
from hbcore.storage import results_again
from hbcore.storage.instants import raw, raw_day, shanghai_day
from hbcore.storage.result_rows import RESULTS, SAMPLES, ResultLine
from hbcore.storage.results_again import AGAIN, AgainRow
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_rows, run_many
from hbcore.storage.tables import BIG, RecallSample

RECALL_SAMPLES: sa.Table = RecallSample.__table__  # type: ignore[attr-defined]
RECALLED = "recalled"

_c, _k, _s = RESULTS.c, RECALL_SAMPLES.c, SAMPLES.c
_KEY = (_c.sample_number, raw_day(_c.sampled_at), _c.institution, _c.assay, _c.person_id)
_SAMPLE = sa.tuple_(_s.sample_number, _s.sampled_day, _s.institution, _s.assay, _s.person_id)
_other = RESULTS.alias("other")


class SampleOf(NamedTuple):
    """A sample's identity (model part 4), in the order of its table's key."""

    sample_number: str
    sampled_day: int
    institution: str
    assay: str
    person_id: int


class SampleState(NamedTuple):
    """All that is held of a sample: its results, recalled ones too, and the rows of uploads that say one of them again."""

    results: tuple[ResultLine, ...]
    again: tuple[AgainRow, ...]

    @property
    def standing(self) -> list[str]:
        """The outcomes that are valid."""
        return [line.outcome for line in self.results if line.ended_at is None]


def sample_of(line: ResultLine) -> SampleOf:
    """Whose and which sample a result is of."""
    return SampleOf(line.sample_number, shanghai_day(line.sampled_at), line.institution, line.assay, line.person_id)


def people_of(connection: sa.Connection, upload: int, recall: int | None = None) -> list[int]:
    """Whoever has a result of an upload, one that it ended or one that its `recall` changed; in the order of their ids."""
    found = set(connection.execute(sa.select(_c.person_id).where(_c.upload_id == upload)).scalars())
    found.update(connection.execute(sa.select(_c.person_id).where(_c.ended_by == upload)).scalars())
    found.update(connection.execute(sa.select(_k.person_id).where(_k.recall_id == recall)).scalars())
    return sorted(found)


def valid_of(connection: sa.Connection, upload: int, people: Collection[int]) -> sa.ColumnElement[bool]:
    """The results of an upload that are valid, of these people."""
    return sa.and_(_of_people(connection, people), _own(upload), _c.ended_at.is_(None))


def recalled_of(connection: sa.Connection, upload: int, people: Collection[int]) -> sa.ColumnElement[bool]:
    """The results of an upload that ended because it was recalled itself, of these people."""
    return sa.and_(_of_people(connection, people), _own(upload), _c.ended_how == RECALLED, _ended_by(upload))


def _of_people(connection: sa.Connection, people: Collection[int]) -> sa.ColumnElement[bool]:
    with staged(connection, BIG, people) as wanted:
        return _c.person_id.in_(sa.select(wanted.c.key))


def _own(upload: int) -> sa.ColumnElement[bool]:
    """Reckoned, so that the index by upload is left alone: it has all people of the upload, not these."""
    return _c.upload_id + 0 == upload


def _ended_by(upload: int) -> sa.ColumnElement[bool]:
    """So is the index of all results that ended: PostgreSQL went through it whole for each slice that is put back."""
    return sa.func.coalesce(_c.ended_by, 0) == upload


def several_spoke(connection: sa.Connection, upload: int, people: Collection[int]) -> dict[SampleOf, SampleState]:
    """All that is held of an upload's samples, of these people, of which others spoke, too, or it itself more than once."""
    same = (_other.c.person_id == _c.person_id, _other.c.assay == _c.assay, _other.c.institution == _c.institution)
    same_tube = (_other.c.sample_number == _c.sample_number, raw_day(_other.c.sampled_at) == raw_day(_c.sampled_at))
    another = sa.exists().where(*same, *same_tube, _other.c.id != _c.id)
    again = sa.exists().where(AGAIN.c.result_id == _c.id)
    own = sa.and_(_own(upload), sa.or_(_c.ended_at.is_not(None), another, again))
    found = connection.execute(sa.select(*_KEY).where(_of_people(connection, people), sa.or_(own, _ended_by(upload))).distinct())
    return states(connection, {SampleOf(*row) for row in found}, upload)


def states(connection: sa.Connection, samples: Collection[SampleOf], upload: int) -> dict[SampleOf, SampleState]:
    """All that is held of these samples, as they come in the key of their table; `upload`: the one that is being recalled."""
    results: dict[SampleOf, list[ResultLine]] = {sample: [] for sample in sorted(samples)}
    with staged(connection, BIG, {sample.person_id for sample in samples}) as wanted:
        columns = [raw(_c[name]) for name in ResultLine._fields]
        asked = sa.select(*columns).select_from(wanted).join(RESULTS, _c.person_id == wanted.c.key).order_by(_c.id)
        for line in map(ResultLine._make, connection.execute(asked).all()):
            if sample_of(line) in results:
                results[sample_of(line)].append(line)
    again: dict[int, list[AgainRow]] = defaultdict(list)
    for row in results_again.of_results(connection, [line.id for lines in results.values() for line in lines], upload):
        again[row.result_id].append(row)
    return {
        sample: SampleState(
            tuple(lines), tuple(sorted((row for line in lines for row in again[line.id]), key=lambda row: row.id))
        )
        for sample, lines in results.items()
    }


_IS: Mapping[str, tuple[sa.ColumnElement[Any], Any]] = {
    "person": (_c.person_id, sa.BigInteger()),
    "of_assay": (_c.assay, sa.String()),
    "sampled": (raw(_c.sampled_at), sa.BigInteger()),
    "result": (_c.id, sa.BigInteger()),
}
_THIS = [column == sa.bindparam(name, type_=kind) for name, (column, kind) in _IS.items()]
_DROP = sa.delete(RESULTS).where(*_THIS)
_END = (
    sa.update(RESULTS)
    .where(*_THIS)
    .ordered_values(
        (_c.ended_at, sa.bindparam("at", type_=sa.BigInteger)),
        (_c.ended_how, sa.bindparam("how")),
        (_c.ended_by, sa.bindparam("by", type_=sa.BigInteger)),
        (_c.single, sa.bindparam("alone", type_=sa.Boolean)),
        (_c.outcome, sa.bindparam("what")),
        (_c.shared, sa.bindparam("beside", type_=sa.BigInteger)),
    )
)
_FORGET = sa.delete(SAMPLES).where(*(_s[name] == sa.bindparam(f"of_{name}", type_=_s[name].type) for name in SampleOf._fields))


def change(connection: sa.Connection, was: Mapping[SampleOf, SampleState], now: Mapping[SampleOf, SampleState]) -> None:
    """Make samples that are held as `was` be held as `now`: results, what was said again, and which result is the newest."""
    old, new = ({line.id: line for state in states.values() for line in state.results} for states in (was, now))
    _each(connection, _DROP, tuple(_IS), [_this(line) for id_, line in old.items() if id_ not in new])
    ended = [
        (line.ended_at, line.ended_how, line.ended_by, line.single, line.outcome, line.shared, *_this(line))
        for id_, line in new.items()
        if id_ in old and old[id_] != line
    ]
    _each(connection, _END, ("at", "how", "by", "alone", "what", "beside", *_IS), ended)
    add_rows(connection, RESULTS, ResultLine._fields, sorted(line for id_, line in new.items() if id_ not in old))
    before, after = ({row for state in states.values() for row in state.again} for states in (was, now))
    results_again.take(connection, before - after)
    results_again.put(connection, after - before)
    _point(connection, now)


def _this(line: ResultLine) -> tuple[Any, ...]:
    return line.person_id, line.assay, line.sampled_at, line.id


def _each(connection: sa.Connection, statement: sa.UpdateBase, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        run_many(connection, statement, names, rows)


def _point(connection: sa.Connection, states: Mapping[SampleOf, SampleState]) -> None:
    """A sample names its newest result that was not recalled; with none it is unknown."""
    _each(connection, _FORGET, [f"of_{name}" for name in SampleOf._fields], sorted(states))
    newest = {}
    for sample, state in states.items():
        known = [line for line in state.results if line.ended_how != RECALLED]
        if known:
            newest[sample] = known[-1]
    rows = [(*sample, newest[sample].id, newest[sample].sampled_at) for sample in sorted(newest)]
    add_rows(connection, SAMPLES, (*SampleOf._fields, "result_id", "sampled_at"), rows)


def end_valid(connection: sa.Connection, upload: int, people: Collection[int], at: int) -> int:
    """End what is still valid of an upload, and forget its samples; how many."""
    valid = valid_of(connection, upload, people)
    connection.execute(sa.delete(SAMPLES).where(_SAMPLE.in_(sa.select(*_KEY).where(valid))))
    values = {"ended_at": instant(at), "ended_how": RECALLED, "ended_by": upload}
    return connection.execute(sa.update(RESULTS).where(valid).values(values)).rowcount


def stand_again(connection: sa.Connection, upload: int, people: Collection[int]) -> int:
    """Make valid again what ended because the upload was recalled, and know its samples; how many."""
    recalled = recalled_of(connection, upload, people)
    of = sa.select(*_KEY, _c.id, raw(_c.sampled_at)).where(recalled).order_by(*_KEY)
    connection.execute(SAMPLES.insert().from_select((*SampleOf._fields, "result_id", "sampled_at"), of))
    nothing = {"ended_at": None, "ended_how": None, "ended_by": None}
    return connection.execute(sa.update(RESULTS).where(recalled).values(nothing)).rowcount


def came_again(connection: sa.Connection, upload: int, people: Collection[int]) -> bool:
    """Whether a sample of a recalled upload is known again by another, of these people."""
    of = sa.select(*_KEY).where(recalled_of(connection, upload, people))
    return connection.execute(sa.select(SAMPLES.c.result_id).where(_SAMPLE.in_(of)).limit(1)).first() is not None


def repeats_what_is_gone(connection: sa.Connection, upload: int) -> bool:
    """Whether something that an upload said again is held no more."""
    gone = sa.select(_c.id).join(AGAIN, AGAIN.c.result_id == _c.id).where(AGAIN.c.upload_id == upload)
    gone = gone.where(_c.ended_how == RECALLED, _c.ended_by.is_not(None))  # by the index of what ended
    return connection.execute(gone.limit(1)).first() is not None


def tubes_of(
    connection: sa.Connection, upload: int, people: Collection[int], samples: Collection[SampleOf]
) -> dict[str, set[str]]:
    """The sample numbers of an upload's results, of these people, and of these samples; by institution."""
    tubes = defaultdict[str, set[str]](set)
    own = sa.select(_c.institution, _c.sample_number).where(_of_people(connection, people), _own(upload))
    for institution, number in connection.execute(own).all():
        tubes[institution].add(number)
    for sample in samples:
        tubes[sample.institution].add(sample.sample_number)
    return tubes


def keep_samples(
    connection: sa.Connection, recall: int, was: Mapping[SampleOf, SampleState], now: Mapping[SampleOf, SampleState]
) -> None:
    """Remember what a recall changed of samples of which several uploads spoke, or that others share; in parts or at once."""
    with staged(connection, BIG, {of.person_id for of in was}) as wanted:
        before = sa.select(sa.func.max(_k.n)).where(_k.recall_id == recall, _k.person_id.in_(sa.select(wanted.c.key)))
        last = connection.execute(before).scalar()
    first = 0 if last is None else last + 1
    rows = sorted((of.person_id, recall, n, json.dumps([of, was[of], now[of]])) for n, of in enumerate(was, first))
    add_rows(connection, RECALL_SAMPLES, ("person_id", "recall_id", "n", "content"), rows)


def kept_samples(
    connection: sa.Connection, recall: int, people: Collection[int]
) -> tuple[dict[SampleOf, SampleState], dict[SampleOf, SampleState]]:
    """What `keep_samples` remembered of these people: before, and after; of what a recall came to twice, before all of it."""
    with staged(connection, BIG, people) as wanted:
        of_people = _k.person_id.in_(sa.select(wanted.c.key))
        found = connection.execute(sa.select(_k.content).where(_k.recall_id == recall, of_people).order_by(_k.n)).scalars()
        read = [json.loads(content) for content in found]
    return {SampleOf(*of): _state(was) for of, was, _ in reversed(read)}, {SampleOf(*of): _state(now) for of, _, now in read}


def _state(written: Sequence[Iterable[Iterable[Any]]]) -> SampleState:
    results, again = written
    return SampleState(tuple(ResultLine(*line) for line in results), tuple(AgainRow(*row) for row in again))
