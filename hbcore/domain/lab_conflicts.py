"""Several lines of one file about one sample: whether they agree, and in what order they are judged (model parts 4, 7)."""

from collections.abc import Collection

from hbcore.domain.lab_keeping import removes
from hbcore.domain.vocabulary import ResultStatus

Said = tuple[str, str]
"""A line's status word and its outcome."""


def contradict(lines: Collection[Said]) -> bool:
    """Whether nobody can tell from these lines what holds: then none of them does, and no code goes green on a conflict.

    Two first answers differ, or two words that put one right do: which of them came last is not said by the order of the rows.
    A first answer that says what the correction says agrees with it.
    """
    later = {_told(line) for line in lines if line[0] != ResultStatus.FINAL}
    first = {_told(line) for line in lines if line[0] == ResultStatus.FINAL}
    return len(later) > 1 or len(first - later) > 1


def turn(line: Said, lines: Collection[Said]) -> int:
    """When a line is judged among those of its sample: first answers, what puts them right, first answers that say the same."""
    if line[0] != ResultStatus.FINAL:
        return 1
    return 2 if (ResultStatus.CORRECTED, line[1]) in lines else 0


def cannot_stand_beside(line: Said, waiting: Collection[Said]) -> bool:
    """Whether a line has to wait as well, for what waits of its sample says another thing and nobody has said what holds.

    A correction puts a first answer right though it waits; not where that is a positive which it would take away: that is for
    two people (model part 6).
    """
    return any(_told(one) != _told(line) and not _puts_right(line, one) for one in waiting)


def _puts_right(line: Said, first: Said) -> bool:
    corrects = line[0] == ResultStatus.CORRECTED and first[0] == ResultStatus.FINAL
    return corrects and not removes(first[1], line[1])


def _told(line: Said) -> str:
    """What a line says of the sample; a withdrawal's outcome is that of what it takes away."""
    status, outcome = line
    return ResultStatus.WITHDRAWN if status == ResultStatus.WITHDRAWN else outcome
