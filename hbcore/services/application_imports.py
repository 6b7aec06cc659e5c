"""Applications that another channel exported: their clock runs from the submission there, any reviewer may decide."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from hbcore.domain.applicants import Channel, plain
from hbcore.domain.applications import ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.headings import APPLICATIONS
from hbcore.domain.known import instant, micros
from hbcore.domain.permissions import Permission
from hbcore.domain.times import SHANGHAI_AHEAD, SKEW, read_instant
from hbcore.domain.vocabulary import RowCode
from hbcore.services import audit, list_files, units
from hbcore.services.acting import Staff
from hbcore.services.application_adding import Submission, add
from hbcore.services.application_entry import LEVELS_OF_RESIDENCE
from hbcore.services.clock import day_of
from hbcore.services.drafts import REQUIRED_OF_CHANNELS, Draft, examine
from hbcore.services.import_report import ImportReport
from hbcore.services.list_files import Import, Sort, Taken, faults, rows_of
from hbcore.services.uploads import IncomingFile
from hbcore.storage import application_rows, application_text, sealing

SORT = Sort(
    "applications",
    lambda file: file.table(APPLICATIONS),
    Permission.IMPORT_APPLICATIONS,
    audit.Act.APPLICATIONS_IMPORTED,
    audit.Act.APPLICATIONS_PREVIEWED,
)

DRAFT_OF = {word: word for word in Draft.__dataclass_fields__} | {"channel_receipt": "receipt"}
"""Our word for the column that each field of a draft is read from."""


def preview(file: IncomingFile, *, by: Staff, at: datetime) -> ImportReport:
    """What `import_applications` would do now, every figure of it; nothing is stored but the event, no receipt is drawn.

    :raises FileRefused: as `import_applications`.
    :raises Refused: the quota of previews.
    """
    report = list_files.preview(file, SORT, _record, by=by, at=at)
    return report if report.batch else replace(report, receipts={})


def import_applications(file: IncomingFile, *, by: Staff, at: datetime) -> ImportReport:
    """Take in applications of one's own unit and below. What a channel did not ask for, staff may ask for.

    Who imports them may decide them; declared symptoms and another residence of somebody we hold then wait for another person.

    A row whose document has an open application counts as already held, and so does a submission that was decided against or
    ended without a decision: an export names it again. The same file again changes nothing.

    :raises FileRefused: a file that as a whole cannot be read.
    """
    return list_files.commit(file, SORT, _record, by=by, at=at)


def _record(one: Import) -> Taken:
    taken = Taken()
    words = unit_words(units.listed())
    scope = units.units_below(one.session, one.by.unit or "")
    for row, cells in rows_of(one.table):
        submission, found = read_row(cells, words, scope, one.at)
        if submission is None:
            taken.problems.extend(faults(row, found))
        else:
            _add(one, submission, row, taken)
    return taken


def _add(one: Import, submission: Submission, row: int, taken: Taken) -> None:
    if _held_already(one.session.connection(), submission):
        taken.already_held += 1
        return
    try:
        entered = add(one.session, replace(submission, brought_by=one.by.id), by=one.by, at=one.at)
    except Refused as refused:
        if refused.code == "duplicate":
            taken.already_held += 1
        else:
            taken.problems.extend(faults(row, {"document_number": RowCode(refused.code)}))
        return
    taken.recorded += 1
    taken.people.append(entered.person_id)
    taken.receipts[str(row)] = entered.receipt.number


def _held_already(connection: sa.Connection, submission: Submission) -> bool:
    """Whether this very submission is held, and not approved: an export names for days what it came to here."""
    document, receipt = submission.applicant.document, submission.applicant.channel_receipt
    key = sealing.document_key(document.kind, document.number)
    rows = application_rows.of_file(connection, key, submission.submitted_at)
    others = [row for row in rows if row.state != ApplicationState.APPROVED]
    return (document.country, receipt) in [
        (one.document.country, one.channel_receipt) for one in application_text.opened_many(others)
    ]


def read_row(
    cells: Mapping[str, str], words: Mapping[str, str], scope: frozenset[str], at: datetime
) -> tuple[Submission | None, dict[str, RowCode]]:
    """A row as a submission, or None and what is wrong with which column."""
    found: dict[str, RowCode] = {}
    unit = _unit(cells.get("unit", ""), words, scope, found)
    submitted_at = _submitted_at(cells.get("submitted_at", ""), at, found)
    values = {word: cells.get(column, "") for word, column in DRAFT_OF.items()}
    draft = Draft(**{**values, "unit": unit or "-", "nationality": values["nationality"] or values["country"]})
    applicant, problems = examine(draft, day_of(at), REQUIRED_OF_CHANNELS)
    found |= {problem.field: problem.code for problem in problems}
    if "country" in found:  # one column says both country and nationality: one cell, one problem
        found.pop("nationality", None)
    if applicant is None or unit is None or submitted_at is None:
        return None, found
    return Submission(applicant, unit, Channel.FILE, submitted_at, entered_by=None), {}


def unit_words(listed: tuple[units.UnitSeen, ...]) -> dict[str, str]:
    """What a unit may be called in a file: its code, its name, its prefecture's name and its own. A name of two units is none."""
    names = {unit.code: unit.name_zh for unit in listed}
    once = Counter(unit.name_zh for unit in listed)
    words: dict[str, str] = {}
    for unit in listed:
        if unit.level in LEVELS_OF_RESIDENCE:
            above = names.get(unit.parent or "", "")
            words |= {unit.code: unit.code, f"{above}{unit.name_zh}": unit.code, f"湖北省{above}{unit.name_zh}": unit.code}
            if once[unit.name_zh] == 1:
                words |= {unit.name_zh: unit.code, plain(unit.name_en).casefold(): unit.code}
    return words


def _unit(text: str, words: Mapping[str, str], scope: frozenset[str], found: dict[str, RowCode]) -> str | None:
    word = plain(text)
    code = words.get(word) or words.get(word.replace(" ", "")) or words.get(word.casefold())
    if code is None:
        found["unit"] = RowCode.UNKNOWN_UNIT if word else RowCode.MISSING
    elif code not in scope:
        found["unit"] = RowCode.NOT_YOUR_UNIT
        return None
    return code


def _submitted_at(text: str, at: datetime, found: dict[str, RowCode]) -> datetime | None:
    """When it was submitted there, of Shanghai's clock: the 24 hours run from then."""
    fault = partial(found.__setitem__, "submitted_at")
    if not plain(text):
        fault(RowCode.MISSING)
        return None
    read = read_instant(text)
    if read is None:
        fault(RowCode.NOT_A_DATE)
        return None
    submitted = read[0] - SHANGHAI_AHEAD
    if submitted > micros(at) + SKEW:
        fault(RowCode.IN_THE_FUTURE)
        return None
    return instant(min(submitted, micros(at)))
