"""Lists of foreign keys are imported whole, by an administrator, on record; what is gone from one is trusted no longer."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import Certificate

from hbcore.domain.dcc import StatementKind
from hbcore.domain.errors import Refused
from hbcore.domain.key_files import of_certificate
from hbcore.domain.vocabulary import Role
from hbcore.services import trusted_signers
from hbcore.services.acting import Staff
from hbcore.storage import trust_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.domain.test_key_files import certificate, jwk
from tests.services.applying import acts
from tests.signed_codes import ec_key, rsa_key

AT = datetime(2021, 6, 1, 12, tzinfo=UTC)
ONE = certificate("1.3.6.1.4.1.1847.2021.1.1")
TWO = certificate(private=rsa_key(), country="FR")
BOTH = b"".join(one.public_bytes(Encoding.PEM) for one in (ONE, TWO))


@pytest.fixture
def keeper(database: Path) -> Staff:
    return standing.staff(Role.ADMINISTRATOR, AT)


def trusted(kid: bytes | None = None) -> list[tuple[str | None, frozenset[StatementKind] | None]]:
    with engine().connect() as connection:
        return [(key.country, key.states) for key in trust_rows.named(connection, kid)]


def kid_of(one: Certificate) -> bytes:
    return next(iter(of_certificate(one).kids))


def test_a_list_is_previewed_imported_and_found_by_the_id_that_a_code_names(keeper):
    seen = trusted_signers.preview(" EU ", BOTH, by=keeper, at=AT)
    assert trusted(kid_of(ONE)) == []

    done = trusted_signers.bring_in("EU", BOTH, by=keeper, at=AT)

    assert seen == done
    assert (done.added, done.ended, done.same, dict(done.countries)) == (2, 0, 0, {"SE": 1, "FR": 1})
    assert trusted(kid_of(ONE)) == [("SE", frozenset({StatementKind.TEST}))]
    assert trusted(kid_of(TWO)) == [("FR", None)]
    assert trusted(b"another") == []
    assert acts()[-1] == "trust_imported"


def test_a_list_with_a_key_that_nobody_should_believe_is_imported_without_it(keeper):
    weak = certificate(private=rsa_key(1024)).public_bytes(Encoding.PEM)

    done = trusted_signers.bring_in("EU", BOTH + weak, by=keeper, at=AT)

    assert (done.added, done.left_out) == (2, 1)


def test_a_later_list_of_the_same_name_takes_its_place_and_another_stands_beside_it(keeper):
    trusted_signers.bring_in("EU", BOTH, by=keeper, at=AT)
    trusted_signers.bring_in("Other", BOTH, by=keeper, at=AT)

    done = trusted_signers.bring_in("EU", TWO.public_bytes(Encoding.PEM), by=keeper, at=AT + timedelta(days=1))
    trusted_signers.end("Other", by=keeper, at=AT + timedelta(days=1))

    assert (done.added, done.ended, done.same) == (0, 1, 1)
    assert trusted(kid_of(ONE)) == []
    assert trusted(kid_of(TWO)) == [("FR", None)]
    assert [(one.source, one.country, one.keys) for one in trusted_signers.listed(by=keeper, at=AT)] == [("EU", "FR", 1)]


def test_the_same_file_again_changes_nothing_and_a_key_that_ended_can_come_back(keeper):
    trusted_signers.bring_in("EU", BOTH, by=keeper, at=AT)
    assert trusted_signers.bring_in("EU", BOTH, by=keeper, at=AT).same == 2

    trusted_signers.end("EU", by=keeper, at=AT)
    assert trusted_signers.bring_in("EU", BOTH, by=keeper, at=AT).added == 2


def test_a_key_of_two_ids_is_one_key_and_one_without_is_found_by_any(keeper):
    done = trusted_signers.bring_in("A", json.dumps(jwk(kid="AAECAwQFBgc")).encode(), by=keeper, at=AT)
    pem = ec_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    assert (done.added, len(trusted(bytes(range(8)))), len(trusted(b"AAECAwQFBgc")), len(trusted(b"x"))) == (1, 1, 1, 0)
    trusted_signers.bring_in("B", pem, by=keeper, at=AT)
    assert (len(trusted(b"x")), len(trusted(None))) == (1, 1)


def test_what_is_no_list_is_refused_and_so_is_a_list_without_a_name(keeper):
    for source, content, code in (
        ("EU", b"nothing", "no_keys_in_file"),
        ("EU", b"x" * (8 * 1024 * 1024 + 1), "no_keys_in_file"),
        (" ", BOTH, "trust_name_needed"),
    ):
        with pytest.raises(Refused, match=f"^{code}$"):
            trusted_signers.bring_in(source, content, by=keeper, at=AT)
    with pytest.raises(Refused, match=r"^unknown_trust$"):
        trusted_signers.end("EU", by=keeper, at=AT)


def test_a_key_that_its_owner_has_revoked_is_trusted_no_longer(keeper):
    standing, revoked = jwk(kid="AAEC"), jwk(kid="AAEC", revoked={"revoked_at": 1})
    trusted_signers.bring_in("EU", json.dumps(standing).encode(), by=keeper, at=AT)

    done = trusted_signers.bring_in("EU", json.dumps(revoked).encode(), by=keeper, at=AT)

    assert (done.added, done.same, trusted(bytes([0, 1, 2]))) == (0, 0, [])
