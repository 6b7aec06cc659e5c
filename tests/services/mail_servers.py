"""A mail server of the tests' own, that takes letters, refuses them, or breaks off."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hbcore.services.clock import now
from hbcore.services.mail_settings import MailSettings, Security

Served = tuple["Taking", MailSettings]
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
def mail_server(security: Security = Security.NONE, keys: ssl.SSLContext | None = None, **server: Any) -> Iterator[Served]:
    """A server on a free port of this machine, and the settings that lead to it. `keys`: what it closes the way with."""
    taking = Taking()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with_tls = {"ssl_context": keys} if security == Security.TLS else {}
    with_starttls = {"tls_context": keys} if security == Security.STARTTLS else {}
    controller = Controller(taking, hostname="127.0.0.1", port=port, **with_tls, **with_starttls, **server)
    controller.start()
    try:
        yield taking, MailSettings("127.0.0.1", port, security, SENDER, PAGE)
    finally:
        controller.stop()


@dataclass
class Login:
    """Lets one user in."""

    user: str
    password: str
    tried: list[str] = field(default_factory=list)

    def __call__(self, _server: Any, _session: Any, _envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        self.tried.append(mechanism)
        return AuthResult(success=(data.login, data.password) == (self.user.encode(), self.password.encode()), handled=False)


def certificate(folder: Path, name: str = "127.0.0.1", *, days: int = 2) -> tuple[Path, ssl.SSLContext]:
    """A certificate that signs itself, for an address, until so many days from now: its file, and what a server needs of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a mail server of the tests")])
    until = now() + timedelta(days=days)
    made = (
        x509.CertificateBuilder(named, named, key.public_key(), x509.random_serial_number(), until - timedelta(days=10), until)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + plain)
    keys = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    keys.load_cert_chain(file)
    return file, keys
