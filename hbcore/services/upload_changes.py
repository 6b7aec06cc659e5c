"""Whose codes an upload changed: for who may see people, of the institutions of their unit and below; a list is one look-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused
from hbcore.domain.names import masked_name
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Purpose
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.import_report import applying, as_it_stands
from hbcore.storage import applying_rows, people_rows, recalling_rows, upload_change_rows
from hbcore.storage.applying_rows import HowFar
from hbcore.storage.recalling_rows import SoFar
from hbcore.storage.upload_change_rows import Row, Stretch

MOST = 50
SHOWN = 200
"""So many people are listed of one upload."""


@dataclass(frozen=True)
class UploadSeen:
    """An upload of the unit. `codes`: people by change of colour (`none>green`) when it was committed; no name of the file.

    `how_far`: of one that is not recorded to its last line; `so_far`: of one that is being recalled or put back.
    """

    id: int
    number: str
    at: datetime
    by: str
    institution: str
    rows: Mapping[str, int]
    codes: Mapping[str, int]
    recalled: bool
    how_far: HowFar | None
    so_far: SoFar | None


@dataclass(frozen=True)
class Turned:
    """Somebody whose code an upload changed; masked."""

    person: int
    name: str
    document: str
    change: str


@dataclass(frozen=True)
class WhoTurned:
    """`people`: of one's own unit and below, the first of `in_unit`; `elsewhere`: how many of other units, who are not named."""

    number: str
    change: str | None
    people: tuple[Turned, ...]
    in_unit: int
    elsewhere: int


def listed(*, by: Staff, at: datetime, limit: int = MOST) -> tuple[UploadSeen, ...]:
    """The newest uploads of the institutions of one's own unit and below, with whose codes changed as counts."""
    with reading(by, Permission.SETTLE_HELD, at) as session:
        connection = session.connection()
        how_far, so_far = applying_rows.how_far(connection), recalling_rows.so_far(connection)
        rows = upload_change_rows.listed(connection, by.unit or "", limit)
    return tuple(_seen(row, how_far.get(row.id), so_far.get(row.id)) for row in rows)


def one(number: str, *, by: Staff, at: datetime) -> UploadSeen:
    """An upload of those, however old: a link leads to it from a card or an alarm.

    :raises Refused: `unknown_upload`.
    """
    with reading(by, Permission.SETTLE_HELD, at) as session:
        connection = session.connection()
        row = upload_change_rows.one(connection, by.unit or "", number)
        if row is None:
            raise Refused("unknown_upload")
        how_far, so_far = applying_rows.how_far(connection), recalling_rows.so_far(connection)
    return _seen(row, how_far.get(row.id), so_far.get(row.id))


def who(number: str, change: str | None = None, *, by: Staff, at: datetime) -> WhoTurned:
    """Whose code an upload changed (`none>green`; None: any change), told by their history; one look-up event.

    A liaison uploads and sees counts; the names behind them are for who may see people (model part 6).

    :raises Refused: `unknown_upload`, `look_up_not_recorded`.
    """
    with reading(by, Permission.SETTLE_HELD, at) as session:
        connection = session.connection()
        row = upload_change_rows.one(connection, by.unit or "", number)
        if row is None:
            raise Refused("unknown_upload")
        chains = upload_change_rows.stretches(connection, upload_change_rows.people(connection, row.id))
        turned = {person: what for person, chain in chains.items() if (what := turned_by(chain, row.id))}
        wanted = [person for person, what in turned.items() if change in (None, what)]
        in_unit, found = upload_change_rows.persons(connection, wanted, by.unit or "", SHOWN)
    figures = {"purpose": Purpose.CORRECT_RESULT, "rows": len(found), "codes": {change or "all": len(wanted)}}
    audit.record_look_up(audit.Act.LIST_LOOKED_UP, by=by, at=at, subject=f"upload {number}", figures=figures)
    people = tuple(_turned(one, turned[one.id]) for one in found)
    return WhoTurned(number, change, people, in_unit, len(wanted) - in_unit)


def turned_by(chain: Sequence[Stretch], upload: int) -> str | None:
    """What an upload turned a code from and into first (`none>green`); None where it changed nothing that ran then.

    What it replaced ended at that very instant; who had no code got a first stretch that nothing led up to.
    """
    replaced = [one for one in chain if one.replaced_by == upload and one.until_at is not None]
    ends = {one.until_at for one in chain}
    if replaced:
        was = min(replaced, key=lambda one: one.until_at or 0)
        then, before = was.until_at, was.colour
    else:
        first = [one.from_at for one in chain if one.cause == upload and one.from_at not in ends]
        if not first:
            return None
        then, before = min(first), "none"
    running = [one.colour for one in chain if one.from_at <= (then or 0) and (one.until_at is None or (then or 0) < one.until_at)]
    after = running[0] if running else "none"
    return None if before == after else f"{before}>{after}"


def _seen(row: Row, how_far: HowFar | None, so_far: SoFar | None) -> UploadSeen:
    stored = as_it_stands(row.number, row.digest, row.report)
    report = applying(stored, how_far) if how_far else stored
    return UploadSeen(
        row.id,
        row.number,
        row.recorded_at,
        row.full_name,
        row.name,
        report.rows,
        report.codes,
        row.status == "recalled",
        how_far,
        so_far,
    )


def _turned(row: Row, change: str) -> Turned:
    text = people_rows.open_person(row)
    return Turned(row.id, masked_name(text.name), masked_number(text.documents[-1]), change)
