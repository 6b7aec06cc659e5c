"""Applications opened and checked, many at once: each with what was stated and what every check found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hbcore.domain.applicants import Applicant, Channel
from hbcore.domain.application_checks import Case, Found, Pair, clean, findings, stopped
from hbcore.domain.applications import FilingCheck
from hbcore.domain.names import masked_name
from hbcore.services.clock import day_of
from hbcore.services.possible_duplicates import MayBe, likenesses
from hbcore.storage import application_rows, application_text, photo_rows, unit_rows
from hbcore.storage.application_queue_rows import QueueRow

ASKS_FOR_PHOTO = (Channel.ONLINE,)
"""Channels in which a photo of the document is asked for."""


@dataclass(frozen=True)
class Checked:
    """An application opened: what was stated, what each check found, and which person held it may be."""

    applicant: Applicant
    findings: tuple[Found, ...]
    possible: tuple[MayBe, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is to be looked at."""
        return clean(self.findings)

    @property
    def stopped(self) -> tuple[str, ...]:
        """The checks besides the filing that stop it."""
        return stopped(self.findings)


def checked(
    connection: sa.Connection, rows: Sequence[QueueRow | sa.Row[Any]], at: datetime, differences: tuple[Pair, ...] = ()
) -> list[Checked]:
    """Rows opened and checked, in their order. `differences`: what differs from the filing, where one was read for it."""
    opened = application_text.opened_many(rows)
    held = application_rows.held_otherwise([one.name for one in opened], rows)
    alike = likenesses(connection, rows, opened)
    outside = _outside(connection, rows)
    asked = [row.id for row in rows if row.channel in ASKS_FOR_PHOTO]
    photographed = photo_rows.with_document(connection, asked) if asked else set()
    on = day_of(at)
    return [
        Checked(
            applicant,
            findings(
                Case(
                    applicant,
                    on,
                    FilingCheck(row.filing_check),
                    differences=differences,
                    elsewhere=bool(row.elsewhere),
                    held_name=Pair("name", masked_name(applicant.name), masked_name(other)) if other else None,
                    possible=tuple(Pair("name", masked_name(applicant.name), one.name) for one in likeness.possible),
                    told_apart=likeness.told_apart,
                    said_same=any(one.said for one in likeness.possible),
                    lives_here=row.id not in outside,
                    photo_asked=row.channel in ASKS_FOR_PHOTO,
                    photo=row.id in photographed,
                )
            ),
            likeness.possible,
        )
        for row, applicant, other, likeness in zip(rows, opened, held, alike, strict=True)
    ]


def _outside(connection: sa.Connection, rows: Sequence[QueueRow | sa.Row[Any]]) -> set[int]:
    """Those whose residence lies outside the unit that decides: nearly all live in that very unit."""
    elsewhere = [row for row in rows if row.residence not in (None, row.unit)]
    below = {unit: unit_rows.codes_below(connection, unit) for unit in {row.unit for row in elsewhere}}
    return {row.id for row in elsewhere if row.residence not in below[row.unit]}
