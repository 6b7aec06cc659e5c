"""What stands on a test certificate, in both languages; the templates hold no word of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.documents import UNKNOWN_COUNTRY, Document
from hbcore.domain.sentence import Sentence, same, time_on_paper
from hbcore.domain.test_certificates import Certified
from hbcore.domain.vocabulary import Assay, DocumentKind, Outcome
from hbcore.services.countries import country_name
from hbcore.storage.writers.certificate import Line, Paper
from hbcore.words import both

DESK = Sentence(**both("Hubei health code desk"))
TITLES: Mapping[Assay, Sentence] = {
    Assay.NAAT: Sentence(**both("Nucleic-acid test certificate")),
    Assay.IGG: Sentence(**both("Antibody test certificate")),
    Assay.IGM: Sentence(**both("Antibody test certificate")),
}
ASSAYS: Mapping[Assay, Sentence] = {
    Assay.NAAT: Sentence(**both("SARS-CoV-2 nucleic-acid test")),
    Assay.IGG: Sentence(**both("SARS-CoV-2 antibodies, IgG")),
    Assay.IGM: Sentence(**both("SARS-CoV-2 antibodies, IgM")),
}
OUTCOMES: Mapping[Outcome, Sentence] = {
    Outcome.NEGATIVE: Sentence(**both("Negative")),
    Outcome.POSITIVE: Sentence(**both("Positive")),
    Outcome.INCONCLUSIVE: Sentence(**both("Inconclusive")),
}
KINDS: Mapping[DocumentKind, Sentence] = {
    DocumentKind.RESIDENT_ID: Sentence(**both("Resident identity card")),
    DocumentKind.HK_MACAU_PERMIT: Sentence(**both("Mainland travel permit for Hong Kong and Macau residents")),
    DocumentKind.TAIWAN_PERMIT: Sentence(**both("Mainland travel permit for Taiwan residents")),
    DocumentKind.TAIWAN_SINGLE_PERMIT: Sentence(**both("Mainland travel permit for Taiwan residents (one trip)")),
    DocumentKind.PASSPORT: Sentence(**both("Passport")),
    DocumentKind.FOREIGN_PR_CARD: Sentence(**both("Foreign permanent resident identity card")),
    DocumentKind.HMT_RESIDENCE_PERMIT: Sentence(**both("Residence permit for Hong Kong, Macau and Taiwan residents")),
}
RULES_DIFFER = Sentence(
    **both("Rules differ by place: carry this paper with you. What counts is the rule at your destination on the day you arrive.")
)
NO_HEALTH_CODE = Sentence(
    **both("This paper states one test. It is no health code and does not say what colour the code has now.")
)
INCONCLUSIVE = Sentence(**both("Inconclusive is not negative: another specimen is needed."))
OF_POSITIVE: Mapping[Assay, Sentence] = {
    Assay.IGG: Sentence(**both("IgG tells of a past infection or a vaccination. It is not a negative nucleic-acid test.")),
    Assay.IGM: Sentence(**both("IgM may tell of a recent infection: a nucleic-acid test is needed.")),
}
OF_ANTIBODIES = Sentence(**both("No antibodies were found. That is not a negative nucleic-acid test."))
DESCRIBED = Sentence(**both("QR code of the signed test certificate. The same stands on this page in words."))
READERS = Sentence(**both("Scan the code: any reader of HCERT codes that has this desk's public keys (/.well-known/)."))
LOOK_UP = Sentence(**both("Look-up number, 12 digits"))


@dataclass(frozen=True)
class Stated:
    """What a paper states: the result, when it was tested and reported, who issued it when, and what else stands on it."""

    result: Certified
    tested_at: datetime | None
    reported_at: datetime | None
    unit: Sentence
    look_up: str
    hotline: str


def lines_of(stated: Stated, issued_at: datetime) -> tuple[Line, ...]:
    """The lines of a paper: whose, by whom, when."""
    return tuple(_lines(stated, issued_at))


def paper(stated: Stated, code: str, cti: bytes, issued_at: datetime, expires_at: datetime) -> Paper:
    """The page, in words; `code`: the signed text."""
    one = stated.result
    return Paper(
        desk=DESK,
        title=TITLES[one.assay],
        number=" ".join(cti.hex().upper()[place : place + 8] for place in range(0, 32, 8)),
        lines=lines_of(stated, issued_at),
        assay=ASSAYS[one.assay],
        outcome=OUTCOMES[one.outcome],
        code=code,
        described=DESCRIBED,
        look_up=LOOK_UP,
        digits=" ".join(stated.look_up[place : place + 3] for place in range(0, 12, 3)),
        checking=tuple(_checking(stated.hotline, time_on_paper(expires_at))),
        notes=(*_about(one.assay, one.outcome), RULES_DIFFER, NO_HEALTH_CODE),
    )


def _lines(stated: Stated, issued_at: datetime) -> Iterator[Line]:
    one = stated.result
    yield Line(Sentence(**both("Name")), same(one.name))
    yield Line(Sentence(**both("Identity document")), _document(one.document))
    yield Line(Sentence(**both("Testing institution")), same(one.institution))
    yield Line(Sentence(**both("Sampled")), time_on_paper(one.sampled_at))
    if stated.tested_at:
        yield Line(Sentence(**both("Tested")), time_on_paper(stated.tested_at))
    if stated.reported_at:
        yield Line(Sentence(**both("Reported")), time_on_paper(stated.reported_at))
    issued = time_on_paper(issued_at)
    yield Line(Sentence(**both("Issued")), Sentence(f"{issued.zh} · {stated.unit.zh}", f"{issued.en} · {stated.unit.en}"))


def _document(one: Document) -> Sentence:
    kind, known = KINDS[one.kind], one.country != UNKNOWN_COUNTRY
    of = {language: f" · {country_name(one.country, language)}" if known else "" for language in ("zh", "en")}
    return Sentence(f"{kind.zh} {one.number}{of['zh']}", f"{kind.en} {one.number}{of['en']}")


def _checking(hotline: str, until: Sentence) -> Iterator[Sentence]:
    yield READERS
    words = both("The code can be checked until {until}.")
    yield Sentence(words["zh"].format(until=until.zh), words["en"].format(until=until.en))
    yield Sentence(**both("At a checkpoint in Hubei: the 12 digits. By telephone: {hotline}.", {"hotline": hotline}))


def _about(assay: Assay, outcome: Outcome) -> Iterator[Sentence]:
    if outcome is Outcome.INCONCLUSIVE:
        yield INCONCLUSIVE
    elif assay in OF_POSITIVE:
        yield OF_POSITIVE[assay] if outcome is Outcome.POSITIVE else OF_ANTIBODIES
