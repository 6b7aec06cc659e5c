"""The checks of a shift at a gate, without names: what was shown when, how often each colour, and the last one taken back."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.errors import Refused
from hbcore.domain.known import instant
from hbcore.domain.permissions import Permission
from hbcore.domain.presented import Travel, Way
from hbcore.domain.vocabulary import Colour
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.audit import Act
from hbcore.services.gate_shifts import GateShift, shift_needed
from hbcore.storage import look_up_event_rows
from hbcore.storage.look_up_event_rows import OwnRow

TAKEN_BACK_WITHIN = timedelta(minutes=10)
LISTED = 50


@dataclass(frozen=True)
class Check:
    """One check. `nobody`: nobody was shown; else `colour` None is no code. `undone`: taken back as a slip."""

    number: int
    at: datetime
    way: Way
    nobody: bool
    colour: Colour | None
    travel: Travel | None
    verdict: CodeVerdict | None
    undone: bool = False


@dataclass(frozen=True)
class ShiftChecks:
    """The checks of a shift so far. `counts` by colour ("none": no code, "nobody"), those taken back left out; `newest` first,
    the last 50. `read_to`: the number of the last event read."""

    shift: GateShift
    counts: Mapping[str, int] = field(default_factory=dict)
    newest: tuple[Check, ...] = ()
    read_to: int = 0


def checks(*, before: ShiftChecks | None = None, by: Staff, at: datetime) -> ShiftChecks:
    """The checks that `by` made in the shift that goes on; `before`: as read before, so that only newer ones are read.

    :raises Refused: `no_place_chosen`, and those of `reading`.
    """
    with reading(by, Permission.CHECK_CODES, at) as session:
        shift = shift_needed(session.connection(), by.id, at)
    known = before if before is not None and before.shift == shift else ShiftChecks(shift, read_to=shift.look_ups_before)
    return _read_on(known, by.id)


def may_undo(seen: ShiftChecks, at: datetime) -> bool:
    """Whether the last check can be taken back: it has not been, and is not older than ten minutes."""
    return bool(seen.newest) and not seen.newest[0].undone and at - seen.newest[0].at <= TAKEN_BACK_WITHIN


def undo(*, by: Staff, at: datetime) -> Check:
    """Take the last check of the shift back, as a slip: an event says so, the check's own stays. Within ten minutes.

    :raises Refused: `no_place_chosen`, `nothing_to_undo`, `look_up_not_recorded`, and those of `reading`.
    """
    with reading(by, Permission.CHECK_CODES, at) as session:
        shift = shift_needed(session.connection(), by.id, at)
    with audit.look_ups_written() as connection:
        done = list(look_up_event_rows.own_after(connection, by.id, shift.look_ups_before))
        seen = _with(ShiftChecks(shift), done)
        if not may_undo(seen, at):
            raise Refused("nothing_to_undo", minutes=TAKEN_BACK_WITHIN // timedelta(minutes=1))
        last = seen.newest[0]
        subject = next(row.subject for row in done if row.seq == last.number)
        figures = {"place": shift.place, "number": last.number}
        audit.look_up(connection, Act.CHECK_UNDONE, by=by, at=at, subject=subject, figures=figures)
    return last


def _read_on(known: ShiftChecks, staff_id: int) -> ShiftChecks:
    with audit.look_ups_read() as connection:
        return _with(known, look_up_event_rows.own_after(connection, staff_id, known.read_to))


def _with(known: ShiftChecks, rows: Iterable[OwnRow]) -> ShiftChecks:
    counts, listed, read_to = Counter(known.counts), list(known.newest[::-1]), known.read_to
    for row in rows:
        read_to, figures = row.seq, json.loads(row.figures)
        if row.act == Act.CODE_CHECKED:
            listed.append(_check(row, figures))
            counts[_counted(listed[-1])] += 1
        elif row.act == Act.CHECK_UNDONE:
            listed = [_undone(one, counts) if one.number == figures["number"] else one for one in listed]
    return ShiftChecks(known.shift, dict(counts), tuple(listed[: -LISTED - 1 : -1]), read_to)


def _undone(one: Check, counts: Counter[str]) -> Check:
    counts[_counted(one)] -= 1
    return Check(one.number, one.at, one.way, one.nobody, one.colour, one.travel, one.verdict, undone=True)


def _counted(one: Check) -> str:
    return "nobody" if one.nobody else str(one.colour or "none")


def _check(row: OwnRow, figures: Mapping[str, str | None]) -> Check:
    colour, travel, verdict = (figures.get(name) for name in ("colour", "travel", "verdict"))
    return Check(
        row.seq,
        instant(row.at),
        Way(figures["way"] or ""),
        colour is None,
        Colour(colour) if colour and colour != "none" else None,
        Travel(travel) if travel else None,
        CodeVerdict(verdict) if verdict else None,
    )
