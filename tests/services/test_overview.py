"""What waits for whom: numbers by role, each with a page that the role may open."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.permissions import PAGES, may
from hbcore.domain.vocabulary import Outcome, Role
from hbcore.services import lab_imports
from hbcore.services.overview import Overview, overview
from hbcore.services.uploads import IncomingFile
from tests import standing
from tests.standing import LAB, WUCHANG, Sampled

AT = datetime(2022, 11, 10, 1, tzinfo=UTC)
FILES = Path(__file__).parents[1] / "data" / "lab"


def seen_by(role: Role, at: datetime = AT) -> Overview:
    return overview(by=standing.staff(role, AT, name=str(role), unit=WUCHANG, institutions=[LAB]), at=at)


@pytest.fixture(autouse=True)
def laboratory(database: Path) -> None:
    standing.institution(AT)


WHAT = """
    role             | waits                                             | today's counts
    district_staff   | waiting second_review overdue due_soon asked      | yes
    supervisor       | waiting second_review overdue due_soon asked      | yes
    lab_liaison      | uploads_today                                     | no
    administrator    |                                                   | no
    auditor          |                                                   | no
"""


@pytest.mark.parametrize("line", [line.strip() for line in WHAT.strip().splitlines()[1:]])
def test_what_a_role_sees(line):
    role, waits, counts = (cell.strip() for cell in line.split("|"))

    seen = seen_by(Role(role))

    assert [wait.what for wait in seen.waits] == waits.split()
    assert (seen.today is not None) == (counts == "yes")


@pytest.mark.parametrize("role", list(Role))
def test_every_number_leads_to_a_page_the_role_may_open(role):
    seen = seen_by(role)

    assert all(may(role, PAGES[page]) for page in (*seen.pages, *(wait.page for wait in seen.waits)))


def test_todays_counts_are_of_ones_own_unit():
    standing.result(standing.person("420106199001011231", AT), Sampled(Outcome.NEGATIVE, AT), AT)

    seen = seen_by(Role.DISTRICT_STAFF)

    assert (seen.today.unit.code, seen.today.figures.results["naat"]["negative"]) == (WUCHANG, 1)


def test_a_liaison_sees_how_many_uploads_came_in_today():
    liaison = standing.staff(Role.LAB_LIAISON, AT, name="liaison", institutions=[LAB])
    name = "clean_utf8.csv"
    lab_imports.commit(IncomingFile((FILES / name).read_bytes(), name, LAB), by=liaison, at=AT)

    counted = [overview(by=liaison, at=at).waits[0].n for at in (AT, AT + timedelta(days=1))]

    assert counted == [1, 0]
