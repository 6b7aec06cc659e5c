"""Tubes: who shares one, whose result is only the tube's, and which tubes hold more people than their method."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hbcore.domain.cells import Cells, cells_of
from hbcore.domain.outcomes import POOL_OF_UNKNOWN_SIZE, SINGLE
from hbcore.domain.problems import Mask

LARGEST = 20
"""People in a tube of the largest method that laboratories name (domain part 4: 20混1)."""

Counts = npt.NDArray[np.int64]

_WORD = 8
_ODD = np.uint64(0x9E3779B97F4A7C15)


def people_in_tube(numbers: Counts, days: npt.NDArray[np.int32], placed: Mask, people: pa.StringArray) -> tuple[Counts, Counts]:
    """The tube of each row, and how many different people are in it.

    A tube is a sample number (`numbers`: as `numbered` has them) on a sampling day: numbers restart daily (model part 4).
    Who is not `placed`, for the day cannot be known, may be in the number's tube of any day: they count in each.
    `people` are document numbers.
    """
    rows = len(numbers)
    if numbers.max(initial=-1) + 1 == rows:
        return numbers, np.ones(rows, np.int64)
    tubes = _densely(numbers * (1 << 32) + (days.astype(np.int64) + (1 << 31)))
    near = tubes if placed.all() else numbers
    shared = np.flatnonzero(np.bincount(near)[near] > 1)
    counts = np.ones(rows, np.int64)
    if shared.size:
        who, sure = numbered(people.take(pa.array(shared))), placed[shared]
        inside = np.unique(tubes[shared[sure]] * rows + who[sure])
        anywhere = np.unique(numbers[shared[~sure]] * rows + who[~sure])
        counts[shared] = _together(inside, anywhere, numbers, tubes)[tubes[shared]]
    return tubes, counts


def _together(inside: Counts, anywhere: Counts, numbers: Counts, tubes: Counts) -> Counts:
    """How many people are in each tube. Pairs as one number (the first times all rows): of tubes and who is in them, and of
    sample numbers and who is in some tube of theirs."""
    rows, size = len(numbers), int(tubes.max()) + 1
    tube = inside // rows
    counts = np.bincount(tube, minlength=size)
    if anywhere.size:
        number_of = np.zeros(size, np.int64)
        number_of[tubes] = numbers
        both = np.isin(number_of[tube] * rows + inside % rows, anywhere)
        counts += np.bincount(anywhere // rows, minlength=int(numbers.max()) + 1)[number_of]
        counts -= np.bincount(tube[both], minlength=size)
    return np.asarray(counts, np.int64)


def is_single(people: Counts, method: npt.NDArray[np.int8]) -> Mask:
    """Whose specimen was alone in its tube: nobody else is in it, and no method says that somebody may be.

    A tube that several share is nobody's own even where its method says 单采: one of the two is a slip (model parts 4, 7).
    """
    return np.asarray(((method == SINGLE) | (method == 0)) & (people == 1))


def too_full(tubes: Counts, people: Counts, method: npt.NDArray[np.int8]) -> Mask:
    """All rows of the tubes with more people than a method of several allows."""
    over = (method > SINGLE) & (method < POOL_OF_UNKNOWN_SIZE) & (people > method)
    if not over.any():
        return np.zeros(len(tubes), np.bool_)
    return np.isin(tubes, tubes[over])


def differing(tubes: Counts, answers: Counts, first: Mask) -> Mask:
    """Whose tube has several answers: one tube has one result (domain part 4).

    As of one sample (`lab_conflicts.contradict`): two first answers differ, or two that put one right do; a first answer that
    says what a correction says agrees with it. `first`: which answers put nothing right.
    """
    size = int(answers.max(initial=0)) + 1
    said = tubes * size + answers
    later = np.unique(said[~first])
    before = np.setdiff1d(said[first], later)
    torn = np.zeros(int(tubes.max(initial=-1)) + 1, np.bool_)
    for pairs in (later, before):
        torn |= np.bincount(pairs // size, minlength=len(torn)) > 1
    return np.asarray(torn[tubes])


def numbered(text: pa.StringArray) -> Counts:
    """Equal cells have equal numbers, from 0 on."""
    if _all_differ(cells_of(text)):
        return np.arange(len(text))
    return np.asarray(text.dictionary_encode().indices.to_numpy(), np.int64)


def _all_differ(cells: Cells) -> bool:
    """Whether it shows at their ends that no two cells are equal, as in most files: a fifth of the time of comparing them."""
    if not len(cells.starts) or cells.lengths.min() < _WORD:
        return False
    words = np.ndarray(len(cells.bytes) - _WORD + 1, np.uint64, cells.bytes, strides=(1,))
    # An odd factor keeps what differs different; a sum that two unequal pairs share only costs the careful way.
    sums = np.sort(words[cells.starts] * _ODD + words[cells.ends - _WORD])
    return bool((sums[1:] != sums[:-1]).all())


def _densely(numbers: Counts) -> Counts:
    _, dense = np.unique(numbers, return_inverse=True)
    return np.asarray(dense, np.int64)
