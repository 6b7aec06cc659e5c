"""A signed code passes only whole: each broken step is refused by its name, the first one, and nothing altered passes."""

import os
import random
import zlib
from datetime import datetime, timedelta

import cbor2
import pytest

from hbcore.domain import base45
from hbcore.domain.code_chain import Walked, walk
from hbcore.domain.code_verdicts import CodeStep
from hbcore.domain.signer_keys import SignerKey
from tests.signed_codes import AT, CLAIMS, EXPIRES, ISSUED, KID, TEST, cose, ec_key, rsa_key, signed, text_of, trusted

IN_FULL = "HBCORE_TEST_CODE_MUTATIONS"
"""Set to anything: every alteration instead of a sample."""

VACCINATION = {
    **{key: TEST[key] for key in ("ver", "dob", "nam")},
    "v": [
        {
            "tg": "840539006",
            "vp": "1119305005",
            "mp": "EU/1/20/1528",
            "ma": "ORG-1",
            "dn": 1,
            "sd": 2,
            "dt": "2021-02-18",
            "co": "AT",
            "is": "a ministry",
            "ci": "URN:UVCI:1",
        }
    ],
}
RECOVERY = {
    **{key: TEST[key] for key in ("ver", "dob", "nam")},
    "r": [
        {
            "tg": "840539006",
            "fr": "2021-02-20",
            "df": "2021-04-04",
            "du": "2021-10-04",
            "co": "AT",
            "is": "a ministry",
            "ci": "URN:UVCI:2",
        }
    ],
}


WHO_TEST = {
    "name": "Aung San",
    "birthDate": "1979-04-14",
    "certificate": {"issuer": {"identifier": {"value": "an agency"}}, "hcid": {"value": "111000111"}},
    "test": {
        "pathogen": {"system": "ICD-11", "code": "XN109"},
        "type": {"system": "LOINC", "code": "LP6464-4"},
        "date": "2021-05-31T08:00:00Z",
        "result": {"system": "SNOMED CT", "code": "260415000"},
        "centre": "Hall 3",
        "country": {"system": "ISO 3166", "code": "MMR"},
    },
}


def checked(text: str, *keys: SignerKey, at: datetime = AT) -> Walked:
    return walk(text, lambda kid: keys or (trusted(),), at)


def saying(**test: object) -> dict:
    return {**CLAIMS, -260: {1: {**TEST, "t": [{**TEST["t"][0], **test}]}}}


def who_without(field: str) -> dict:
    return {**WHO_TEST, "test": {key: inner for key, inner in WHO_TEST["test"].items() if key != field}}


def live(expires: int = CLAIMS[4]) -> str:
    return signed({4: expires, 6: CLAIMS[6], 7: bytes(10), -260: {-1: ["green", "hubei-2020-04"]}})


def stating(statement: object) -> dict:
    return {**CLAIMS, -260: {1: statement}}


def without(field: str) -> dict:
    return stating({**TEST, "t": [{key: inner for key, inner in TEST["t"][0].items() if key != field}]})


ACCEPTED = {
    "one tag": signed(),
    "no tag": signed(tags=()),
    "a web token's tag around it": signed(tags=(18, 61)),
    "the key's id in the other header": signed(protected={1: -7}, unprotected={4: KID}),
    "the key's id in both, the protected one counts": signed(unprotected={4: b"another"}),
    "no id of a key": signed(protected={1: -7}),
    "the algorithm in the other header": signed(protected={}, unprotected={1: -7, 4: KID}),
    "lengths said afterwards": signed(bytes.fromhex("bf") + cbor2.dumps(CLAIMS)[1:] + bytes.fromhex("ff")),
    "line ends around the text": f"\r\n{signed()}\n",
    "instants with a tag": signed({**CLAIMS, 4: cbor2.CBORTag(1, int(EXPIRES.timestamp()))}),
    "instants with a fraction": signed({**CLAIMS, 6: ISSUED.timestamp() + 0.25}),
    "nobody named as issuer": signed({key: inner for key, inner in CLAIMS.items() if key != 1}),
    "when the sample was taken with a tag": signed(saying(sc=cbor2.CBORTag(0, "2021-05-31T08:00:00Z"))),
    "the same as seconds": signed(saying(sc=cbor2.CBORTag(1, 1_622_448_000))),
    "a day only": signed(saying(sc="2021-05-31")),
    "fields beyond the schema": signed(saying(xx={"more": [1, 2]})),
    "empty texts": signed(saying(nm="", tc="", **{"is": ""})),
    "the year of birth alone": signed(stating({**TEST, "dob": "1979"})),
    "no date of birth": signed(stating({**TEST, "dob": ""})),
    "a day of birth that nobody knows": signed(stating({**TEST, "dob": "1963-XX-XX"})),
    "two vaccinations before release 1.3.0": signed(stating({**VACCINATION, "ver": "1.0.0", "v": VACCINATION["v"] * 2})),
    "three tests before release 1.3.0": signed(stating({**TEST, "ver": "1.2.1", "t": TEST["t"] * 3})),
    "two kinds before release 1.2.0": signed(stating({**TEST, "ver": "1.1.0", "v": VACCINATION["v"]})),
    "no release named": signed(stating({field: inner for field, inner in TEST.items() if field != "ver"})),
    "an event without its identifier before release 1.2.0": signed(
        stating({**RECOVERY, "ver": "1.1.0", "r": [{field: inner for field, inner in RECOVERY["r"][0].items() if field != "ci"}]})
    ),
    "other kinds as empty lists": signed(stating({**TEST, "v": [], "r": None})),
    "a vaccination": signed(stating(VACCINATION)),
    "a recovery": signed(stating(RECOVERY)),
    "more beside the certificate": signed({**CLAIMS, -260: {1: TEST, -2: ["igg", "positive"]}}),
    "a live code": live(),
    "a test of WHO's": signed({**CLAIMS, -260: {4: [WHO_TEST]}}),
    "a certificate that ends at this very second": signed({**CLAIMS, 4: int(AT.timestamp())}),
}
NOT_ZLIB, TOO_MUCH = base45.encode(cose()), zlib.compress(bytes(64 * 1024 + 1))
NESTED = b"\x81" * 40 + b"\x01"
TWICE = bytes.fromhex("a2045f")[:1] + cbor2.dumps(4) + cbor2.dumps(1) + cbor2.dumps(4) + cbor2.dumps(2)
REFUSED = [
    (CodeStep.PREFIX, "nothing", ""),
    (CodeStep.PREFIX, "another context", "HC2:" + signed()[4:]),
    (CodeStep.PREFIX, "none", signed()[4:]),
    (CodeStep.PREFIX, "small letters", signed().lower()),
    (CodeStep.PREFIX, "a blank before it", " " + signed()),
    (CodeStep.PREFIX, "too long", "HC1:" + "0" * 9_000),
    (CodeStep.BASE45, "a strange character", signed() + "é"),
    (CodeStep.BASE45, "a length that never is", "HC1:" + "0" * 4),
    (CodeStep.ZLIB, "nothing in it", "HC1:"),
    (CodeStep.ZLIB, "not packed", "HC1:" + NOT_ZLIB),
    (CodeStep.ZLIB, "cut short", "HC1:" + base45.encode(zlib.compress(cose())[:-5])),
    (CodeStep.ZLIB, "bytes behind it", "HC1:" + base45.encode(zlib.compress(cose()) + b"x")),
    (CodeStep.ZLIB, "far too much in it", "HC1:" + base45.encode(TOO_MUCH)),
    (CodeStep.CBOR, "nothing packed", text_of(b"")),
    (CodeStep.CBOR, "bytes behind it", text_of(cose() + b"\x00")),
    (CodeStep.CBOR, "too deep", text_of(NESTED)),
    (CodeStep.CBOR, "a pattern", text_of(bytes.fromhex("d8236328612b"))),
    (CodeStep.CBOR, "a reference to itself", text_of(bytes.fromhex("d81c81d81d00"))),
    (CodeStep.CBOR, "an undefined value", text_of(b"\xf7")),
    (CodeStep.CBOR, "a number that is none", signed({**CLAIMS, 6: float("nan")})),
    (CodeStep.CBOR, "a text that is none", text_of(bytes.fromhex("61ff"))),
    (CodeStep.CBOR, "claims with a key twice", signed(TWICE)),
    (CodeStep.CBOR, "claims with a key that looks like another", signed({**CLAIMS, "4": 0})),
    (CodeStep.CBOR, "claims with bytes behind them", signed(cbor2.dumps(CLAIMS) + b"\x00")),
    (CodeStep.CBOR, "claims too deep", signed(NESTED)),
    (CodeStep.CBOR, "claims that are a list", signed(cbor2.dumps([1]))),
    (CodeStep.CBOR, "a statement packed into bytes", signed({**CLAIMS, -260: {1: cbor2.dumps(TEST)}})),
    (CodeStep.CBOR, "an instant beyond the calendar", signed({**CLAIMS, 6: cbor2.CBORTag(1, 10**17)})),
    (CodeStep.CBOR, "a tag of an unknown kind", signed(saying(sc=cbor2.CBORTag(4711, "x")))),
    (CodeStep.COSE, "something else", text_of(cbor2.dumps({"a": 1}))),
    (CodeStep.COSE, "three parts", text_of(cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b""])))),
    (CodeStep.COSE, "a tag of several signatures", signed(tags=(98,))),
    (CodeStep.COSE, "a web token's tag alone", signed(tags=(61,))),
    (CodeStep.COSE, "tags the other way round", signed(tags=(61, 18))),
    (CodeStep.COSE, "an unknown algorithm", signed(protected={1: -35, 4: KID})),
    (CodeStep.COSE, "no algorithm", signed(protected={4: KID})),
    (CodeStep.COSE, "a header that must be understood", signed(protected={1: -7, 2: ["x"], 4: KID})),
    (CodeStep.COSE, "an id that is no bytes", signed(protected={1: -7, 4: "text"})),
    (CodeStep.KEY, "an id that nobody has", signed(protected={1: -7, 4: b"another"})),
    (CodeStep.KEY, "the protected id is another", signed(protected={1: -7, 4: b"another"}, unprotected={4: KID})),
    (CodeStep.KEY, "a key of another kind", signed(private=rsa_key())),
    (CodeStep.SIGNATURE, "another's signature", signed(private=ec_key(1))),
    (CodeStep.CLAIMS, "no end", signed({key: inner for key, inner in CLAIMS.items() if key != 4})),
    (CodeStep.CLAIMS, "an end that is a text", signed({**CLAIMS, 4: "tomorrow"})),
    (CodeStep.CLAIMS, "an end beyond the calendar", signed({**CLAIMS, 4: 10**17})),
    (CodeStep.CLAIMS, "nothing said", signed({key: inner for key, inner in CLAIMS.items() if key != -260})),
    (CodeStep.CLAIMS, "an issuer that is a number", signed({**CLAIMS, 1: 86})),
    (CodeStep.TIME, "not yet begun", signed({**CLAIMS, 6: int(AT.timestamp()) + 1})),
    (CodeStep.TIME, "good only from tomorrow", signed({**CLAIMS, 5: int(AT.timestamp()) + 86_400})),
    (CodeStep.TIME, "ended a second ago", signed({**CLAIMS, 4: int(AT.timestamp()) - 1})),
    (CodeStep.TIME, "a live code that ends at this very second", live(int(AT.timestamp()))),
    (CodeStep.SCHEMA, "no statement", signed(stating({"ver": "1.3.0", "nam": {"fn": "A"}, "dob": ""}))),
    (CodeStep.SCHEMA, "two kinds", signed(stating({**TEST, "v": VACCINATION["v"]}))),
    (CodeStep.SCHEMA, "two tests", signed(stating({**TEST, "t": TEST["t"] * 2}))),
    (
        CodeStep.SCHEMA,
        "two vaccinations in a later release",
        signed(stating({**VACCINATION, "ver": "1.10.0", "v": VACCINATION["v"] * 2})),
    ),
    (CodeStep.SCHEMA, "a second test that is broken", signed(stating({**TEST, "ver": "1.0.0", "t": [*TEST["t"], {"tg": "1"}]}))),
    (CodeStep.SCHEMA, "a second test that is none", signed(stating({**TEST, "ver": "1.0.0", "t": [*TEST["t"], "another"]}))),
    (CodeStep.SCHEMA, "two kinds from release 1.2.0 on", signed(stating({**TEST, "ver": "1.2.0", "v": VACCINATION["v"]}))),
    (
        CodeStep.SCHEMA,
        "a kind that is none beside another",
        signed(stating({**TEST, "ver": "1.0.0", "v": ["another"]})),
    ),
    (CodeStep.SCHEMA, "no name", signed(stating({**TEST, "nam": {}}))),
    (CodeStep.SCHEMA, "a name that is a number", signed(stating({**TEST, "nam": {"fn": "A", "gn": 1}}))),
    (CodeStep.SCHEMA, "no version", signed(stating({**TEST, "ver": "one"}))),
    (CodeStep.SCHEMA, "born on no day", signed(stating({**TEST, "dob": "tomorrow"}))),
    (CodeStep.SCHEMA, "sampled at no time", signed(saying(sc="yesterday"))),
    (CodeStep.SCHEMA, "sampled at a number", signed(saying(sc=1_622_448_000))),
    (CodeStep.SCHEMA, "a country in small letters", signed(saying(co="se"))),
    (CodeStep.SCHEMA, "a text without end", signed(saying(tc="x" * 1_000))),
    *((CodeStep.SCHEMA, f"no {field}", signed(without(field))) for field in ("tg", "tt", "sc", "tr", "co", "is", "ci")),
    (CodeStep.SCHEMA, "doses that are a text", signed(stating({**VACCINATION, "v": [{**VACCINATION["v"][0], "dn": "1"}]}))),
    (CodeStep.SCHEMA, "a colour that is none", signed({**CLAIMS, -260: {-1: ["blue", "hubei-2020-04"]}})),
    (CodeStep.SCHEMA, "a colour alone", signed({**CLAIMS, -260: {-1: ["green"]}})),
    (CodeStep.SCHEMA, "a colour and a certificate", signed({**CLAIMS, -260: {-1: ["green", "p"], 1: {}}})),
    *(
        (CodeStep.SCHEMA, f"a test of WHO's without {field}", signed({**CLAIMS, -260: {4: [who_without(field)]}}))
        for field in ("pathogen", "type", "date", "result", "country")
    ),
    (CodeStep.SCHEMA, "two tests of WHO's", signed({**CLAIMS, -260: {4: [WHO_TEST] * 2}})),
    (CodeStep.SCHEMA, "something else said", signed({**CLAIMS, -260: {2: TEST}})),
]


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_whole_code_passes_however_it_is_written(name: str) -> None:
    found = checked(ACCEPTED[name])

    assert found.failed is None
    assert found.claims is not None
    assert found.key == trusted()


@pytest.mark.parametrize(("step", "what", "text"), REFUSED, ids=[f"{step}-{what}" for step, what, _text in REFUSED])
def test_a_broken_code_is_refused_at_the_step_it_breaks(step: CodeStep, what: str, text: str) -> None:
    assert checked(text).failed == step


def test_every_step_before_the_register_is_broken_once() -> None:
    assert {step for step, _what, _text in REFUSED} | {CodeStep.KEY_USAGE, CodeStep.REGISTER} == set(CodeStep)


@pytest.mark.parametrize(
    ("text", "end"), [(signed(), EXPIRES + timedelta(seconds=1)), (live(), EXPIRES)], ids=["certificate", "live"]
)
def test_a_code_is_good_from_its_first_instant_to_its_last(text: str, end: datetime) -> None:
    assert checked(text, at=ISSUED).failed is None
    assert checked(text, at=ISSUED - timedelta(microseconds=1)).failed == CodeStep.TIME
    assert checked(text, at=end - timedelta(microseconds=1)).failed is None
    assert checked(text, at=end).failed == CodeStep.TIME


def test_the_other_of_the_two_signatures_is_one_as_well_so_a_code_is_never_known_by_it() -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    whole = cbor2.loads(cose())
    protected, unprotected, payload, signature = whole.value
    mirrored = signature[:32] + (order - int.from_bytes(signature[32:])).to_bytes(32)
    text = text_of(cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, payload, mirrored])))

    assert text != signed()
    assert checked(text).failed is None


def some(everything: list, few: int) -> list:
    """All of them where asked for, else as many as a run of the checks has time for."""
    return everything if os.environ.get(IN_FULL) else random.Random(7).sample(everything, few)  # noqa: S311 - no secret


def test_no_text_with_one_other_character_passes() -> None:
    text, chance = signed(), random.Random(1)  # noqa: S311 - no secret
    places = [(chance.randrange(len(text)), chance.choice(base45.ALPHABET + "aé\n\0")) for _ in range(2_000)]

    for place, character in some([(place, one) for place, one in places if text[place] != one], 200):
        altered = text[:place] + character + text[place + 1 :]
        assert checked(altered).failed is not None, (place, character)


def test_no_message_with_one_other_bit_passes() -> None:
    whole = cose()

    for bit in some(list(range(len(whole) * 8)), 200):
        altered = bytearray(whole)
        altered[bit // 8] ^= 1 << bit % 8
        assert checked(text_of(bytes(altered))).failed is not None, bit


def test_no_random_text_passes() -> None:
    chance = random.Random(2)  # noqa: S311 - no secret

    for number in some(list(range(20_000)), 500):
        content = chance.randbytes(chance.randrange(400))
        texts = {0: base45.encode(content), 1: base45.encode(zlib.compress(content)), 2: content.decode("latin-1")}
        assert checked("HC1:" + texts[number % 3]).failed is not None
