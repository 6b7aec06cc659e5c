"""Pictures of papers: decoded and drawn anew, so that nothing of the file survives but what is seen (S29)."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageOps

from hbcore.domain.errors import Refused

FORMATS = ("JPEG", "PNG", "WEBP")
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 24_000_000
"""Of a picture that is decoded: a phone takes half as many; this many take 100 MB for a moment."""
LONGEST_SIDE = 2_400
"""Pixels of the longer side of what is kept: a page of small print stays legible."""
QUALITY = 85

BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow raises for a file that is no picture, a cut one, or one made to harm."""


def drawn_anew(name: str | None, content: bytes, longest: int = LONGEST_SIDE) -> bytes:
    """A picture as a JPEG of our own: turned upright, at most `longest` pixels wide or high, no EXIF, nothing appended.

    `name`: of the file; None where it says nothing, as that of a picture a phone has just taken.

    :raises Refused: `empty_picture`, `picture_too_large`, `picture_too_many_pixels`, `not_a_picture` for whatever else is
        no JPEG, PNG or WebP, whatever its name says.
    """
    if not content:
        raise Refused("empty_picture")
    if len(content) > MOST_BYTES:
        raise Refused("picture_too_large", most=MOST_BYTES // 1024 // 1024)
    if name is not None and not name.lower().endswith(SUFFIXES):
        raise Refused("not_a_picture")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused("picture_too_many_pixels", most=MOST_PIXELS // 1_000_000)
            return _drawn(picture, longest)
    except BROKEN as error:
        raise Refused("not_a_picture") from error


def _drawn(picture: Image.Image, longest: int) -> bytes:
    """The first frame on white, encoded from its pixels alone."""
    picture.draft("RGB", (longest, longest))
    upright = ImageOps.exif_transpose(picture)
    upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    upright.thumbnail((longest, longest))
    page = Image.new("RGB", upright.size, "white")
    page.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    made = BytesIO()
    page.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
