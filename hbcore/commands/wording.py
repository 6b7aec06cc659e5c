"""What several commands say to people in the same words: sentences, times, whose codes change, what is wrong with rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from hbcore.commands.frame import language, say, say_n
from hbcore.domain.problems import RowProblem, row_ranges
from hbcore.domain.sentence import Sentence, time_in_words
from hbcore.sentences import of_row, sentence
from hbcore.services.clock import now


def here(words: Sentence) -> str:
    """A sentence in the terminal's language."""
    return words.zh if language() == "zh" else words.en


def moment(at: datetime | None) -> str:
    """An instant as the pages write it, to the minute; a dash for none."""
    return here(time_in_words(at, seen_from=now())) if at else "–"


def changes_said(changes: Mapping[str, int], *, done: bool) -> str:
    """Whose codes change, or have changed: `Codes that change: 3 from green to red`."""
    if not changes:
        return say("No code changed.") if done else say("No code changes.")
    words = "Codes that changed: {list}" if done else "Codes that change: {list}"
    return say(words, list=turns(changes))


def turns(changes: Mapping[str, int]) -> str:
    """`3 from green to red · 1 from none to green`, of figures by change (`green>red`)."""
    colours = {
        "none": say("no code"),
        "green": say("green"),
        "yellow": say("yellow"),
        "red": say("red"),
        "grey": say("grey"),
    }
    said = []
    for change, people in changes.items():
        before, after = change.split(">")
        said.append(say("{people} from {before} to {after}", people=people, before=colours[before], after=colours[after]))
    return " · ".join(said)


def problems_said(problems: Sequence[RowProblem], sort: str) -> Iterator[str]:
    """Each fault with the rows that have it, a line each: `Rows 11-12: …`."""
    rows: dict[str, list[int]] = defaultdict(list)
    for one in problems:
        rows[of_row(one.code, sort)].append(one.row)
    for code, at in rows.items():
        said = {"rows": row_ranges(at), "fault": sentence(code)[language()]}
        yield say_n("Row {rows}: {fault}", "Rows {rows}: {fault}", len(set(at)), **said)
