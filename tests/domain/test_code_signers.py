"""Who signed a code: keys and curves that count, what each may state, while its certificate is valid."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hbcore.domain.code_verdicts import CodeStep
from hbcore.domain.dcc import StatementKind
from hbcore.domain.signer_keys import SignerKey
from tests.domain.test_code_chain import RECOVERY, VACCINATION, WHO_TEST, checked, stating
from tests.signed_codes import AT, CLAIMS, ISSUED, KID, TEST, ec_key, rsa_key, signed, trusted


@pytest.mark.parametrize("bits", [2048, 3072])
def test_an_rsa_key_signs_too(bits: int) -> None:
    key = SignerKey(rsa_key(bits).public_key(), frozenset({KID}))

    assert checked(signed(private=rsa_key(bits)), key).failed is None
    assert checked(signed(private=rsa_key(2048 + 3072 - bits)), key).failed == CodeStep.SIGNATURE


def test_es256_is_read_on_either_curve_and_never_on_the_others() -> None:
    longer = ec.generate_private_key(ec.SECP384R1())
    key = SignerKey(longer.public_key(), frozenset({KID}))

    assert checked(signed(private=longer), key).failed is None
    assert checked(signed(), key).failed == CodeStep.SIGNATURE
    assert checked(signed(private=longer), trusted()).failed == CodeStep.SIGNATURE


@pytest.mark.parametrize("kind", StatementKind)
def test_a_key_signs_only_what_it_may(kind: StatementKind) -> None:
    statements = {StatementKind.TEST: TEST, StatementKind.VACCINATION: VACCINATION, StatementKind.RECOVERY: RECOVERY}
    key = trusted(states=frozenset({kind}))

    for stated, statement in statements.items():
        expected = None if stated == kind else CodeStep.KEY_USAGE
        assert checked(signed(stating(statement)), key).failed == expected


def test_a_key_that_signs_no_tests_signs_none_of_whos() -> None:
    text = signed({**CLAIMS, -260: {4: [WHO_TEST]}})

    assert checked(text, trusted(states=frozenset({StatementKind.VACCINATION}))).failed == CodeStep.KEY_USAGE
    assert checked(text, trusted(states=frozenset())).failed == CodeStep.KEY_USAGE


def test_of_two_keys_with_one_id_the_one_that_signed_counts() -> None:
    other = SignerKey(ec_key(1).public_key(), frozenset({KID}))

    assert checked(signed(), other, trusted()).key == trusted()
    assert checked(signed(), other).failed == CodeStep.SIGNATURE


@pytest.mark.parametrize(
    ("begun", "ended", "failed"),
    [
        (None, None, None),
        (ISSUED, AT, None),
        (ISSUED + timedelta(seconds=1), None, CodeStep.TIME),
        (None, AT - timedelta(seconds=1), CodeStep.TIME),
    ],
)
def test_a_signer_counts_while_its_certificate_is_valid(
    begun: datetime | None, ended: datetime | None, failed: CodeStep | None
) -> None:
    assert checked(signed(), trusted(from_at=begun, until_at=ended)).failed == failed


def test_curves_and_moduli_that_nobody_uses_are_not_believed() -> None:
    from hbcore.domain.signer_keys import believed

    for key in (ec.generate_private_key(ec.SECP521R1()).public_key(), rsa_key(1024).public_key()):
        with pytest.raises(ValueError, match="another kind"):
            believed(key)


def test_an_instant_in_another_zone_is_the_same() -> None:
    assert checked(signed(), at=AT.astimezone(UTC)).failed is None
