"""A key that somebody else has is revoked by two: nothing of it is believed, and it stays in the published set."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.code_revoking import KeyRevokeReason
from hbcore.domain.code_verdicts import CodeStep, CodeVerdict
from hbcore.domain.errors import Refused
from hbcore.domain.issued_codes import CodeKind, life, status_claims
from hbcore.domain.key_files import keys_of
from hbcore.domain.vocabulary import Colour, Role
from hbcore.services import code_checking, code_keys_kept, code_keys_revoking
from hbcore.services.audit import EVENTS
from hbcore.services.second_look import Settled
from hbcore.storage import code_keys
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import acts
from tests.services.test_codes_presented import administrator, checked, key_of, read  # noqa: F401 - a fixture
from tests.services.test_issued_codes import AT, MINUTE, clerk, looked_up, person  # noqa: F401 - fixtures


def test_a_stolen_key_is_revoked_by_two_and_every_code_under_it_is_refused_by_name(clerk, person, administrator):  # noqa: F811
    other = standing.staff(Role.ADMINISTRATOR, AT, name="another")
    issued, key = looked_up(clerk).live, key_of(CodeKind.STATUS)
    later = life(CodeKind.STATUS, AT + 300 * MINUTE)
    forged = code_keys.signed(key, status_claims(Colour.GREEN, "hubei-2020-04", later, bytes(10)))

    proposal = code_keys_revoking.propose(key.hex(), KeyRevokeReason.STOLEN, by=administrator, at=AT)
    assert checked(issued.text) == ("registered", None)
    code_keys_revoking.settle(proposal, Settled.CONFIRMED, by=other, at=AT)

    assert [checked(one, AT + 300 * MINUTE) for one in (issued.text, forged)] == [("revoked", "key")] * 2
    anew = looked_up(clerk).live
    assert (anew.cti != issued.cti, checked(anew.text)) == (True, ("registered", None))
    assert acts()[-3:] == ["code_key_revocation_proposed", "code_key_revoked", "code_key_rotated"]
    assert read(issued.text, clerk).person == person


def test_a_revoked_key_stays_in_the_published_set_marked_and_without_us_it_is_refused_as_well(clerk, person, administrator):  # noqa: F811
    other = standing.staff(Role.ADMINISTRATOR, AT, name="another")
    text, key = looked_up(clerk).live.text, key_of(CodeKind.STATUS)
    assert code_keys_revoking.revoke(key.hex(), KeyRevokeReason.EXPOSED, by=administrator, at=AT) is False
    assert code_keys_revoking.revoke(key.hex(), KeyRevokeReason.EXPOSED, by=other, at=AT) is True

    published = code_keys_kept.key_set(AT + timedelta(days=400))

    marked = [one for one in published["keys"] if "revoked" in one]
    assert [(one["revoked"], one["exp"]) for one in marked] == [({"revoked_at": int(AT.timestamp())}, int(AT.timestamp()))]
    found = code_checking.check(text, trust=keys_of(json.dumps(published).encode()).keys, at=AT)
    assert (found.verdict, found.failed_step) == (CodeVerdict.REVOKED, CodeStep.KEY)


def test_a_key_is_the_same_in_whichever_letters_its_name_is_typed_and_what_is_none_stands_in_no_event(clerk, administrator):  # noqa: F811
    other, key = standing.staff(Role.ADMINISTRATOR, AT, name="other_administrator"), key_of(CodeKind.STATUS).hex()
    shouted = f" {key.upper()} "

    assert code_keys_revoking.revoke(shouted, KeyRevokeReason.STOLEN, by=administrator, at=AT) is False
    with pytest.raises(Refused, match="unknown_code_key"):
        code_keys_revoking.propose("420102199001011234", KeyRevokeReason.STOLEN, by=other, at=AT)
    assert code_keys_revoking.revoke(key, KeyRevokeReason.STOLEN, by=other, at=AT) is True

    with engine().connect() as connection:
        subjects = connection.execute(sa.select(EVENTS.c.subject).order_by(EVENTS.c.seq.desc()).limit(4)).scalars().all()
    assert subjects[1:] == [f"key {key}", "key", f"key {key}"]


def test_nobody_revokes_a_key_alone_nor_one_that_is_unknown_or_revoked_already(clerk, administrator):  # noqa: F811
    other, key = standing.staff(Role.ADMINISTRATOR, AT, name="another"), key_of(CodeKind.CERTIFICATE).hex()
    proposal = code_keys_revoking.propose(key, KeyRevokeReason.FORGED, by=administrator, at=AT)

    for refused, act in (
        ("own_proposal", lambda: code_keys_revoking.settle(proposal, Settled.CONFIRMED, by=administrator, at=AT)),
        ("not_allowed", lambda: code_keys_revoking.settle(proposal, Settled.CONFIRMED, by=clerk, at=AT)),
        ("already_proposed", lambda: code_keys_revoking.propose(key, KeyRevokeReason.FORGED, by=other, at=AT)),
        ("unknown_code_key", lambda: code_keys_revoking.propose("00", KeyRevokeReason.FORGED, by=administrator, at=AT)),
        ("unknown_code_key", lambda: code_keys_revoking.propose("no", KeyRevokeReason.FORGED, by=administrator, at=AT)),
        ("unknown_reason", lambda: code_keys_revoking.propose(key_of(CodeKind.STATUS).hex(), "so", by=other, at=AT)),
    ):
        with pytest.raises(Refused) as said:
            act()
        assert said.value.code == refused
    code_keys_revoking.settle(proposal, Settled.CONFIRMED, by=other, at=AT)
    with pytest.raises(Refused, match="key_revoked"):
        code_keys_revoking.propose(key, KeyRevokeReason.FORGED, by=administrator, at=AT)
    assert [(one.use, one.revoked) for one in code_keys_kept.listed(by=other, at=AT) if one.revoked] == [("certificate", AT)]


def test_a_key_that_is_declined_for_a_reason_or_withdrawn_stands(clerk, person, administrator):  # noqa: F811
    other, key = standing.staff(Role.ADMINISTRATOR, AT, name="another"), key_of(CodeKind.STATUS).hex()
    text = looked_up(clerk).live.text

    for how, reason, by in ((Settled.DECLINED, "not_justified", other), (Settled.WITHDRAWN, None, administrator)):
        proposal = code_keys_revoking.propose(key, KeyRevokeReason.STOLEN, by=administrator, at=AT)
        assert [len(code_keys_revoking.waiting(by=one, at=AT)) for one in (administrator, other)] == [1, 1]
        code_keys_revoking.settle(proposal, how, reason, by=by, at=AT)

    with engine().connect() as connection:
        ended = sa.select(EVENTS.c.act, EVENTS.c.figures).where(EVENTS.c.act.startswith("proposal_")).order_by(EVENTS.c.seq)
        told = [(act, json.loads(figures)) for act, figures in connection.execute(ended)]
    assert told == [
        ("proposal_declined", {"what": "revoke_key", "declined_for": "not_justified"}),
        ("proposal_withdrawn", {"what": "revoke_key"}),
    ]
    assert checked(text) == ("registered", None)
    assert code_keys_revoking.waiting(by=other, at=AT) == ()
