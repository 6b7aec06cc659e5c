"""The code as a picture: black on white, in a thick frame of its colour that says the colour in words."""

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from hbcore.domain.vocabulary import Colour
from hbcore.services.colour_words import COLOUR_WORDS

SIGNS = {Colour.GREEN: "✓", Colour.YELLOW: "!", Colour.RED: "✗", Colour.GREY: "?"}
FRAMES = {Colour.GREEN: "#16703a", Colour.YELLOW: "#f2c200", Colour.RED: "#b3261e", Colour.GREY: "#5a6268"}
INKS = {Colour.GREEN: "#ffffff", Colour.YELLOW: "#1a1a1a", Colour.RED: "#ffffff", Colour.GREY: "#ffffff"}
"""What is written on the frame's colour: contrast 5 : 1 at the least."""

WIDTH = 264
QUIET, FRAME = 4, 2
"""In modules: the white margin that scanners need, and the frame around it."""

MASK = 4
"""One mask for all: trying the eight takes three times as long, and 12 digits are read with any (codes part 4)."""


FONT = "Inter, 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
BAND = 6
"""Height of the band above the code that says the colour, in modules."""


def code_svg(number: str, colour: Colour) -> str:
    """The look-up number as a QR code in its frame, sign and word in both languages above: nobody's name in it.

    Modules are black on white whatever the colour: yellow ones were read 25 times of 60 (codes part 4).
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=MASK)
    code.add_data(number)
    code.make()
    inset = FRAME + QUIET
    size = len(code.modules) + 2 * inset
    dark = (
        f"M{inset + x} {BAND + inset + y}h1v1h-1z" for y, row in enumerate(code.modules) for x, module in enumerate(row) if module
    )
    side, height = size - 2 * FRAME, size + BAND
    # No namespace here: Streamlit adds it to a drawing that has none.
    return (
        f'<svg viewBox="0 0 {size} {height}" width="{WIDTH}" height="{WIDTH * height // size}">'
        f'<rect width="{size}" height="{height}" fill="{FRAMES[colour]}"/>{_words(colour)}'
        f'<rect x="{FRAME}" y="{FRAME + BAND}" width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path shape-rendering="crispEdges" d="{"".join(dark)}" fill="#000000"/></svg>'
    )


def _words(colour: Colour) -> str:
    words = COLOUR_WORDS[colour]
    return (
        f'<text x="{FRAME}" y="{FRAME + BAND - 2.5}" font-family="{FONT}" font-weight="700" fill="{INKS[colour]}">'
        f'<tspan font-size="4.4">{SIGNS[colour]} {words.zh}</tspan><tspan font-size="2.6" dx="1">{words.en}</tspan></text>'
    )
