"""The demonstration province: every role, kind, state and colour, held and refused rows, one time, one seed, no other desk."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from hbcore.cli import app
from hbcore.commands.demo import prepared
from hbcore.domain.alarms import AlarmKind
from hbcore.domain.applications import ApplicationState
from hbcore.domain.documents import Document, why_bad
from hbcore.domain.errors import Refused
from hbcore.domain.recolouring_grounds import Ground
from hbcore.domain.vocabulary import Colour, DocumentKind, Purpose, Role
from hbcore.services import (
    accounts,
    alarms,
    applications,
    audit,
    daily_counts,
    daily_reports,
    demo,
    overview,
    passwords,
    people,
    second_look,
    sessions,
    set_up,
    trusted_signers,
)
from hbcore.services.clock import day_of
from hbcore.services.demo.people import make_people
from hbcore.services.demo.province import Province
from hbcore.services.demo.requests import SAID, STORIES
from hbcore.services.demo.timeline import Timeline
from hbcore.services.overview import Waits
from hbcore.storage.application_rows import APPLICATIONS
from hbcore.storage.engine import engine
from hbcore.storage.tables import Event
from tests import standing
from tests.conftest import QUICK, close

pytestmark = pytest.mark.timeout(300)
"""The province is filled while the first test is set up: six seconds of a processor, which others may want as well."""

AT = datetime(2026, 11, 24, 11, 20, tzinfo=UTC)
HELD = {"name_differs", "contradicts", "withdraws_unknown", "ambiguous_document", "second_account_needed"}
FIGURES = {
    "people": "SELECT unit, registration, count(*) FROM person GROUP BY 1, 2",
    "kinds": "SELECT kind, country, count(*) FROM document GROUP BY 1, 2",
    "applications": "SELECT receipt, state, filing_check, unit, reasons, submitted_at, decided_at FROM application",
    "results": "SELECT sample_number, assay, outcome, sampled_at, recorded_at, ended_how FROM result",
    "rows": "SELECT row_number, status, problems, count(*) FROM upload_row GROUP BY 1, 2, 3",
    "codes": "SELECT colour, row, from_at, until_at, count(*) FROM code_segment GROUP BY 1, 2, 3, 4",
    "events": "SELECT seq, at, act, by_name FROM event",
}


@contextmanager
def a_desk(folder: Path) -> Iterator[None]:
    """A home of its own, where passwords are hashed in no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HBCORE_HOME", str(folder))
        patch.delenv("HBCORE_DATABASE_URL", raising=False)
        patch.setattr(passwords, "_hasher", QUICK)
        yield
        close()


class Enough(Exception):
    """Raised where a second filling has shown what it should."""


@dataclass
class UpToDay:
    """What is told of a filling's progress: keeps what stands when `day` is over; `enough`: and goes no further."""

    day: int
    enough: bool = False
    stood: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)

    def __call__(self, done: int, of: int) -> None:
        if done == self.day:
            self.stood = figures()
            if self.enough:
                raise Enough


FIRST_DAYS = UpToDay(3)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A small province, filled from the shell; what that printed."""
    with a_desk(tmp_path_factory.mktemp("demo") / "home"), pytest.MonkeyPatch.context() as patch:
        patch.setattr("hbcore.commands.demo.now", lambda: AT)
        patch.setattr("hbcore.commands.demo.told", FIRST_DAYS)
        size = ("--people", str(demo.FEWEST_PEOPLE), "--days", str(demo.FEWEST_DAYS))
        yield json.loads(CliRunner().invoke(app, ["demo", *size, "--json"]).stdout)


def rows(statement: str) -> list[tuple[object, ...]]:
    with engine().connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def column(statement: str) -> list[object]:
    return [row[0] for row in rows(statement)]


def figures() -> dict[str, list[tuple[object, ...]]]:
    return {name: sorted(rows(statement), key=repr) for name, statement in FIGURES.items()}


def test_each_role_has_an_account_of_its_name_and_one_password_opens_them_all(province: dict[str, Any]) -> None:
    names = {one["name"] for one in province["accounts"]}

    assert {one["role"] for one in province["accounts"]} == set(Role) <= names
    for name in names:
        assert sessions.sign_in(name, province["password"], place="test", at=AT)


def test_exactly_so_many_people_with_every_kind_of_document_and_every_state(province: dict[str, Any]) -> None:
    assert column("SELECT count(*) FROM person") == [demo.FEWEST_PEOPLE]
    assert set(column("SELECT DISTINCT kind FROM document")) == set(DocumentKind)
    assert set(column("SELECT DISTINCT state FROM application")) == set(ApplicationState)
    assert set(column("SELECT DISTINCT filing_check FROM application")) == {"agrees", "differs", "not_received", "not_required"}
    assert len(column("SELECT DISTINCT unit FROM application")) > 5


def test_every_colour_has_its_ground_and_the_card_says_it(province: dict[str, Any]) -> None:
    grounds = set(column("SELECT DISTINCT row FROM code_segment WHERE until_at IS NULL OR until_at > from_at"))

    assert grounds >= {"red-positive", "yellow-declared", "yellow-pooled", "grey-mismatch", "grey-asked", "grey-refused"}
    assert grounds >= {"grey-review", "green-default", "green-retest"}
    (sample,) = column("SELECT min(sample_number) FROM result WHERE outcome = 'positive' AND ended_at IS NULL")
    card = people.find(str(sample), purpose=Purpose.CODE_QUESTION, by=accounts.staff_named("district_staff"), at=AT)
    assert card
    assert card.code
    assert card.code.colour is Colour.RED
    assert "核酸阳性" in card.code.reason.zh


def test_there_is_work_left_for_everybody(province: dict[str, Any]) -> None:
    by = accounts.staff_named("supervisor")
    waiting = applications.counts(by=by, at=AT)
    today = daily_counts.count_day(day_of(AT) - timedelta(days=1), by=by, at=AT)

    assert min(waiting.waiting, waiting.asked, waiting.second_review, waiting.overdue, waiting.soon) > 0
    told = overview.overview(by=accounts.staff_named("lab_liaison"), at=AT).numbers
    assert [what for what, n in told.items() if not n and what != overview.Waits.ALARMS] == []
    assert today.figures.codes[Colour.RED] > 3
    assert today.figures.codes[Colour.YELLOW] > 10


def test_rows_are_held_and_refused_for_many_reasons(province: dict[str, Any]) -> None:
    problems: dict[object, set[str]] = {"held": set(), "refused": set()}
    for status, text in rows("SELECT status, problems FROM upload_row"):
        problems[status] |= {code for _, code in json.loads(str(text))}

    assert problems["held"] == HELD
    assert len(problems["refused"]) > 1
    assert column("SELECT count(*) FROM institution WHERE suspended_at IS NOT NULL") == [1]


def test_something_alarms_and_somebody_looks_after_it(province: dict[str, Any]) -> None:
    seen = alarms.seen_now(list(AlarmKind), by=accounts.staff_named("supervisor"), at=AT)

    assert min(seen.counts[kind] for kind in (AlarmKind.UNCLASSIFIED, AlarmKind.NOT_RETESTED, AlarmKind.MISMATCH)) > 0
    assert seen.counts[AlarmKind.CHAIN_BROKEN] == 0
    assert [line.taken.by for line in seen.lines if line.taken] == ["吴怀瑾"]


def test_colleagues_left_notes_claims_and_a_proposal_for_the_second_person(province: dict[str, Any]) -> None:
    c = APPLICATIONS.c
    with engine().connect() as connection:
        claimed = connection.execute(sa.select(sa.func.count()).where(c.claimed_until > AT)).scalar_one()

    assert claimed > 0
    waiting = second_look.waiting(by=accounts.staff_named("supervisor"), at=AT)
    assert "publish" in {str(one.what) for one in waiting}
    assert {"noted", "claimed", "transferred", "undone", "revoked", "expired"} <= set(column("SELECT act FROM event"))


def test_the_desk_itself_has_been_kept_and_watched(province: dict[str, Any]) -> None:
    kept = overview.overview(by=accounts.staff_named("administrator"), at=AT).numbers
    audited = overview.overview(by=accounts.staff_named("auditor"), at=AT)

    assert min(kept[what] for what in (Waits.ONE_TIME, Waits.DISABLED, Waits.SUSPENDED, Waits.WITHOUT_STAFF)) > 0
    assert min(audited.numbers.values()) > 0
    assert audited.chains
    assert audited.chains.last
    assert not audited.chains.last.broken


def test_the_keys_of_foreign_signers_stand_on_a_list(province: dict[str, Any]) -> None:
    listed = trusted_signers.listed(by=accounts.staff_named("administrator"), at=AT)

    assert [(one.source, one.country, one.keys) for one in listed] == [
        ("EU (demonstration)", "AT", 1),
        ("EU (demonstration)", "SE", 1),
    ]


def test_days_are_reported_by_name_but_for_one_that_was_forgotten(province: dict[str, Any]) -> None:
    by, today = accounts.staff_named("supervisor"), day_of(AT)
    reported = {back: daily_reports.day_report(today - timedelta(days=back), by=by, at=AT).versions for back in (1, 2, 3, 9)}

    assert [back for back, versions in reported.items() if not versions] == [3]
    assert {version.confirmed_by for versions in reported.values() for version in versions} == {"吴怀瑾"}


def test_everything_happened_one_after_the_other_and_both_chains_are_whole(province: dict[str, Any]) -> None:
    e = Event.__table__.c  # type: ignore[attr-defined]
    with engine().connect() as connection:
        times = list(connection.execute(sa.select(e.at).order_by(e.seq)).scalars())

    assert times == sorted(set(times))
    assert times[-1] <= AT
    assert [state.broken_at for state in audit.verify()] == [None, None]
    assert set_up.is_demonstration()


def test_a_demonstration_is_not_filled_again_but_served_as_it_is(province: dict[str, Any]) -> None:
    before = figures()
    again = CliRunner().invoke(app, ["demo", "--json"])

    assert (again.exit_code, json.loads(again.stdout)["error"]["code"]) == (1, "not_empty")
    assert prepared() is None
    assert figures() == before


def test_a_real_desk_is_no_demonstration_and_not_filled(database: Path) -> None:
    standing.person("420102195209290272", AT)

    with pytest.raises(Refused, match="not_empty"):
        demo.fill(at=AT)
    assert not set_up.is_demonstration()
    assert column("SELECT count(*) FROM staff") == [0]


def test_the_same_seed_draws_the_same_province(province: dict[str, Any], tmp_path: Path) -> None:
    again = UpToDay(FIRST_DAYS.day, enough=True)
    with a_desk(tmp_path / "home"), pytest.raises(Enough):
        demo.fill(at=AT, people=demo.FEWEST_PEOPLE, days=demo.FEWEST_DAYS, progress=again)

    assert all(again.stood.values())
    assert again.stood == FIRST_DAYS.stood


@pytest.mark.parametrize("minutes", [30, 100])
def test_it_is_filled_just_after_midnight_in_shanghai_as_well(tmp_path: Path, minutes: int) -> None:
    midnight = datetime(2026, 11, 30, 16, tzinfo=UTC)
    with a_desk(tmp_path / "home"), pytest.raises(Enough):
        demo.fill(at=midnight + timedelta(minutes=minutes), days=demo.FEWEST_DAYS, progress=UpToDay(2, enough=True))


def test_another_seed_draws_other_people_whose_numbers_are_sound() -> None:
    streams = [Province(seed, Timeline(AT, AT)).chance("people") for seed in (7, 8, 7)]
    one, other, same = (make_people(600, drawn) for drawn in streams)

    assert one == same != other
    assert len({Document(holder.kind, holder.number) for holder in one}) == 600
    assert [holder.number for holder in one if why_bad(holder.kind, holder.number)] == []
    assert Counter(holder.kind for holder in one).keys() == set(DocumentKind)
    assert any("䶮" in holder.name for holder in one)


def test_each_ground_of_a_request_has_the_persons_own_words_for_it():
    grounds = {ground for _hours, ground, _steps in STORIES} | {Ground.POSITIVE_EXCLUDED}

    assert grounds == set(SAID)
    assert len(set(SAID.values())) == len(SAID)
    assert "结果" not in SAID[Ground.WRONG_DETAILS]


def test_people_apply_on_their_phones_in_their_own_languages(province):
    states = set(column("SELECT state FROM application WHERE channel = 'online'"))
    assert {"waiting", "approved"} <= states
    assert len(set(column("SELECT language FROM application WHERE channel = 'online'"))) > 2
    assert column("SELECT count(*) FROM event WHERE act = 'application_submitted'") == column(
        "SELECT count(*) FROM application WHERE channel = 'online'"
    )


def test_what_was_due_is_told_by_the_status_page(province):
    last = AT - timedelta(hours=4)

    states = Counter(state for state, due_at in rows("SELECT state, due_at FROM notice") if due_at < last.timestamp() * 1e6)
    assert "planned" not in states
    assert states["status_page_only"] > 5
