"""What stands in the code of a printed page: found in the PDF's drawing, read by a scanner's library, opened."""

import zlib
from io import BytesIO
from typing import Any

import cbor2
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader
from pypdf.generic import ContentStream

from hbcore.domain import base45

SCALE, QUIET = 4, 4
"""Pixels a module, and modules of white around them."""

Box = tuple[float, float, float, float]


def code_on(content: bytes, page: int = 0) -> str:
    """The text of the QR code on a page, read from the picture that the page's own drawing makes."""
    boxes = dark(content, page)
    width, height = (int(max(box[side] for box in boxes) + 2 * QUIET) * SCALE for side in (2, 3))
    seen = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(seen)
    for box in boxes:
        left, top, right, bottom = (int((edge + QUIET) * SCALE) for edge in box)
        draw.rectangle([left, top, right - 1, bottom - 1], 0)
    (found,) = zxingcpp.read_barcodes(seen, formats=zxingcpp.BarcodeFormat.QRCode)  # some lines look like a bar code, too
    return str(found.text)


def dark(content: bytes, page: int) -> list[Box]:
    """The filled rectangles of the page's only filled path, in modules: left, top, right, bottom."""
    reader = PdfReader(BytesIO(content))
    drawn: list[list[tuple[float, float]]] = []
    for values, operator in ContentStream(reader.pages[page].get_contents(), reader).operations:
        if operator in (b"m", b"l"):
            if operator == b"m":
                drawn.append([])
            drawn[-1].append((float(values[0]), float(values[1])))
        elif operator in (b"f", b"f*"):
            return [(min(x), min(y), max(x), max(y)) for x, y in (zip(*points, strict=True) for points in drawn)]
        elif operator in (b"S", b"n"):
            drawn = []
    raise AssertionError("nothing is filled on this page")


def opened(text: str) -> dict[Any, Any]:
    """The claims of a signed text; the signature is not looked at."""
    assert text.startswith("HC1:")
    message = cbor2.loads(zlib.decompress(base45.decode(text[4:])))
    claims: dict[Any, Any] = cbor2.loads(message.value[2])
    return claims
