"""How much the public form takes, and how that is changed."""

import streamlit as st

from hbcore.services import form_limits
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.form_limits import BOUNDS, FormLimit
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import N_, _

NAMES = {
    FormLimit.NETWORK_HOUR: N_("From one network in an hour"),
    FormLimit.NETWORK_DAY: N_("From one network in a day"),
    FormLimit.DOCUMENT_DAY: N_("With one document in a day"),
    FormLimit.WAITING: N_("Waiting at once"),
}


def show_form_limits(staff: Staff) -> None:
    """One line with all of them, and a button."""
    limits = form_limits.limits_now(by=staff, at=now())
    said = _(
        "The public form takes: from one network {hour} an hour and {day} a day, with one document {document} a day; {waiting}"
        " may wait at once."
    )
    named = zip(("hour", "day", "document", "waiting"), limits.values(), strict=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        safe.text(said.format(**{name: number_here(n) for name, n in named}))
        if st.button(_("Change…"), key="form limits"):
            st.dialog(_("What the public form takes"))(_change)(limits, staff)


def _change(limits: dict[FormLimit, int], staff: Staff) -> None:
    st.text(
        _("A hotel or a university has one address: give it room. Without the page's script less passes, whatever stands here.")
    )
    limit = FormLimit(str(st.selectbox(_("Limit"), list(FormLimit), format_func=lambda one: _(NAMES[one]))))
    bounds = BOUNDS[limit]
    typed = st.number_input(_(NAMES[limit]), bounds.least, bounds.most, limits[limit], key=f"most {limit}")
    if st.button(_("Change the limit"), type="primary"):
        with errors_shown():
            form_limits.change_limit(limit, int(typed), by=staff, at=now())
            say_after_rerun(_("Changed: it counts from now on."))
