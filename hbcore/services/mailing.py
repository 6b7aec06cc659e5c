"""Handing letters to the mail server, one connection for many; what goes wrong is a code, never what the server said."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP

from hbcore.domain.notices import MailFault
from hbcore.services.mail_settings import MailSettings, Security, password

PATIENCE = 20.0
"""Seconds for which the server may be silent."""

DONE, FORWARDED, LASTS = 250, 251, 500
"""Answers of the server: it agrees; it agrees and passes it on; from here on trying again does not help."""


class NotSent(Exception):
    """A letter or all of them did not leave, and why."""

    def __init__(self, fault: MailFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Unsure(Exception):
    """The way broke off after the letter had been given over and before the server said that it has it."""


@contextmanager
def mail_server(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    """The server, with the way to it closed to others and our name given.

    :raises NotSent: where it cannot be reached or does not let us in.
    """
    server = _connected(settings)
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _connected(settings: MailSettings) -> smtplib.SMTP:
    around = ssl.create_default_context()
    with _told_as(MailFault.UNREACHABLE):
        if settings.security == Security.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=PATIENCE, context=around)
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=PATIENCE)
    try:
        if settings.security == Security.STARTTLS:
            with _told_as(MailFault.NOT_SECURE):
                server.starttls(context=around)
        if settings.user:
            with _told_as(MailFault.NOT_LET_IN):
                server.login(settings.user, _password())
        with _told_as(MailFault.UNREACHABLE):
            server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


@contextmanager
def _told_as(answered: MailFault) -> Iterator[None]:
    """What goes wrong as `NotSent`.

    `answered` where the server said no, or the library for want of what it offers or for a name that cannot be said.
    """
    try:
        yield
    except ssl.SSLError as error:
        raise NotSent(MailFault.NOT_SECURE) from error
    except smtplib.SMTPServerDisconnected as error:
        raise NotSent(MailFault.UNREACHABLE) from error
    except (smtplib.SMTPException, UnicodeError) as error:
        raise NotSent(answered) from error
    except OSError as error:
        raise NotSent(MailFault.UNREACHABLE) from error


def _password() -> str:
    """The password, where the machine has one that can be said: the protocol knows ASCII alone."""
    try:
        text = password()
        text.encode("ascii")
    except (OSError, UnicodeError) as error:
        raise NotSent(MailFault.NOT_LET_IN) from error
    return text


def hand_over(server: smtplib.SMTP, letter: EmailMessage, *, sender: str, to: str) -> None:
    """Give one letter to the server.

    :raises NotSent: it was not taken.
    :raises Unsure: nobody knows whether it was.
    """
    try:
        _agreed(server.mail(sender), MailFault.REFUSED)
        _agreed(server.rcpt(to), MailFault.ADDRESS_REFUSED)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(MailFault.BROKEN_OFF) from error
    try:
        answer = server.data(letter.as_bytes(policy=SMTP))
    except smtplib.SMTPDataError as error:
        raise NotSent(MailFault.REFUSED) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unsure from error
    _agreed(answer, MailFault.REFUSED)


def begin_again(server: smtplib.SMTP) -> bool:
    """Put away what was begun of a letter that was not taken; False where the way is broken off."""
    try:
        return server.rset()[0] == DONE
    except (OSError, smtplib.SMTPException):
        return False


def _agreed(answer: tuple[int, bytes], lasting: MailFault) -> None:
    """Go on where the server agreed; that it will never do so is said by `lasting`."""
    code, _said = answer
    if code not in (DONE, FORWARDED):
        raise NotSent(lasting if code >= LASTS else MailFault.REFUSED)
