"""Why a code is as it is: facts with their hands, results with their uploads, the application, and what would change it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.alarms import AlarmKind
from hbcore.domain.errors import Refused
from hbcore.domain.outside_results import OUTSIDE
from hbcore.domain.vocabulary import Colour, DocumentKind, FactKind, FactSource, Outcome, Purpose, Registration, Role
from hbcore.domain.why import EndsBy
from hbcore.services import alarms, applications, lab_imports, people, why
from hbcore.services.acting import Staff
from hbcore.services.grounds import Check, Hand
from hbcore.services.uploads import IncomingFile
from hbcore.services.why import Why
from hbcore.storage.engine import engine
from hbcore.storage.evidence_rows import FACTS
from hbcore.storage.policy_rows import POLICIES
from tests import standing
from tests.services.applying import PASSPORT, PERMIT, WUHAN, YICHANG, look_ups, reviewer
from tests.standing import LAB, WUCHANG, Sampled

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
RESIDENT = "420106199001011231"
HOUR = timedelta(hours=1)


@pytest.fixture
def clerk(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.DISTRICT_STAFF, AT, unit=WUHAN)


def asked(by: Staff, text: str = RESIDENT) -> Why:
    card = people.find(text, purpose=Purpose.CODE_QUESTION, by=by, at=AT)
    assert card
    return why.why(card.id, by=by, at=AT)


def hands(proposer: Staff, confirmer: Staff, evidence: str) -> None:
    """Every fact was proposed and confirmed by these two."""
    values = {"proposed_by": proposer.id, "confirmed_by": confirmer.id, "evidence": evidence, "case_number": "鄂2020-17"}
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(FACTS.update().values(**values))


def led_to(found: Why) -> list[tuple[str, str]]:
    """What would change it, and to which colour; `still` where the same row goes on."""
    words = []
    for one in found.changes:
        then = "-" if one.then is None else str(one.then.colour or "no code")
        words.append((one.said.en if one.said else "by itself", f"still {then}" if one.goes_on else then))
    return words


def test_a_fact_is_told_with_its_evidence_its_end_and_both_hands(clerk):
    person = standing.person(RESIDENT, AT)
    standing.fact(person, FactKind.CLOSE_CONTACT, AT - 48 * HOUR, AT - 40 * HOUR, until_at=AT + 24 * HOUR)
    hands(reviewer("li.na", WUCHANG), reviewer("chen.bo", YICHANG), "鄂疾控〔2020〕17号")

    found = asked(clerk)

    (fact,) = found.facts
    assert (fact.kind, fact.source) == (FactKind.CLOSE_CONTACT, FactSource.DESK)
    assert (fact.evidence, fact.case) == ("鄂疾控〔2020〕17号", "鄂2020-17")
    assert (fact.from_at, fact.until_at, fact.ends_by) == (AT - 48 * HOUR, AT + 24 * HOUR, EndsBy.RECORDED)
    assert fact.recorded_at == AT - 40 * HOUR
    assert fact.proposed_by == Hand("li.na", fact.office)
    assert fact.office is not None
    assert fact.office.en == "Wuchang District"
    assert (found.results, found.registration, found.application) == ((), False, None)


def test_a_hand_outside_the_askers_unit_is_told_by_its_office_alone(clerk):
    standing.fact(standing.person(RESIDENT, AT), FactKind.CLOSE_CONTACT, AT - HOUR, AT)
    hands(reviewer("li.na", WUCHANG), reviewer("chen.bo", YICHANG), "x")

    (fact,) = asked(clerk).facts

    assert fact.proposed_by is not None
    assert fact.confirmed_by is not None
    assert (fact.proposed_by.name, fact.confirmed_by.name, fact.confirmed_by.unit.en) == ("li.na", None, "Yichang")


def test_a_fact_of_hands_that_are_gone_has_no_office_and_ends_by_the_policy(clerk):
    standing.fact(standing.person(RESIDENT, AT), FactKind.FEVER, AT - HOUR, AT)

    found = asked(clerk)

    (fact,) = found.facts
    assert (fact.proposed_by, fact.confirmed_by, fact.office, fact.ends_by) == (None, None, None, EndsBy.POLICY)
    assert found.residence is not None
    assert (found.residence.en, found.offices, found.hotline) == ("Wuchang District", (found.residence,), "027-87122256")


def upload(liaison: Staff) -> str:
    heading = "姓名,证件类型,证件号码,采样时间,报告时间,样本编号,检测结果,采样点"
    line = f"张三,身份证,{RESIDENT},2020-11-22 09:00,2020-11-22 20:00,L9,阳性,中南路采样点"
    file = IncomingFile(f"{heading}\n{line}\n".encode(), "x.csv", LAB)
    report = lab_imports.commit(file, by=liaison, at=AT)
    assert report.batch
    return report.batch


def test_a_result_is_told_with_its_institution_its_sample_and_its_upload(clerk):
    batch = upload(standing.staff(Role.LAB_LIAISON, AT, name="liaison", institutions=[LAB]))

    found = asked(clerk)

    (result,) = found.results
    assert (result.outcome, result.upload, result.sample_number) == (Outcome.POSITIVE, batch, "L9")
    assert (result.institution, result.sampling_site, result.recorded_at) == ("武昌医学检验所", "中南路采样点", AT)
    assert (result.sampled_at, result.reported_at) == (
        datetime(2020, 11, 22, 1, tzinfo=UTC),
        datetime(2020, 11, 22, 12, tzinfo=UTC),
    )
    assert [office.zh for office in found.offices] == ["武昌医学检验所", "武昌区"]


def test_a_positive_says_by_when_it_is_verified_and_who_has_taken_that_on(clerk):
    upload(standing.staff(Role.LAB_LIAISON, AT, name="liaison", institutions=[LAB]))
    (result,) = asked(clerk).results
    assert result.check == Check(AT + 24 * HOUR, None, None)

    seen = alarms.seen_now([AlarmKind.TO_VERIFY], by=clerk, at=AT + HOUR)
    alarms.take(AlarmKind.TO_VERIFY, seen.lines[0].subject, "", instead_of=None, by=clerk, at=AT + HOUR)

    (result,) = asked(clerk).results
    assert result.check is not None
    assert (result.check.taken_by.name, result.check.taken_at) == ("li.jing", AT + HOUR)


def test_of_many_results_exactly_the_open_ones_are_told(clerk):
    person = standing.person(RESIDENT, AT)
    for hours, outcome in ((90, "negative"), (80, "positive"), (70, "negative"), (60, "positive"), (5, "negative")):
        standing.result(person, Sampled(Outcome(outcome), AT - hours * HOUR, sample_number=f"S{hours}"), AT)

    assert [one.sample_number for one in asked(clerk).results] == ["S80", "S60"]


def test_what_would_change_it_says_which_code_comes_then(clerk):
    person = standing.person(RESIDENT, AT)
    standing.result(person, Sampled(Outcome.POSITIVE, AT - HOUR), AT)

    changes = led_to(asked(clerk))

    assert changes == [
        ("On record, with evidence and by two people: recovery", "yellow"),
        ("On record, with evidence and by two people: positive excluded on review", "green"),
        ("Only a later nucleic-acid negative, without such a record", "still red"),
        ("Found wrong by the institution, corrected or withdrawn (two people)", "green"),
    ]


def test_the_sentence_of_what_would_come_is_filled_from_what_would_be_known(clerk):
    standing.fact(standing.person(RESIDENT, AT), FactKind.CONFIRMED, AT - HOUR, AT)

    recovered = asked(clerk).changes[0].then

    assert recovered is not None
    assert (recovered.colour, recovered.number) == (Colour.YELLOW, 4)
    assert recovered.reason.en == "Recovered; under observation until 7 Dec 09:40"


def test_a_result_from_outside_sends_nobody_to_an_institution_of_ours(clerk):
    person = standing.person(RESIDENT, AT)
    standing.result(person, Sampled(Outcome.INCONCLUSIVE, AT - HOUR, institution=OUTSIDE, single=False), AT)

    found = asked(clerk)

    assert [one.institution for one in found.results] == [OUTSIDE]
    assert [office.en for office in found.offices] == ["Wuchang District"]


def test_what_comes_by_itself_says_when_and_which_row(clerk):
    person = standing.person(RESIDENT, AT)
    standing.fact(person, FactKind.CLOSE_CONTACT, AT - HOUR, AT, until_at=AT + HOUR)
    standing.fact(person, FactKind.HOME_OBSERVATION, AT - HOUR, AT)

    change = asked(clerk).changes[0]

    assert change.then is not None
    assert (change.said, change.at, change.then.colour, change.then.number) == (None, AT + HOUR, Colour.YELLOW, 6)


def test_what_comes_when_another_policy_begins_names_that_policy(clerk):
    standing.person(RESIDENT, AT)
    published = {"published_at": AT, "published_by": 1, "proposed_by": 2}
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        c = POLICIES.c
        connection.execute(
            POLICIES.update().where(c.id == "wuhan-2022-09").values(**published, scope="420100", valid_from=AT + HOUR)
        )

    change = asked(clerk).changes[0]

    assert change.then is not None
    assert (change.at, change.then.policy, change.then.number) == (AT + HOUR, "wuhan-2022-09", 15)
    assert change.then.reason.en == "No sample for 48 h; green about half an hour after sampling"


def test_a_grey_code_names_its_application_and_who_may_open_it(clerk):
    receipt = applications.enter(PASSPORT, by=clerk, at=AT - HOUR)
    applications.ask(receipt.id, ["photo_missing", "contact"], by=reviewer("second"), at=AT)

    found = asked(clerk, receipt.number)

    assert found.application is not None
    assert (found.application.receipt, found.application.id, found.application.opens) == (receipt.number, receipt.id, True)
    assert (found.application.unit.en, found.registration) == ("Wuchang District", True)
    assert led_to(found) == [("Supplied by the applicant: a photo of the document, a way to reach you", "grey")]
    elsewhere = asked(standing.staff(Role.SUPERVISOR, AT, name="yu", unit=YICHANG), receipt.number)
    assert elsewhere.application is not None
    assert elsewhere.application.opens is False


def test_what_was_declared_on_an_application_names_it(clerk):
    receipt = applications.enter(replace(PERMIT, symptoms="yes"), by=clerk, at=AT - HOUR)
    applications.approve(receipt.id, by=standing.staff(Role.DISTRICT_STAFF, AT, name="second", unit="420000"), at=AT - HOUR)

    (fact,) = asked(clerk, receipt.number).facts

    assert fact.kind == FactKind.SELF_DECLARED
    assert fact.application is not None
    assert (fact.application.receipt, fact.office) == (receipt.number, fact.application.unit)


def test_nobody_registered_is_told_why_there_is_no_code_and_what_to_do(clerk):
    standing.person("E12345678", AT, kind=DocumentKind.PASSPORT)

    found = asked(clerk, "E12345678")

    assert (found.results, found.facts, found.registration, found.application) == ((), (), False, None)
    assert led_to(found) == [("An application (for passports: after filing with the police)", "grey")]


def test_why_belongs_to_the_look_up_before_and_leaves_no_event_of_its_own(clerk):
    person = standing.person(RESIDENT, AT)
    with pytest.raises(Refused, match="look_up_first"):
        why.why(person, by=clerk, at=AT)
    asked(clerk)
    assert look_ups() == 1

    with pytest.raises(Refused, match="look_up_first"):
        why.why(person, by=clerk, at=AT + 61 * timedelta(minutes=1))
    with pytest.raises(Refused, match="look_up_first"):
        why.why(person, by=reviewer("somebody"), at=AT)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DISTRICT_STAFF, Role.SUPERVISOR)])
def test_no_other_role_is_told_why(clerk, role):
    person = standing.person(RESIDENT, AT)

    with pytest.raises(Refused, match="not_allowed"):
        why.why(person, by=standing.staff(role, AT, name="other"), at=AT)


def test_the_registration_of_a_resident_stands_without_an_application(clerk):
    standing.person(RESIDENT, AT)

    found = asked(clerk)

    assert (found.registration, found.application) == (True, None)
    assert led_to(found) == [("A positive or a measure newly on record: what the rules before this one look for", "-")]


def test_the_card_has_the_rows_tried_for_those_without_a_code_too(clerk):
    standing.person("E12345678", AT, kind=DocumentKind.PASSPORT)

    card = people.find("E12345678", purpose=Purpose.CODE_QUESTION, by=clerk, at=AT)

    assert card is not None
    assert (card.registration, card.code, [row.number for row in card.rows]) == (Registration.NONE, None, list(range(1, 10)))


def test_the_card_says_when_a_missing_result_would_have_to_be_sampled(clerk):
    standing.person(RESIDENT, AT)

    card = people.find(RESIDENT, purpose=Purpose.CODE_QUESTION, arrival=AT + 24 * HOUR, by=clerk, at=AT)

    assert card is not None
    assert (card.arrival, card.sampled_after) == (AT + 24 * HOUR, AT - 144 * HOUR)


def test_an_arrival_beyond_a_year_is_refused(clerk):
    standing.person(RESIDENT, AT)

    with pytest.raises(Refused, match="arrival_too_far"):
        people.find(RESIDENT, purpose=Purpose.CODE_QUESTION, arrival=AT + timedelta(days=367), by=clerk, at=AT)
