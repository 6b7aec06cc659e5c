"""What staff put right in an application that waits: name, number, birth date. Another person then decides (model part 2)."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from hbcore.domain.applicants import Applicant, Draft
from hbcore.domain.applications import Act, ApplicationState, registration_of
from hbcore.domain.documents import UNKNOWN_COUNTRY
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit, codes, notices, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_entry import in_scope, whose_now
from hbcore.services.clock import day_of
from hbcore.services.decisions import Decision, claimed_by_other, deciding_view, why_not
from hbcore.services.drafts import REQUIRED_OF_CHANNELS, DraftRefused, examine
from hbcore.services.filing_checks import check, filing_for
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import application_rows, application_text, application_work_rows, registration_rows, token_rows
from hbcore.storage.application_work_rows import NO_CLAIM, free_for, step_at
from hbcore.storage.likeness_rows import of_applicant

FIELDS = {"name": "name", "number": "document", "birth_date": "birth_on"}
"""What can be put right, by our word for it."""

_WAITING, _SECOND = ApplicationState.WAITING, ApplicationState.SECOND_REVIEW


@dataclass(frozen=True)
class Correction:
    """As typed; an empty text leaves what is stated."""

    name: str = ""
    document_number: str = ""
    birth_date: str = ""


def put_right(application_id: int, correction: Correction, *, by: Staff, at: datetime) -> Decision:
    """Put right what an applicant mistyped, as the document shows it; it goes to a second person and is compared anew.

    The event and the step say which fields, never what they held.

    :raises DraftRefused: with every fault of every field.
    :raises Refused: `nothing_changed`, `unknown_application`, `not_your_unit`, `already_registered`, `duplicate`,
        `ambiguous_document`, and what stands against sending it on (`why_not_decide`).
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.DECIDE_APPLICATIONS, at) as session:
        connection = session.connection()
        row = in_scope(connection, application_id, units.units_below(session, by.unit or ""))
        code = why_not(deciding_view(row, at=at), Act.SEND_ON, by)
        if code == "claimed_by_other":
            raise claimed_by_other(row)
        if code:
            raise Refused(code)
        before = application_text.opened(row)
        after = _corrected(before, correction, at)
        fields = [word for word, part in FIELDS.items() if getattr(before, part) != getattr(after, part)]
        if not fields:
            raise Refused("nothing_changed")
        person_id = whose_now(session, row, after, row.unit, by, at)
        match = check(after, filing_for(connection, after))
        values = {
            "state": _SECOND,
            "person_id": person_id,
            "changed_by_staff": True,
            "typed_by": by.id,
            "decided_by": by.id,
            "decided_at": at,
            "same_as": None,
            "same_said_by": None,
            "filing_check": match.check,
            "filing_fields": json.dumps(match.fields),
            **application_text.sealed_columns(row.id, after),
            **NO_CLAIM,
        }
        if not application_rows.change_state(connection, row.id, _WAITING, values, free_for(by.id, at)):
            raise Refused("already_decided")
        application_work_rows.add_steps(connection, [step_at(row.id, Act.SEND_ON, _WAITING, _SECOND, row.unit, by.id, at)])
        notices.follow(session, [row.id], Act.SEND_ON, at=at)
        token_rows.add_tokens(connection, [(person_id, of_applicant(after))])
        registration_rows.set_registration(connection, person_id, registration_of(_SECOND, match.check), row.id, None)
        codes.decide_again(session, sorted({row.person_id, person_id}), at=at, cause=row.id)
        figures = {"receipt": row.receipt, "fields": fields}
        audit.record(session, audit.Act.APPLICATION_CORRECTED, by=by, at=at, subject=subject, figures=figures)
    return Decision(application_id, row.receipt, _SECOND)


def _corrected(before: Applicant, correction: Correction, at: datetime) -> Applicant:
    document = before.document
    draft = Draft(
        document_kind=str(document.kind),
        document_number=correction.document_number.strip() or document.number,
        country="" if document.country == UNKNOWN_COUNTRY else document.country,
        name=correction.name.strip() or before.name,
        birth_date=correction.birth_date.strip() or str(before.birth_on or ""),
        unit="-",
    )
    read, problems = examine(draft, day_of(at), REQUIRED_OF_CHANNELS)
    if read is None or problems:
        raise DraftRefused(tuple(problems))
    return replace(before, name=read.name, document=read.document, birth_on=read.birth_on)
