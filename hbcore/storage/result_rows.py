"""Results and their samples as rows: found again by sample identity, added sorted by person, ended but never changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hbcore.storage.instants import raw, raw_day, raw_type, shanghai_day
from hbcore.storage.staged_keys import staged
from hbcore.storage.staging import Into, add_rows, add_to_each, run_many
from hbcore.storage.tables import Result, Sample

RESULTS: sa.Table = Result.__table__  # type: ignore[attr-defined]
SAMPLES: sa.Table = Sample.__table__  # type: ignore[attr-defined]


_OF_SAMPLE_ITSELF = (
    (RESULTS.c.person_id == SAMPLES.c.person_id)
    & (RESULTS.c.assay == SAMPLES.c.assay)
    & (raw(RESULTS.c.sampled_at) == raw(SAMPLES.c.sampled_at))
    & (RESULTS.c.id == SAMPLES.c.result_id)
)
"""The newest result of a sample, by its whole key."""


SHARED_AT_ONCE = 0
"""`shared` of a result that was of a tube of several from the first, for whom other files had put there."""


class ResultLine(NamedTuple):
    """A result as stored; instants in microseconds. The order is that of the table's key, so that tuples sort by it."""

    person_id: int
    assay: str
    sampled_at: int
    id: int
    outcome: str
    single: bool
    tested_at: int | None
    reported_at: int | None
    recorded_at: int
    institution: str
    sample_number: str
    sampling_site: str | None
    upload_id: int
    ended_at: int | None
    ended_how: str | None
    ended_by: int | None
    unit: str
    shared: int | None = None


class Uploaded(NamedTuple):
    """The upload results come with: its id, whose it is, and when it was recorded (microseconds)."""

    id: int
    institution: str
    at: int


class SampleKey(NamedTuple):
    """Identity of a sample within an institution (model part 4)."""

    sample_number: str
    sampled_day: int
    assay: str
    person_id: int


def rows_of_full_tubes(connection: sa.Connection, upload: Uploaded, most: int) -> int:
    """How many results of an upload stand in tubes that hold more than `most` people, with what came of the tube before."""
    r, s = RESULTS.c, SAMPLES.c
    tube, shared = (r.sample_number, raw_day(r.sampled_at)), (r.upload_id == upload.id, r.single.is_(False))
    of_the_upload = sa.tuple_(s.sample_number, s.sampled_day).in_(sa.select(*tube).where(*shared))
    full = sa.select(s.sample_number, s.sampled_day).where(s.institution == upload.institution, of_the_upload)
    full = full.group_by(s.sample_number, s.sampled_day).having(sa.func.count(s.person_id.distinct()) > most)
    return connection.execute(
        sa.select(sa.func.count()).select_from(RESULTS).where(*shared, sa.tuple_(*tube).in_(full))
    ).scalar_one()


def held_results(
    connection: sa.Connection, institution: str, sample_numbers: Sequence[str], days: Collection[int]
) -> dict[SampleKey, ResultLine]:
    """What we hold of these sample numbers of one institution, sampled on these days: numbers restart."""
    if not sample_numbers:
        return {}
    s, r = SAMPLES.c, RESULTS.c
    with staged(connection, sa.String(), sample_numbers) as wanted:
        found = connection.execute(
            sa.select(s.sampled_day, *(raw(r[name]) for name in ResultLine._fields))
            .select_from(wanted)
            .join(SAMPLES, (s.sample_number == wanted.c.key) & (s.institution == institution))
            .join(RESULTS, _OF_SAMPLE_ITSELF)
            .where(s.sampled_day.in_(days))
        )
        lines = [(day, ResultLine(*line)) for day, *line in found]
    return {SampleKey(line.sample_number, day, line.assay, line.person_id): line for day, line in lines}


Tube = tuple[str, int]
"""A sample number on a sampling day."""

_ANY_BETWEEN = (
    sa.select(SAMPLES.c.sample_number)
    .where(SAMPLES.c.sample_number.between(sa.bindparam("first"), sa.bindparam("last")))
    .limit(1)
)


def are_new_tubes(connection: sa.Connection, first: str, last: str) -> bool:
    """Whether no tube of any institution has a number from `first` to `last`: they rise, and mostly one seek says so."""
    return connection.execute(_ANY_BETWEEN, {"first": first, "last": last}).first() is None


def in_tubes(
    connection: sa.Connection, institution: str, tubes: Collection[Tube], but: int | None = None
) -> dict[Tube, list[ResultLine]]:
    """The valid results in these tubes of one institution, those of nobody twice for one assay; `but`: none of this upload."""
    numbers = {number for number, _ in tubes}
    if not numbers or are_new_tubes(connection, min(numbers), max(numbers)):
        return {}
    s, r, inside = SAMPLES.c, RESULTS.c, defaultdict[Tube, list[ResultLine]](list)
    with staged(connection, sa.String(), numbers) as wanted:
        found = connection.execute(
            sa.select(s.sampled_day, *(raw(r[name]) for name in ResultLine._fields))
            .select_from(wanted)
            .join(SAMPLES, (s.sample_number == wanted.c.key) & (s.institution == institution))
            .join(RESULTS, _OF_SAMPLE_ITSELF)
            .where(s.sampled_day.in_({day for _, day in tubes}), r.ended_at.is_(None))
            .where(sa.true() if but is None else r.upload_id != but)
        )
        for day, *line in found:
            inside[ResultLine(*line).sample_number, day].append(ResultLine(*line))
    return {tube: held for tube, held in inside.items() if tube in tubes}


_ARRIVING = {name: raw_type(RESULTS.c[name]) for name in ResultLine._fields} | {"sampled_day": sa.Integer()}
_OF_UPLOAD = ("recorded_at", "institution", "upload_id")
_ENDED = ("ended_at", "ended_how", "ended_by")
_OF_SAMPLE = {"result_id": "id"} | {name: name for name in ("sample_number", "sampled_day", "assay", "person_id", "sampled_at")}


def add_results_and_samples(
    connection: sa.Connection, added: Mapping[str, Sequence[Any]], upload: Uploaded, *, fresh: bool, samples_later: bool
) -> None:
    """Add the results of one upload with their samples, as columns sorted by person: an unsorted batch takes twice as long.

    `fresh`: none of the samples is held, and none comes twice. `samples_later`: by `add_samples_to_come`.
    """
    if not fresh:
        add_results(connection, added, upload)
        add_samples(connection, added, upload.institution)
        return
    names = [name for name in _ARRIVING if name in added and name not in (*_OF_UPLOAD, *_ENDED)]
    columns = {name: name for name in names if name != "sampled_day"}
    fixed = {"recorded_at": upload.at, "institution": upload.institution, "upload_id": upload.id}
    of_samples = Into(SAMPLES, _OF_SAMPLE, {"institution": upload.institution}, ["sample_number", "sampled_day"])
    samples = [] if samples_later else [of_samples]
    add_to_each(
        connection,
        {name: _ARRIVING[name] for name in names},
        list(zip(*(added[name] for name in names), strict=True)),
        [Into(RESULTS, columns, fixed, ["person_id"]), *samples],
    )


SAMPLES_AT_ONCE = 20_000
"""In the order of their numbers they hold the right to write for about 50 ms."""

_LATER: Any = {"prefixes": ["TEMPORARY"], "postgresql_on_commit": "PRESERVE ROWS"}
_SAMPLES_LATER = sa.Table(
    "samples_later",
    sa.MetaData(),
    sa.Column("place", sa.Integer(), primary_key=True, autoincrement=True),
    *(sa.Column(column.name, raw_type(column)) for column in SAMPLES.columns),
    **_LATER,
)


def samples_to_come(connection: sa.Connection, upload: int) -> int:
    """Put the samples of all results of an upload aside, in the order of their numbers; how many there are.

    The connection has them until `forget_samples_to_come`.
    """
    r = RESULTS.c
    columns = {
        "sample_number": r.sample_number,
        "sampled_day": raw_day(r.sampled_at),
        "institution": r.institution,
        "assay": r.assay,
        "person_id": r.person_id,
        "result_id": r.id,
        "sampled_at": raw(r.sampled_at),
    }
    connection.execute(sa.schema.DropTable(_SAMPLES_LATER, if_exists=True))  # of one that was stopped: its places count on
    connection.execute(sa.schema.CreateTable(_SAMPLES_LATER))
    chosen = sa.select(*(column.label(name) for name, column in columns.items())).where(r.upload_id == upload)
    chosen = chosen.order_by(r.sample_number)
    insert = _SAMPLES_LATER.insert().from_select(list(columns), chosen)
    return int(connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount)


def add_samples_to_come(connection: sa.Connection, first: int) -> None:
    """Add the next `SAMPLES_AT_ONCE` after the `first`; some may be there already."""
    of_dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    names, later = [column.name for column in SAMPLES.columns], _SAMPLES_LATER.c
    chosen = sa.select(*(later[name] for name in names)).where(later.place > first, later.place <= first + SAMPLES_AT_ONCE)
    connection.execute(of_dialect.insert(SAMPLES).from_select(names, chosen).on_conflict_do_nothing())


def forget_samples_to_come(connection: sa.Connection) -> None:
    """They are all added."""
    _SAMPLES_LATER.drop(connection)


def add_results(connection: sa.Connection, added: Mapping[str, Sequence[Any]], upload: Uploaded) -> None:
    """Add the results of one upload, as columns sorted by person: an unsorted batch takes twice as long.

    `ended_how`: how a later line of the same upload ended a result, else None.
    """
    fixed = {"recorded_at": upload.at, "institution": upload.institution, "upload_id": upload.id}
    ended = {"ended_at": upload.at, "ended_by": upload.id} if any(added["ended_how"]) else {}
    columns = {**added, **{name: [value if how else None for how in added["ended_how"]] for name, value in ended.items()}}
    cells = [columns[name] if name in columns else repeat(fixed.get(name)) for name in ResultLine._fields]
    add_rows(connection, RESULTS, ResultLine._fields, list(zip(*cells, strict=False)))


def add_lines(connection: sa.Connection, lines: Sequence[ResultLine]) -> None:
    """Add results as they are, sorted by person; each is the newest of its sample."""
    add_rows(connection, RESULTS, ResultLine._fields, lines)
    columns = ("sample_number", "sampled_day", "institution", "assay", "person_id", "result_id", "sampled_at")
    days = (shanghai_day(line.sampled_at) for line in lines)
    of = [
        (line.sample_number, day, line.institution, line.assay, line.person_id, line.id, line.sampled_at)
        for line, day in zip(lines, days, strict=True)
    ]
    add_rows(connection, SAMPLES, columns, sorted(of), replacing=("result_id", "sampled_at"))


def add_samples(connection: sa.Connection, added: Mapping[str, Sequence[Any]], institution: str) -> None:
    """Remember which result each sample has; a corrected sample points to its newest result."""
    columns = ("sample_number", "sampled_day", "institution", "assay", "person_id", "result_id", "sampled_at")
    before = (added["sample_number"], added["sampled_day"], repeat(institution))
    rows = sorted(zip(*before, added["assay"], added["person_id"], added["id"], added["sampled_at"], strict=False))
    add_rows(connection, SAMPLES, columns, rows, replacing=("result_id", "sampled_at"))


_c = RESULTS.c
_END = (
    sa.update(RESULTS)
    .where(
        _c.person_id == sa.bindparam("person", type_=sa.BigInteger),
        _c.assay == sa.bindparam("of_assay"),
        raw(_c.sampled_at) == sa.bindparam("sampled", type_=sa.BigInteger),
        _c.id == sa.bindparam("result", type_=sa.BigInteger),
        _c.ended_at.is_(None),
    )
    .ordered_values(
        (_c.ended_at, sa.bindparam("at", type_=sa.BigInteger)),
        (_c.ended_how, sa.bindparam("how")),
        (_c.ended_by, sa.bindparam("by", type_=sa.BigInteger)),
    )
)


def end_results(connection: sa.Connection, ended: Sequence[tuple[ResultLine, str]], upload: Uploaded) -> None:
    """End results (`corrected` or `withdrawn`) by an upload; the rows stay as history."""
    rows = [(upload.at, how, upload.id, line.person_id, line.assay, line.sampled_at, line.id) for line, how in ended]
    if rows:
        run_many(connection, _END, ("at", "how", "by", "person", "of_assay", "sampled", "result"), rows)
