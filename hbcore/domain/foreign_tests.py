"""A test statement of a foreign certificate in our words: what was looked for, what came of it, when it was sampled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hbcore.domain.dcc import TestStatement
from hbcore.domain.vocabulary import Assay, Outcome

COVID_19 = "840539006"
ASSAYS: Mapping[str, Assay] = {
    **dict.fromkeys(("LP6464-4", "94500-6"), Assay.NAAT),
    **dict.fromkeys(("LP217198-3", "94558-4", "97097-0"), Assay.ANTIGEN),
    "94563-4": Assay.IGG,
    "94564-2": Assay.IGM,
}
"""LOINC: the value set of the EU has the first of each; the others as WHO's certificates may; antibodies as we write them."""
OUTCOMES: Mapping[str, Outcome] = {
    "260415000": Outcome.NEGATIVE,
    "260373001": Outcome.POSITIVE,
    "419984006": Outcome.INCONCLUSIVE,
}
"""SNOMED CT."""


@dataclass(frozen=True)
class ForeignTest:
    """What a certificate says of one test. `institution`: who sampled, else who issued it; `number`: the certificate's own."""

    assay: Assay
    outcome: Outcome
    sampled_at: datetime
    institution: str
    number: str
    country: str


def foreign_test(test: TestStatement) -> ForeignTest | None:
    """A test in our words; None where it is of another disease, or of a kind or an outcome that we don't know.

    A sampling time without its zone is taken as UTC, as the schema asks for a zone; a day alone begins at 00:00.
    """
    assay, outcome = ASSAYS.get(test.assay), OUTCOMES.get(test.result)
    try:
        sampled = datetime.fromisoformat(test.sampled)
    except ValueError:
        return None
    if assay is None or outcome is None or test.disease != COVID_19:
        return None
    if sampled.tzinfo is None:
        sampled = sampled.replace(tzinfo=UTC)
    return ForeignTest(assay, outcome, sampled, test.site or test.issuer, test.identifier, test.country)
