"""The picture of a code: sign, word and contrast beside the colour."""

from hbcore.domain.vocabulary import Colour
from hbcore.ui import code_picture


def test_every_colours_picture_has_its_sign_and_word_and_black_modules_on_white():
    for colour in Colour:
        drawn = code_picture.code_svg("023941935521", colour)

        assert code_picture.SIGNS[colour] in drawn
        assert drawn.count('fill="#000000"') == 1
        assert code_picture.FRAMES[colour] in drawn


def test_ink_on_a_frame_has_a_contrast_of_four_and_a_half_at_least():
    for colour in Colour:
        light, dark = sorted((luminance(code_picture.FRAMES[colour]), luminance(code_picture.INKS[colour])), reverse=True)

        assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
