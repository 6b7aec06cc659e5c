"""Results from outside Hubei: entered with a photo of the report, confirmed by another person; they count, and clear nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.documents import masked_number
from hbcore.domain.errors import Refused, refuse_all
from hbcore.domain.names import masked_name
from hbcore.domain.outside_results import COUNTS
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Assay, Outcome, Purpose
from hbcore.services import audit, codes, foreign_certificates, second_look, units
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.foreign_certificates import Standing
from hbcore.services.looked_up import LookUp, look_up_of, pictures_opened, subject_of
from hbcore.services.refusals import refusals_recorded
from hbcore.services.second_look import Settled, What
from hbcore.storage import look_up_rows, outside_rows, recolouring_rows
from hbcore.storage.ids import new_id
from hbcore.storage.people_rows import UNKNOWN_UNIT
from hbcore.storage.readers.pictures import drawn_anew

OLDEST = timedelta(days=30)
"""An older result counts for nothing that travel or a code asks for."""
MOST_PICTURES, LONGEST = 3, 60
LONGEST_COUNTRY = 10


@dataclass(frozen=True)
class Report:
    """What the paper says; `pictures`: name and content of each photo of it; `certificate`: the text of the code on it, if it
    was read, which then has to say the same."""

    institution: str
    number: str
    assay: Assay
    outcome: Outcome
    sampled_at: datetime
    pictures: tuple[tuple[str, bytes], ...]
    certificate: str = ""


@dataclass(frozen=True)
class Behind:
    """Whether a signed certificate stands behind a result, and whose country's key; `standing` None: a paper alone."""

    standing: Standing | None = None
    country: str = ""


@dataclass(frozen=True)
class OutsideSeen:
    """One that was entered. `confirmed_at` None: it waits for its second person and counts for nothing yet."""

    id: int
    assay: Assay
    outcome: Outcome
    sampled_at: datetime
    confirmed_at: datetime | None
    behind: Behind


@dataclass(frozen=True)
class Paper:
    """What the second person compares: whose it is (masked) and what was entered, the paper's institution and number as
    written, and the photos, each a JPEG."""

    person: int
    name: str
    document: str
    assay: Assay
    outcome: Outcome
    sampled_at: datetime
    institution: str
    number: str
    pictures: tuple[bytes, ...]
    behind: Behind


def propose(person: int, report: Report, *, by: Staff, at: datetime) -> int:
    """Enter a report for somebody looked up within the hour; it waits for a second person. The proposal's id.

    :raises Refused: `look_up_first`, `outside_counts_only`, `outside_institution_needed`, `outside_time`, `picture_needed`,
        `too_many_pictures`, `certificate_invalid`, `certificate_no_test`, `certificate_says_other`, and those of `drawn_anew`.
    """
    _check(report, at)
    drawn, outside = [drawn_anew(name, content) for name, content in report.pictures], new_id()
    with refusals_recorded(by, at, subject_of(person)), acting(by, Permission.RECOLOUR, at) as session:
        look_up_of(person, by=by, at=at)
        found, unit = _whose(session, person, by)
        behind = _behind(session.connection(), report, at)
        content = {"assay": report.assay, "outcome": report.outcome, "person": found}
        if behind.standing:
            content |= {"certificate": behind.standing, "signed_in": behind.country}
        subject = f"outside_result {outside}"
        proposal = second_look.propose(session, What.OUTSIDE_RESULT, subject, unit=unit, content=content, by=by, at=at)
        values = {"person_id": found, "id": outside, "unit": unit, "assay": report.assay, "outcome": report.outcome}
        values |= {"sampled_at": report.sampled_at, "proposed_by": by.id, "proposed_at": at, "proposal_id": proposal}
        values |= {"certificate": behind.standing, "signed_in": behind.country or None}
        connection = session.connection()
        outside_rows.add(connection, values, report.institution.strip()[:LONGEST], report.number.strip()[:LONGEST])
        for picture in drawn:
            recolouring_rows.add_image(connection, found, outside, picture, by=by.id, at=at)
        audit.record(session, audit.Act.OUTSIDE_RESULT_PROPOSED, by=by, at=at, subject=subject, figures=content)
    return proposal


def confirm(proposal_id: int, *, by: Staff, at: datetime) -> None:
    """The second person agrees: from now on it is a result of the person's, and the code is decided again.

    :raises Refused: as `second_look.settle`; `report_unopened`.
    """
    with refusals_recorded(by, at, f"proposal {proposal_id}"), acting(by, Permission.RECOLOUR, at) as session:
        proposal = second_look.settle(session, proposal_id, Settled.CONFIRMED, by=by, at=at, what=What.OUTSIDE_RESULT)
        row = outside_rows.one(session.connection(), proposal.about)
        if not pictures_opened(row.person_id, {"outside_result": row.id}, by.id):
            raise Refused("report_unopened")
        person, unit = _whose(session, row.person_id, by)
        if not outside_rows.confirm(session.connection(), row, person, unit, by=by.id, at=at):
            raise Refused("proposal_gone")
        changes = codes.decide_again(session, [person], at=at, cause=row.id)
        figures = {**proposal.content, "codes": dict(changes)}
        audit.record(session, audit.Act.OUTSIDE_RESULT_CONFIRMED, by=by, at=at, subject=proposal.subject, figures=figures)


def of_person(person: int, *, by: Staff, at: datetime) -> tuple[OutsideSeen, ...]:
    """Those of somebody looked up within the hour, the newest first; part of that look-up.

    :raises Refused: `look_up_first`.
    """
    with reading(by, Permission.RECOLOUR, at) as session:
        look_up_of(person, by=by, at=at)
        rows = outside_rows.of_person(session.connection(), person, at)
    return tuple(
        OutsideSeen(row.id, Assay(row.assay), Outcome(row.outcome), row.sampled_at, row.confirmed_at, _stands(row))
        for row in rows
    )


def paper_of(outside: int, *, by: Staff, at: datetime) -> Paper:
    """The report of one, for who works in its unit or above: a look-up, on record before it is handed out.

    :raises Refused: `unknown_request`, `not_your_unit`, `look_up_not_recorded`.
    """
    with reading(by, Permission.RECOLOUR, at) as session:
        row, connection = outside_rows.one(session.connection(), outside), session.connection()
        if row is None:
            raise Refused("unknown_request")
        if row.unit not in units.units_below(session, by.unit or ""):
            raise Refused("not_your_unit")
        ids = recolouring_rows.image_ids(connection, row.person_id, row.id)
        found = [recolouring_rows.image(connection, row.person_id, row.id, one) for one in ids]
        pointer = look_up_rows.pointed_to(connection, row.person_id)
        person = look_up_rows.read_person(connection, pointer.id if pointer else row.person_id, at).row
    look_up = LookUp(Purpose.RECOLOURING, None)
    figures = {**look_up.figures, "outside_result": row.id, "pictures": len(ids)}
    audit.record_look_up(audit.Act.EVIDENCE_OPENED, by=by, at=at, subject=subject_of(row.person_id), figures=figures)
    text = look_up_rows.opened(person)
    whose = (person.id, masked_name(text.name), masked_number(text.documents[-1]))
    entered = (Assay(row.assay), Outcome(row.outcome), row.sampled_at)
    return Paper(*whose, *entered, *outside_rows.paper(row), tuple(one for one in found if one), _stands(row))


def _check(report: Report, at: datetime) -> None:
    """What may be entered by hand at all; all that is wrong with it at once."""
    sampled = timedelta(0) <= at - report.sampled_at < OLDEST
    many = len(report.pictures) > MOST_PICTURES
    refuse_all(
        (
            None if (report.assay, report.outcome) in COUNTS else Refused("outside_counts_only"),
            None if report.institution.strip() else Refused("outside_institution_needed"),
            None if sampled else Refused("outside_time", days=OLDEST.days),
            None if report.pictures else Refused("picture_needed"),
            Refused("too_many_pictures", most=MOST_PICTURES) if many else None,
        )
    )


def _behind(connection: sa.Connection, report: Report, at: datetime) -> Behind:
    """The certificate that was read beside the form; what it says is what is entered."""
    if not report.certificate:
        return Behind()
    read = foreign_certificates.read_in(connection, report.certificate, at=at)
    if read.test is None:
        raise Refused("certificate_no_test")
    said = (read.test.assay, read.test.outcome, read.test.sampled_at.replace(second=0, microsecond=0))
    if said != (report.assay, report.outcome, report.sampled_at.replace(second=0, microsecond=0)):
        raise Refused("certificate_says_other")
    return Behind(read.standing, read.country[:LONGEST_COUNTRY])


def _stands(row: sa.Row[Any]) -> Behind:
    return Behind(Standing(row.certificate) if row.certificate else None, row.signed_in or "")


def _whose(session: Session, person: int, by: Staff) -> tuple[int, str]:
    """The row that stands for the person now, and the unit it is under."""
    found = look_up_rows.pointed_to(session.connection(), person)
    if found is None:
        raise Refused("unknown_person")
    return found.id, (by.unit or "") if found.unit == UNKNOWN_UNIT else found.unit
