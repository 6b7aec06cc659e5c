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
from hbcore.storage.look_up_rows import APPLICATIONS, FACTS
from hbcore.storage.people_rows import PERSONS
from hbcore.storage.result_rows import RESULTS, SAMPLES, ResultLine
from hbcore.storage.results_again import AGAIN, AgainRow
from hbcore.storage.sampling_rows import SAMPLINGS
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import add_rows
from hbcore.storage.tables import BIG, RecallSample

RECALL_SAMPLES: sa.Table = RecallSample.__table__  # type: ignore[attr-defined]
RECALLED = "recalled"

_c = RESULTS.c
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


def valid_of(upload: int) -> sa.ColumnElement[bool]:
    """The results of an upload that are valid."""
    return sa.and_(_c.upload_id == upload, _c.ended_at.is_(None))


def recalled_of(upload: int) -> sa.ColumnElement[bool]:
    """The results of an upload that ended because it was recalled itself."""
    return sa.and_(_c.upload_id == upload, _c.ended_how == RECALLED, _c.ended_by == upload)


def several_spoke(connection: sa.Connection, upload: int) -> dict[SampleOf, SampleState]:
    """The samples of an upload of which others spoke, too, or it itself more than once; all that is held of them."""
    same = (_other.c.person_id == _c.person_id, _other.c.assay == _c.assay, _other.c.institution == _c.institution)
    same_tube = (_other.c.sample_number == _c.sample_number, raw_day(_other.c.sampled_at) == raw_day(_c.sampled_at))
    another = sa.exists().where(*same, *same_tube, _other.c.id != _c.id)
    again = sa.exists().where(AGAIN.c.result_id == _c.id)
    own = sa.and_(_c.upload_id == upload, sa.or_(_c.ended_at.is_not(None), another, again))
    key = (_c.sample_number, raw_day(_c.sampled_at), _c.institution, _c.assay, _c.person_id)
    found = connection.execute(sa.union(sa.select(*key).where(own), sa.select(*key).where(_c.ended_by == upload)))
    return states(connection, {SampleOf(*row) for row in found})


def states(connection: sa.Connection, samples: Collection[SampleOf]) -> dict[SampleOf, SampleState]:
    """All that is held of these samples, as they come in the key of their table."""
    results: dict[SampleOf, list[ResultLine]] = {sample: [] for sample in sorted(samples)}
    with staged(connection, BIG, {sample.person_id for sample in samples}) as wanted:
        columns = [raw(_c[name]) for name in ResultLine._fields]
        asked = sa.select(*columns).select_from(wanted).join(RESULTS, _c.person_id == wanted.c.key).order_by(_c.id)
        for line in map(ResultLine._make, connection.execute(asked).all()):
            if sample_of(line) in results:
                results[sample_of(line)].append(line)
    again: dict[int, list[AgainRow]] = defaultdict(list)
    for row in results_again.of_results(connection, [line.id for lines in results.values() for line in lines]):
        again[row.result_id].append(row)
    return {
        sample: SampleState(
            tuple(lines), tuple(sorted((row for line in lines for row in again[line.id]), key=lambda row: row.id))
        )
        for sample, lines in results.items()
    }


def change(connection: sa.Connection, was: Mapping[SampleOf, SampleState], now: Mapping[SampleOf, SampleState]) -> None:
    """Make samples that are held as `was` be held as `now`: results, what was said again, and which result is the newest."""
    for sample, before in was.items():
        after = now[sample]
        old, new = ({line.id: line for line in state.results} for state in (before, after))
        add_rows(connection, RESULTS, ResultLine._fields, sorted(line for id_, line in new.items() if id_ not in old))
        for id_, line in old.items():
            if id_ not in new:
                connection.execute(sa.delete(RESULTS).where(*_is(line)))
            elif new[id_] != line:
                connection.execute(sa.update(RESULTS).where(*_is(line)).values(_ended(new[id_])))
        results_again.take(connection, set(before.again) - set(after.again))
        results_again.put(connection, set(after.again) - set(before.again))
        _point(connection, sample, after)


def _is(line: ResultLine) -> tuple[sa.ColumnElement[bool], ...]:
    return _c.person_id == line.person_id, _c.assay == line.assay, raw(_c.sampled_at) == line.sampled_at, _c.id == line.id


def _ended(line: ResultLine) -> dict[str, Any]:
    ended_at = None if line.ended_at is None else instant(line.ended_at)
    return {"ended_at": ended_at, "ended_how": line.ended_how, "ended_by": line.ended_by}


def _point(connection: sa.Connection, sample: SampleOf, state: SampleState) -> None:
    """The sample names the newest result that was not recalled; with none it is unknown."""
    connection.execute(sa.delete(SAMPLES).where(*(SAMPLES.c[name] == value for name, value in sample._asdict().items())))
    known = [line for line in state.results if line.ended_how != RECALLED]
    if known:
        columns = (*SampleOf._fields, "result_id", "sampled_at")
        add_rows(connection, SAMPLES, columns, [(*sample, known[-1].id, known[-1].sampled_at)])


def end_valid(connection: sa.Connection, upload: int, at: int) -> int:
    """End what is still valid of an upload, and forget its samples; how many."""
    _forget_samples(connection, valid_of(upload))
    values = {"ended_at": instant(at), "ended_how": RECALLED, "ended_by": upload}
    return connection.execute(sa.update(RESULTS).where(valid_of(upload)).values(values)).rowcount


def _forget_samples(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    s = SAMPLES.c
    of = sa.select(_c.sample_number, raw_day(_c.sampled_at), _c.institution, _c.assay, _c.person_id).where(which)
    connection.execute(
        sa.delete(SAMPLES).where(sa.tuple_(s.sample_number, s.sampled_day, s.institution, s.assay, s.person_id).in_(of))
    )


def stand_again(connection: sa.Connection, upload: int) -> int:
    """Make valid again what ended because the upload was recalled, and know its samples; how many."""
    names = (*SampleOf._fields, "result_id", "sampled_at")
    key = (_c.sample_number, raw_day(_c.sampled_at), _c.institution, _c.assay, _c.person_id)
    of = sa.select(*key, _c.id, raw(_c.sampled_at)).where(recalled_of(upload)).order_by(*key)
    connection.execute(SAMPLES.insert().from_select(names, of))
    nothing = {"ended_at": None, "ended_how": None, "ended_by": None}
    return connection.execute(sa.update(RESULTS).where(recalled_of(upload)).values(nothing)).rowcount


def came_again(connection: sa.Connection, upload: int) -> bool:
    """Whether a sample of a recalled upload is known again by another, or what it said again is held no more."""
    s, key = SAMPLES.c, (_c.sample_number, raw_day(_c.sampled_at), _c.institution, _c.assay, _c.person_id)
    of = sa.select(*key).where(recalled_of(upload))
    known = sa.select(s.result_id).where(sa.tuple_(s.sample_number, s.sampled_day, s.institution, s.assay, s.person_id).in_(of))
    if connection.execute(known.limit(1)).first():
        return True
    gone = sa.select(_c.id).join(AGAIN, AGAIN.c.result_id == _c.id).where(AGAIN.c.upload_id == upload, _c.ended_how == RECALLED)
    return connection.execute(gone.limit(1)).first() is not None


def touched(connection: sa.Connection, upload: int, samples: Collection[SampleOf]) -> tuple[set[int], dict[str, set[str]]]:
    """Whoever has a result of an upload or one of these samples; and the sample numbers, by institution."""
    people, tubes = set[int](), defaultdict[str, set[str]](set)
    for person, institution, number in connection.execute(
        sa.select(_c.person_id, _c.institution, _c.sample_number).where(_c.upload_id == upload)
    ):
        people.add(person)
        tubes[institution].add(number)
    for sample in samples:
        people.add(sample.person_id)
        tubes[sample.institution].add(sample.sample_number)
    return people, tubes


def nothing_known(connection: sa.Connection, people: Collection[int]) -> set[int]:
    """Those of these people whom a laboratory's file made known and of whom nothing is on record any more."""
    with staged(connection, BIG, people) as wanted:
        p = PERSONS.c
        results = sa.exists().where(_c.person_id == p.id, sa.func.coalesce(_c.ended_how, "") != RECALLED)
        facts = sa.exists().where(FACTS.c.person_id == p.id)
        applied = sa.exists().where(APPLICATIONS.c.person_id == p.id)
        sampled = sa.exists().where(SAMPLINGS.c.person_id == p.id)
        asked = sa.select(p.id).join(wanted, wanted.c.key == p.id).where(p.unit_source == "institution")
        return set(connection.execute(asked.where(~results, ~facts, ~applied, ~sampled)).scalars())


def keep_samples(
    connection: sa.Connection, recall: int, was: Mapping[SampleOf, SampleState], now: Mapping[SampleOf, SampleState]
) -> None:
    """Remember what a recall changed of samples of which several uploads spoke."""
    rows = [(recall, n, json.dumps([sample, was[sample], now[sample]])) for n, sample in enumerate(was)]
    add_rows(connection, RECALL_SAMPLES, ("recall_id", "n", "content"), rows)


def kept_samples(connection: sa.Connection, recall: int) -> tuple[dict[SampleOf, SampleState], dict[SampleOf, SampleState]]:
    """What `keep_samples` remembered: before, and after."""
    c = RECALL_SAMPLES.c
    found = connection.execute(sa.select(c.content).where(c.recall_id == recall).order_by(c.n)).scalars()
    read = [json.loads(content) for content in found]
    return {SampleOf(*of): _state(was) for of, was, _ in read}, {SampleOf(*of): _state(now) for of, _, now in read}


def _state(written: Sequence[Iterable[Iterable[Any]]]) -> SampleState:
    results, again = written
    return SampleState(tuple(ResultLine(*line) for line in results), tuple(AgainRow(*row) for row in again))
