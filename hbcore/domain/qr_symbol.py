"""A text as a QR symbol: the one place that knows which modules are dark. Screen, paper and tests draw from it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import zxingcpp

QUIET = 4
"""In modules: the white margin that scanners need."""

MASK = 4
"""One mask for all: the same text is the same picture, and scanners read each of the eight (codes part 4)."""

_DARK = re.compile(b"\x00+")


@dataclass(frozen=True)
class Symbol:
    """So many modules a side, and its rows, a byte a module: 0 where it is dark."""

    size: int
    rows: Sequence[bytes]

    def path(self, x: int, y: int) -> str:
        """The dark modules as the path of a drawing whose unit is one module, its upper left corner at `x`, `y`.

        A row's neighbours are one rectangle: half as many characters as a rectangle a module, and no seams between them.
        """
        return "".join(_runs(self.rows, x, y))


def symbol(text: str) -> Symbol:
    """`text` with error correction M. Capitals, digits and ` $%*+-./:` alone take 5.5 bits a character: a signed code is such.

    Of zxing-cpp: the same modules as the library `qrcode` makes of the text, in a fifth of the time.

    :raises ValueError: for more text than a symbol holds, about 2,300 bytes.
    """
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=MASK)
    drawn = np.asarray(made.to_image(scale=1, add_quiet_zones=False))
    return Symbol(len(drawn), [row.tobytes() for row in drawn])


def _runs(rows: Sequence[bytes], left: int, top: int) -> Iterator[str]:
    for y, row in enumerate(rows, top):
        for run in _DARK.finditer(row):
            length = run.end() - run.start()
            yield f"M{left + run.start()} {y}h{length}v1h-{length}z"
