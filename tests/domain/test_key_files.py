"""Signers' keys are read from whatever file a country publishes them in; a key that nobody should believe is refused."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier

from hbcore.domain.dcc import StatementKind
from hbcore.domain.key_files import keys_of
from hbcore.domain.signer_keys import named
from hbcore.domain.signer_uses import stated_uses
from tests.signed_codes import ec_key, rsa_key

BEGUN, ENDED = datetime(2021, 5, 1, tzinfo=UTC), datetime(2023, 5, 1, tzinfo=UTC)
SERVER = "1.3.6.1.5.5.7.3.1"


def certificate(
    *usage: str,
    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    country: str = "SE",
    begun: datetime = BEGUN,
    ended: datetime = ENDED,
) -> x509.Certificate:
    private = private or ec_key()
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, country)])
    built = x509.CertificateBuilder(name, name, private.public_key(), 7, begun, ended)
    if usage:
        built = built.add_extension(x509.ExtendedKeyUsage([ObjectIdentifier(one) for one in usage]), critical=False)
    return built.sign(private, SHA256())


def saying_twice() -> bytes:
    """A certificate with one extension twice, which RFC 5280 part 4.2 forbids; DER, its signature is broken."""
    usage, other = x509.ExtendedKeyUsage([ObjectIdentifier(SERVER)]), ObjectIdentifier("2.5.29.99")
    name, key = x509.Name([]), ec_key()
    built = x509.CertificateBuilder(name, name, key.public_key(), 7, BEGUN, ENDED).add_extension(usage, critical=False)
    built = built.add_extension(x509.UnrecognizedExtension(other, usage.public_bytes()), critical=False)
    return built.sign(key, SHA256()).public_bytes(Encoding.DER).replace(b"\x55\x1d\x63", b"\x55\x1d\x25")


def number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8)).rstrip(b"=").decode()


def jwk(**more: object) -> dict:
    point = ec_key().public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": number(point.x), "y": number(point.y), **more}


ISSUED = certificate()
DER, PEM = ISSUED.public_bytes(Encoding.DER), ISSUED.public_bytes(Encoding.PEM)
KEY_DER = ec_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
KEY_PEM = ec_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
IN_BASE64 = base64.b64encode(DER)
LINE = {"certificateType": "DSC", "country": "SE", "kid": "AAECAwQFBgc=", "rawData": IN_BASE64.decode()}
FILES = {
    "a certificate as PEM": PEM,
    "as DER": DER,
    "as DER in base64": IN_BASE64,
    "in base64 with line ends": base64.encodebytes(DER),
    "a key as PEM": KEY_PEM,
    "as PEM behind words": b"our signer:\n" + KEY_PEM,
    "a key as DER": KEY_DER,
    "a key as DER in base64": base64.b64encode(KEY_DER),
    "a JWK": json.dumps(jwk()).encode(),
    "a JWK with a certificate": json.dumps({"kty": "EC", "x5c": [IN_BASE64.decode()]}).encode(),
    "a set of JWK": json.dumps({"keys": [jwk(use="sig")]}).encode(),
    "a list of JWK": json.dumps([jwk()]).encode(),
    "a DID document": json.dumps(
        {"id": "did:web:a", "verificationMethod": [{"id": "did:web:a#x", "publicKeyJwk": jwk()}]}
    ).encode(),
    "the gateway's list": json.dumps([LINE]).encode(),
    "the list with its signature before it": b"c2lnbmF0dXJl\n" + json.dumps({"certificates": [LINE]}).encode(),
    "with the mark of UTF-8": b"\xef\xbb\xbf" + PEM,
}
REFUSED = {
    "nothing": b"",
    "words": b"our signer",
    "an empty set": b'{"keys": []}',
    "broken JSON": b'{"keys": ',
    "JSON without end": b"[" * 100_000,
    "a list of texts": b'["a"]',
    "another kind of JWK": b'{"kty": "oct", "k": "AAAA"}',
    "a DID document with half a key": json.dumps({"verificationMethod": [{"id": "#a", "publicKeyJwk": "x"}]}).encode(),
    "a point beside the curve": json.dumps(jwk(y="AAAA")).encode(),
    "a date that is a text": json.dumps(jwk(exp="tomorrow")).encode(),
    "a revocation without its instant": json.dumps(jwk(revoked={})).encode(),
    "a revocation that is a text": json.dumps(jwk(revoked="yes")).encode(),
    "a date beyond the calendar": json.dumps(jwk(exp=10**20)).encode(),
    "half a PEM": PEM[:200],
    "a PEM of something else": PEM.replace(b"CERTIFICATE", b"NOTHING"),
    "half a DER": DER[:100],
    "a short RSA key": certificate(private=rsa_key(1024)).public_bytes(Encoding.PEM),
    "another curve": certificate(private=ec.generate_private_key(ec.SECP521R1())).public_bytes(Encoding.PEM),
    "a private key's name": KEY_PEM.replace(b"PUBLIC", b"PRIVATE"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_key_is_read_from_each_kind_of_file(name: str) -> None:
    (key,) = keys_of(FILES[name]).keys

    assert key.der == KEY_DER


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_file_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        keys_of(REFUSED[name])


def test_a_key_in_der_is_no_json_whatever_stands_in_its_middle() -> None:
    made = (ec.generate_private_key(ec.SECP256R1()).public_key() for _ in range(100_000))
    written = (key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for key in made)
    like_json = next(one for one in written if b"\n{" in one or b"\n[" in one)

    (key,) = keys_of(like_json).keys

    assert key.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == like_json


def test_a_key_on_the_longer_curve_is_read_too() -> None:
    public = ec.generate_private_key(ec.SECP384R1()).public_key()
    point = public.public_numbers()
    numbers = {name: base64.urlsafe_b64encode(value.to_bytes(48)).decode() for name, value in (("x", point.x), ("y", point.y))}

    (key,) = keys_of(json.dumps({"kty": "EC", "crv": "P-384", **numbers}).encode()).keys

    assert key.public == public


def test_a_revoked_key_says_since_when() -> None:
    revoked, standing = keys_of(json.dumps({"keys": [jwk(revoked={"revoked_at": 1_622_505_600}), jwk()]}).encode()).keys

    assert (revoked.revoked_at, standing.revoked_at) == (datetime(2021, 6, 1, tzinfo=UTC), None)


def test_a_key_of_a_did_document_is_known_by_the_end_of_its_methods_id() -> None:
    method = {"id": "did:web:trust.example:list#AAECAwQFBgc%3D", "type": "JsonWebKey2020", "publicKeyJwk": jwk()}

    (key,) = keys_of(json.dumps({"verificationMethod": [method]}).encode()).keys

    assert bytes(range(8)) in key.kids


def test_several_certificates_in_a_row_are_several_keys() -> None:
    other = certificate(private=rsa_key(), country="FR").public_bytes(Encoding.PEM)

    assert [key.country for key in keys_of(PEM + b"\n" + other).keys] == ["SE", "FR"]


UNUSABLE = {
    "certificates": PEM + certificate(private=rsa_key(1024)).public_bytes(Encoding.PEM),
    "JWK": json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}, jwk(), jwk(exp="tomorrow")]}).encode(),
    "the gateway's list": json.dumps([LINE, LINE | {"rawData": LINE["rawData"][:200]}]).encode(),
    "a certificate that says a thing twice": json.dumps(
        [LINE, LINE | {"rawData": base64.b64encode(saying_twice()).decode()}]
    ).encode(),
}


@pytest.mark.parametrize(("name", "count"), list(zip(UNUSABLE, (1, 2, 1, 1), strict=True)))
def test_what_is_no_key_to_believe_in_is_left_out_of_a_list_and_counted(name: str, count: int) -> None:
    found = keys_of(UNUSABLE[name])

    assert ([key.der for key in found.keys], found.left_out) == ([KEY_DER], count)


def test_a_certificate_is_known_by_its_fingerprint_and_says_when_and_whose() -> None:
    (key,) = keys_of(PEM).keys

    assert key.kids == {hashlib.sha256(DER).digest()[:8]}
    assert (key.from_at, key.until_at, key.country) == (BEGUN, ENDED, "SE")


@pytest.mark.parametrize("arc", ["1.3.6.1.4.1.1847.2021.1", "1.3.6.1.4.1.0.1847.2021.1"])
def test_a_certificate_says_what_it_may_sign_in_either_way_of_writing(arc: str) -> None:
    for last, kind in ((1, StatementKind.TEST), (2, StatementKind.VACCINATION), (3, StatementKind.RECOVERY)):
        (key,) = keys_of(certificate(SERVER, f"{arc}.{last}").public_bytes(Encoding.PEM)).keys
        assert key.states == {kind}


def test_uses_out_of_a_shortened_certificate_are_refused() -> None:
    signed = certificate(SERVER, "1.3.6.1.4.1.1847.2021.1.2").tbs_certificate_bytes

    assert stated_uses(signed) == {StatementKind.VACCINATION}
    for length in range(len(signed)):
        with pytest.raises(ValueError, match=r".+"):
            stated_uses(signed[:length])


def test_a_certificate_that_names_none_of_the_three_may_sign_all() -> None:
    (key,) = keys_of(certificate(SERVER).public_bytes(Encoding.PEM)).keys

    assert key.states is None


def test_the_id_of_a_list_goes_before_the_fingerprint() -> None:
    (key,) = keys_of(json.dumps([LINE]).encode()).keys

    assert key.kids == {bytes(range(8))}


def test_the_id_of_a_jwk_may_be_the_text_or_what_it_stands_for() -> None:
    (key,) = keys_of(json.dumps(jwk(kid="AAECAwQFBgc", nbf=BEGUN.timestamp(), exp=ENDED.timestamp())).encode()).keys

    assert key.kids == {b"AAECAwQFBgc", bytes(range(8))}
    assert (key.from_at, key.until_at) == (BEGUN, ENDED)
    assert key.was_valid(BEGUN, ENDED)
    assert not key.was_valid(BEGUN - timedelta(seconds=1), ENDED)
    assert named((key,), b"other") == ()
    assert named((key,), None) == (key,)
