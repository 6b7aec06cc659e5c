"""A workbook read in a process of its own, which may use so much memory and time and no more (security part 2, S30).

Standard input: a line of JSON that says what to do, then the file. Standard output: a line of JSON, then Arrow's columns.
"""

import gc
import json
import os
import sys
from dataclasses import asdict
from importlib.abc import MetaPathFinder
from typing import Any

import pyarrow as pa

from hbcore.domain.errors import FileRefused
from hbcore.domain.headings import Headings
from hbcore.domain.vocabulary import FileCode
from hbcore.storage.readers.archive import Packed
from hbcore.storage.readers.sheets import first_rows, read_sheets
from hbcore.storage.readers.table import Limits

_NO_MEMORY = "pointer is null"
"""How the library's panic reads, which is no `Exception`, where Python had no memory left for an object."""


class _WithoutPandas(MetaPathFinder):
    """Arrow would load pandas for its first array, a third of a second for nothing."""

    def find_spec(self, name: str, *_: object) -> None:
        """Not there."""
        if name == "pandas":
            raise ImportError(name)


def main() -> None:
    """Answer with the table or with why not; whatever else happens is an exit code."""
    sys.meta_path.insert(0, _WithoutPandas())
    gc.disable()
    asked = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**asked["limits"])
    _limit(limits)
    try:
        answer, table = _read(asked, limits)
    except FileRefused as refused:
        answer, table = {"refused": refused.code, "values": refused.values}, None
    except BaseException as error:
        if not isinstance(error, MemoryError) and _NO_MEMORY not in str(error):
            raise
        answer, table = {"refused": FileCode.WORKBOOK_TOO_HEAVY, "values": {}}, None
    line = json.dumps(answer).encode()
    # Arrow's columns begin where their numbers may lie.
    sys.stdout.buffer.write(line + b" " * (-(len(line) + 1) % 64) + b"\n")
    if table is not None:
        with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
            stream.write_batch(table)


def _read(asked: dict[str, Any], limits: Limits) -> tuple[dict[str, object], pa.RecordBatch | None]:
    """The table; the first rows alone where no words are given by which it could be found."""
    packed, data = Packed(**asked["packed"]), sys.stdin.buffer.read()
    if asked["words"] is None:
        return {"rows": first_rows(data, packed)}, None
    sheet, read = read_sheets(data, packed, Headings(asked["words"], {}), limits)
    answer = {
        "sheet": sheet.name,
        "header": asdict(sheet.header),
        "skipped": read.skipped,
        "problems": [asdict(problem) for problem in read.problems],
        "notes": [asdict(note) for note in read.notes],
    }
    columns = [pa.array(read.rows), *read.columns]
    return answer, pa.RecordBatch.from_arrays(columns, [str(place) for place in range(len(columns))])


def _limit(limits: Limits) -> None:
    """Where the system knows such limits; elsewhere only the time is watched, from outside."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    # All is said: to give a workbook's memory back piece by piece takes a twentieth of the whole time.
    os._exit(0)
