"""The EU's public test vectors: what they expect of a verifier is what the chain says, each with its own signer's certificate."""

import base64
import json
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, UnidentifiedImageError

from hbcore.commands.codes import read_instant
from hbcore.domain import cbor_reading, dcc
from hbcore.domain.code_chain import OF_EU, Walked, walk
from hbcore.domain.code_verdicts import CodeStep
from hbcore.domain.key_files import keys_of

FOLDER = Path(__file__).parent.parent / "data" / "dgc"
FAILS_AT = {
    "common_H1": CodeStep.PREFIX,
    "common_B1": CodeStep.BASE45,
    "common_Z1": CodeStep.ZLIB,
    "common_CBO1": CodeStep.CBOR,
    "common_CO5": CodeStep.SIGNATURE,
    "common_CO6": CodeStep.KEY_USAGE,
    "common_CO8": CodeStep.KEY_USAGE,
    "common_DGC2": CodeStep.SCHEMA,
}
VECTORS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def walked(vector: dict) -> Walked:
    context = vector["TESTCTX"]
    keys = keys_of(context["CERTIFICATE"].encode()).keys
    return walk(vector["PREFIX"], lambda kid: keys, read_instant(context["VALIDATIONCLOCK"]))


def test_all_twenty_one_are_here() -> None:
    assert len(VECTORS) == 21
    assert FAILS_AT.keys() <= VECTORS.keys()


@pytest.mark.parametrize("name", VECTORS)
def test_each_is_refused_at_the_step_it_breaks_or_accepted(name: str) -> None:
    found = walked(VECTORS[name])

    assert found.failed == FAILS_AT.get(name)


@pytest.mark.parametrize("name", [name for name in VECTORS if name not in FAILS_AT and "JSON" in VECTORS[name]])
def test_what_is_read_is_what_was_meant(name: str) -> None:
    found = walked(VECTORS[name])

    assert found.read is not None
    assert cbor_reading.as_json(found.read.hcert[OF_EU]) == VECTORS[name]["JSON"]


@pytest.mark.parametrize("name", ["AT_3", "DE_2", "FI_8", "LI_4", "SE_2", "SI_test-AG", "SI_test-PCR"])
def test_a_test_statement_is_read_from_each_country(name: str) -> None:
    found = walked(VECTORS[name])

    assert found.read is not None
    test = dcc.test_statement(found.read.hcert[OF_EU])
    assert test is not None
    assert (test.disease, test.result, test.country) == ("840539006", "260415000", name[:2])


@pytest.mark.parametrize("name", [name for name in VECTORS if "2DCODE" in VECTORS[name] and name != "common_Q1"])
def test_a_picture_is_read_as_its_text(name: str) -> None:
    with Image.open(BytesIO(base64.b64decode(VECTORS[name]["2DCODE"]))) as picture:
        texts = [one.text for one in zxingcpp.read_barcodes(picture)]

    assert texts == [VECTORS[name]["PREFIX"]]


def test_the_broken_picture_is_none() -> None:
    with pytest.raises(UnidentifiedImageError):
        Image.open(BytesIO(base64.b64decode(VECTORS["common_Q1"]["2DCODE"])))
