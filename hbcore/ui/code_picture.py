"""The code as a picture: black on white, in a thick frame of its colour that says the colour in words."""

from hbcore.domain.qr_symbol import QUIET, symbol
from hbcore.domain.vocabulary import Colour
from hbcore.services.colour_words import COLOUR_WORDS

SIGNS = {Colour.GREEN: "✓", Colour.YELLOW: "!", Colour.RED: "✗", Colour.GREY: "?"}
FRAMES = {Colour.GREEN: "#16703a", Colour.YELLOW: "#f2c200", Colour.RED: "#b3261e", Colour.GREY: "#5a6268"}
INKS = {Colour.GREEN: "#ffffff", Colour.YELLOW: "#1a1a1a", Colour.RED: "#ffffff", Colour.GREY: "#ffffff"}
"""What is written on the frame's colour: contrast 5 : 1 at the least."""

WIDTH, BAND, THINNEST = 272, 44, 14
"""In pixels: the picture, the band above the code that says the colour, and the frame where it is thinnest."""

FONT = "Inter, 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


def code_svg(text: str, colour: Colour) -> str:
    """A signed code as a QR code in its frame, sign and word in both languages above: nobody's name in it.

    Modules are black on white whatever the colour: yellow ones were read 25 times of 60 (codes part 4). A module is a whole
    number of pixels, so that none is a shade narrower than its neighbour; the frame takes what is left over.
    """
    drawn = symbol(text)
    modules = drawn.size + 2 * QUIET
    module = (WIDTH - 2 * THINNEST) // modules
    side = module * modules
    frame = (WIDTH - side) // 2
    height = BAND + side + frame
    # No namespace here: Streamlit adds it to a drawing that has none.
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f'<rect width="{WIDTH}" height="{height}" fill="{FRAMES[colour]}"/>{_words(colour, frame)}'
        f'<rect x="{frame}" y="{BAND}" width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path transform="translate({frame} {BAND}) scale({module})" shape-rendering="crispEdges" '
        f'd="{drawn.path(QUIET, QUIET)}" fill="#000000"/></svg>'
    )


def _words(colour: Colour, left: int) -> str:
    words = COLOUR_WORDS[colour]
    return (
        f'<text x="{left}" y="{BAND - 13}" font-family="{FONT}" font-weight="700" fill="{INKS[colour]}">'
        f'<tspan font-size="26">{SIGNS[colour]} {words.zh}</tspan><tspan font-size="16" dx="8">{words.en}</tspan></text>'
    )
