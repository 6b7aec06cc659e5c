"""The figures of an event in words: what each is called, and its value where that is a code."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from hbcore.domain import application_reasons, recolouring_grounds, temperatures
from hbcore.domain.application_reasons import FIELD_WORDS
from hbcore.domain.sentence import Sentence
from hbcore.sentences import SENTENCES
from hbcore.services import policy_withdrawing
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE
from hbcore.services.second_look import What
from hbcore.ui import (
    certificate_more,
    code_words,
    fact_words,
    held_words,
    large_exports,
    person_documents,
    recall_words,
)
from hbcore.ui.application_words import KINDS, here
from hbcore.ui.decline_words import DECLINES
from hbcore.ui.event_filters import CHAINS, TOGETHER
from hbcore.ui.event_words import ACTS
from hbcore.ui.gate_words import TRAVELS_SHORT, WAYS
from hbcore.ui.notice_words import FAULTS as NOTICE_FAULTS
from hbcore.ui.notice_words import STATES as NOTICE_STATES
from hbcore.ui.person_words import PURPOSES, WORDS
from hbcore.ui.request_words import SENT_BACK
from hbcore.ui.taking_over import DUTIES
from hbcore.ui.temperature_words import TAKEN_BACK
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import LANGUAGE_NAMES, N_, ROLES, _, sentence_here

FIGURES = {
    "about": N_("about"),
    "added": N_("new"),
    "act": N_("act"),
    "address": N_("address"),
    "after": N_("after"),
    "already_held": N_("already held"),
    "answer": N_("answer"),
    "application": N_("applications"),
    "applications": N_("applications"),
    "bytes": N_("bytes"),
    "made_at": N_("made at"),
    "pictures": N_("photos"),
    "approved": N_("approved"),
    "asked": N_("asked for"),
    "at_gate": N_("done at the gate"),
    "declined_for": N_("declined because"),
    "deleted": N_("deleted"),
    "assay": N_("assay"),
    "assays": N_("assays"),
    "back": N_("valid again"),
    "before": N_("before"),
    "begins": N_("begins"),
    "broken": N_("broken at"),
    "burst": N_("more than usual, people in all"),
    "by_id": N_("account number"),
    "case": N_("case number"),
    "chain": N_("which"),
    "code": N_("code"),
    "colour": N_("colour"),
    "codes": N_("codes that change"),
    "longer": N_("codes yellow or red for longer, or only later"),
    "corrected": N_("corrected"),
    "decided": N_("decided"),
    "digest": N_("fingerprint"),
    "document_kinds": N_("document kinds"),
    "done": N_("settled"),
    "ended": N_("ended"),
    "events": N_("events"),
    "evidence": N_("evidence number"),
    "fact": N_("facts"),
    "fields": N_("fields"),
    "faults": N_("faults"),
    "figure": N_("figure"),
    "first": N_("first"),
    "from": N_("from"),
    "ground": N_("ground"),
    "headings": N_("headings"),
    "held": N_("held"),
    "waiting": N_("held since before"),
    "held_for": N_("held for"),
    "host": N_("mail server"),
    "ids": N_("numbers"),
    "institution": N_("institution"),
    "institutions": N_("institutions"),
    "join": N_("joining"),
    "joined": N_("joined person"),
    "kind": N_("kind"),
    "kinds": N_("kinds"),
    "language": N_("language"),
    "last": N_("last"),
    "left": N_("left"),
    "letters": N_("letters"),
    "list": N_("list"),
    "look_up_number": N_("look-up numbers"),
    "n": N_("how many"),
    "name": N_("name"),
    "left_out": N_("left out"),
    "name_en": N_("English name"),
    "name_zh": N_("Chinese name"),
    "notes": N_("notes"),
    "notice": N_("notice of a temperature"),
    "number": N_("number"),
    "of": N_("of"),
    "on": N_("day"),
    "others": N_("of other uploads"),
    "outcome": N_("outcome"),
    "outcomes": N_("outcomes"),
    "page": N_("page"),
    "place": N_("place"),
    "parent": N_("below"),
    "people": N_("people"),
    "person": N_("person"),
    "policy": N_("policy"),
    "port": N_("port"),
    "positives": N_("positives"),
    "pressing": N_("pressing"),
    "proposed": N_("proposed"),
    "purpose": N_("purpose"),
    "read": N_("read"),
    "more": N_("more"),
    "reason": N_("reason"),
    "request": N_("recolouring request"),
    "outside_result": N_("result from outside Hubei"),
    "reasons": N_("reasons"),
    "same": N_("unchanged"),
    "certificate": N_("certificate"),
    "signed_in": N_("signed in"),
    "receipt": N_("receipt"),
    "receipts": N_("receipts"),
    "recorded": N_("recorded"),
    "refused": N_("not recorded"),
    "result": N_("results"),
    "results": N_("results"),
    "revoked": N_("taken back"),
    "revealed": N_("in full"),
    "role": N_("role"),
    "row": N_("row"),
    "said": N_("the code itself says"),
    "rows": N_("rows"),
    "sampling": N_("sampling registrations"),
    "second": N_("second person of the two"),
    "security": N_("encryption"),
    "seed": N_("seed"),
    "sender": N_("sender"),
    "sha256": N_("fingerprint"),
    "since": N_("since"),
    "skipped": N_("skipped"),
    "state": N_("state"),
    "status_page": N_("status page"),
    "stayed": N_("stayed"),
    "stopped": N_("stopped"),
    "take": N_("taken in"),
    "taken": N_("taken"),
    "taken_back": N_("taken back"),
    "taken_over_from": N_("taken over from account"),
    "theme": N_("theme"),
    "to": N_("to"),
    "travel": N_("return to work or school"),
    "unit": N_("unit"),
    "until": N_("until"),
    "use": N_("for"),
    "user": N_("user"),
    "verdict": N_("verdict"),
    "version": N_("version"),
    "was": N_("was"),
    "way": N_("read by"),
    "what": N_("what"),
    "why": N_("why"),
    "withdrawn": N_("withdrawn"),
}
WHATS = {
    What.REVOKE: N_("taking an approval back"),
    What.UNDO: N_("undoing a decision"),
    What.JOIN: N_("joining two people"),
    What.PART: N_("parting two people"),
    What.DECLARED: N_("what an application says"),
    What.FACTS: N_("recording facts"),
    What.END_FACT: N_("ending a fact"),
    What.EXTEND_FACT: N_("extending a fact"),
    What.RECOLOUR: N_("a recolouring request"),
    What.PUBLISH: N_("publishing a policy"),
    What.WITHDRAW_POLICY: N_("withdrawing a policy"),
    What.RELEASE_POSITIVES: N_("releasing positives"),
    What.REMOVE_POSITIVE: N_("settling a held row"),
    What.RECALL: N_("recalling an upload"),
    What.PUT_BACK: N_("putting an upload back"),
    What.EXPORT: N_("a large export"),
    What.OUTSIDE_RESULT: N_("a result from outside Hubei"),
    What.REVOKE_CODE: N_("taking a code back"),
    What.REVOKE_CODES: N_("taking all codes of a person back"),
    What.REVOKE_KEY: N_("revoking a key of codes"),
    What.CERTIFICATES: N_("more certificates in a day"),
}
_STATES = (application_reasons.STATE_WORDS, recolouring_grounds.STATE_WORDS, temperatures.STATE_WORDS)
_COLOURS = {str(colour): words for colour, words in COLOUR_WORDS.items()} | {"none": NO_CODE}
_REASONS = (
    application_reasons.REFUSE_WORDS,
    application_reasons.ASK_WORDS,
    recolouring_grounds.ASK_WORDS,
    recolouring_grounds.REFUSAL_WORDS,
    large_exports.REASONS,
    held_words.REASONS,
    recall_words.REASONS,
    person_documents.REASONS,
    code_words.REASONS,
    code_words.KEY_REASONS,
    certificate_more.REASONS,
    temperatures.CLOSED_WORDS,
    policy_withdrawing.WITHDRAWN_FOR,
    DECLINES,
)
CODED: Mapping[str, tuple[Mapping[Any, str | Sentence], ...]] = {
    "act": (ACTS, TOGETHER),
    "answer": (held_words.ANSWERS,),
    "assay": (WORDS["assays"],),
    "at_gate": (temperatures.DONE_WORDS,),
    "broken": (CHAINS,),
    "chain": (CHAINS,),
    "colour": (_COLOURS,),
    "declined_for": (DECLINES,),
    "said": (_COLOURS,),
    "events": (CHAINS,),
    "ground": (recolouring_grounds.GROUND_WORDS,),
    "held_for": (held_words.KINDS,),
    "kind": (KINDS,),
    "faults": (NOTICE_FAULTS,),
    "travel": (TRAVELS_SHORT,),
    "way": (WAYS,),
    "fields": (FIELD_WORDS,),
    "kinds": (WORDS["facts"],),
    "left_out": (fact_words.LEFT_OUT,),
    "letters": (NOTICE_STATES,),
    "language": (LANGUAGE_NAMES,),
    "outcome": (WORDS["outcomes"],),
    "purpose": (PURPOSES,),
    "reason": _REASONS,
    "reasons": (SENT_BACK, *_REASONS),
    "role": (ROLES,),
    "state": _STATES,
    "use": (code_words.KINDS,),
    "verdict": (code_words.VERDICTS,),
    "taken_back": (TAKEN_BACK,),
    "was": _STATES,
    "what": (WHATS,),
    "why": (DUTIES,),
}
"""The words of codes, by the figure they are a value of, or a key in it."""

UNITS = frozenset({"unit", "from", "to", "parent"})


def details(figures: Mapping[str, object]) -> str:
    """The figures of an event on one line, those that say nothing left out; why something was refused as its sentence."""
    return " · ".join(_figure(name, value, figures) for name, value in figures.items() if value not in (None, "", [], {}))


def _figure(name: str, value: object, figures: Mapping[str, object]) -> str:
    if name == "why" and str(value) in SENTENCES:
        return _sentence(str(value), figures)
    return f"{_(FIGURES[name]) if name in FIGURES else name} {_plain(name, value)}"


def _sentence(code: str, figures: Mapping[str, object]) -> str:
    """What was said; where the event does not keep a number that belongs in it, dots."""
    names = {name for _text, name, _form, _conversion in Formatter().parse(SENTENCES[code]) if name}
    return sentence_here(code, **{name: figures.get(name, "…") for name in names})


def _plain(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        coded = name in CODED or name == "codes"
        parts = (f"{_coded(name, key)} {one}" for key, one in value.items())
        return f"({' · '.join(parts) if coded else details(value)})"
    if isinstance(value, list):
        return ", ".join(_plain(name, one) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _coded(name, str(value))


def _coded(name: str, value: str) -> str:
    """A code in words, by what it is a figure of."""
    if name in UNITS:
        return unit_name(value)
    if name == "codes":
        before, _arrow, after = value.partition(">")
        return " → ".join(here(_COLOURS[one]) if one in _COLOURS else one for one in (before, after))
    words = next((table[value] for table in CODED.get(name, ()) if value in table), value)
    if isinstance(words, Sentence):
        return here(words)
    return words if words == value or name == "language" else _(words)
