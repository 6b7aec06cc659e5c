"""A health certificate's text (HCERT 1.3, the container of the EU's and WHO's): from `HC1:` to its claims, step by step."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hbcore.domain import base45, cbor_reading, cose
from hbcore.domain.cbor_reading import Plain
from hbcore.domain.code_verdicts import CodeStep
from hbcore.domain.cose import Sign1

PREFIX = "HC1:"
LONGEST_TEXT = 8 * 1024
LARGEST = 64 * 1024
"""Bytes after zlib. A certificate has 400; a QR code holds 4,296 characters."""

ISSUER, EXPIRES, NOT_BEFORE, ISSUED, CTI, HCERT = 1, 4, 5, 6, 7, -260
"""Keys of the claims (RFC 8392; HCERT 3.2)."""


class StepFailed(Exception):
    """A text is refused at this step."""

    def __init__(self, step: CodeStep) -> None:
        super().__init__(step)
        self.step = step


@dataclass(frozen=True)
class Claims:
    """What a code says. `issued`: None where it does not say; `hcert`: what stands under -260, by its number."""

    issuer: str | None
    issued: datetime | None
    not_before: datetime | None
    expires: datetime
    cti: bytes | None
    hcert: dict[int | str, Plain]


@dataclass(frozen=True)
class Hcert:
    """A text that could be read; nothing of it is believed yet. `payload`: its claims as they stand there."""

    message: Sign1
    payload: dict[int | str, Plain]

    @property
    def hcert(self) -> dict[int | str, Plain]:
        """What stands under -260; empty where nothing does."""
        inner = self.payload.get(HCERT)
        return inner if isinstance(inner, dict) else {}


@contextmanager
def step(name: CodeStep) -> Iterator[None]:
    """What is refused within fails at this step."""
    try:
        yield
    except ValueError as error:
        raise StepFailed(name) from error


def read(text: str) -> Hcert:
    """The certificate of a text, as scanned: line ends around it do not count, blanks do.

    :raises StepFailed: `prefix` (too long a text, too), `base45`, `zlib`, `cbor` or `cose`, whichever is first.
    """
    bare = text.strip("\r\n\t")
    if len(bare) > LONGEST_TEXT or not bare.startswith(PREFIX):
        raise StepFailed(CodeStep.PREFIX)
    with step(CodeStep.BASE45):
        packed = base45.decode(bare.removeprefix(PREFIX))
    with step(CodeStep.ZLIB):
        content = inflate(packed)
    with step(CodeStep.CBOR):
        tags, item = cbor_reading.read_tagged(content)
    with step(CodeStep.COSE):
        message = cose.sign1(tags, item)
    with step(CodeStep.CBOR):
        return Hcert(message, _payload(message.payload))


def inflate(packed: bytes) -> bytes:
    """What one whole zlib stream holds.

    :raises ValueError: a broken or shortened stream, bytes behind it, or more than 64 KiB in it.
    """
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(packed, LARGEST + 1)
    except zlib.error as error:
        raise ValueError("not zlib") from error
    if not stream.eof or stream.unused_data or len(content) > LARGEST:
        raise ValueError("not one whole stream of a certificate's size")
    return content


def claims(payload: dict[int | str, Plain]) -> Claims:
    """The claims that every code must have, each of its kind.

    :raises StepFailed: `claims`: no end, or something of another kind.
    """
    issuer, cti, hcert = payload.get(ISSUER), payload.get(CTI), payload.get(HCERT)
    with step(CodeStep.CLAIMS):
        expires = _instant(payload.get(EXPIRES))
        if expires is None or not isinstance(hcert, dict):
            raise ValueError("no end, or nothing said")
        if not isinstance(issuer, str | None) or not isinstance(cti, bytes | None):
            raise ValueError("a claim of another kind")
        return Claims(issuer, _instant(payload.get(ISSUED)), _instant(payload.get(NOT_BEFORE)), expires, cti, hcert)


def _payload(content: bytes) -> dict[int | str, Plain]:
    """The claims as a map; a statement packed once more into bytes is none."""
    payload = cbor_reading.read(content)
    if not isinstance(payload, dict):
        raise ValueError("claims that are no map")
    hcert = payload.get(HCERT, {})
    if not isinstance(hcert, dict) or any(isinstance(inner, bytes) for inner in hcert.values()):
        raise ValueError("a statement that is no structure")
    return payload


def _instant(value: Plain) -> datetime | None:
    """An instant of the claims: seconds since 1970, or a date that was tagged as such."""
    if value is None:
        return None
    if isinstance(value, str):
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError("an instant without its zone")
        return at
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("an instant that is no number")
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
    except OverflowError as error:
        raise ValueError("an instant beyond the calendar") from error
