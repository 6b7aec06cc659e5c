"""Sampling registrations judged by columns: who was sampled into which tube, and everything that is wrong with the other rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hbcore.domain.lab_columns import OLDEST, check_tubes
from hbcore.domain.lab_people import Columns, People, read_people, who_is_nobody, without
from hbcore.domain.lab_specimens import Specimens, read_specimens
from hbcore.domain.outcomes import SINGLE
from hbcore.domain.problems import Faults, Mask, Note, RowProblem, left_out
from hbcore.domain.vocabulary import NoteCode


@dataclass(frozen=True)
class JudgedSamplings:
    """`read` = rows of `lines` + rows of `problems`; `skipped`: control wells and rows of no person, not in `read`.

    `lines`: row, name, name_key, kind, number, country, phone as of a laboratory's file; sampled_at (UTC microseconds),
    sampled_day (Shanghai days since 1970), sample_number, sampling_site, pooled: the method says that several share the tube.
    """

    lines: pa.Table
    problems: tuple[RowProblem, ...]
    skipped: int
    notes: tuple[Note, ...]


def judge_samplings(
    columns: Columns,
    rows: npt.NDArray[np.int32],
    *,
    at: datetime,
    oldest: date = OLDEST,
    found: Iterable[RowProblem] = (),
) -> JudgedSamplings:
    """Judge every row whole, by the rules of a laboratory's file as far as they ask for person, tube, time and site.

    Arguments as of `lab_columns.judge`. The site may be missing: a sample counts wherever it was taken.
    """
    nobody = who_is_nobody(columns, len(rows))
    columns, kept = without(nobody.rows, columns, rows)
    faults = Faults(kept, found)
    people = read_people(columns, len(kept), faults)
    specimens = read_specimens(columns, len(kept), faults, at=at, institution_name="", oldest=oldest)
    check_tubes(people, specimens, faults)
    noted = left_out(nobody.noted(rows) | {NoteCode.PHONES_DROPPED: kept[people.phone_dropped]})
    sound = _lines(kept, people, specimens, ~faults.refused)
    return JudgedSamplings(sound, faults.problems(), len(rows) - len(kept), noted)


def _lines(rows: npt.NDArray[np.int32], people: People, specimens: Specimens, sound: Mask) -> pa.Table:
    return pa.table(
        {
            "row": rows,
            "name": people.name,
            "name_key": people.key,
            "kind": people.kind_words(),
            "number": people.number,
            "country": people.country(),
            "phone": people.phone,
            "sampled_at": specimens.sampled.at,
            "sampled_day": specimens.sampled.day,
            "sample_number": specimens.number,
            "sampling_site": specimens.site,
            "pooled": specimens.pooling > SINGLE,
        }
    ).filter(pa.array(sound))
