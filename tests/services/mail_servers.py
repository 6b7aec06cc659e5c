"""A mail server of the tests' own, that takes letters, refuses them, or breaks off."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from hbcore.services.mail_settings import MailSettings, Security

SENDER, PAGE = "desk@example.org", "https://desk.example.org/apply/status"


@dataclass
class Taking:
    """What a server took; what it says to an address and to a letter from now on. `breaks`: it hangs up, letter in hand."""

    letters: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    of_address: str = "250 OK"
    of_letter: str = "250 OK"
    breaks: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.of_address.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.of_address

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.breaks:
            server.transport.close()
        elif self.of_letter.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=default))  # type: ignore[arg-type]
            self.to += envelope.rcpt_tos
        return self.of_letter


@contextmanager
def mail_server() -> Iterator[tuple[Taking, MailSettings]]:
    """A server on a free port of this machine, and the settings that lead to it."""
    taking = Taking()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(taking, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield taking, MailSettings("127.0.0.1", port, Security.NONE, SENDER, PAGE)
    finally:
        controller.stop()
