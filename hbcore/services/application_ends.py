"""An application that its applicant takes back."""

from datetime import datetime

from hbcore.domain.applications import Act, ApplicationState
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.services import audit, units
from hbcore.services.acting import Staff, acting
from hbcore.services.application_entry import in_scope
from hbcore.services.decisions import Decision, deciding_view, moved, why_not
from hbcore.services.refusals import refusals_recorded
from hbcore.storage import application_rows
from hbcore.storage.application_work_rows import NO_CLAIM

_WITHDRAWN = ApplicationState.WITHDRAWN


def withdraw(application_id: int, *, by: Staff, at: datetime) -> Decision:
    """Withdraw a waiting or asked application on the applicant's word; a claim by somebody else does not stand against it.

    :raises Refused: `unknown_application`, `not_your_unit`, `not_in_this_state`, `already_decided`.
    """
    subject = f"application {application_id}"
    with refusals_recorded(by, at, subject), acting(by, Permission.ENTER_APPLICATIONS, at) as session:
        connection = session.connection()
        row = in_scope(connection, application_id, units.units_below(session, by.unit or ""))
        view = deciding_view(row, at=at)
        if code := why_not(view, Act.WITHDRAW, by):
            raise Refused(code)
        if not application_rows.change_state(connection, application_id, view.state, {"state": _WITHDRAWN, **NO_CLAIM}):
            raise Refused("already_decided")
        moved(session, row, Act.WITHDRAW, _WITHDRAWN, by=by, at=at)
        audit.record(session, audit.Act.WITHDRAWN, by=by, at=at, subject=subject, figures={"receipt": row.receipt})
    return Decision(application_id, row.receipt, _WITHDRAWN)
