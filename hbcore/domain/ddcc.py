"""WHO's test certificate (DDCC core data set for a test result, claim 4 under -260): what it says, as a statement of a test."""

from collections.abc import Mapping

from hbcore.domain.cbor_reading import Plain
from hbcore.domain.dcc import LONGEST, TestStatement

COVID_19 = "840539006"
PATHOGENS = frozenset({COVID_19, "840533007", "XN109"})
"""The illness and its virus by SNOMED CT, the virus by ICD-11."""


def test_statement(stated: Plain) -> TestStatement | None:
    """The one test that is stated; None for none, for several, and for one without pathogen, kind, result, day or country.

    Each code is a coding of FHIR or its code alone. A name is one text, and a country has three letters.
    """
    entries = stated if isinstance(stated, list) else [stated]
    if len(entries) != 1 or not isinstance(entries[0], dict):
        return None
    said, test = entries[0], _part(entries[0], "test")
    paper = _part(said, "certificate")
    needed = [_text(said, "name"), _code(test, "pathogen"), _code(test, "type"), _code(test, "result"), _text(test, "date")]
    country = _code(test, "country")
    if not all(needed) or not country:
        return None
    name, pathogen, assay, result, date = needed
    return TestStatement(
        name=name,
        given_name="",
        born=_text(said, "birthDate"),
        disease=COVID_19 if pathogen in PATHOGENS else pathogen,
        assay=assay,
        result=result,
        sampled=date,
        name_of_test=_code(test, "brand"),
        maker=_code(test, "manufacturer"),
        site=_code(test, "centre"),
        country=country,
        issuer=_code(paper, "issuer"),
        identifier=_code(paper, "hcid"),
    )


def _part(said: Mapping[int | str, Plain], name: str) -> Mapping[int | str, Plain]:
    part = said.get(name)
    return part if isinstance(part, dict) else {}


def _text(said: Mapping[int | str, Plain], name: str) -> str:
    """A text as it stands there; empty where there is none, or one longer than any."""
    value = said.get(name)
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


def _code(said: Mapping[int | str, Plain], name: str) -> str:
    """A coding's code, an identifier's value, or the text alone."""
    coded = said.get(name)
    if isinstance(coded, dict):
        return _text(coded, "code") or _text(coded, "value") or _code(coded, "identifier")
    return _text(said, name)
