"""What several lines of one file say about one sample, seen together before any of them is judged."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from hbcore.domain.lab_conflicts import contradict, turn
from hbcore.storage.result_rows import SampleKey

Turn = tuple[int, int]
"""The first of all lines that are linked with a line by a row or a sample, and when it is judged among those."""


def look_together(
    others: Sequence[int], lines: Mapping[str, Sequence[Any]], identities: Mapping[int, SampleKey]
) -> tuple[set[int], dict[int, Turn]]:
    """The lines that contradict another of the file, and the turns of those that are not judged where they stand.

    So what becomes of them does not depend on the order of the rows. A row's lines stay together: it comes when the last of
    them does. Those that are linked come where the first of them stands, so that nobody else loses room for a positive by it,
    and slices, which part none of them, judge in the order of the whole. `others`: the lines that are looked at closely, by the
    sample each is about.
    """
    times = Counter(one.person_id for one in identities.values())
    of_sample: dict[SampleKey, list[int]] = {}
    for line in [line for line in others if times[identities[line].person_id] > 1]:
        of_sample.setdefault(identities[line], []).append(line)
    several = [together for together in of_sample.values() if len(together) > 1 and identities[together[0]].person_id]
    torn, late = set[int](), dict[int, int]()
    for together in several:
        said = [(lines["status"][line], lines["outcome"][line]) for line in together]
        torn.update(together if contradict(said) else ())
        for line, one in zip(together, said, strict=True):
            late[lines["row"][line]] = max(late.get(lines["row"][line], 0), turn(one, said))
    if not any(late.values()):
        return torn, {}
    of_row: dict[int, list[int]] = defaultdict(list)
    for line in others:
        if lines["row"][line] in late:
            of_row[lines["row"][line]].append(line)
    return torn, {line: (first, late[lines["row"][line]]) for line, first in _firsts([*several, *of_row.values()]).items()}


def once_a_row(rows: Sequence[int], identities: Mapping[int, SampleKey]) -> dict[int, SampleKey]:
    """Without the lines of a row that are about one sample once more: two who are registered in a tube may be one person by
    now. The last counts, that of the newest registration."""
    last = {(rows[line], identity): line for line, identity in identities.items()}
    return {line: identities[line] for line in sorted(last.values())}


def _firsts(linked: Iterable[Collection[int]]) -> dict[int, int]:
    """The first of all lines that are linked, by one or several steps, with each."""
    first: dict[int, int] = {}

    def of(line: int) -> int:
        while (before := first.setdefault(line, line)) != line:
            line = before
        return line

    for group in linked:
        firsts = set(map(of, group))
        first.update(dict.fromkeys(firsts, min(firsts)))
    return {line: of(line) for line in first}
