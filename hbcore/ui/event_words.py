"""Events in words: what was done, what it was about, why it was refused."""

from collections.abc import Mapping

from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import Purpose, Role
from hbcore.sentences import SENTENCES
from hbcore.services.audit import Act
from hbcore.ui.permission_words import PERMISSIONS
from hbcore.ui.person_words import PURPOSES
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import N_, _, role_name, sentence_here

ACTS = {
    Act.SET_UP: N_("The desk was set up"),
    Act.DEMONSTRATION: N_("Filled with a demonstration"),
    Act.STAFF_ADDED: N_("Account added"),
    Act.STAFF_DISABLED: N_("Account disabled"),
    Act.STAFF_ENABLED: N_("Account enabled"),
    Act.STAFF_CHANGED: N_("Account changed"),
    Act.PASSWORD_RESET: N_("Password reset"),
    Act.PASSWORD_CHOSEN: N_("Own password chosen"),
    Act.INSTITUTION_ADDED: N_("Institution added"),
    Act.INSTITUTION_SUSPENDED: N_("Institution suspended"),
    Act.INSTITUTION_RESUMED: N_("Institution resumed"),
    Act.INSTITUTION_CHANGED: N_("Institution changed"),
    Act.UNIT_ADDED: N_("Unit added"),
    Act.UNIT_RENAMED: N_("Unit renamed"),
    Act.SETTING_CHANGED: N_("Setting changed"),
    Act.SECOND_FACTOR_BEGUN: N_("Second factor begun"),
    Act.SECOND_FACTOR_ON: N_("Second factor turned on"),
    Act.SECOND_FACTOR_OFF: N_("Second factor turned off"),
    Act.SECOND_FACTOR_RESET: N_("Second factor taken off"),
    Act.SIGNED_IN: N_("Signed in"),
    Act.SIGN_IN_FAILED: N_("Sign-in failed"),
    Act.SIGNED_OUT: N_("Signed out"),
    Act.SESSION_ENDED: N_("Own session ended"),
    Act.LANGUAGE_CHOSEN: N_("Language chosen"),
    Act.THEME_CHOSEN: N_("Theme chosen"),
    Act.REFUSED: N_("Refused"),
    Act.APPLICATION_ENTERED: N_("Application entered"),
    Act.APPLICATIONS_IMPORTED: N_("Applications imported"),
    Act.APPROVED: N_("Application approved"),
    Act.DECLINED: N_("Application refused"),
    Act.ASKED: N_("Applicant asked"),
    Act.ANSWERED: N_("Answer recorded"),
    Act.SENT_TO_SECOND_REVIEW: N_("Sent to second review"),
    Act.SENT_BACK: N_("Sent back to review"),
    Act.FILINGS_IMPORTED: N_("Filings imported"),
    Act.RESULTS_IMPORTED: N_("Results uploaded"),
    Act.RESULTS_PREVIEWED: N_("Results previewed"),
    Act.RELEASE_PROPOSED: N_("Release of positives proposed"),
    Act.POSITIVES_RELEASED: N_("Positives released"),
    Act.POSITIVES_DECLINED: N_("Positives declined"),
    Act.SETTLING_PROPOSED: N_("Settling of a held row proposed"),
    Act.HELD_ROW_SETTLED: N_("Held row settled"),
    Act.LIMIT_SET: N_("Limit of positives set"),
    Act.PERSON_LOOKED_UP: N_("Person looked up"),
    Act.PERSON_REVEALED: N_("Person shown in full"),
    Act.RESULT_SOUGHT: N_("Missing result sought"),
    Act.JOIN_COMPARED: N_("Two people compared"),
    Act.JOIN_PROPOSED: N_("Joining proposed"),
    Act.PEOPLE_JOINED: N_("People joined"),
    Act.PARTING_PROPOSED: N_("Parting proposed"),
    Act.PEOPLE_PARTED: N_("People parted"),
    Act.DOCUMENT_ADDED: N_("Document added"),
    Act.NOBODY_FOUND: N_("Nobody found"),
    Act.APPLICATION_LOOKED_UP: N_("Application opened"),
    Act.LIST_LOOKED_UP: N_("List of people opened"),
    Act.UPLOAD_LOOKED_UP: N_("Upload's rows opened"),
    Act.PROBLEM_ROWS_TAKEN: N_("Problem rows taken as a file"),
    Act.ALARM_TAKEN: N_("Alarm taken"),
    Act.CHAINS_VERIFIED: N_("Chains verified"),
    Act.CHECKPOINT_MADE: N_("Checkpoint made"),
    Act.EVENTS_EXPORTED: N_("Events exported"),
    Act.COUNT_ROWS_SHOWN: N_("Rows behind a count opened"),
    Act.COUNTS_EXPORTED: N_("Counts taken as a file"),
    Act.DAY_REPORTED: N_("Day's report confirmed"),
    Act.APPROVED_MANY: N_("Applications approved together"),
    Act.DECLARED_CONFIRMED: N_("What an application says confirmed"),
    Act.WITHDRAWN: N_("Application withdrawn"),
    Act.EXPIRED: N_("Applications expired"),
    Act.UNDONE: N_("Decision undone"),
    Act.UNDO_PROPOSED: N_("Undoing proposed"),
    Act.REVOKED: N_("Approval taken back"),
    Act.REVOKE_PROPOSED: N_("Taking back proposed"),
    Act.CLAIMED: N_("Application claimed"),
    Act.RELEASED: N_("Claim let go"),
    Act.TRANSFERRED: N_("Application transferred"),
    Act.NOTED: N_("Internal note written"),
    Act.VIEW_KEPT: N_("View kept"),
    Act.VIEW_DROPPED: N_("View deleted"),
    Act.HANDED_OVER: N_("Shift handed over"),
    Act.POLICY_PROPOSED: N_("Policy proposed"),
    Act.POLICY_PUBLISHED: N_("Policy published"),
    Act.FACT_PROPOSED: N_("Fact proposed"),
    Act.FACT_BURST_PROPOSED: N_("More facts than usual proposed"),
    Act.FACT_LIST_PROPOSED: N_("List of facts proposed"),
    Act.FACT_LIST_REFUSED: N_("List of many people refused"),
    Act.FACT_LIST_PREVIEWED: N_("List of facts previewed"),
    Act.FACTS_CONFIRMED: N_("Facts confirmed"),
    Act.FACT_END_PROPOSED: N_("End of a fact proposed"),
    Act.FACT_ENDED: N_("Fact ended"),
    Act.FACT_EXTENSION_PROPOSED: N_("Extension of a fact proposed"),
    Act.FACT_EXTENDED: N_("Fact extended"),
    Act.PROPOSAL_DECLINED: N_("Proposal turned down"),
    Act.PROPOSAL_WITHDRAWN: N_("Proposal withdrawn"),
    Act.RECOLOURING_ENTERED: N_("Recolouring request entered"),
    Act.RECOLOURING_ASKED: N_("Person asked for evidence"),
    Act.RECOLOURING_ANSWERED: N_("Evidence added"),
    Act.RECOLOURING_REVIEWED: N_("Recolouring request reviewed"),
    Act.RECOLOURING_CONFIRMED: N_("Recolouring request confirmed"),
    Act.RECOLOURING_SENT_BACK: N_("Recolouring request sent back"),
    Act.RECOLOURING_REFUSED: N_("Recolouring request refused"),
    Act.RECOLOURING_WITHDRAWN: N_("Recolouring request withdrawn"),
    Act.EVIDENCE_ATTACHED: N_("Evidence attached"),
    Act.EVIDENCE_OPENED: N_("Evidence opened"),
    Act.OUTSIDE_RESULT_PROPOSED: N_("Result from outside Hubei proposed"),
    Act.OUTSIDE_RESULT_CONFIRMED: N_("Result from outside Hubei confirmed"),
    Act.EXPORT_PROPOSED: N_("Large export proposed"),
    Act.EXPORT_CONFIRMED: N_("Large export confirmed"),
}

SUBJECTS = {
    "application": N_("Application {id}"),
    "person": N_("Person {id}"),
    "recolouring": N_("Recolouring request {id}"),
    "export": N_("Export {id}"),
    "outside_result": N_("Result from outside Hubei {id}"),
    "staff": N_("Account {id}"),
    "upload": N_("Upload {id}"),
    "institution": N_("Institution {id}"),
    "unit": N_("Unit {id}"),
    "view": N_("View {id}"),
    "policy": N_("Policy {id}"),
    "fact": N_("Fact {id}"),
    "fact_list": N_("List of facts {id}"),
}
"""By the first word of a subject; the rest is our own number or code."""


FIGURES = {
    "after": N_("after"),
    "approved": N_("approved"),
    "before": N_("before"),
    "case": N_("case number"),
    "code": N_("code"),
    "institutions": N_("institutions"),
    "language": N_("language"),
    "people": N_("people"),
    "purpose": N_("purpose"),
    "reason": N_("reason"),
    "reasons": N_("reasons"),
    "receipt": N_("receipt"),
    "revealed": N_("in full"),
    "role": N_("role"),
    "rows": N_("rows"),
    "theme": N_("theme"),
    "unit": N_("unit"),
}
"""The figures that stand in many events; the others keep the name they have in the file."""


def act_words(act: str) -> str:
    """What was done; the code itself where a newer desk wrote it."""
    return _(ACTS[Act(act)]) if act in set(Act) else act


def subject_words(subject: str, accounts: Mapping[int, str]) -> str:
    """What it was about; one of the `accounts` by its name, a permission that was refused by what it allows."""
    if subject in set(Permission):
        return _(PERMISSIONS[Permission(subject)])
    kind, space, number = subject.partition(" ")
    if kind == "staff" and number.isdigit():
        number = accounts.get(int(number), number)
    return _(SUBJECTS[kind]).format(id=number) if space and kind in SUBJECTS else subject


def subject_typed(words: str, accounts: Mapping[int, str]) -> str:
    """What somebody typed who copied `subject_words` from the screen; anything else as it is."""
    words = words.strip()
    for permission, allows in PERMISSIONS.items():
        if words.casefold() == _(allows).casefold():
            return str(permission)
    for kind, said in SUBJECTS.items():
        begin = _(said).format(id="")
        if words.casefold().startswith(begin.casefold()):
            number = words[len(begin) :]
            named = next((str(id_) for id_, name in accounts.items() if kind == "staff" and name == number), number)
            return f"{kind} {named}"
    return words


def details(figures: Mapping[str, object]) -> str:
    """The figures of an event on one line, those that say nothing left out; why something was refused as its sentence."""
    return " · ".join(_figure(name, value) for name, value in figures.items() if value not in (None, "", [], {}))


def _figure(name: str, value: object) -> str:
    if name == "why" and str(value) in SENTENCES and "{" not in SENTENCES[str(value)]:
        return sentence_here(str(value))
    called = _(FIGURES[name]) if name in FIGURES else name
    return f"{called} {_plain(name, value)}"


def _plain(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        return f"({details(value)})"
    if isinstance(value, list):
        return ", ".join(_plain(name, one) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _coded(name, str(value))


def _coded(name: str, value: str) -> str:
    """A code that has words of its own, by what it is a figure of."""
    match name:
        case "purpose" if value in set(Purpose):
            return _(PURPOSES[Purpose(value)])
        case "role" if value in set(Role):
            return role_name(Role(value))
        case "unit":
            return unit_name(value)
    return value
