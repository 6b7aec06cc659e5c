"""What each permission allows, in words: for the events that refused it and for the document of roles."""

from hbcore.domain.permissions import Permission
from hbcore.ui.words import N_

PERMISSIONS = {
    Permission.CHOOSE_LANGUAGE: N_("Choose one's own language"),
    Permission.CHOOSE_PASSWORD: N_("Choose one's own password"),
    Permission.KEEP_OWN_ACCOUNT: N_("Keep one's own account, second factor and sessions"),
    Permission.SEE_OVERVIEW: N_("See the overview"),
    Permission.SEE_APPLICATIONS: N_("See applications"),
    Permission.ENTER_APPLICATIONS: N_("Enter applications at the counter"),
    Permission.DECIDE_APPLICATIONS: N_("Decide on applications"),
    Permission.SECOND_REVIEW: N_("Be the second person for what takes two"),
    Permission.TRANSFER_APPLICATIONS: N_("Transfer applications to another unit"),
    Permission.IMPORT_FILINGS: N_("Import the police's filings"),
    Permission.IMPORT_APPLICATIONS: N_("Import applications"),
    Permission.IMPORT_RESULTS: N_("Upload laboratory results"),
    Permission.LOOK_UP_PEOPLE: N_("Look people up"),
    Permission.REVEAL_PEOPLE: N_("Show people in full"),
    Permission.KEEP_PEOPLE: N_("Add documents, propose joining and parting people"),
    Permission.SEE_COUNTS: N_("See counts"),
    Permission.REPORT_COUNTS: N_("Confirm the day's report"),
    Permission.SEE_ALARMS: N_("See and take alarms"),
    Permission.KEEP_STAFF: N_("Keep accounts"),
    Permission.KEEP_INSTITUTIONS: N_("Keep testing institutions"),
    Permission.KEEP_UNITS: N_("Keep units"),
    Permission.VERIFY_EVENTS: N_("Verify the chains of events"),
    Permission.SEE_EVENTS: N_("Read events"),
    Permission.EXPORT_EVENTS: N_("Take events as a file"),
    Permission.MAKE_CHECKPOINTS: N_("Make checkpoints of the chains"),
}
