"""What a code is called on screen and on paper, in both languages: colour is never alone (ux, principle 6)."""

from collections.abc import Mapping

from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import Colour
from hbcore.words import both

COLOUR_WORDS: Mapping[Colour, Sentence] = {
    Colour.GREEN: Sentence(**both("Green code")),
    Colour.YELLOW: Sentence(**both("Yellow code")),
    Colour.RED: Sentence(**both("Red code")),
    Colour.GREY: Sentence(**both("Grey code")),
}
NO_CODE = Sentence(**both("No code"))
NO_SUCH_CODE = Sentence(**both("No such code"))
"""What a gate reads as large as a colour where nobody has the digits."""
