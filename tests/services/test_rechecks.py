"""Results of a suspended institution are marked in one act by its unit's supervisor; the card says so, no colour changes."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Assay, Outcome, Purpose, Role
from hbcore.services import institutions, people, rechecks
from hbcore.services.acting import Staff
from tests import standing
from tests.services.applying import acts, rows
from tests.standing import JIANGAN, LAB, WUCHANG, Sampled

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBER = "420106199001011231"
FIRST, LAST = date(2022, 11, 8), date(2022, 11, 10)


@pytest.fixture
def supervisor(database: Path) -> Staff:
    standing.institution(AT - 9 * DAY)
    person = standing.person(NUMBER, AT - 9 * DAY)
    for days, number in ((1, "S1"), (8, "S2")):
        standing.result(person, Sampled(Outcome.NEGATIVE, AT - days * DAY, sample_number=number), AT - DAY / 2)
    administrator = standing.staff(Role.ADMINISTRATOR, AT, name="administrator")
    institutions.suspend(LAB, "两次盲样不合格", by=administrator, at=AT)
    return standing.staff(Role.SUPERVISOR, AT, name="supervisor", unit="420100")


def card_says(by: Staff) -> datetime | None:
    card = people.find(NUMBER, purpose=Purpose.CODE_QUESTION, by=by, at=AT)
    assert card
    assert card.code
    assert card.code.colour == "green"
    return card.latest[Assay.NAAT].recheck_since


def test_marked_in_one_act_the_card_says_since_when_and_lifted_in_one_it_does_not(supervisor: Staff) -> None:
    assert card_says(supervisor) is None
    segments = rows("SELECT * FROM code_segment")

    made = rechecks.mark(LAB, FIRST, LAST, by=supervisor, at=AT)

    assert (made.results, made.first, made.last, card_says(supervisor)) == (1, FIRST, LAST, AT)
    assert rechecks.suspended(by=supervisor, at=AT)[1] == (made,)
    rechecks.lift(made.id, by=supervisor, at=AT)
    assert (card_says(supervisor), rechecks.suspended(by=supervisor, at=AT)[1]) == (None, ())
    assert acts()[-2:] == ["results_marked", "mark_lifted"]
    assert rows("SELECT * FROM code_segment") == segments


def test_other_days_are_not_marked(supervisor: Staff) -> None:
    rechecks.mark(LAB, FIRST - 7 * DAY, FIRST, by=supervisor, at=AT)

    assert card_says(supervisor) is None


def test_who_may_mark_and_what_is_refused(supervisor: Staff) -> None:
    elsewhere = standing.staff(Role.SUPERVISOR, AT, name="elsewhere", unit=JIANGAN)
    reviewer = standing.staff(Role.DISTRICT_STAFF, AT, name="reviewer", unit=WUCHANG)
    made = rechecks.mark(LAB, FIRST, LAST, by=supervisor, at=AT)
    for by, first, last, why in (
        (elsewhere, FIRST, LAST, "not_suspended_here"),
        (reviewer, FIRST, LAST, "not_allowed"),
        (supervisor, LAST, FIRST, "bad_span"),
        (supervisor, LAST, LAST + DAY, "bad_span"),
        (supervisor, LAST, LAST, "already_marked"),
        (supervisor, date(2020, 5, 1), date(2020, 5, 2), "nothing_to_mark"),
    ):
        with pytest.raises(Refused, match=why):
            rechecks.mark(LAB, first, last, by=by, at=AT)
    with pytest.raises(Refused, match="unknown_mark"):
        rechecks.lift(made.id, by=elsewhere, at=AT)
    assert rows("SELECT count(*) FROM recheck WHERE lifted_at IS NULL") == [(1,)]
