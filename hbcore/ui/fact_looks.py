"""What waits for a second look about facts: what it is in a sentence, whose codes would change, and the way to its list."""

from collections.abc import Mapping
from datetime import datetime

from hbcore.domain.vocabulary import FactKind
from hbcore.services import fact_lists
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.second_look import Proposal, What
from hbcore.ui import safe
from hbcore.ui.errors import errors_shown
from hbcore.ui.fact_lists import effect_of
from hbcore.ui.fact_words import changes_words, kinds_words
from hbcore.ui.links import link
from hbcore.ui.words import N_, _

SENTENCES = {
    What.FACTS: N_("Facts are recorded and in force from then on: {kinds}. {case}"),
    What.END_FACT: N_("A fact ends early: {kinds}. {case}"),
    What.EXTEND_FACT: N_("A fact goes on, on new evidence: {kinds}. {case}"),
}


def fact_look_words(proposal: Proposal) -> str:
    """What confirming does, with how many people of each kind and the case."""
    content = proposal.content
    kinds = content["kinds"]
    counted = {FactKind(kind): n for kind, n in kinds.items()} if isinstance(kinds, Mapping) else {}
    case = _("Case number: {number}").format(number=content["case"]) if content["case"] else ""
    return _(SENTENCES[proposal.what]).format(kinds=kinds_words(counted), case=case).strip()


def show_fact_look(proposal: Proposal, staff: Staff) -> None:
    """Whose codes would change by confirming it now, and the list with its people and the reason."""
    list_id = int(str(proposal.content["list"]))
    with errors_shown():
        safe.text(_("Once confirmed: {changes}").format(changes=changes_words(effect_of(list_id, staff, now()))))
    link("Facts", _("Look at the people and the reason →"), list=str(list_id))


def confirm_facts(proposal: int, by: Staff, at: datetime) -> object:
    """The second person agrees."""
    return fact_lists.confirm(proposal, by=by, at=at)
