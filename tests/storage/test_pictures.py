"""A picture is decoded and drawn anew: what is no picture, or more than one, is refused or falls away (S29, S33)."""

import struct
import warnings
import zlib
from io import BytesIO

import pytest
from PIL import Image

from hbcore.domain.errors import Refused
from hbcore.storage.readers.pictures import LONGEST_SIDE, MOST_BYTES, MOST_PIXELS, drawn_anew
from tests.services.requesting import jpeg

SECRET = b"GPS 30.5928N 114.3055E <script>alert(1)</script>"


def made(kind: str, mode: str = "RGB", size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def with_exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET.decode(), orientation
    return jpeg((60, 40), exif=exif.tobytes(), comment=SECRET)


def size_of(content: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(content), formats=("JPEG",)) as picture:
        return picture.size


def flat_png(width: int, height: int) -> bytes:
    """A PNG that says it is as large as this, and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", jpeg()),
        ("a.JPEG", made("JPEG", "CMYK")),
        ("a.png", made("PNG", "RGBA")),
        ("a.png", made("PNG", "P")),
        ("a.png", made("PNG", "I;16")),
        ("a.png", made("PNG", "1")),
        ("a.webp", made("WEBP")),
        ("named after another kind.png", jpeg()),
    ],
)
def test_a_photo_becomes_a_jpeg_of_our_own(name: str, content: bytes):
    assert size_of(drawn_anew(name, content)) == (60, 40)


def test_s29_what_is_beside_the_pixels_is_gone_and_the_picture_stands_upright():
    drawn = drawn_anew("a.jpg", with_exif(6) + b"PK\x03\x04" + SECRET)

    assert SECRET not in drawn
    assert b"Exif" not in drawn
    assert b"PK" not in drawn
    assert size_of(drawn) == (40, 60)


def test_a_large_photo_is_kept_no_larger_than_a_page_needs():
    assert max(size_of(drawn_anew("a.jpg", jpeg((4000, 3000))))) == LONGEST_SIDE
    assert max(size_of(drawn_anew("a.png", made("PNG", "L", (3000, 100))))) == LONGEST_SIDE


REFUSED = {
    "of no bytes": ("a.jpg", b"", "empty_picture"),
    "a script under a picture's name": ("a.jpg", b"<svg onload='alert(1)'>", "not_a_picture"),
    "an archive": ("a.png", b"PK\x03\x04" + bytes(200), "not_a_picture"),
    "a picture of a kind that is not taken": ("a.jpg", made("GIF"), "not_a_picture"),
    "a document's name": ("a.pdf", jpeg(), "not_a_picture"),
    "no suffix": ("notice", jpeg(), "not_a_picture"),
    "cut off": ("a.jpg", jpeg((600, 400))[:700], "not_a_picture"),
    "cut off, PNG": ("a.png", made("PNG", size=(600, 400))[:60], "not_a_picture"),
    "too many bytes": ("a.jpg", jpeg() + bytes(MOST_BYTES), "picture_too_large"),
    "too many pixels": ("a.png", flat_png(MOST_PIXELS // 1000 + 1, 1000), "picture_too_many_pixels"),
    "a bomb": ("a.png", flat_png(60_000, 60_000), "not_a_picture"),
    "between the limit and a bomb": ("a.png", flat_png(12_000, 12_000), "(not_a_picture|picture_too_many_pixels)"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_s29_s33_what_is_no_picture_is_refused_with_a_sentence(what: str):
    name, content, code = REFUSED[what]

    with pytest.raises(Refused, match=f"^{code}$"):
        drawn_anew(name, content)


def test_a_bomb_is_refused_where_warnings_are_only_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Refused, match="picture_too_many_pixels"):
            drawn_anew("a.png", flat_png(12_000, 12_000))
