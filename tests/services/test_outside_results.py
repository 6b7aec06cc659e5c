"""Results from outside Hubei: by two people, with a photo; they count for travel and freshness and clear nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.known import FactSeen, Known, ResultSeen
from hbcore.domain.outside_results import COUNTS, SINGLE
from hbcore.domain.policy import decide, shipped
from hbcore.domain.recolouring_grounds import AskFor, Ground, missing
from hbcore.domain.vocabulary import Assay, Colour, FactKind, Outcome, Registration, Role
from hbcore.services import outside_results, people, recolouring_evidence, second_look
from hbcore.services.acting import Staff
from hbcore.services.outside_results import OLDEST, Report
from hbcore.storage import tested_counts
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import acts, look_ups, rows
from tests.services.requesting import AT, DAY, HOUR, RESIDENT, desk, entered, jpeg, looked_up
from tests.standing import JIANGAN

REPORT = Report("长沙市第一医院", "CS-0042", Assay.NAAT, Outcome.NEGATIVE, AT - 5 * HOUR, (("report.jpg", jpeg()),))
POLICIES = list(shipped().values())


@pytest.fixture
def two(database: Path) -> tuple[Staff, Staff]:
    entering, confirming, _ = desk()
    return entering, confirming


def proposed(by: Staff, report: Report = REPORT, person: int | None = None) -> tuple[int, int]:
    """The person and the proposal."""
    found = looked_up(person or standing.person(RESIDENT, AT - 9 * DAY), by)
    return found, outside_results.propose(found, report, by=by, at=AT)


def confirm(proposal: int, by: Staff) -> None:
    """The report is looked at, and confirmed."""
    (outside,) = [one.about for one in second_look.waiting(by=by, at=AT) if one.id == proposal]
    outside_results.paper_of(outside, by=by, at=AT)
    outside_results.confirm(proposal, by=by, at=AT)


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        act()


def test_a_negative_from_outside_counts_for_travel_once_another_has_confirmed_it(two):
    entering, confirming = two
    person, proposal = proposed(entering)
    before = people.again(person, by=entering, at=AT).travel

    confirm(proposal, confirming)

    card = people.again(person, by=entering, at=AT)
    assert (before.accepted_by, card.travel.accepted_by) == ("no", "code")
    assert (card.latest[Assay.NAAT].institution, card.latest[Assay.NAAT].single) == ("outside_hubei", False)
    assert acts()[-2:] == ["outside_result_proposed", "outside_result_confirmed"]


def test_nobody_confirms_their_own_nor_does_another_unit(two):
    elsewhere = standing.staff(Role.DISTRICT_STAFF, AT, name="chen.gang", unit=JIANGAN)
    _, proposal = proposed(two[0])

    refused("own_proposal", lambda: outside_results.confirm(proposal, by=two[0], at=AT))
    refused("not_your_unit", lambda: outside_results.confirm(proposal, by=elsewhere, at=AT))
    confirm(proposal, two[1])
    refused("proposal_gone", lambda: outside_results.confirm(proposal, by=two[1], at=AT))
    assert rows("SELECT count(*) FROM result") == [(1,)]


def test_nobody_confirms_a_report_that_they_have_not_opened_themselves(two):
    person, proposal = proposed(two[0])
    (waits,) = second_look.waiting(by=two[1], at=AT)
    request = entered(two[0], person=person)

    outside_results.paper_of(waits.about, by=two[0], at=AT)
    recolouring_evidence.evidence_of(request, by=two[1], at=AT)

    refused("report_unopened", lambda: outside_results.confirm(proposal, by=two[1], at=AT))
    confirm(proposal, two[1])


def test_declined_it_counts_for_nothing_and_is_not_shown(two):
    person, proposal = proposed(two[0])

    second_look.decline(proposal, by=two[1], at=AT)

    assert outside_results.of_person(person, by=two[0], at=AT) == ()
    assert rows("SELECT count(*) FROM result") == [(0,)]


REFUSED = [
    ("outside_counts_only", {"outcome": Outcome.POSITIVE}),
    ("outside_counts_only", {"assay": Assay.IGM}),
    ("outside_counts_only", {"assay": Assay.ANTIGEN}),
    ("outside_counts_only", {"assay": Assay.IGG}),
    ("outside_institution_needed", {"institution": "  "}),
    ("outside_time", {"sampled_at": AT + HOUR}),
    ("outside_time", {"sampled_at": AT - OLDEST}),
    ("picture_needed", {"pictures": ()}),
    ("too_many_pictures", {"pictures": REPORT.pictures * 4}),
    ("not_a_picture", {"pictures": (("report.jpg", b"%PDF-1.7"),)}),
    ("empty_picture", {"pictures": (("report.jpg", b""),)}),
]


@pytest.mark.parametrize(("code", "change"), REFUSED)
def test_what_may_not_be_entered_says_why(code, change, two):
    refused(code, lambda: proposed(two[0], replace(REPORT, **change)))


def test_all_that_an_empty_form_lacks_is_said_at_once(two):
    with pytest.raises(Refused) as told:
        proposed(two[0], replace(REPORT, institution="", sampled_at=AT - OLDEST, pictures=()))

    codes = [one.code for one in (told.value, *told.value.also)]
    assert codes == ["outside_institution_needed", "outside_time", "picture_needed"]


def test_it_is_entered_for_somebody_looked_up(two):
    person = standing.person(RESIDENT, AT)

    refused("look_up_first", lambda: outside_results.propose(person, REPORT, by=two[0], at=AT))


def test_the_report_is_opened_on_record_by_those_of_the_unit(two):
    elsewhere = standing.staff(Role.DISTRICT_STAFF, AT, name="chen.gang", unit=JIANGAN)
    proposed(two[0])
    (waits,) = second_look.waiting(by=two[1], at=AT)
    before = look_ups()

    paper = outside_results.paper_of(waits.about, by=two[1], at=AT)

    assert (paper.institution, paper.number, look_ups()) == (REPORT.institution, REPORT.number, before + 1)
    assert paper.pictures[0][:3] == b"\xff\xd8\xff"
    refused("not_your_unit", lambda: outside_results.paper_of(waits.about, by=elsewhere, at=AT))


# What stands against somebody, with sampling a day ago; an outside result of now must leave the colour as it is.
NEGATIVE_BEFORE = ResultSeen(Assay.NAAT, Outcome.NEGATIVE, AT - 26 * HOUR)
AGAINST = {
    "a positive": (ResultSeen(Assay.NAAT, Outcome.POSITIVE, AT - DAY),),
    "a pooled positive": (ResultSeen(Assay.NAAT, Outcome.POOLED_POSITIVE, AT - DAY, False),),
    "an antigen positive": (ResultSeen(Assay.ANTIGEN, Outcome.POSITIVE, AT - DAY), NEGATIVE_BEFORE),
    "an IgM": (ResultSeen(Assay.IGM, Outcome.POSITIVE, AT - DAY), NEGATIVE_BEFORE),
}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
@pytest.mark.parametrize("against", AGAINST)
@pytest.mark.parametrize("counts", COUNTS)
def test_it_clears_nothing_under_either_policy(policy, against, counts):
    known = Known(Registration.APPROVED, "420106", AGAINST[against])
    outside = ResultSeen(*counts, AT - HOUR, SINGLE)

    before, after = decide(policy, known, AT), decide(policy, replace(known, results=(*known.results, outside)), AT)

    assert before.colour
    assert (after.colour, after.row) == (before.colour, before.row)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_a_single_negative_of_ours_would_clear_what_it_does_not(policy):
    """The trial above tries something: the same negative, were it our own specimen, settles a pooled tube."""
    known = Known(Registration.APPROVED, "420106", AGAINST["a pooled positive"])
    ours = ResultSeen(Assay.NAAT, Outcome.NEGATIVE, AT - HOUR)

    assert decide(policy, replace(known, results=(*known.results, ours)), AT).colour == Colour.GREEN


def test_it_clears_no_case_and_no_quarantine():
    for policy in POLICIES:
        for kind in (FactKind.CONFIRMED, FactKind.CENTRAL_QUARANTINE, FactKind.CLOSE_CONTACT):
            known = Known(Registration.APPROVED, "420106", (), (FactSeen(kind, AT - DAY),))
            outside = ResultSeen(Assay.NAAT, Outcome.NEGATIVE, AT - HOUR, SINGLE)

            after = decide(policy, replace(known, results=(outside,)), AT)

            assert after.colour == decide(policy, known, AT).colour != Colour.GREEN


def test_it_is_fresh_under_the_48_hours_of_wuhan():
    known = Known(Registration.APPROVED, "420106", (ResultSeen(Assay.NAAT, Outcome.NEGATIVE, AT - HOUR, SINGLE),))

    assert decide(POLICIES[1], known, AT).row == "green-negative"


def test_it_is_no_retest_for_a_recolouring_request():
    seen = (ResultSeen(Assay.NAAT, Outcome.NEGATIVE, AT - HOUR, SINGLE),)

    lacking = missing(Ground.POSITIVE_EXCLUDED, images=1, evidence="1", dated_at=AT, results=seen, at=AT)
    assert lacking == (AskFor.NEGATIVE_TEST,)


def test_no_counter_of_hubeis_laboratories_counts_it(two):
    person, proposal = proposed(two[0])
    confirm(proposal, two[1])
    standing.institution(AT)

    standing.result(person, standing.Sampled(Outcome.NEGATIVE, AT - HOUR), AT)

    with engine().connect() as connection:
        standing_now = tested_counts.people_standing(connection, [person])
        tested = connection.execute(
            sa.text("SELECT people FROM tested_count WHERE day_of = 'recorded' AND unit = '420106' AND institution = ''")
        ).scalars()
        assert set(tested) == {1}
        assert [one.institution for group in standing_now.values() for one in group] == [standing.LAB]
    assert rows("SELECT sum(n) FROM test_count WHERE day_of = 'recorded'") == [(1,)]


def test_an_igg_from_outside_is_the_ground_of_travel_that_it_is(two):
    person, proposal = proposed(two[0], replace(REPORT, assay=Assay.IGG, outcome=Outcome.POSITIVE, sampled_at=AT - timedelta(8)))

    confirm(proposal, two[1])

    assert people.again(person, by=two[0], at=AT).travel.ground == "igg_positive"
