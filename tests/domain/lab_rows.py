"""A laboratory's rows for tests: a sound one, people, tables written as text, and what a judgement found."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from hbcore.domain.lab_columns import Judged, judge
from hbcore.domain.vocabulary import SHANGHAI, RowCode

AT = datetime(2022, 11, 9, 12, 0, tzinfo=SHANGHAI)
OURS = "武昌医学检验所"
PEOPLE = ["420102195209290272", "422801196007307804", "422801195806030309", "42060219891216739X", "429004196906077442"]
SOUND = {
    "name": "赵刚",
    "document_kind": "居民身份证",
    "document_number": PEOPLE[0],
    "sampled_at": "2022-11-08 15:44:00",
    "sample_number": "L01220000004",
    "assay": "新冠病毒核酸",
    "outcome": "阴性",
}


def lines(table: str) -> list[list[str]]:
    """The cells of a table written as text, line by line."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def pairs(table: str) -> list[tuple[str, str]]:
    """Each word of a line's first cell with the second cell."""
    return [(cell, words[1]) for words in lines(table) for cell in words[0].split()]


def cell(text: str) -> str:
    """What a file holds where a table names it in brackets."""
    return text.replace("(empty)", "").replace("(blank)", " \u3000").replace("(U+202E)", "\u202e").replace("(U+0007)", "\x07")


def judged(*rows: Mapping[str, str], **more: object) -> Judged:
    """The rows judged as of `AT`; the first is row 2."""
    columns = {word: pa.array([row.get(word, "") for row in rows], pa.string()) for word in rows[0]}
    return judge(
        columns, np.arange(2, 2 + len(rows), dtype=np.int32), at=AT, institution_name=OURS, institution_code="420106L01", **more
    )  # type: ignore[arg-type]


def instant(text: str) -> int:
    """A time of Shanghai's in microseconds of UTC."""
    at = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def people(count: int, **cells: str) -> list[dict[str, str]]:
    """Sound rows of this many people, in one tube."""
    return [SOUND | {"document_number": number} | cells for number in PEOPLE[:count]]


def crowd(count: int, method: str) -> list[dict[str, str]]:
    """This many people with passports in one tube, pooled by this method."""
    return [SOUND | {"document_kind": "护照", "document_number": f"E{number:08}", "pooling": method} for number in range(count)]


def found(result: Judged) -> list[tuple[int, str | None, RowCode]]:
    """What is wrong, by row and column."""
    return [(problem.row, problem.column, problem.code) for problem in result.problems]
