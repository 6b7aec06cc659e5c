"""The QR code in a picture: what a camera at a gate sees, or a photo of the code."""

from io import BytesIO

import zxingcpp
from PIL import Image

from hbcore.storage.readers.pictures import BROKEN, FORMATS, MOST_BYTES

MOST_PIXELS = 12_000_000
"""Of a photo; a live camera sends a thirtieth."""

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
LONGEST_SIDE = 1_600
"""A code that fills a tenth of a photo has still three pixels a module."""


def text_in(picture: bytes) -> str | None:
    """The text of the one QR code in a JPEG, PNG or WebP; None where there is none, several differ, or it is no picture."""
    if not 0 < len(picture) <= MOST_BYTES:
        return None
    try:
        with Image.open(BytesIO(picture), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            opened.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            grey = opened.convert("L")
    except BROKEN:
        return None
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found = {one.text for one in zxingcpp.read_barcodes(grey, formats=QR) if one.valid}
    return found.pop() if len(found) == 1 else None
