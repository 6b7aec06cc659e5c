"""Facts 管控记录 of one's own unit: in force, proposed and confirmed; what makes anybody yellow or red takes two people."""

from hbcore.services import fact_lists_shown
from hbcore.services.clock import now
from hbcore.ui.errors import errors_shown
from hbcore.ui.fact_form import show_form
from hbcore.ui.fact_held import show_held
from hbcore.ui.fact_lists import show_lists
from hbcore.ui.fact_table import choose, read, show_counts, show_facts
from hbcore.ui.fact_upload import show_upload
from hbcore.ui.fact_views import FILE, HELD, LISTS, ONE, choose_view
from hbcore.ui.start import start_page
from hbcore.ui.waiting import first_read
from hbcore.ui.words import _

staff = start_page(_("Facts"))
view = choose_view(staff)
at = now()
with errors_shown():
    if view == ONE:
        show_form(staff)
    elif view == FILE:
        show_upload(staff)
    elif view == HELD:
        show_held(staff, at)
    elif view == LISTS:
        show_lists(fact_lists_shown.lists_now(by=staff, at=at), staff, at)
    else:
        chosen = choose()
        with first_read("facts"):
            seen = read(chosen, staff, at)
        show_counts(seen)
        show_facts(seen, chosen, staff, at)
