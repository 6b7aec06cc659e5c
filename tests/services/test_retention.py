"""What gates leave behind goes when its days are over: normal temperatures and expired codes, never what was abnormal."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.counting import GateFigure
from hbcore.domain.errors import Refused
from hbcore.domain.temperatures import Done, Measured
from hbcore.domain.vocabulary import Purpose, Role
from hbcore.services import audit, codes_presented, counted_rows, gate_undoing, people, retention, settings, temperatures
from hbcore.services.behind_figures import GatesWanted
from hbcore.services.clock import day_of
from hbcore.services.settings import Kept
from hbcore.services.temperatures import Whose
from hbcore.storage.engine import access_engine, engine
from hbcore.storage.gate_count_rows import GATE_COUNTS
from hbcore.storage.tables import issued_code, look_up_event
from hbcore.storage.temperature_rows import TEMPERATURES
from tests import standing
from tests.services.applying import acts
from tests.services.facting import AT
from tests.standing import WUCHANG

RESIDENT = "420106199001011231"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MIDNIGHT = AT.replace(hour=16, minute=0, second=0, microsecond=0)
"""The end of the Shanghai day of `AT`."""


@pytest.fixture
def gate(database):
    assert timedelta() < MIDNIGHT - AT < DAY
    return standing.staff(Role.CHECKPOINT_STAFF, AT, name="gate", unit=WUCHANG)


def measure(gate, first, second=None, *done, at=AT):
    temperatures.add(Whose(), Measured(first, second, done), "gate", by=gate, at=at)


def kept() -> list[int]:
    with engine().connect() as connection:
        return sorted(connection.execute(sa.select(TEMPERATURES.c.first)).scalars())


def deleted() -> list[str]:
    wanted = sa.select(look_up_event.c.act).where(look_up_event.c.act == audit.Act.CODES_DELETED)
    with access_engine().connect() as connection:
        return [act for act in acts() if act == audit.Act.TEMPERATURES_DELETED] + list(connection.execute(wanted).scalars())


def test_normal_temperatures_go_after_fourteen_whole_days_and_abnormal_ones_and_counts_stay(gate):
    measure(gate, 365)
    measure(gate, 366)
    gate_undoing.take_back(by=gate, at=AT)
    measure(gate, 374, 368)
    measure(gate, 380, 379, Done.CALLED)
    measure(gate, 376)
    measure(gate, 364, at=AT + DAY)

    early = retention.delete_old(at=MIDNIGHT + 14 * DAY - MINUTE)
    gone = retention.delete_old(at=MIDNIGHT + 14 * DAY)
    again = retention.delete_old(at=MIDNIGHT + 14 * DAY + MINUTE)

    assert (early, gone, again) == (0, 2, 0)
    assert kept() == [364, 374, 376, 380]
    assert deleted() == ["temperatures_deleted"]
    clerk = standing.staff(Role.DISTRICT_STAFF, AT, name="clerk", unit=WUCHANG)
    behind = counted_rows.counted_rows(GatesWanted(day_of(AT), GateFigure.READINGS), by=clerk, at=MIDNIGHT + 15 * DAY)
    assert (behind.total, sorted(row.first for row in behind.rows), behind.gone) == (4, [374, 376, 380], 1)
    with engine().connect() as connection:
        counted = sa.select(sa.func.sum(GATE_COUNTS.c.n)).where(GATE_COUNTS.c.figure == "readings")
        assert connection.execute(counted).scalar_one() == 5


def test_many_go_in_several_acts(gate, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _ in range(5):
        measure(gate, 365)

    assert retention.delete_old(at=AT + 20 * DAY) == 5
    assert (kept(), deleted()) == ([], ["temperatures_deleted"] * 3)


def test_codes_leave_the_register_half_a_year_after_they_expired_and_read_as_expired_all_the_while(gate):
    standing.person(RESIDENT, AT, unit=WUCHANG)
    clerk = standing.staff(Role.DISTRICT_STAFF, AT, name="clerk", unit=WUCHANG)

    def shown(at):
        card = people.find(RESIDENT, purpose=Purpose.CODE_QUESTION, by=clerk, at=at)
        assert card
        assert card.live
        return card.live

    old, late = shown(AT), shown(AT + 184 * DAY)
    over = old.expires_at + 185 * DAY

    early, gone, again = (retention.delete_old(at=at) for at in (MIDNIGHT + 184 * DAY - MINUTE, over, over + MINUTE))

    assert (early, gone, again) == (0, 1, 0)
    assert deleted() == ["codes_deleted"]
    with access_engine().connect() as connection:
        assert [bytes(cti) for cti in connection.execute(sa.select(issued_code.c.cti)).scalars()] == [late.cti]
    assert codes_presented.check_here(old.text, at=over).verdict == CodeVerdict.EXPIRED
    assert [state.broken_at for state in audit.verify()] == [None, None]


def test_how_many_days_is_a_setting_of_who_keeps_the_units_within_the_law(gate):
    keeper = standing.staff(Role.ADMINISTRATOR, AT, name="keeper")
    measure(gate, 365)
    for kept_, to in ((Kept.READINGS, 0), (Kept.READINGS, 91), (Kept.CODES, 183)):
        with pytest.raises(Refused, match="bad_days"):
            settings.change_days(kept_, to, by=keeper, at=AT)
    with pytest.raises(Refused, match="not_allowed"):
        settings.change_days(Kept.READINGS, 3, by=gate, at=AT)

    settings.change_days(Kept.READINGS, 3, by=keeper, at=AT)

    assert settings.days_now(by=keeper, at=AT) == {Kept.PHOTOS: 7, Kept.READINGS: 3, Kept.CODES: 184}
    assert [retention.delete_old(at=MIDNIGHT + days * DAY) for days in (2, 3)] == [0, 1]
