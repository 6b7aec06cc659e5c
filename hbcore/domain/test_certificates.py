"""Test certificates: of which results there is one, and what its signed statement says (DCC schema 1.3; codes part 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.documents import Document
from hbcore.domain.names import in_zone
from hbcore.domain.vocabulary import SHANGHAI, Assay, DocumentKind, Outcome

SCHEMA = "1.3.0"
COVID_19 = "840539006"
"""SNOMED CT: the disease that was looked for."""

LOINC: Mapping[Assay, str] = {Assay.NAAT: "LP6464-4", Assay.IGG: "94563-4", Assay.IGM: "94564-2"}
"""The DCC knows the first alone; the antibodies are LOINC's own codes, in a statement of ours."""

SNOMED: Mapping[Outcome, str] = {
    Outcome.NEGATIVE: "260415000",
    Outcome.POSITIVE: "260373001",
    Outcome.INCONCLUSIVE: "419984006",
}
NAMES: Mapping[Assay, str] = {
    Assay.NAAT: "SARS-CoV-2 nucleic acid",
    Assay.IGG: "SARS-CoV-2 IgG antibodies",
    Assay.IGM: "SARS-CoV-2 IgM antibodies",
}
COUNTRY = "CN"
LONGEST = 80
"""Characters of a field of the schema."""

WITH_BIRTH_DATE = (DocumentKind.RESIDENT_ID, DocumentKind.HMT_RESIDENCE_PERMIT)
"""Kinds whose number holds the date of birth, at places 7 to 14 (GB 11643)."""


@dataclass(frozen=True)
class Certified:
    """A result of somebody as it is certified; `institution` and `issuer` by name."""

    name: str
    document: Document
    assay: Assay
    outcome: Outcome
    sampled_at: datetime
    institution: str
    issuer: str


def why_no_certificate(assay: Assay, outcome: Outcome, *, marked: bool = False, positive_open: bool = False) -> str | None:
    """Why there is no certificate of a result; None where there is one.

    A pooled positive is nobody's own result and an invalid test has none; what is marked is to be looked at first. While a
    positive stands open no negative is certified: latest must never hide one (domain part 1). Antigen tests need their maker's
    number in the schema, and files do not carry it.
    """
    if outcome is Outcome.POOLED_POSITIVE:
        return "certificate_of_pooled"
    if outcome is Outcome.INVALID:
        return "certificate_of_invalid"
    if assay not in LOINC:
        return "certificate_of_antigen"
    if marked:
        return "certificate_of_marked"
    if positive_open and assay is Assay.NAAT and outcome is not Outcome.POSITIVE:
        return "certificate_hides_positive"
    return None


def is_plain(assay: Assay, outcome: Outcome) -> bool:
    """Whether the schema has codes for it; the rest goes into a statement of ours."""
    return assay is Assay.NAAT and outcome in (Outcome.NEGATIVE, Outcome.POSITIVE)


def statement(one: Certified, cti: bytes) -> dict[str, object]:
    """The statement: whose, of what, found what, sampled when, tested and certified by whom; no number of a document."""
    return {
        "ver": SCHEMA,
        "nam": {"fn": one.name[:LONGEST], "fnt": in_zone(one.name)[:LONGEST]},
        "dob": born(one.document),
        "t": [
            {
                "tg": COVID_19,
                "tt": LOINC[one.assay],
                "nm": NAMES[one.assay],
                "sc": one.sampled_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                "tr": SNOMED[one.outcome],
                "tc": one.institution[:LONGEST],
                "co": COUNTRY,
                "is": one.issuer[:LONGEST],
                "ci": identifier(cti),
            }
        ],
    }


def identifier(cti: bytes) -> str:
    """How the statement names the code (UVCI): anybody who holds the paper can name it, and it says nothing of them."""
    return f"URN:UVCI:01:{COUNTRY}:{cti.hex().upper()}"


def born(document: Document) -> str:
    """The date of birth that the document's number holds; empty where it holds none, as the schema allows."""
    if document.kind not in WITH_BIRTH_DATE:
        return ""
    digits = document.number[6:14]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
