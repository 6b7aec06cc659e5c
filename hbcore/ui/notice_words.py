"""Notices to applicants in words, as staff read them on an application and in events."""

from datetime import datetime

from hbcore.domain.notices import MailFault, NoticeKind, NoticeState
from hbcore.services.notices import NoticeSeen
from hbcore.ui.application_words import moment
from hbcore.ui.words import N_, _, _n

KINDS = {
    NoticeKind.RECEIVED: N_("Notice that it was received"),
    NoticeKind.APPROVED: N_("Notice of the approval"),
    NoticeKind.REFUSED: N_("Notice that it is not approved"),
    NoticeKind.ASKED: N_("Notice of what is needed"),
    NoticeKind.REMINDER: N_("Reminder"),
    NoticeKind.EXPIRED: N_("Notice that the time is over"),
    NoticeKind.REVOKED: N_("Notice that the approval is withdrawn"),
    NoticeKind.REOPENED: N_("Notice that the decision is taken back"),
}
STATES = {
    NoticeState.PLANNED: N_("planned"),
    NoticeState.SENDING: N_("being sent"),
    NoticeState.SENT: N_("sent"),
    NoticeState.UNSURE: N_("may have been sent: broken off"),
    NoticeState.STATUS_PAGE_ONLY: N_("not sent: no mail server is set, the status page answers"),
    NoticeState.NO_ADDRESS: N_("not sent: no e-mail address, the status page answers"),
    NoticeState.GIVEN_UP: N_("not sent: given up"),
    NoticeState.CANCELLED: N_("not sent: no longer true"),
}
FAULTS = {
    MailFault.UNREACHABLE: N_("mail server not reached"),
    MailFault.NOT_SECURE: N_("no encrypted connection"),
    MailFault.NOT_LET_IN: N_("user or password refused"),
    MailFault.ADDRESS_REFUSED: N_("no such address"),
    MailFault.REFUSED: N_("letter refused"),
    MailFault.BROKEN_OFF: N_("connection broken off"),
}


def in_words(notice: NoticeSeen, at: datetime) -> str:
    """One line: which notice, where it stands, when, and what went wrong at the last try."""
    when = notice.ended_at or (notice.next_at if notice.attempts and notice.next_at else notice.due_at)
    tried = (
        _n("tried once", "tried {n} times", notice.attempts).format(n=notice.attempts)
        if notice.attempts and notice.state != NoticeState.SENT
        else ""
    )
    fault = _(FAULTS[notice.fault]) if notice.fault and notice.state != NoticeState.SENT else ""
    return " · ".join(part for part in (_(KINDS[notice.kind]), _(STATES[notice.state]), moment(when, at), tried, fault) if part)
