"""Base45 (RFC 9285): bytes in the 45 characters that a QR code packs most densely."""

import struct

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

NEVER = -1
"""No byte: one character alone stands for nothing."""

_PAIRS = [second + first for first in ALPHABET for second in ALPHABET]
"""The number as two characters, the lower one first: 0 to 2,024."""
_ONES, _TENS, _HUNDREDS = ({one: value * each for value, one in enumerate(ALPHABET)} for each in (1, 45, 2025))


def encode(content: bytes) -> str:
    """Two bytes in three characters, a last single one in two."""
    whole, odd = divmod(len(content), 2)
    twos = struct.unpack_from(f">{whole}H", content)
    text = "".join([_PAIRS[two % 2025] + ALPHABET[two // 2025] for two in twos])
    return text + _PAIRS[content[-1]] if odd else text


def decode(text: str) -> bytes:
    """The bytes of a text that `encode` could have written; of no other, so that no two texts are the same bytes.

    :raises ValueError: a character outside the alphabet (small letters and line ends are), a length that is never
        written, three characters for more than two bytes hold or two for more than one holds.
    """
    whole, rest = divmod(len(text), 3)
    end = whole * 3
    try:
        threes = zip(text[0:end:3], text[1:end:3], text[2:end:3], strict=True)
        twos = [_ONES[one] + _TENS[ten] + _HUNDREDS[hundred] for one, ten, hundred in threes]
        last = [_ONES[text[-2]] + _TENS[text[-1]]] if rest == 2 else [NEVER] * rest
        return struct.pack(f">{whole}H{len(last)}B", *twos, *last)
    except (KeyError, struct.error):
        raise ValueError("not base45") from None
