"""What takes two people: what waits for a second look, and what one proposed oneself."""

from hbcore.ui.errors import errors_shown
from hbcore.ui.second_looks import show_looks, show_more_to_settle
from hbcore.ui.start import start_page
from hbcore.ui.words import _

staff = start_page(_("Second looks"))
with errors_shown():
    show_looks(staff)
    show_more_to_settle(staff)
