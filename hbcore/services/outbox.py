"""The doors of the outbox: sent by a thread of the server or at somebody's word, tried with a letter, put back when given up."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from time import sleep

from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.notices import MailFault, NoticeState
from hbcore.domain.permissions import Permission
from hbcore.services import application_expiry, audit, form_photos, letters, photos, retention, settings, stranger_quotas
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.clock import now
from hbcore.services.mail_settings import ADDRESS, mail_settings
from hbcore.services.mailing import NotSent, Unsure, hand_over, mail_server
from hbcore.services.notice_sending import Going
from hbcore.storage import notice_rows
from hbcore.storage.engine import engine
from hbcore.storage.ids import new_id
from hbcore.trouble import log_trouble

AT_ONCE = 100
"""So many notices are looked at in one go, with one connection to the mail server."""

LOOKED_FOR_EVERY = 20.0


@dataclass(frozen=True)
class Sent:
    """What came of notices that were due: how many by the state they are in now (still planned: tried again later), and why."""

    notices: Counter[NoticeState]
    faults: Counter[MailFault]


def send_due(*, at: datetime, by: Staff | None = None) -> Sent | None:
    """Send the hundred notices that have been due longest at `at`, which is one event; None where there is none.

    Public: the clock sends, and shows nobody.
    """
    with engine().connect() as connection, Session(connection) as session:
        due = notice_rows.due(connection, at, AT_ONCE)
        going = Going(mail_settings(session), settings.hotline(session), at)
    if not due:
        return None
    going.send(due)
    if not going.notices.total():  # another process was faster with each of them
        return None
    figures = {"letters": dict(going.notices), "faults": dict(going.faults)}
    audit.record_alone(audit.Act.NOTICES_SENT, by=by, at=at, subject="notices", figures=figures)
    return Sent(going.notices, going.faults)


def send_all(*, at: datetime, by: Staff | None = None) -> Sent:
    """Send all that is due at `at`, a hundred at a time."""
    everything = Sent(Counter(), Counter())
    while sent := send_due(at=at, by=by):
        everything.notices.update(sent.notices)
        everything.faults.update(sent.faults)
    return everything


def send_now(*, by: Staff, at: datetime) -> Sent:
    """`send_all` at somebody's word.

    :raises Refused: those of `reading`.
    """
    with reading(by, Permission.KEEP_UNITS, at):
        pass
    return send_all(at=at, by=by)


def keep_sending() -> None:
    """Expire, delete and send what is due as long as the process runs: for a thread of the server."""
    while True:
        try:
            application_expiry.expire_everywhere(at=now())
            photos.delete_old(at=now())
            form_photos.delete_over(at=now())
            stranger_quotas.forget_over(at=now())
            retention.delete_old(at=now())
            send_all(at=now())
        except Exception as error:  # a full disk, say: tried again, and the pages go on meanwhile
            log_trouble(error)
        sleep(LOOKED_FOR_EVERY)


def try_again(*, by: Staff, at: datetime) -> int:
    """Put what was given up back into the outbox, once its cause is gone; how many.

    :raises Refused: `nothing_given_up`, and those of `acting`.
    """
    with acting(by, Permission.KEEP_UNITS, at) as session:
        put_back = notice_rows.try_again(session.connection(), at)
        if not put_back:
            raise Refused("nothing_given_up")
        audit.record(session, audit.Act.NOTICES_PUT_BACK, by=by, at=at, subject="notices", figures={"n": put_back})
    return put_back


def try_settings(to: str, *, by: Staff, at: datetime) -> None:
    """Send a letter that concerns nobody to an address of one's own, to see whether letters leave. The address is kept nowhere.

    :raises Refused: `bad_mail_address`, `no_mail_server`, a fault's own code, `mail_unsure`, and those of `acting`.
    """
    with acting(by, Permission.KEEP_UNITS, at) as session:
        if not ADDRESS.fullmatch(to):
            raise Refused("bad_mail_address")
        mail = mail_settings(session)
        if mail is None:
            raise Refused("no_mail_server")
        audit.record(session, audit.Act.MAIL_TRIED, by=by, at=at, subject="setting mail")
    try:
        with mail_server(mail) as server:
            hand_over(server, letters.trying(to, mail, number=new_id(), at=at), sender=mail.sender, to=to)
    except NotSent as not_sent:
        raise Refused(not_sent.fault) from not_sent
    except Unsure as unsure:
        raise Refused("mail_unsure") from unsure
