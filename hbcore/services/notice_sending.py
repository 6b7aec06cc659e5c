"""One go of the outbox: letter by letter, each taken in hand by one process alone and handed over at most once.

A letter that may have left is never sent again: one that is lost costs little, for the status page answers; two that say
different things cost trust.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from smtplib import SMTP
from time import monotonic
from typing import Any

import sqlalchemy as sa

from hbcore.domain.notices import IN_HAND_FOR, MailFault, NoticeKind, NoticeState, next_try
from hbcore.services import letters, stranger_quotas
from hbcore.services.letters import Told
from hbcore.services.mail_settings import ADDRESS, MailSettings
from hbcore.services.mailing import NotSent, Unsure, begin_again, hand_over, mail_server
from hbcore.storage import application_text, notice_rows
from hbcore.storage.engine import engine
from hbcore.words import LANGUAGES

Row = sa.Row[Any]
WITH_REASONS = (NoticeKind.REFUSED, NoticeKind.ASKED, NoticeKind.REMINDER, NoticeKind.REVOKED)
_S = NoticeState


@dataclass
class Going:
    """What a go needs, and what came of it so far: notices by the state they are in now (still planned: tried again), faults."""

    mail: MailSettings | None
    hotline: str
    began_at: datetime
    began: float = field(default_factory=monotonic)
    notices: Counter[NoticeState] = field(default_factory=Counter)
    faults: Counter[MailFault] = field(default_factory=Counter)

    def send(self, due: Sequence[Row]) -> None:
        """Send what can be sent, and say of the rest why not."""
        self._end([row for row in due if row.notice_state == _S.SENDING], _S.SENDING, _S.UNSURE)
        planned = [row for row in due if row.notice_state == _S.PLANNED]
        if self.mail is None:
            self._end(planned, _S.PLANNED, _S.STATUS_PAGE_ONLY)
            return
        addresses = {row.notice_id: address_of(row) for row in planned}
        self._end([row for row in planned if not addresses[row.notice_id]], _S.PLANNED, _S.NO_ADDRESS)
        rest = [row for row in planned if addresses[row.notice_id]]
        receipts = [row for row in rest if row.notice_kind == NoticeKind.RECEIVED and not row.attempts]
        beyond = [row for row in receipts if not stranger_quotas.may_write_to(addresses[row.notice_id], at=self.began_at)]
        self._end(beyond, _S.PLANNED, _S.CANCELLED)
        rest = [row for row in rest if row not in beyond]
        if rest:
            self._send_all(rest, addresses, self.mail)

    def _send_all(self, rows: Sequence[Row], addresses: dict[int, str], mail: MailSettings) -> None:
        tried = 0
        try:
            with mail_server(mail) as server:
                for tried, row in enumerate(rows, 1):
                    if not self._send_one(row, addresses[row.notice_id], server, mail):
                        self._put_off(rows[tried:], MailFault.BROKEN_OFF)
                        return
        except NotSent as not_sent:
            self._put_off(rows[tried:], not_sent.fault)

    def _send_one(self, row: Row, to: str, server: SMTP, mail: MailSettings) -> bool:
        """Send one; whether the way is still open."""
        at = self._now()
        with _writing() as connection:
            if not notice_rows.take_in_hand(connection, row, at, at + IN_HAND_FOR):
                return True
        letter = letters.letter(told(row), to, mail, self.hotline, at=at)
        try:
            hand_over(server, letter, sender=mail.sender, to=to)
        except Unsure:
            self._end([row], _S.SENDING, _S.UNSURE)
            return False
        except NotSent as not_sent:
            self._failed(row, _S.SENDING, not_sent.fault)
            return begin_again(server)
        self._end([row], _S.SENDING, _S.SENT)
        return True

    def _put_off(self, rows: Sequence[Row], fault: MailFault) -> None:
        """Nothing was tried of these but the way to the server: that counts as a try."""
        for row in rows:
            self._failed(row, _S.PLANNED, fault)

    def _failed(self, row: Row, was: NoticeState, fault: MailFault) -> None:
        attempts, at = row.attempts + 1, self._now()
        again = next_try(attempts, fault, at)
        state = _S.PLANNED if again else _S.GIVEN_UP
        when = {"next_at": again, "ended_at": None if again else at}
        changed = self._settle([row], was, {"state": str(state), "attempts": attempts, "fault": str(fault), **when})
        self.faults[fault] += changed

    def _end(self, rows: Sequence[Row], was: NoticeState, state: NoticeState) -> None:
        fault = str(MailFault.BROKEN_OFF) if state == _S.UNSURE else None
        self._settle(rows, was, {"state": str(state), "next_at": None, "ended_at": self._now(), "fault": fault})

    def _settle(self, rows: Sequence[Row], was: NoticeState, values: dict[str, Any]) -> int:
        if not rows:
            return 0
        with _writing() as connection:
            changed = notice_rows.settle(connection, rows, was, values)
        self.notices[NoticeState(values["state"])] += changed
        return changed

    def _now(self) -> datetime:
        """The time: a slow server takes minutes."""
        return self.began_at + timedelta(seconds=monotonic() - self.began)


@contextmanager
def _writing() -> Iterator[sa.Connection]:
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def address_of(row: Row) -> str:
    """Where an applicant's letters go, opened for this alone; empty where nothing can be sent there. Telephones get nothing."""
    email = (application_text.opened(row).email or "").strip()
    return email if ADDRESS.fullmatch(email) else ""


def told(row: Row) -> Told:
    """What the letter of a notice says of its application as it stands."""
    kind = NoticeKind(row.notice_kind)
    reasons = json.loads(row.reasons) if kind in WITH_REASONS else ()
    return Told(row.notice_id, kind, row.receipt, reasons, (row.language,) if row.language else LANGUAGES)
