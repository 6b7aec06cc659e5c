"""Which lines of the queue are shown: kept in the address as short words of our own, with nothing personal in it.

`/Applications?show=answered&unit=420106&kind=passport&country=FRA&left=2h&page=2`: each part may be left out. A widget bound to
the address would write its labels there, which are words of a language.
"""

from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

import streamlit as st

from hbcore.domain.applications import ApplicationState
from hbcore.domain.vocabulary import DocumentKind
from hbcore.services.applications import Left, Question
from hbcore.ui.words import N_, _

SHOW = "show"
"""The part of the address that names one of `SHOWN`."""

SHOWN = {
    "waiting": N_("Under review"),
    "soon": N_("Due within 2 h"),
    "answered": N_("Answered"),
    "asked": N_("Asked"),
    "second_review": N_("Second person"),
    "mine": N_("Mine today"),
    "closed": N_("Closed"),
}
"""The queues a click away."""

_S = ApplicationState
CLOSED = (_S.APPROVED, _S.REFUSED, _S.WITHDRAWN, _S.EXPIRED, _S.REVOKED)
STATES = {
    "waiting": (_S.WAITING,),
    "soon": (_S.WAITING, _S.SECOND_REVIEW),
    "answered": (_S.WAITING,),
    "asked": (_S.ASKED,),
    "remind": (_S.ASKED,),
    "second_review": (_S.SECOND_REVIEW,),
    "mine": tuple(_S),
    "closed": CLOSED,
    **{str(state): (state,) for state in CLOSED},
}
"""Every word of `show` and the states it stands for; `remind`: asked and to be reminded."""

UNDER = {"remind": "asked", **dict.fromkeys(map(str, CLOSED), "closed")}
"""Words that narrow one of the queues down, and which."""

LEFT = {Left.OVERDUE: N_("Overdue"), Left.SOON: N_("Under 2 h"), Left.LATER: N_("2 to 6 h"), Left.MORE: N_("6 h or more")}

FILTER = "queue filter"
_WRITTEN = "queue addresses written"
_CHOICE, _DRAWN = "queue shown", "queue drawn"


@dataclass(frozen=True)
class Filter:
    """What is shown, as the address says it."""

    show: str = "waiting"
    unit: str | None = None
    kind: str | None = None
    country: str | None = None
    left: str | None = None
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether it is less than a whole queue."""
        return any((self.unit, self.kind, self.country, self.left, self.show in UNDER))


def whole(chosen: Filter) -> Filter:
    """The queue that this is a part of."""
    return Filter(show=UNDER.get(chosen.show, chosen.show))


def question_of(chosen: Filter) -> Question:
    """What the service is asked."""
    return Question(
        states=STATES[chosen.show],
        unit=chosen.unit,
        kind=DocumentKind(chosen.kind) if chosen.kind else None,
        country=chosen.country,
        left=Left(chosen.left) if chosen.left else None,
        answered=chosen.show == "answered",
        remind=chosen.show == "remind",
        mine=chosen.show == "mine",
        soon=chosen.show == "soon",
    )


def parts_of(chosen: Filter) -> dict[str, str]:
    """The parts of the address; what is as usual is left out."""
    usual = asdict(Filter())
    return {name: str(value) for name, value in asdict(chosen).items() if value != usual[name]}


def address_of(chosen: Filter) -> str:
    """The part of the address after `?`, the same for the same view."""
    return urlencode(parts_of(replace(chosen, page=1)))


def read(parts: dict[str, str]) -> Filter:
    """The parts of an address as a filter; a word that is not ours counts as left out."""

    def known(name: str, words: object) -> str | None:
        word = parts.get(name, "")
        return word if word in words else None  # type: ignore[operator]

    unit, country, page = parts.get("unit", ""), parts.get("country", ""), parts.get("page", "")
    return Filter(
        show=known("show", STATES) or "waiting",
        unit=unit if unit.isascii() and unit.isdigit() else None,
        kind=known("kind", set(map(str, DocumentKind))),
        country=country if len(country) == 3 and country.isascii() and country.isupper() else None,
        left=known("left", set(map(str, Left))),
        page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 5 else 1,
    )


def current() -> Filter:
    """The filter in force: what was chosen on the page, unless the address has been changed from elsewhere since."""
    told = {name: value for name in parts_of_any() if (value := st.query_params.get(name))}
    held: Filter | None = st.session_state.get(FILTER)
    # A run asked for before the browser took over the newest address still names the one before.
    if held is None or told not in st.session_state.get(_WRITTEN, ()):
        held = st.session_state[FILTER] = read(told)
    _write(held)
    return held


def parts_of_any() -> tuple[str, ...]:
    """The names of all parts."""
    return tuple(asdict(Filter()))


def choose(chosen: Filter) -> None:
    """Take over another filter, and write it into the address."""
    st.session_state[FILTER] = chosen
    _write(chosen)


def _write(chosen: Filter) -> None:
    parts = parts_of(chosen)
    written = st.session_state.get(_WRITTEN, ())
    st.session_state[_WRITTEN] = (*written[-1:], parts)
    others = {name: value for name, value in st.query_params.items() if name not in parts_of_any()}
    if dict(st.query_params) != others | parts:
        st.query_params.from_dict(others | parts)


def show_choice(chosen: Filter) -> Filter:
    """The queues side by side; another one starts at its first page without what narrowed the one before."""
    queue = UNDER.get(chosen.show, chosen.show)
    if st.session_state.get(_DRAWN) != queue or _CHOICE not in st.session_state:
        st.session_state[_CHOICE] = queue  # chosen elsewhere since it was drawn
    picked = st.segmented_control(
        _("Show"),
        tuple(SHOWN),
        required=True,
        format_func=lambda name: _(SHOWN[name]),
        key=_CHOICE,
        label_visibility="collapsed",
    )
    st.session_state[_DRAWN] = picked or queue
    if picked not in (None, queue):
        chosen = replace(chosen, show=str(picked), page=1)
        choose(chosen)
    return chosen
