"""Codes to be taken back, as their second person sees them."""

from hbcore.domain.vocabulary import Purpose
from hbcore.services.acting import Staff
from hbcore.services.second_look import Proposal, What
from hbcore.ui.code_words import revoke_reason
from hbcore.ui.links import link_to_person
from hbcore.ui.words import _


def revoking_words(proposal: Proposal) -> str:
    """What is done once it is confirmed."""
    reason = revoke_reason(str(proposal.content["reason"]))
    if proposal.what == What.REVOKE_CODE:
        return _("One signed code is taken back: {reason}. Its holder gets a new one at the next look.").format(reason=reason)
    words = _("Every code that one person has is taken back: {reason}. The person gets a new one at the next look.")
    return words.format(reason=reason)


def show_whose(proposal: Proposal, _staff: Staff) -> None:
    """The way to the person; opening them is a look-up."""
    link_to_person(_("Open the person →"), int(str(proposal.content["person"])), Purpose.CODE_QUESTION)
