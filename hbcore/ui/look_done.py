"""What a second person's confirmation did, in a sentence: by what its service answers, else by what was proposed."""

from collections.abc import Callable, Mapping
from typing import Any

from hbcore.services.second_look import Proposal, What
from hbcore.ui.fact_words import confirmed_words, turned_words
from hbcore.ui.locale_words import number_here
from hbcore.ui.outside_results import result_words
from hbcore.ui.words import _, _n


def done_words(proposal: Proposal, done: Any) -> str:
    """What confirming `proposal` did; `done`: what its service answered."""
    return DONE[proposal.what](proposal, done)


def _revoke(proposal: Proposal, _done: Any) -> str:
    words = _("Confirmed: the approval of application {receipt} is revoked.")
    return words.format(receipt=proposal.content["receipt"])


def _undo(proposal: Proposal, _done: Any) -> str:
    return _("Confirmed: application {receipt} waits again.").format(receipt=proposal.content["receipt"])


def _declared(proposal: Proposal, _done: Any) -> str:
    return _("Confirmed: what application {receipt} says counts now.").format(receipt=proposal.content["receipt"])


def _released(_proposal: Proposal, done: Any) -> str:
    words = _n("Confirmed: {n} positive is recorded. {codes}", "Confirmed: {n} positives are recorded. {codes}", done.recorded)
    return words.format(n=number_here(done.recorded), codes=turned_words(done.codes))


def _removed(proposal: Proposal, done: Any) -> str:
    content = proposal.content
    if done is None:
        words = _("Confirmed: row {row} of upload {number} counts as not recorded.")
        return words.format(number=content["number"], row=content["row"])
    words = _("Confirmed: row {row} of upload {number} is taken in, a positive has ended. {codes}")
    return words.format(number=content["number"], row=content["row"], codes=turned_words(done.codes))


def _recalled(_proposal: Proposal, done: Any) -> str:
    n = done.changed.results
    words = _n("Confirmed: {n} result is recalled. {codes}", "Confirmed: {n} results are recalled. {codes}", n)
    return words.format(n=number_here(n), codes=turned_words(done.changed.codes))


def _put_back(_proposal: Proposal, done: Any) -> str:
    n = done.changed.results
    words = _n("Confirmed: {n} result stands again. {codes}", "Confirmed: {n} results stand again. {codes}", n)
    return words.format(n=number_here(n), codes=turned_words(done.changed.codes))


def _codes_revoked(_proposal: Proposal, done: Any) -> str:
    words = _n("Confirmed: {n} signed code is taken back.", "Confirmed: {n} signed codes are taken back.", done)
    return words.format(n=number_here(done))


def _certificates(proposal: Proposal, _done: Any) -> str:
    more = int(str(proposal.content["more"]))
    words = _n(
        "Confirmed: {n} more certificate may be printed within 24 hours.",
        "Confirmed: {n} more certificates may be printed within 24 hours.",
        more,
    )
    return words.format(n=number_here(more))


def _outside(proposal: Proposal, _done: Any) -> str:
    found = result_words(str(proposal.content["assay"]), str(proposal.content["outcome"]))
    return _("Confirmed: the result from outside Hubei counts now: {result}.").format(result=found)


DONE: Mapping[What, Callable[[Proposal, Any], str]] = {
    What.REVOKE: _revoke,
    What.UNDO: _undo,
    What.JOIN: lambda _proposal, _done: _("Confirmed: the second row is joined to the first."),
    What.PART: lambda _proposal, _done: _("Confirmed: the two rows are parted again."),
    What.DECLARED: _declared,
    **dict.fromkeys((What.FACTS, What.END_FACT, What.EXTEND_FACT), lambda proposal, done: confirmed_words(proposal.what, done)),
    What.RELEASE_POSITIVES: _released,
    What.REMOVE_POSITIVE: _removed,
    What.RECALL: _recalled,
    What.PUT_BACK: _put_back,
    **dict.fromkeys((What.REVOKE_CODE, What.REVOKE_CODES), _codes_revoked),
    What.CERTIFICATES: _certificates,
    What.OUTSIDE_RESULT: _outside,
}
"""Of each sort that is confirmed under Second looks."""
