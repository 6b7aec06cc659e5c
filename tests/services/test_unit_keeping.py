"""Units and institutions are kept: offices with codes of their own, names, who serves where, what is suspended comes back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, audit, institutions, unit_keeping, units
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.storage.engine import engine
from tests import standing
from tests.standing import JIANGAN, LAB, WUCHANG

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def administrator(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.ADMINISTRATOR, AT, name="chen")


def refusal(call) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def newest_event() -> tuple[str, str, str]:
    with engine().connect() as connection:
        chosen = sa.select(audit.EVENTS.c.act, audit.EVENTS.c.subject, audit.EVENTS.c.figures)
        return tuple(connection.execute(chosen.order_by(audit.EVENTS.c.seq.desc()).limit(1)).one())  # type: ignore[return-value]


def test_offices_get_the_code_above_and_two_digits_of_their_own(administrator):
    first = unit_keeping.add(WUCHANG, "首义路服务站", "Shouyi Road office", by=administrator, at=AT)
    second = unit_keeping.add(WUCHANG, "徐家棚服务站", "", by=administrator, at=AT)

    assert (first.code, second.code, second.name_en) == ("420106-01", "420106-02", "徐家棚服务站")
    assert newest_event() == (
        "unit_added",
        "unit 420106-02",
        '{"name_en": "徐家棚服务站", "name_zh": "徐家棚服务站", "parent": "420106"}',
    )
    accounts.add_staff(NewAccount("li.jing", Role.DISTRICT_STAFF, first.code), PASSWORD, by=administrator, at=AT)
    with engine().connect() as connection, standing.Session(connection) as session:
        assert first.code in units.units_below(session, "420100")


ADDED = (
    ("999999", "某站", "unknown_unit"),
    ("429000", "某站", "no_office_here"),
    (WUCHANG, "某", "bad_unit_name"),
    (WUCHANG, "某站\n", None),
    (WUCHANG, "某\u202e站", "bad_unit_name"),
    ("420100", "武昌区", "unit_name_taken"),
)


@pytest.mark.parametrize(("parent", "name", "why_not"), ADDED)
def test_an_office_stands_where_one_may_and_under_a_name_of_its_own(administrator, parent, name, why_not):
    if why_not:
        assert refusal(lambda: unit_keeping.add(parent, name, "", by=administrator, at=AT)) == why_not
    else:
        assert unit_keeping.add(parent, name, "", by=administrator, at=AT).name_zh == name.strip()


def test_below_an_office_stands_none(administrator):
    office = unit_keeping.add(WUCHANG, "首义路服务站", "", by=administrator, at=AT)

    assert refusal(lambda: unit_keeping.add(office.code, "某站", "", by=administrator, at=AT)) == "no_office_here"


def test_a_unit_has_99_offices_at_most(administrator, monkeypatch):
    monkeypatch.setattr(unit_keeping, "MOST_OFFICES", 1)
    unit_keeping.add(WUCHANG, "首义路服务站", "", by=administrator, at=AT)

    assert refusal(lambda: unit_keeping.add(WUCHANG, "某站", "", by=administrator, at=AT)) == "offices_used_up"


def test_a_renamed_unit_keeps_its_code_and_its_event_says_before_and_after(administrator):
    renamed = unit_keeping.rename(WUCHANG, "武昌新区", "New Wuchang", by=administrator, at=AT)

    assert (renamed.code, renamed.level) == (WUCHANG, "county")
    assert newest_event()[:2] == ("unit_renamed", f"unit {WUCHANG}")
    assert '"before": {"name_en": "Wuchang District"' in newest_event()[2]
    assert refusal(lambda: unit_keeping.rename(WUCHANG, "武昌新区", "New Wuchang", by=administrator, at=AT)) == "nothing_changed"
    assert refusal(lambda: unit_keeping.rename(WUCHANG, "江岸区", "", by=administrator, at=AT)) == "unit_name_taken"
    assert refusal(lambda: unit_keeping.rename("999999", "某站", "", by=administrator, at=AT)) == "unknown_unit"


def test_each_unit_says_whose_staff_serve_it_and_whom_nobody_serves(administrator):
    standing.staff(Role.DISTRICT_STAFF, AT, name="a", unit="420100")
    standing.staff(Role.SUPERVISOR, AT, name="b", unit=WUCHANG)
    standing.staff(Role.CHECKPOINT_STAFF, AT, name="c", unit=JIANGAN)

    kept = {one.unit.code: one for one in unit_keeping.kept(by=administrator, at=AT)}

    assert [(kept[code].staff, kept[code].served_by) for code in ("420100", WUCHANG, JIANGAN, "420502")] == [
        (1, "420100"),
        (1, WUCHANG),
        (1, "420100"),
        (0, None),
    ]
    codes = list(kept)
    assert codes[0] == "420000"
    assert codes.index("420100") < codes.index(WUCHANG) < codes.index("420200")


def test_a_suspended_institution_is_resumed(administrator):
    institutions.suspend(LAB, "closed", by=administrator, at=AT)

    resumed = institutions.resume(LAB, by=administrator, at=AT + timedelta(hours=1))

    assert (resumed.suspended_at, resumed.suspended_reason) == (None, None)
    assert refusal(lambda: institutions.resume(LAB, by=administrator, at=AT)) == "not_suspended"
    assert refusal(lambda: institutions.resume("X9", by=administrator, at=AT)) == "unknown_institution"


CHANGES = (
    (LAB, "武昌医学检验中心", JIANGAN, None),
    (LAB, "武昌医学检验所", "420106", "nothing_changed"),
    (LAB, "another", "420106", "institution_taken"),
    (LAB, "", JIANGAN, "bad_institution_name"),
    (LAB, "x", "999999", "unknown_unit"),
    ("X9", "x", JIANGAN, "unknown_institution"),
)


@pytest.mark.parametrize(("code", "name", "unit", "why_not"), CHANGES)
def test_an_institution_is_renamed_and_moved(administrator, code, name, unit, why_not):
    standing.institution(AT, "L2", "another", JIANGAN)
    if why_not is None:
        changed = institutions.change(code, name, unit, by=administrator, at=AT)

        assert (changed.name, changed.unit) == (name, unit)
        assert '"before": {"name": "武昌医学检验所", "unit": "420106"}' in newest_event()[2]
    else:
        assert refusal(lambda: institutions.change(code, name, unit, by=administrator, at=AT)) == why_not


def test_who_keeps_institutions_sees_their_liaisons_that_work(administrator):
    accounts.add_staff(NewAccount("li", Role.LAB_LIAISON, None, (LAB,), "李静"), PASSWORD, by=administrator, at=AT)
    accounts.add_staff(NewAccount("wu", Role.LAB_LIAISON, None, (LAB,), "吴"), PASSWORD, by=administrator, at=AT)
    accounts.disable_staff("wu", by=administrator, at=AT)

    (kept,) = institutions.kept(by=administrator, at=AT)

    assert (kept.seen.code, kept.liaisons, kept.last_upload_at) == (LAB, ("李静",), None)
