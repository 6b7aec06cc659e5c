"""A text as a QR symbol: the one place that knows which modules are dark. Screen, paper and tests draw from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""In modules: the white margin that scanners need."""

MASK = 4
"""One mask for all: trying the eight takes three times as long, and scanners read each (codes part 4)."""


@dataclass(frozen=True)
class Symbol:
    """So many modules a side, and its dark modules row by row."""

    size: int
    modules: Sequence[Sequence[bool]]

    def path(self, x: int, y: int) -> str:
        """The dark modules as the path of a drawing whose unit is one module, its upper left corner at `x`, `y`.

        A row's neighbours are one rectangle: half as many characters as a rectangle a module, and no seams between them.
        """
        return "".join(_runs(self.modules, x, y))


def symbol(text: str) -> Symbol:
    """`text` with error correction M. Capitals, digits and ` $%*+-./:` alone take 5.5 bits a character: a signed code is such.

    :raises ValueError: for more text than a symbol holds, about 2,300 bytes.
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=MASK)
    code.add_data(text, optimize=0)
    code.make()
    return Symbol(len(code.modules), [[bool(module) for module in row] for row in code.modules])


def _runs(modules: Sequence[Sequence[bool]], left: int, top: int) -> Iterator[str]:
    for y, row in enumerate(modules, top):
        x = left
        for dark, run in groupby(row):
            length = sum(1 for _module in run)
            if dark:
                yield f"M{x} {y}h{length}v1h-{length}z"
            x += length
