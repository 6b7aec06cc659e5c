"""A laboratory's file judged by columns: which rows are results, and everything that is wrong with the others."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hbcore.domain.cells import Places, words_of
from hbcore.domain.lab_people import Columns, People, read_people, who_is_nobody, without
from hbcore.domain.lab_results import Results, read_results
from hbcore.domain.lab_specimens import Specimens, read_specimens
from hbcore.domain.outcomes import ASSAYS, OUTCOMES, STATUSES
from hbcore.domain.problems import Faults, Mask, Note, RowProblem, left_out
from hbcore.domain.times import Instants
from hbcore.domain.tubes import Counts, differing, is_single, people_in_tube, too_full
from hbcore.domain.vocabulary import NoteCode, Outcome, ResultStatus, RowCode

OLDEST = date(2020, 1, 1)
"""Nothing sampled before can be a result of this epidemic (contract: a setting)."""

WORD = pa.dictionary(pa.int8(), pa.string())
"""Few different words, often: a byte a line."""

SCHEMA = pa.schema(
    [
        ("row", pa.int32()),
        ("name", pa.string()),
        ("name_key", pa.string()),
        ("kind", WORD),
        ("number", pa.string()),
        ("country", WORD),
        ("phone", pa.string()),
        ("assay", WORD),
        ("outcome", WORD),
        ("single", pa.bool_()),
        ("sampled_at", pa.int64()),
        ("sampled_day", pa.int32()),
        ("tested_at", pa.int64()),
        ("reported_at", pa.int64()),
        ("sample_number", pa.string()),
        ("sampling_site", pa.dictionary(pa.int32(), pa.string())),
        ("status", WORD),
    ]
)
"""One line per result. Times are UTC microseconds since 1970, days Asia/Shanghai days since 1970-01-01."""


TORN = "torn"
"""The column of lines of which some are of a tube with several answers: none of its people has one by them."""


@dataclass(frozen=True)
class Judged:
    """`read` = rows of `results` + `refused`; `skipped`: rows of no person, not in `read`, named in `notes`."""

    results: pa.Table
    problems: tuple[RowProblem, ...]
    read: int
    refused: int
    skipped: int
    notes: tuple[Note, ...] = ()


def judge(
    columns: Columns,
    rows: npt.NDArray[np.int32],
    *,
    at: datetime,
    institution_name: str,
    institution_code: str = "",
    oldest: date = OLDEST,
    found: Iterable[RowProblem] = (),
) -> Judged:
    """Judge every row whole, so that one upload shows every problem (style part 6).

    `columns` by our word, one cell a row, no nulls; `rows` are spreadsheet rows, ascending. `at`: the desk's clock.
    `institution_name`, `institution_code`: whose results they must be.
    `found`: what the reader saw already (ragged rows, digits lost).
    """
    nobody = who_is_nobody(columns, len(rows))
    columns, kept = without(nobody.rows, columns, rows)
    faults = Faults(kept, found)
    of_specimens, of_results = faults.beside(), faults.beside()
    with ThreadPoolExecutor(1) as beside:  # numpy and Arrow let go of the interpreter: two cores judge together
        reading = partial(read_specimens, columns, len(kept), of_specimens, institution_code=institution_code)
        coming = beside.submit(reading, at=at, institution_name=institution_name, oldest=oldest)
        people = read_people(columns, len(kept), faults)
        results = read_results(columns, len(kept), of_results)
        specimens = coming.result()
    faults.take_in(of_specimens)
    faults.take_in(of_results)
    tubes, inside = check_tubes(people, specimens, faults)
    table = _table(kept, people, specimens, results, is_single(inside, specimens.pooling), ~faults.refused)
    return Judged(
        results=_with_torn(table, kept, results, specimens, tubes, inside),
        problems=faults.problems(),
        read=len(kept),
        refused=int(faults.refused.sum()),
        skipped=len(rows) - len(kept),
        notes=left_out(nobody.noted(rows) | {NoteCode.PHONES_DROPPED: kept[people.phone_dropped]}),
    )


def check_tubes(people: People, specimens: Specimens, faults: Faults) -> tuple[Counts, Counts]:
    """The tube of each row and how many are in it; tubes of more people than their method's are at fault, all rows of them.

    Refused rows count too: their people are in the tube all the same, also where the day is what is wrong with them.
    """
    sampled = specimens.sampled
    tubes, inside = people_in_tube(specimens.tube, sampled.day, sampled.given, people.number)
    known = specimens.has_number & sampled.given
    inside = np.where(known, inside, 1)
    faults.add(too_full(tubes, inside, specimens.pooling) & known, "sample_number", RowCode.TUBE_TOO_FULL)
    return tubes, inside


def _with_torn(
    table: pa.Table, rows: npt.NDArray[np.int32], results: Results, specimens: Specimens, tubes: Counts, inside: Counts
) -> pa.Table:
    """`TORN` beside the lines where a tube of several has several answers of one assay; a withdrawal gives none."""
    status = specimens.status[results.row]
    answers = (results.outcome >= 0) & (results.assay >= 0) & (status != STATUSES.index(ResultStatus.WITHDRAWN))
    shared = np.flatnonzero((inside[results.row] > 1) & answers)
    if not shared.size:
        return table
    of, assay = results.row[shared], results.assay[shared].astype(np.int64)
    first = status[shared] == STATUSES.index(ResultStatus.FINAL)
    torn = differing(tubes[of] * len(ASSAYS) + assay, results.outcome[shared].astype(np.int64), first)
    if not torn.any():
        return table
    return table.append_column(TORN, pa.array(np.isin(table.column("row").to_numpy(), rows[of[torn]])))


Which = Places | slice
"""The places of some, or all of them as they are."""


def _table(
    rows: npt.NDArray[np.int32], people: People, specimens: Specimens, results: Results, single: Mask, accepted: Mask
) -> pa.Table:
    chosen = np.flatnonzero(accepted[results.row])
    # As most files come: one result of each row, and all of them accepted. Nothing is copied then.
    untouched = results.one_a_row and len(chosen) == len(rows)
    lines: Which = slice(None) if untouched else chosen
    places: Which = slice(None) if untouched else results.row[chosen]

    def take(column: pa.Array) -> pa.Array:
        return column if untouched else column.take(pa.array(places))

    outcomes = results.outcome[lines]
    of_the_tube = (outcomes == OUTCOMES.index(Outcome.POSITIVE)) & ~single[places]
    return pa.table(
        {
            "row": rows[places],
            "name": take(people.name),
            "name_key": take(people.key),
            "kind": take(people.kind_words()),
            "number": take(people.number),
            "country": take(people.country()),
            "phone": take(people.phone),
            "assay": words_of(ASSAYS, results.assay[lines]),
            "outcome": words_of(OUTCOMES, np.where(of_the_tube, OUTCOMES.index(Outcome.POOLED_POSITIVE), outcomes)),
            "single": single[places],
            "sampled_at": specimens.sampled.at[places],
            "sampled_day": specimens.sampled.day[places],
            "tested_at": _given(specimens.tested, places),
            "reported_at": _given(specimens.reported, places),
            "sample_number": take(specimens.number),
            "sampling_site": take(specimens.site),
            "status": take(specimens.status_words()),
        },
        schema=SCHEMA,
    )


def _given(instants: Instants, places: Which) -> pa.Array:
    return pa.array(instants.at[places], pa.int64(), mask=~instants.given[places])
