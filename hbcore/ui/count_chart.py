"""Bars over days as a drawing of our own: no script, no colour needed, the highest and the last number written out."""

from collections.abc import Sequence

import streamlit as st

INKS = {"light": ("#0b5c7a", "#1a2329", "#cfd8de"), "dark": ("#5ab4d6", "#e6edf1", "#3a4852")}
"""Of each theme: bars in its accent, words, base line. Words reach 4.5 : 1 and bars 3 : 1 on the page."""

FONT = "Inter, 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
TOP, TALL, BELOW = 18, 84, 20
"""Pixels: room for a number, the bars, room for the days."""

SIDE = 3.0
"""Percent left free on each side, so that the numbers of the first and last day are not cut."""

DAYS_NAMED = 4


def bars_svg(values: Sequence[int], days: Sequence[str], theme: str) -> str:
    """A bar for each day. Widths are shares of the width, letters keep their size: it reads at 390 pixels too."""
    ink, words, line = INKS[theme]
    most, step = max(*values, 1), (100 - 2 * SIDE) / len(values)
    highest = max(range(len(values)), key=values.__getitem__)
    last = len(values) - 1
    named = {round(place * last / (DAYS_NAMED - 1)) for place in range(DAYS_NAMED)} if last else {0}
    parts = [f'<rect x="0" y="{TOP + TALL}" width="100%" height="1" fill="{line}"/>']
    for place, n in enumerate(values):
        left, middle, high = SIDE + place * step, SIDE + (place + 0.5) * step, TALL * n / most
        top = TOP + TALL - high
        parts.append(
            f'<rect x="{left + step * 0.15:.2f}%" y="{top:.1f}" width="{step * 0.7:.2f}%" height="{high:.1f}" fill="{ink}"/>'
        )
        if place in (highest, last) or len(values) <= DAYS_NAMED * 4:
            parts.append(_text(middle, top - 4, f"{n:,}", words))
        if place in named:
            parts.append(_day(place, last, middle, days[place], words))
    # No namespace here: Streamlit adds it to a drawing that has none.
    return f'<svg width="100%" height="{TOP + TALL + BELOW}">{"".join(parts)}</svg>'


def show_bars(values: Sequence[int], days: Sequence[str], said: str) -> None:
    """The drawing in the colours of the theme; `said` is what it says, for those who do not see it."""
    theme = st.context.theme.type or "light"
    st.image(bars_svg(values, days, theme), width="stretch", alt=said)


def _day(place: int, last: int, middle: float, day: str, ink: str) -> str:
    """A day below its bar; the first and the last keep within the drawing."""
    if last and place in (0, last):
        return _text(100 if place else 0, TOP + TALL + 15, day, ink, "end" if place else "start")
    return _text(middle, TOP + TALL + 15, day, ink)


def _text(x: float, y: float, words: str, ink: str, anchor: str = "middle") -> str:
    place = f'x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-family="{FONT}" font-size="12" fill="{ink}">{words}</text>'
