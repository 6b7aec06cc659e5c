"""A text as a QR code, black on white whatever the theme."""

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""In modules: the white margin that scanners need."""


def qr_svg(text: str, width: int) -> str:
    """`text` as a drawing `width` pixels wide. It stands in the page itself: nothing is kept under an address."""
    code = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make()
    size = len(code.modules) + 2 * QUIET
    dark = (f"M{QUIET + x} {QUIET + y}h1v1h-1z" for y, row in enumerate(code.modules) for x, module in enumerate(row) if module)
    return (
        f'<svg viewBox="0 0 {size} {size}" width="{width}" height="{width}">'
        f'<rect width="{size}" height="{size}" fill="#ffffff"/>'
        f'<path shape-rendering="crispEdges" d="{"".join(dark)}" fill="#000000"/></svg>'
    )
