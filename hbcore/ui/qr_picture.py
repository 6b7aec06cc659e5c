"""A text as a QR code, black on white whatever the theme."""

from hbcore.domain.qr_symbol import QUIET, symbol


def qr_svg(text: str, width: int) -> str:
    """`text` as a drawing `width` pixels wide. It stands in the page itself: nothing is kept under an address."""
    drawn = symbol(text)
    size = drawn.size + 2 * QUIET
    return (
        f'<svg viewBox="0 0 {size} {size}" width="{width}" height="{width}">'
        f'<rect width="{size}" height="{size}" fill="#ffffff"/>'
        f'<path shape-rendering="crispEdges" d="{drawn.path(QUIET, QUIET)}" fill="#000000"/></svg>'
    )
