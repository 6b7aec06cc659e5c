"""Who is named by several of their documents where lines of a large file differ about one sample: those are recorded together."""

from collections import defaultdict

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.cells import Places
from hbcore.domain.documents import UNKNOWN_COUNTRY
from hbcore.domain.vocabulary import ResultStatus
from hbcore.services.lab_lines import Lines
from hbcore.storage import people_rows
from hbcore.storage.engine import engine

AT_A_TIME = 20_000
"""Documents that are looked up together."""

Starts = npt.NDArray[np.uint64]
"""The first eight bytes of documents' keys: near enough for an order."""


def one_for_each_person(lines: Lines, keys: pa.ChunkedArray, starts: Starts) -> Starts:
    """`starts`, one a line, with that of one document in the place of all of its person; the same array where nobody has several.

    Asked only where documents say different things of one sample: of people in tubes of their own nothing is looked up.
    """
    found = _of_one_person(set(keys.take(_disputed(lines, starts)).to_pylist()))
    if not found:
        return starts
    others = dict(sorted((_start(other), _start(first)) for first, *more in found for other in more))
    of, first = np.array(list(others), np.uint64), np.array(list(others.values()), np.uint64)
    places = np.minimum(np.searchsorted(of, starts), len(of) - 1)
    return np.where(of[places] == starts, first[places], starts)


def _start(key: bytes) -> int:
    return int.from_bytes(key[:8])


def _of_one_person(keys: set[bytes]) -> list[list[bytes]]:
    """Those of these documents that one person holds several of, by person."""
    of_person: dict[int, list[bytes]] = defaultdict(list)
    asked = sorted(keys)
    for first in range(0, len(asked), AT_A_TIME):
        with engine().connect() as connection:
            held = people_rows.owners_of(connection, asked[first : first + AT_A_TIME])
        for key, owners in held.items():
            matched = people_rows.match(owners, UNKNOWN_COUNTRY)
            if len(matched) == 1:
                of_person[matched[0]].append(key)
    return [sorted(several) for several in of_person.values() if len(several) > 1]


def _disputed(lines: Lines, starts: Starts) -> Places:
    """Lines of tubes of which different documents say different things: of a few lines that say another thing than most."""
    outcomes, statuses, numbers = (lines.table.column(name) for name in ("outcome", "status", "sample_number"))
    answers = _places(outcomes) * len(ResultStatus) + _places(statuses)
    unlike_most = answers != np.bincount(answers).argmax()
    near = np.flatnonzero(pc.is_in(numbers, numbers.filter(pa.array(unlike_most)).unique()).to_numpy())
    said = pa.table({"tube": numbers.take(pa.array(near)), "answer": answers[near], "document": starts[near]})
    of = said.group_by("tube").aggregate([(name, how) for name in ("answer", "document") for how in ("min", "max")])
    differ = [pc.not_equal(of.column(f"{name}_min"), of.column(f"{name}_max")) for name in ("answer", "document")]
    disputed = of.column("tube").filter(pc.and_(*differ)).combine_chunks()
    return np.asarray(near[pc.is_in(said.column("tube"), disputed).to_numpy()])


def _places(words: pa.ChunkedArray) -> Places:
    """The place of each among few different words."""
    parts = words.unify_dictionaries().chunks
    return np.concatenate([part.indices.to_numpy() for part in parts]).astype(np.int64)
