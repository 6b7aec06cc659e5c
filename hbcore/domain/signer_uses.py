"""What a signer's certificate says that it may sign (HCERT 3.4).

Read out of the certificate's DER without its other extensions: some countries write those so that a strict reader refuses the
whole of them (Finland's say a default aloud), and a signature does not turn on them.
"""

from collections.abc import Iterator

from hbcore.domain.dcc import StatementKind

EXTENSIONS = 0xA3
"""The tag of a certificate's extensions (RFC 5280 part 4.1)."""
EXTENDED_KEY_USAGE = bytes.fromhex("551d25")
"""2.5.29.37, as DER has it."""
_ARCS = (bytes.fromhex("2b060104018e378f6501"), bytes.fromhex("2b06010401008e378f6501"))
"""1.3.6.1.4.1.1847.2021.1, and 1.3.6.1.4.1.0.1847.2021.1 by a slip that many certificates hold."""
_STATED = {1: StatementKind.TEST, 2: StatementKind.VACCINATION, 3: StatementKind.RECOVERY}
USES = {arc + bytes([number]): kind for arc in _ARCS for number, kind in _STATED.items()}


def stated_uses(signed: bytes) -> frozenset[StatementKind]:
    """What the signed part of a certificate names of the three uses; empty where it names none.

    :raises ValueError: extensions that are none, or the uses twice.
    """
    ((_tag, fields),) = _parts(signed)
    said = [value for part, wrapped in _parts(fields) if part == EXTENSIONS for value in _said(wrapped)]
    if len(said) > 1:
        raise ValueError("the uses twice")
    return frozenset(USES[use] for value in said for _, uses in _parts(value) for _, use in _parts(uses) if use in USES)


def _said(wrapped: bytes) -> Iterator[bytes]:
    """What each extension of key usage holds."""
    ((_tag, extensions),) = _parts(wrapped)
    for _, extension in _parts(extensions):
        (_, named), *_critical, (_, value) = _parts(extension)
        if named == EXTENDED_KEY_USAGE:
            yield value


def _parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The values that follow each other in DER: the tag and the content of each.

    :raises ValueError: one that is shortened, or of no stated length.
    """
    at = 0
    while at < len(content):
        tag, length = content[at], content[at + 1] if at + 1 < len(content) else 0x80
        at += 2
        if length >= 0x80:
            size = length & 0x7F
            length = int.from_bytes(content[at : at + size]) if 0 < size <= 4 else len(content)
            at += size
        if at + length > len(content):
            raise ValueError("not DER")
        yield tag, content[at : at + length]
        at += length
