"""A laboratory's file of tubes, judged by who is registered in them: model part 6."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlmodel import Session

from hbcore.domain.known import micros
from hbcore.domain.lab_columns import Judged, judge
from hbcore.domain.problems import RowProblem
from hbcore.domain.tube_columns import as_judged, earliest, fill, is_tube_file, judge_tubes
from hbcore.services.uploads import is_held
from hbcore.storage import people_rows, sampling_rows, sealing, upload_rows


@dataclass(frozen=True)
class Laboratory:
    """The institution a file comes from; `name` empty: whose results they are has been checked before."""

    code: str
    name: str


def judged(
    session: Session,
    columns: Mapping[str, pa.StringArray],
    rows: npt.NDArray[np.int32],
    laboratory: Laboratory,
    *,
    at: datetime,
    came_at: datetime | None = None,
    found: Iterable[RowProblem] = (),
) -> Judged:
    """Judge rows as of `at`: of tubes by the registrations as they stand in this transaction, others by the people they name.

    `came_at`: when the file came in, where its rows are judged again: by the registrations of then. What a tube holds is known
    by now, and nobody is put into it, nor beside whoever is in it. Each person in a tube gets a line of the tube's one row, so
    that the row counts once and is taken in for all of them or for none: a tube has one result, and half a tube recorded would
    leave the rest of it without anybody to ask.
    """
    name, code = laboratory.name, laboratory.code
    if not is_tube_file(columns):
        return judge(columns, rows, at=at, institution_name=name, institution_code=code, found=found)
    tubes = judge_tubes(columns, rows, at=at, institution_name=name, institution_code=code, found=found)
    asked_at = micros(came_at or at)
    connection = session.connection()
    registered = sampling_rows.in_tubes(
        connection,
        laboratory.code,
        set(tubes.specimens.number.to_pylist()),
        earliest(tubes, asked_at),
        stood_at=None if came_at is None else asked_at,
    )
    lines = fill(tubes, registered, asked_at)
    texts = people_rows.texts_of(connection, {line.inside.person for line in lines})
    return as_judged(tubes, lines, {person: (text.name, text.documents[-1]) for person, text in texts.items()})


def remember_whose(session: Session, upload: int, lines: Mapping[str, Sequence[Any]], problems: Sequence[RowProblem]) -> None:
    """The rows of a tube that are held name nobody: they are found by the first of those in it, whose results they would be."""
    held = {one.row for one in problems if is_held([one])}
    first = {row: place for place, row in reversed(list(enumerate(lines["row"]))) if row in held}
    keys = {row: sealing.document_key(lines["kind"][place], lines["number"][place]) for row, place in first.items()}
    upload_rows.set_documents(session.connection(), upload, keys)
