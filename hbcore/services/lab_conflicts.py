"""What several lines of one file say about one sample, seen together before any of them is judged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hbcore.domain.lab_conflicts import contradict, turn
from hbcore.storage.result_rows import SampleKey


def look_together(
    others: Sequence[int], lines: Mapping[str, Sequence[Any]], identities: Mapping[int, SampleKey]
) -> tuple[set[int], dict[int, int]]:
    """The lines that contradict another of the file, and when a line is judged that comes after others of its sample.

    So what becomes of them does not depend on the order of the rows. A row's lines stay together: it comes when the last of
    them does. `others`: the lines that are looked at closely, by the sample each is about.
    """
    times = Counter(one.person_id for one in identities.values())
    of_sample: dict[SampleKey, list[int]] = {}
    for line in [line for line in others if times[identities[line].person_id] > 1]:
        of_sample.setdefault(identities[line], []).append(line)
    torn, late = set[int](), dict[int, int]()
    for together in of_sample.values():
        if len(together) > 1 and identities[together[0]].person_id:
            said = [(lines["status"][line], lines["outcome"][line]) for line in together]
            torn.update(together if contradict(said) else ())
            for line, one in zip(together, said, strict=True):
                late[lines["row"][line]] = max(late.get(lines["row"][line], 0), turn(one, said))
    if not any(late.values()):
        return torn, {}
    return torn, {line: late[row] for line in others if late.get(row := lines["row"][line])}
