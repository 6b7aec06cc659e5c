"""CBOR from a stranger, read strictly: one item and nothing behind it, of plain values, no key twice, not too deep."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import cbor2

DEEPEST = 12
"""Containers and tags within one another; the deepest that a certificate needs is 8."""

Plain = None | bool | int | float | str | bytes | list["Plain"] | dict[int | str, "Plain"]
"""What is read. Lengths that are not said beforehand are read too: the EU's own encoders write them."""


def read(content: bytes) -> Plain:
    """The one item that these bytes are; instants and days that are tagged as such are texts in ISO 8601.

    :raises ValueError: anything else: more bytes, a key twice, other tags, numbers that are none, unknown simple values.
    """
    return _read(content, None)


def read_tagged(content: bytes) -> tuple[tuple[int, ...], Plain]:
    """As `read`, with the tags around the item, the outer first; tags of dates are none of them.

    :raises ValueError: as `read`.
    """
    tags: list[int] = []

    def keep(tag: cbor2.CBORTag, _immutable: bool) -> object:
        tags.insert(0, tag.tag)
        return tag.value

    item = _read(content, keep)
    return tuple(tags), item


def as_json(value: Plain) -> object:
    """A plain value as JSON has it: keys as text, bytes in hexadecimal digits."""
    if isinstance(value, dict):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.hex() if isinstance(value, bytes) else value


def _read(content: bytes, tag_hook: Callable[[cbor2.CBORTag, bool], object] | None) -> Plain:
    stream = BytesIO(content)
    try:
        item = cbor2.CBORDecoder(
            stream,
            tag_hook=tag_hook or _no_tag,
            semantic_decoders=_TAGS,
            max_depth=DEEPEST,
            allow_duplicate_keys=False,
        ).decode()
    except cbor2.CBORError as error:
        raise ValueError("not CBOR") from error
    if stream.read(1):
        raise ValueError("bytes behind the item")
    return _plain(item)


def _plain(value: object) -> Plain:
    """What is read, if it is made of nothing else than plain values."""
    if isinstance(value, Mapping):
        return _plain_map(value)
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that is none")
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return value
    raise ValueError("a value of an unknown kind")


def _plain_map(value: Mapping[object, object]) -> dict[int | str, Plain]:
    """A map whose keys are numbers or texts, and no two of them look alike."""
    plain: dict[int | str, Plain] = {}
    for key, inner in value.items():
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise ValueError("a key of an unknown kind")
        plain[key] = _plain(inner)
    if len({str(key) for key in plain}) < len(plain):
        raise ValueError("a key twice")
    return plain


def _instant(value: object, _immutable: bool) -> str:
    """Tag 1: seconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("an instant that is no number")
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
    return at.isoformat().replace("+00:00", "Z")


def _text(value: object, _immutable: bool) -> str:
    """Tags 0 and 1004: an instant or a day as a text. Whether it is one is the schema's to say."""
    if not isinstance(value, str):
        raise ValueError("a date that is no text")
    return value


def _day(value: object, _immutable: bool) -> str:
    """Tag 100: days since 1970."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a day that is no number")
    return (date(1970, 1, 1) + timedelta(days=value)).isoformat()


def _no_tag(_tag: object, _immutable: bool) -> object:
    raise ValueError("a tag of an unknown kind")


_BUILT_IN = (2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 256, 258, 260, 261, 43000, 55799)
"""Tags that the library would follow by itself: large and rational numbers, references, patterns, addresses, sets."""

_TAGS = dict.fromkeys(_BUILT_IN, _no_tag) | {0: _text, 1: _instant, 100: _day, 1004: _text}
