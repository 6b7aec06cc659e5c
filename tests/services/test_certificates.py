"""Test certificates: of whom and of what there is one, what the paper says, and that each has its event and its row."""

import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier

import pypdf
import pytest
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain import dcc
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Assay, DocumentKind, FactKind, Outcome, Purpose, Role
from hbcore.services import audit, certificate_issuing, certificates, certificates_many, certificates_more, people
from hbcore.services.acting import Staff
from hbcore.services.certificate_issuing import Wanted
from hbcore.services.certificates_many import PrintedMany
from hbcore.services.certificates_more import MoreReason
from hbcore.services.people import PersonCard
from hbcore.storage import issued_code_rows
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.tables import issued_code, look_up_event
from tests import standing
from tests.codes_on_paper import code_on, opened
from tests.services.applying import acts
from tests.standing import JIANGAN, WUCHANG, Sampled

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
RESIDENT, OTHER, PERMIT = "420106199001011231", "422801196007307804", "H94684388"
NEGATIVE, POSITIVE, POOLED = Outcome.NEGATIVE, Outcome.POSITIVE, Outcome.POOLED_POSITIVE
PRINTED = str(audit.Act.CERTIFICATE_PRINTED)


@pytest.fixture
def reviewer(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.DISTRICT_STAFF, AT, unit=WUCHANG)


def somebody(outcome: Outcome = NEGATIVE, assay: Assay = Assay.NAAT, *, number: str = RESIDENT, name: str = "张三丰") -> int:
    person = standing.person(number, AT, name=name)
    standing.result(person, Sampled(outcome, ago(30), assay), AT)
    return person


def ago(hours: float) -> datetime:
    return AT - timedelta(hours=hours)


def look_up(number: str, by: Staff) -> PersonCard:
    card = people.find(number, purpose=Purpose.OWN_REQUEST, by=by, at=AT)
    assert card
    return card


def print_it(card: PersonCard, by: Staff, assay: Assay = Assay.NAAT, *, first: str = "zh", at: datetime = AT) -> bytes:
    wanted = certificate_issuing.wanted_of(card.latest[assay])
    return certificates.print_one(card.id, wanted, first=first, place=card.place, by=by, at=at).content


def text_of(content: bytes) -> str:
    """Everything that is read on its pages, without blanks: where a line breaks is no matter."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages))


def events(act: str = PRINTED) -> Sequence[sa.Row[tuple[object, ...]]]:
    with access_engine().connect() as connection:
        return connection.execute(sa.select(look_up_event).where(look_up_event.c.act == act)).all()


def register() -> Sequence[sa.Row[tuple[object, ...]]]:
    with access_engine().connect() as connection:
        return connection.execute(sa.select(issued_code).where(issued_code.c.kind == "certificate")).all()


def test_a_certificate_says_in_both_languages_whose_what_by_whom_and_when(reviewer):
    somebody()

    said = text_of(print_it(look_up(RESIDENT, reviewer), reviewer))

    for words in ("核酸检测证明", "Nucleic-acidtestcertificate", "张三丰", f"居民身份证{RESIDENT}", "阴性", "Negative"):
        assert words in said
    for words in ("武昌医学检验所", "2020年11月22日03:40", "22Nov202003:40", "武昌区", "各地规定不同", "Rulesdifferbyplace"):
        assert words in said
    assert re.sub(r"\s", "", look_up(RESIDENT, reviewer).look_up) in said


def test_the_code_on_it_is_signed_and_states_the_test_as_the_schema_says(reviewer):
    somebody(name="MARTIN Ánne")

    claims = opened(code_on(print_it(look_up(RESIDENT, reviewer), reviewer)))

    (row,) = register()
    assert claims[7] == row.cti
    stated = claims[-260][1]
    assert dcc.why_not(stated) is None
    assert stated["nam"] == {"fn": "MARTIN Ánne", "fnt": "MARTIN<ANNE"}
    assert stated["dob"] == "1990-01-01"
    (test,) = stated["t"]
    assert (test["tg"], test["tt"], test["tr"]) == ("840539006", "LP6464-4", "260415000")
    assert (test["sc"], test["tc"], test["co"]) == ("2020-11-22T03:40:00+08:00", "武昌医学检验所", "CN")
    assert test["ci"] == f"URN:UVCI:01:CN:{row.cti.hex().upper()}"
    assert RESIDENT not in json.dumps(stated)


@pytest.mark.parametrize(
    ("assay", "outcome", "loinc", "snomed"),
    [
        (Assay.IGG, POSITIVE, "94563-4", "260373001"),
        (Assay.IGM, NEGATIVE, "94564-2", "260415000"),
        (Assay.NAAT, Outcome.INCONCLUSIVE, "LP6464-4", "419984006"),
    ],
)
def test_what_the_schema_has_no_codes_for_stands_in_a_statement_of_ours(reviewer, assay, outcome, loinc, snomed):
    somebody(outcome, assay)

    hcert = opened(code_on(print_it(look_up(RESIDENT, reviewer), reviewer, assay)))[-260]

    assert list(hcert) == [-2]
    assert dcc.why_not(hcert[-2]) is None
    (test,) = hcert[-2]["t"]
    assert (test["tt"], test["tr"]) == (loinc, snomed)


def test_event_and_row_name_each_other_and_the_purpose_of_the_look_up(reviewer):
    person = somebody()
    print_it(look_up(RESIDENT, reviewer), reviewer)

    (event,), (row,) = events(), register()
    assert (event.subject, row.person_id, row.look_up, row.issued_by) == (f"person {person}", person, event.seq, reviewer.id)
    assert json.loads(event.figures) == {"assay": "naat", "case": None, "purpose": "own_request"}
    assert row.expires_at == AT + timedelta(days=30)


def test_nothing_is_printed_and_no_event_stays_when_the_register_cannot_be_written(reviewer, monkeypatch):
    somebody()
    card = look_up(RESIDENT, reviewer)

    def full(*_row: object) -> None:
        raise sa.exc.OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(issued_code_rows, "add", full)
    with pytest.raises(Refused, match="look_up_not_recorded"):
        print_it(card, reviewer)

    assert (events(), register()) == ([], [])


def test_who_was_not_looked_up_within_the_hour_has_no_certificate(reviewer):
    somebody()
    card = look_up(RESIDENT, reviewer)

    with pytest.raises(Refused, match="look_up_first"):
        print_it(card, reviewer, at=AT + timedelta(minutes=61))


@pytest.mark.parametrize(
    ("assay", "outcome", "why"),
    [
        (Assay.NAAT, POOLED, "certificate_of_pooled"),
        (Assay.NAAT, Outcome.INVALID, "certificate_of_invalid"),
        (Assay.ANTIGEN, NEGATIVE, "certificate_of_antigen"),
    ],
)
def test_some_results_are_not_certified_and_the_card_knows_why(reviewer, assay, outcome, why):
    somebody(outcome, assay)
    card = look_up(RESIDENT, reviewer)

    assert [code for one, code in certificate_issuing.choices(card) if one.assay is assay] == [why]
    with pytest.raises(Refused, match=why):
        print_it(card, reviewer, assay)
    assert (events(), register()) == ([], [])


def test_a_later_negative_is_not_certified_while_a_positive_stands_open(reviewer):
    person = somebody(POSITIVE)
    standing.result(person, Sampled(NEGATIVE, ago(4), sample_number="S2"), AT)
    card = look_up(RESIDENT, reviewer)

    with pytest.raises(Refused, match="certificate_hides_positive"):
        print_it(card, reviewer)
    positive = certificate_issuing.wanted_of(card.open_positives[0])
    assert certificates.print_one(card.id, positive, first="zh", place=card.place, by=reviewer, at=AT)

    standing.fact(person, FactKind.RECOVERED, ago(2), AT)
    assert print_it(look_up(RESIDENT, reviewer), reviewer)


def test_a_result_that_is_none_of_the_persons_is_not_certified(reviewer):
    somebody()
    card = look_up(RESIDENT, reviewer)

    with pytest.raises(Refused, match="certificate_no_result"):
        certificates.print_one(card.id, Wanted(Assay.NAAT, POSITIVE, ago(30)), first="zh", place=card.place, by=reviewer, at=AT)


def test_a_name_with_a_character_that_the_font_lacks_is_not_printed_with_a_gap(reviewer):
    somebody(name="张\ue000")
    card = look_up(RESIDENT, reviewer)

    with pytest.raises(Refused, match="glyph_missing"):
        print_it(card, reviewer)
    assert (events(), register()) == ([], [])


def test_the_preview_is_masked_and_leaves_no_event(reviewer):
    somebody()
    card = look_up(RESIDENT, reviewer)

    lines = certificates.preview(
        card.id, certificate_issuing.wanted_of(card.latest[Assay.NAAT]), place=card.place, by=reviewer, at=AT
    )

    said = " ".join(words for label, value in lines for words in (label.zh, label.en, value.zh, value.en))
    assert card.name in said
    assert card.document_number in said
    assert "三丰" not in said
    assert RESIDENT not in said
    assert events() == []


def many(numbers: Sequence[str], by: Staff, **more: object) -> PrintedMany:
    asked = {"first": "zh", "purpose": Purpose.OWN_REQUEST, "by": by, "at": AT} | more
    return certificates_many.print_many(numbers, **asked)  # type: ignore[arg-type]


def test_of_a_list_some_are_printed_and_the_others_named_with_why(reviewer):
    somebody()
    third = standing.person(PERMIT, AT, kind=DocumentKind.HK_MACAU_PERMIT, name="CHAN TAI MAN")
    standing.result(third, Sampled(POOLED, ago(3), sample_number="S3"), AT)
    elsewhere = standing.person(OTHER, AT, name="李四", unit=JIANGAN)
    standing.result(elsewhere, Sampled(NEGATIVE, ago(3), sample_number="S4"), AT)

    heard: list[float] = []
    done = many([RESIDENT, PERMIT, "", OTHER, RESIDENT, "420106199001011999"], reviewer, told=heard.append)

    assert done.made == 1
    assert [(one.line, one.why) for one in done.refused] == [
        (2, "certificate_of_pooled"),
        (3, "not_your_unit"),
        (4, "twice_on_list"),
        (5, "nobody_found"),
    ]
    assert done.file
    assert "张三丰" in text_of(done.file.content)
    assert "李四" not in text_of(done.file.content)
    assert (len(events()), len(register())) == (1, 1)
    assert (len(events("person_looked_up")), len(events("nobody_found"))) == (3, 1)
    assert heard[-1] == 1.0


def test_a_list_has_a_limit_and_so_has_an_account_in_a_day(reviewer, monkeypatch):
    somebody()
    monkeypatch.setattr(certificates_many, "AT_ONCE", 2)
    monkeypatch.setattr(certificates_more, "ALONE", 1)

    for numbers, why in (([], "certificates_nobody"), (["1", "2", "3"], "certificates_too_many")):
        with pytest.raises(Refused, match=why):
            many(numbers, reviewer)
    many([RESIDENT], reviewer)
    with pytest.raises(Refused, match="certificates_enough"):
        many([RESIDENT], reviewer)
    with pytest.raises(Refused, match="certificates_enough"):
        print_it(look_up(RESIDENT, reviewer), reviewer)


def test_lists_at_the_same_moment_print_no_more_than_one_after_the_other(reviewer, monkeypatch):
    somebody()
    monkeypatch.setattr(certificates_more, "ALONE", 2)
    begin = Barrier(4)

    def came(_: int) -> str:
        begin.wait()
        try:
            return f"made {many([RESIDENT], reviewer).made}"
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(came, range(4))) == ["certificates_enough"] * 2 + ["made 1"] * 2


def test_a_second_person_lets_an_account_print_more_for_a_day(reviewer, monkeypatch):
    somebody()
    second = standing.staff(Role.SUPERVISOR, AT, name="second", unit=reviewer.unit)
    monkeypatch.setattr(certificates_more, "ALONE", 1)
    many([RESIDENT], reviewer)
    proposal = certificates_more.propose(MoreReason.SCHOOL, by=reviewer, at=AT)
    for why, act in (
        ("own_proposal", lambda: certificates_more.confirm(proposal, by=reviewer, at=AT)),
        ("unknown_reason", lambda: certificates_more.propose("so", by=reviewer, at=AT)),
        ("certificates_enough", lambda: many([RESIDENT], reviewer)),
    ):
        with pytest.raises(Refused, match=why):
            act()

    certificates_more.confirm(proposal, by=second, at=AT)

    assert many([RESIDENT], reviewer).made == 1
    with pytest.raises(Refused, match="certificates_enough"):
        many([RESIDENT], reviewer)
    assert [act for act in acts() if act != "refused"] == ["certificates_more_proposed", "certificates_more_confirmed"]
    a_day_later = AT + timedelta(days=1, seconds=1)
    with engine().connect() as connection, Session(connection) as session:
        assert [certificates_more.allowed(session, reviewer, at) for at in (AT, a_day_later)] == [2, 1]
