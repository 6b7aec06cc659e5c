"""A judged file against what we hold: what becomes of each line."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from hbcore.domain.lab_keeping import OF_ONE_SPECIMEN, Fate, HeldResult, counts, fate
from hbcore.domain.problems import RowProblem
from hbcore.domain.tube_columns import REGISTRATION
from hbcore.domain.vocabulary import Outcome, ResultStatus, RowCode
from hbcore.services.lab_conflicts import Turn, look_together, once_a_row
from hbcore.services.lab_lines import Lines
from hbcore.services.lab_owners import Owners
from hbcore.services.lab_tubes_held import Tubes, alone_no_more, in_the_way
from hbcore.storage.result_rows import ResultLine, SampleKey, held_results

COLUMN_OF = {
    RowCode.NAME_DIFFERS: "name",
    RowCode.AMBIGUOUS_DOCUMENT: "document_number",
    RowCode.CONTRADICTS: "outcome",
    RowCode.WITHDRAWS_UNKNOWN: "result_status",
    RowCode.SECOND_ACCOUNT_NEEDED: "result_status",
}
"""Which cell holds a line. That of a positive beyond the limit of a shift is its outcome, not the word that takes one away."""


@dataclass
class Fates:
    """What becomes of each line, and of each row of the file.

    `room`: how many single-specimen positives still stand at once; None where two people stand behind the rows (model part 6).
    """

    room: int | None
    in_conflict: Collection[int] = ()
    tubes: Tubes = field(default_factory=dict)
    recorded: list[int] = field(default_factory=list)
    """Lines that add a result."""
    ended_lines: dict[int, str] = field(default_factory=dict)
    """Lines of this very file that a later one of it ended, and how."""
    ended_held: list[tuple[ResultLine, str]] = field(default_factory=list)
    alone_no_more: list[ResultLine] = field(default_factory=list)
    """What others hold of the tubes of these lines, which is the tube's from now on."""
    again: list[tuple[int, ResultLine]] = field(default_factory=list)
    """Lines that say the same as a result we hold, and which."""
    torn: set[int] = field(default_factory=set)
    """Lines that contradict another of this very file."""
    turns: dict[int, Turn] = field(default_factory=dict)
    """When a line is judged, of those that come after others of their sample wherever they stand in the file, and of those."""
    stood: list[ResultLine] = field(default_factory=list)
    """What we hold of the same samples."""
    problems: list[RowProblem] = field(default_factory=list)
    repeats: dict[RowProblem, int] = field(default_factory=dict)
    """What would hold rows that another upload holds, and which: none of `problems`."""
    rows: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("recorded", "already_held", "held", "corrected", "withdrawn"), 0)
    )

    def in_turn(self, lines: Iterable[int]) -> list[int]:
        """Lines in the order in which they are judged: what is judged later is a later result."""
        turns = self.turns
        return sorted(lines, key=lambda line: (*turns.get(line, (line, 0)), line)) if turns else sorted(lines)

    def beside(self, line: int, lines: Mapping[str, Sequence[Any]]) -> Sequence[ResultLine]:
        """What stands in the tube of a line, of whomever."""
        return self.tubes.get((lines["sample_number"][line], lines["sampled_day"][line]), ())

    @property
    def all_fresh(self) -> bool:
        """Whether every recorded line is the first answer for its sample."""
        return not (self.rows["corrected"] or self.ended_lines)


def judge_against_held(
    connection: sa.Connection,
    lines: Mapping[str, Sequence[Any]],
    owners: Owners,
    institution: str,
    room: int | None,
    in_conflict: Collection[int] = (),
    tubes: Tubes = MappingProxyType({}),
) -> Fates:
    """What becomes of each line. A row counts once; where one of its results is held, none of them is recorded (model part 7).

    Of single-specimen positives the first `room` in the file's order stand, further ones are held; None: two people stand
    behind the rows, who may also take a positive away. Lines `in_conflict` with a row that waits (`lab_waiting`) add nothing.
    `tubes`: what stands in theirs.
    """
    fates = Fates(room, in_conflict=in_conflict, tubes=tubes)
    plain = _plain_lines(lines, owners)
    plain[list(in_conflict)] = False
    plain[[line for line in range(len(plain)) if fates.beside(line, lines)] if tubes else []] = False
    if room is not None:
        positives = _positives(lines)
        if len(positives) > room:
            plain[positives] = False  # they are counted one by one
        fates.room = room - int(plain[positives].sum())
    fates.recorded = np.flatnonzero(plain).tolist()
    fates.rows["recorded"] = len(fates.recorded)
    others = np.flatnonzero(~plain).tolist()
    known = {lines["sample_number"][line] for line in others if owners.people[line] > 0}
    stands: dict[SampleKey, ResultLine | int] = dict(
        held_results(connection, institution, sorted(known), set(lines["sampled_day"]))
    )
    fates.stood = [one for one in stands.values() if isinstance(one, ResultLine)]
    tube, day, assay = lines["sample_number"], lines["sampled_day"], lines["assay"]
    identities = {line: SampleKey(tube[line], day[line], assay[line], owners.people[line]) for line in others}
    if REGISTRATION in lines:
        identities = once_a_row(lines["row"], identities)
        others = list(identities)
    fates.torn, fates.turns = look_together(others, lines, identities)
    for row, group in groupby(fates.in_turn(others), key=lines["row"].__getitem__):
        of_row = list(group)
        becomes = [_fate(line, lines, owners, identities[line], stands, fates) for line in of_row]
        held = [RowProblem(row, COLUMN_OF[one], one) for one in becomes if isinstance(one, RowCode)]
        held = held or _beside(of_row, becomes, lines, owners, fates) or _beyond(row, of_row, becomes, lines, fates)
        if held:
            fates.problems.extend(held[:1])
            fates.rows["held"] += 1
        else:
            _settle(of_row, becomes, identities, stands, fates)
    fates.recorded = fates.in_turn(fates.recorded)
    if tubes:
        stay = (line for line in fates.recorded if line not in fates.ended_lines)
        ended = {one.id for one, _ in fates.ended_held}
        shared = alone_no_more(stay, lines, owners.people, tubes)
        fates.alone_no_more = [one for id_, one in sorted(shared.items()) if id_ not in ended]
    return fates


def _beside(
    of_row: Sequence[int],
    becomes: Sequence[Fate | RowCode],
    lines: Mapping[str, Sequence[Any]],
    owners: Owners,
    fates: Fates,
) -> list[RowProblem]:
    """The row's problems where it can't stand beside what others have in its tube."""
    if not fates.tubes:
        return []
    by_two = fates.room is None
    ways = (
        in_the_way(line, what, lines, owners.people[line], fates.beside(line, lines), by_two)
        for line, what in zip(of_row, becomes, strict=True)
    )
    return [one for one in ways if one]


def _positives(lines: Mapping[str, Sequence[Any]]) -> npt.NDArray[np.intp]:
    """The lines that count towards the limit of a shift."""
    positive = np.flatnonzero(np.array(lines["outcome"], dtype=object) == Outcome.POSITIVE)
    return positive[[lines["assay"][line] in OF_ONE_SPECIMEN for line in positive.tolist()]] if positive.size else positive


def positive_lines(lines: Lines) -> int:
    """How many lines could count towards the limit of a shift."""
    parts = range(0, lines.count, 20_000)  # a million words are never Python's together
    return sum(len(_positives(lines.slice(first, 20_000))) for first in parts)


def _beyond(
    row: int, of_row: Sequence[int], becomes: Sequence[Fate | RowCode], lines: Mapping[str, Sequence[Any]], fates: Fates
) -> list[RowProblem]:
    """The row's problem where it would record a positive for which there is no room left; else its positives take their room."""
    if fates.room is None:
        return []
    recorded = [line for line, what in zip(of_row, becomes, strict=True) if what in (Fate.NEW, Fate.CORRECTS)]
    positives = sum(counts(lines["assay"][line], lines["outcome"][line]) for line in recorded)
    if positives > fates.room:
        return [RowProblem(row, "outcome", RowCode.SECOND_ACCOUNT_NEEDED)]
    fates.room -= positives
    return []


def _plain_lines(lines: Mapping[str, Sequence[Any]], owners: Owners) -> npt.NDArray[np.bool_]:
    """Lines that are new whatever we hold: the only line of a new person, and no withdrawal. The rest is looked at closely."""
    people = np.array(owners.people, dtype=np.int64)
    new = people < 0
    lines_of = np.bincount(-people[new], minlength=1)
    plain = new & (lines_of[np.where(new, -people, 0)] == 1) & (np.array(lines["status"], dtype=object) != ResultStatus.WITHDRAWN)
    plain[list(owners.unclear)] = False
    return np.asarray(plain, dtype=np.bool_)


def _fate(
    line: int,
    lines: Mapping[str, Sequence[Any]],
    owners: Owners,
    identity: SampleKey,
    stands: Mapping[SampleKey, ResultLine | int],
    fates: Fates,
) -> Fate | RowCode:
    if line in owners.unclear:
        return owners.unclear[line]
    if line in fates.torn:
        return RowCode.CONTRADICTS
    before = stands.get(identity)
    if before is None:
        held = None
    elif isinstance(before, ResultLine):
        held = HeldResult(before.outcome, before.ended_at is None)
    else:
        held = HeldResult(lines["outcome"][before], before not in fates.ended_lines)
    what = fate(lines["status"][line], lines["outcome"][line], held, by_two=fates.room is None)
    return RowCode.CONTRADICTS if line in fates.in_conflict and what in (Fate.NEW, Fate.CORRECTS) else what


def _settle(
    of_row: Sequence[int],
    becomes: Sequence[Fate | RowCode],
    identities: Mapping[int, SampleKey],
    stands: dict[SampleKey, ResultLine | int],
    fates: Fates,
) -> None:
    for line, what in zip(of_row, becomes, strict=True):
        if what in (Fate.CORRECTS, Fate.WITHDRAWS):
            stands[identities[line]] = _end(stands[identities[line]], what, fates)
        if what in (Fate.NEW, Fate.CORRECTS):
            stands[identities[line]] = line
            fates.recorded.append(line)
        elif what == Fate.ALREADY_HELD and isinstance(before := stands[identities[line]], ResultLine):
            fates.again.append((line, before))
    fates.rows["already_held" if set(becomes) == {Fate.ALREADY_HELD} else "recorded"] += 1
    fates.rows["corrected"] += Fate.CORRECTS in becomes
    fates.rows["withdrawn"] += Fate.WITHDRAWS in becomes


def _end(before: ResultLine | int, what: Fate | RowCode, fates: Fates) -> ResultLine | int:
    """End what stands, once; as it stands then for the lines that follow."""
    how = "corrected" if what == Fate.CORRECTS else "withdrawn"
    if isinstance(before, int):
        fates.ended_lines.setdefault(before, how)
    elif before.ended_at is None:
        fates.ended_held.append((before, how))
        return before._replace(ended_at=before.recorded_at, ended_how=how)
    return before
