"""Case and contact lists as files: read, judged row by row, put down for a second person; refused whole where they must be."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from hbcore.domain.errors import Refused, refuse_all
from hbcore.domain.fact_rules import MANY_A_SHIFT
from hbcore.domain.headings import FACTS
from hbcore.domain.permissions import Permission
from hbcore.domain.problems import RowProblem, row_ranges
from hbcore.domain.staying import Stays
from hbcore.domain.vocabulary import HOLDS, FactSource, RowCode
from hbcore.services import audit, codes, fact_bursts, fact_held, fact_repeats, preview_quota
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.fact_file_rows import ReadRow, read_rows
from hbcore.services.fact_people import find_people
from hbcore.services.fact_put_down import Ahead, Line, PutDown, Wanted, effect, put_down, stated_case, why_not_case, why_not_many
from hbcore.services.policies_published import eras_at
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import What
from hbcore.services.uploads import IncomingFile
from hbcore.storage import fact_list_rows
from hbcore.storage.readers import Table

T = TypeVar("T")

TEMPLATE = "\ufeff证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号\n".encode()
"""A list without rows, to be filled in."""


class ListRefused(Refused):
    """A list that is refused as a whole, with the rows that are the reason."""

    def __init__(self, code: str, problems: Sequence[RowProblem]) -> None:
        super().__init__(code, rows=row_ranges(one.row for one in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class FactFile:
    """What a list holds and would do. `rows`: read = proposed + already_held (on record or proposed) + held + refused;
    skipped apart. `stays`: as `PutDown`'s.

    `status`: `preview`, or `proposed` with the numbers of the list and its proposal. `new`: people who were not known before.
    """

    status: str
    sha256: str
    header_row: int
    rows: Mapping[str, int]
    kinds: Mapping[str, int]
    problems: tuple[RowProblem, ...]
    changes: Mapping[str, int]
    new: int
    list_id: int | None = None
    proposal_id: int | None = None
    ahead: Ahead | None = None
    stays: Sequence[Sequence[Stays]] = ()


@dataclass(frozen=True)
class _Read:
    """The rows of a file, every fault of them, and the case they belong to."""

    rows: Sequence[ReadRow]
    problems: Sequence[RowProblem]
    case: str | None


@dataclass
class _Judged:
    """The rows of a file against what we hold."""

    lines: list[Line] = field(default_factory=list)
    already_held: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    new: list[int] = field(default_factory=list)


def preview(file: IncomingFile, *, case: str | None, by: Staff, at: datetime) -> FactFile:
    """What proposing this list would take and what confirming it would do, carried out and undone again; one event.

    :raises FileRefused: a file that as a whole cannot be read.
    :raises ListRefused: `list_without_exposures`, `no_sound_rows`, with the rows; `list_known_already`.
    :raises Refused: `facts_need_a_case`, `too_many_people`, `file_proposed_already`, `too_many_previews`.
    """
    table = _table(file, by, at)

    def tried(session: Session, read: _Read) -> FactFile:
        preview_quota.refuse_too_many(session, by=by, at=at)
        dry = session.connection().begin_nested()
        judged = _judge(session, read, by, at)
        codes.decide_again(session, judged.new, at=at, cause=0)
        changes, ahead, stays = effect(session, What.FACTS, judged.lines, at)
        dry.rollback()
        report = replace(_report(file, table, judged, changes), ahead=ahead, stays=stays)
        audit.record(session, audit.Act.FACT_LIST_PREVIEWED, by=by, at=at, subject="fact_list", figures=dict(report.rows))
        return report

    return _with_rows(file, table, case, tried, by=by, at=at)


def propose(file: IncomingFile, reason: str, *, case: str | None, sure: bool = False, by: Staff, at: datetime) -> FactFile:
    """Propose the sound rows of a list; whom we did not hold gets a row without registration. Another person confirms it.

    :raises Refused: as `preview` but for its quota, and those of `fact_put_down.put_down`.
    """
    table = _table(file, by, at)

    def done(session: Session, read: _Read) -> FactFile:
        judged = _judge(session, read, by, at)
        codes.decide_again(session, judged.new, at=at, cause=0)
        wanted = Wanted(What.FACTS, judged.lines, reason, case, sure, FactSource.CASE_LIST, file.sha256)
        made = put_down(session, wanted, by=by, at=at)
        fact_held.keep(session, made.list_id, read.rows, judged.problems)
        return _proposed(_report(file, table, judged, made.changes), made)

    return _with_rows(file, table, case, done, by=by, at=at)


def _table(file: IncomingFile, by: Staff, at: datetime) -> Table:
    """The file as a table, once it is sure that `by` may propose at all."""
    with reading(by, Permission.PROPOSE_FACTS, at):
        pass  # a file is read outside of any transaction
    return file.table(FACTS)


def _with_rows(
    file: IncomingFile,
    table: Table,
    case: str | None,
    do: Callable[[Session, _Read], T],
    *,
    by: Staff,
    at: datetime,
) -> T:
    """Read the rows and `do` something with them in one transaction. A list of many that is refused is an alarm."""
    people = len(table.rows)
    try:
        with refusals_recorded(by, at, "fact_list"), acting(by, Permission.PROPOSE_FACTS, at) as session:
            if fact_list_rows.same_file(session.connection(), file.sha256, at):
                raise Refused("file_proposed_already")
            rows, problems = read_rows(table, at, eras_at(session, by.unit, at)[0].policy)
            no_case = why_not_case(case, [row.kind for row in rows if row.kind], people)
            without = [one for one in problems if one.code == RowCode.EXPOSURE_NEEDED]
            no_exposures = ListRefused("list_without_exposures", without) if without else None
            refuse_all((no_case, why_not_many(people), no_exposures))
            return do(session, _Read(rows, problems, stated_case(case)))
    except Refused as refused:
        alarming = [one.code for one in (refused, *refused.also) if one.code in _ALARMING]
        if people > MANY_A_SHIFT and alarming:
            _record_refused(alarming[0], people, file.sha256, by, at)
        raise


def _record_refused(why: str, people: int, digest: str, by: Staff, at: datetime) -> None:
    """One event, and so one alarm, for each account and file while it stands."""
    with reading(by, Permission.PROPOSE_FACTS, at) as session:
        known = fact_bursts.refused_already(session, digest, by=by, at=at)
    if not known:
        figures = {"why": why, "people": people, "sha256": digest}
        audit.record_alone(audit.Act.FACT_LIST_REFUSED, by=by, at=at, subject="fact_list", figures=figures)


_ALARMING = frozenset({"facts_need_a_case", "too_many_people", "list_without_exposures"})
"""Somebody tried to record many people against the rules."""


def _judge(session: Session, read: _Read, by: Staff, at: datetime) -> _Judged:
    judged = _Judged(problems=list(read.problems))
    found = find_people(session, [row for row in read.rows if row.measure], by=by, at=at)
    judged.problems += found.problems
    judged.new = found.new
    held = fact_repeats.held_of(session, found.people.values(), read.case, unit=by.unit, at=at)
    taken: set[int] = set()
    for row in read.rows:
        person = found.people.get(row.row)
        if person is None or row.measure is None:
            continue
        if person in taken:
            judged.problems.append(RowProblem(row.row, "document_number", RowCode.TWICE_IN_LIST))
        elif held.why_not(person, row.measure):
            judged.already_held += 1
        else:
            judged.lines.append(Line(person, row.measure))
        taken.add(person)
    if not judged.lines:
        raise ListRefused("no_sound_rows" if judged.problems else "list_known_already", judged.problems)
    return judged


def _report(file: IncomingFile, table: Table, judged: _Judged, changes: Mapping[str, int]) -> FactFile:
    problems = tuple(sorted(judged.problems, key=lambda problem: problem.row))
    by_row = {problem.row: all(one.code in HOLDS for one in problems if one.row == problem.row) for problem in problems}
    held = sum(by_row.values())
    rows = {
        "read": len(table.rows),
        "proposed": len(judged.lines),
        "already_held": judged.already_held,
        "held": held,
        "refused": len(by_row) - held,
        "skipped": table.skipped,
    }
    kinds = Counter(str(line.measure.kind) for line in judged.lines)
    return FactFile("preview", file.sha256, table.format.header_row, rows, kinds, problems, changes, len(judged.new))


def _proposed(report: FactFile, made: PutDown) -> FactFile:
    told = replace(report, ahead=made.ahead, stays=made.stays)
    return replace(told, status="proposed", list_id=made.list_id, proposal_id=made.proposal_id)
