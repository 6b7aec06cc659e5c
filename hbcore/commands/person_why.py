"""Why a code is as it is, as `person --json` answers it."""

from dataclasses import asdict
from datetime import datetime

from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services.grounds import FactGround, FactWaiting, Hand, ResultGround
from hbcore.services.why import Change, CodeThen, Why

FACT = ("kind", "ends_by", "source", "evidence", "case")
RESULT = ("assay", "outcome", "single", "institution", "sample_number", "sampling_site", "upload")


def as_json(why: Why) -> dict[str, object]:
    """What the code rests on, what would change it and whom to ask; instants in Shanghai, sentences in both languages."""
    application = why.application
    return {
        "results": [_result(one) for one in why.results],
        "facts": [_fact(one) for one in why.facts],
        "waiting": [_waiting(one) for one in why.waiting],
        "registration": why.registration,
        "application": {"receipt": application.receipt, "unit": _said(application.unit)} if application else None,
        "residence": _said(why.residence),
        "changes": [_change(one) for one in why.changes],
        "ask": {"offices": [_said(one) for one in why.offices], "hotline": why.hotline},
    }


def written(at: datetime | None) -> str | None:
    """An instant as the contract writes it."""
    return at.astimezone(SHANGHAI).isoformat() if at else None


def _result(one: ResultGround) -> dict[str, object]:
    times = {name: written(getattr(one, name)) for name in ("sampled_at", "tested_at", "reported_at", "recorded_at")}
    check = {"due_at": written(one.check.due_at), "taken_by": _hand(one.check.taken_by)} if one.check else None
    return {name: getattr(one, name) for name in RESULT} | times | {"check": check}


def _fact(one: FactGround) -> dict[str, object]:
    times = {"from": written(one.from_at), "until": written(one.until_at), "recorded_at": written(one.recorded_at)}
    hands = {"proposed_by": _hand(one.proposed_by), "confirmed_by": _hand(one.confirmed_by)}
    return {name: getattr(one, name) for name in FACT} | times | hands | {"office": _said(one.office)}


def _waiting(one: FactWaiting) -> dict[str, object]:
    return {"what": one.what, "kind": one.kind, "since": written(one.since), "office": _said(one.office)}


def _hand(one: Hand | None) -> dict[str, object] | None:
    return {"name": one.name, "unit": _said(one.unit)} if one else None


def _change(one: Change) -> dict[str, object]:
    return {"by": _said(one.said), "at": written(one.at), "then": _then(one.then), "goes_on": one.goes_on}


def _then(one: CodeThen | None) -> dict[str, object] | None:
    return {"policy": one.policy, "colour": one.colour, "number": one.number, "reason": _said(one.reason)} if one else None


def _said(words: Sentence | None) -> dict[str, str] | None:
    return asdict(words) if words else None
