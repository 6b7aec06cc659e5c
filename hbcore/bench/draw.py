"""`bench draw`: the picture of a signed code beside the bare matrix of its symbol, in the same run."""

import random
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from hbcore.domain.qr_symbol import MASK
from hbcore.domain.vocabulary import Colour
from hbcore.ui.code_picture import code_svg

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
LENGTH, SEED, WARM_UP = 189, 1, 5
"""Characters of a signed status code (codes part 3)."""


def run(count: int) -> dict[str, object]:
    """`count` codes, each drawn whole, as the bare matrix with the same mask, and as the library alone would choose the mask.

    Milliseconds: the median, and the slowest of twenty.
    """
    drawn = random.Random(SEED)  # noqa: S311 - not a secret
    texts = ["HC1:" + "".join(drawn.choices(ALPHABET, k=LENGTH - 4)) for _code in range(count + WARM_UP)]
    ways: dict[str, Callable[[str], object]] = {
        "drawn": lambda text: code_svg(text, Colour.GREEN),
        "bare_matrix": lambda text: _matrix(text, MASK),
        "eight_masks_tried": lambda text: _matrix(text, None),
    }
    taken = {name: [_milliseconds(way, text) for text in texts][WARM_UP:] for name, way in ways.items()}
    p50 = {name: median(one) for name, one in taken.items()}
    return {
        "codes": count,
        **{f"{name}_p50_ms": round(one, 2) for name, one in p50.items()},
        "drawn_p95_ms": round(_at(taken["drawn"], 0.95), 2),
        "characters": len(code_svg(texts[0], Colour.GREEN)),
        "drawn_ratio": round(p50["drawn"] / p50["bare_matrix"], 2),
        "eight_masks_ratio": round(p50["eight_masks_tried"] / p50["bare_matrix"], 2),
    }


def _matrix(text: str, mask: int | None) -> object:
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=mask)
    code.add_data(text)
    code.make()
    return code.modules


def _milliseconds(way: Callable[[str], object], text: str) -> float:
    began = perf_counter()
    way(text)
    return 1_000 * (perf_counter() - began)


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]
