"""Base45 (RFC 9285): bytes in the 45 characters that a QR code packs most densely."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_PAIRS = [second + first for first in ALPHABET for second in ALPHABET]
"""The number as two characters, the lower one first: 0 to 2,024."""


def encode(content: bytes) -> str:
    """Two bytes in three characters, a last single one in two."""
    parts = []
    for at in range(0, len(content) - 1, 2):
        high, low = divmod(content[at] << 8 | content[at + 1], 2025)
        parts.append(_PAIRS[low] + ALPHABET[high])
    if len(content) % 2:
        parts.append(_PAIRS[content[-1]])
    return "".join(parts)


def decode(text: str) -> bytes:
    """The bytes of a text that `encode` could have written; of no other, so that no two texts are the same bytes.

    :raises ValueError: a character outside the alphabet (small letters and line ends are), a length that is never
        written, three characters for more than two bytes hold or two for more than one holds.
    """
    try:
        values = [_VALUES[character] for character in text]
    except KeyError:
        raise ValueError("a character outside the alphabet of base45") from None
    if len(values) % 3 == 1:
        raise ValueError("a length that base45 never has")
    whole = len(values) // 3 * 3
    content = b"".join(
        (low + 45 * middle + 2025 * high).to_bytes(3)
        for low, middle, high in zip(values[0:whole:3], values[1:whole:3], values[2:whole:3], strict=True)
    )
    return _two_of_three(content) + _last(values[whole:])


def _two_of_three(content: bytes) -> bytes:
    """Of every three bytes the last two; the first is nought, or the three characters stood for too much."""
    if any(content[::3]):
        raise ValueError("three characters of base45 for more than two bytes")
    two = bytearray(len(content) // 3 * 2)
    two[::2], two[1::2] = content[1::3], content[2::3]
    return bytes(two)


def _last(values: list[int]) -> bytes:
    if not values:
        return b""
    value = values[0] + 45 * values[1]
    if value > 0xFF:
        raise ValueError("two characters of base45 for more than one byte")
    return bytes([value])
