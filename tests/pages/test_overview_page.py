"""The overview as Streamlit runs it: what each role sees, and that each number opens exactly the rows it counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.code_revoking import KeyRevokeReason
from hbcore.domain.errors import Refused
from hbcore.domain.permissions import PAGES, may
from hbcore.domain.recolouring_grounds import AskFor, Ground
from hbcore.domain.vocabulary import SHANGHAI, FactKind, Outcome, Purpose, Role
from hbcore.services import (
    accounts,
    applications,
    audit,
    code_keys_kept,
    code_keys_revoking,
    institutions,
    lab_imports,
    people,
    recolouring,
    recolouring_entry,
    sessions,
)
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.audit import Act
from hbcore.services.clock import day_of, now
from hbcore.services.events import Wanted, propose_file
from hbcore.services.large_exports import ExportReason
from hbcore.services.overview import Waits, overview
from hbcore.services.recolouring_entry import Stated
from hbcore.services.uploads import IncomingFile
from hbcore.ui import start
from hbcore.ui.overview_tiles import behind
from tests import standing
from tests.pages.conftest import Link
from tests.services.applying import PERMIT
from tests.standing import LAB, WUCHANG, YICHANG, Sampled

ROOT = Path(__file__).parents[2]
HEADINGS = "姓名,身份证号,采样时间,样本编号,检测结果"

Sign = Callable[[Role], Staff]


@pytest.fixture
def sign_in(database: Path, links: list[Link], monkeypatch: pytest.MonkeyPatch) -> Sign:
    """Put somebody of a role before the screen."""
    standing.institution(now())

    def signed_in(role: Role) -> Staff:
        works_for = [LAB] if role == Role.LAB_LIAISON else []
        there = standing.staff(role, now(), name=str(role), unit=WUCHANG, institutions=works_for)
        monkeypatch.setattr(start, "signed_in", lambda *, touch: there)
        return there

    return signed_in


def page(name: str = "Overview", **address: str) -> AppTest:
    shown = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=20)
    for part, value in address.items():
        shown.query_params[part] = value
    shown.run()
    assert not shown.exception
    return shown


def said(shown: AppTest) -> str:
    """Everything on the screen that is text."""
    kinds = (shown.text, shown.subheader, shown.error, shown.caption, shown.success)
    return "\n".join(element.value for kind in kinds for element in kind)


def tiles(shown: AppTest) -> dict[str, str]:
    """The numbers by their words."""
    return {metric.label: metric.value for metric in shown.metric}


@pytest.mark.parametrize("role", list(Role))
def test_every_role_opens_its_overview_and_every_link_is_to_a_page_it_may_open(
    sign_in: Sign, links: list[Link], role: Role
) -> None:
    sign_in(role)

    shown = page()

    assert not shown.error
    assert len(links) + len(shown.text) > 0
    assert [name for name, _, _ in links if not may(role, PAGES[name])] == []


def test_a_role_that_nothing_waits_for_is_told_so_honestly(sign_in: Sign) -> None:
    sign_in(Role.SECURITY_OFFICER)

    shown = page()

    assert not shown.metric
    assert "尚未开通" in said(shown)


def positives(by: Staff) -> None:
    for number, days in (("420106199001011231", 3), ("422801196007307804", 0), ("420102195209290272", 0)):
        at = now() - timedelta(days=days)
        standing.result(standing.person(number, at), Sampled(Outcome.POSITIVE, at), at)


def uploads(by: Staff) -> None:
    """Two uploads: one with two refused rows and a held one, one clean."""
    sampled = f"{now() - timedelta(days=2):%Y-%m-%d %H:%M}"
    bad = "\n".join(f"李四,420106199001011232,{sampled},B{n},阴性" for n in (1, 2))
    good = f"张三,420106199001011231,{sampled},G1,阴性"
    other = f"王五,420106199001011231,{sampled},G2,阴性"
    for name, lines in (("a.csv", [good, bad]), ("b.csv", [other])):
        lab_imports.commit(IncomingFile("\n".join([HEADINGS, *lines]).encode(), name, LAB), by=by, at=now())


def desk(by: Staff) -> None:
    """Somebody new, somebody gone, an institution without a liaison, one that is suspended."""
    for code, name in (("420502L01", "宜昌第三检验中心"), ("420502L02", "停业的检验所")):
        standing.institution(now(), code, name, YICHANG)
    institutions.suspend("420502L02", "停业", by=by, at=now())
    accounts.add_with_one_time_password(NewAccount("new", Role.AUDITOR), by=by, at=now())
    standing.staff(Role.AUDITOR, now(), name="gone")
    accounts.disable_staff("gone", by=by, at=now())


def attempts(by: Staff) -> None:
    for _ in range(2):
        with pytest.raises(Refused, match="not_allowed"):
            accounts.listed(by=by, at=now())
    with pytest.raises(Refused, match="wrong_name_or_password"):
        sessions.sign_in(by.name, "wrong", place="test", at=now())


def applicants(by: Staff) -> None:
    """Five applications: overdue, due soon, plenty of time, answered, with a second person; and one asked."""
    clerk = standing.staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=WUCHANG)
    hours = (30, 23, 3, 4, 5, 6)
    numbers = ("H94684388", "H94684380", "H94684381", "H94684382", "H94684383", "H94684384")
    drafts = [replace(PERMIT, document_number=number, name=f"LEE {number[-1] * 3}") for number in numbers]
    made = [
        applications.enter(draft, by=clerk, at=now() - timedelta(hours=ago)) for draft, ago in zip(drafts, hours, strict=True)
    ]
    reviewer = by if by.role == Role.DISTRICT_STAFF else standing.staff(Role.DISTRICT_STAFF, now(), name="other", unit=WUCHANG)
    for one in (made[3], made[5]):
        applications.ask(one.id, ["address"], by=reviewer, at=now())
    applications.answer(made[3].id, replace(drafts[3], address="武昌区中南路2号"), by=clerk, at=now())
    applications.send_on(made[4].id, by=reviewer, at=now())


def proposals(by: Staff) -> None:
    """One proposal of somebody else, and one's own."""
    clerk, other = (standing.staff(Role.DISTRICT_STAFF, now(), name=name, unit=WUCHANG) for name in ("clerk", "other"))
    for number, proposer in (("H94684388", other), ("H94684380", by)):
        made = applications.enter(replace(PERMIT, document_number=number), by=clerk, at=now())
        applications.approve(made.id, by=other, at=now())
        applications.propose_revoke(made.id, "not_in_hubei", by=proposer, at=now())


def requests(by: Staff) -> None:
    """Recolouring requests: two to be reviewed, one of them for longer than 48 hours; one that waits for the person."""
    for number, ground, ago in (
        ("420106199001011231", Ground.RELEASED, 49),
        ("422801196007307804", Ground.RELEASED, 1),
        ("420102195209290272", Ground.RELEASED, 60),
    ):
        at = now() - timedelta(hours=ago)
        person = standing.person(number, at)
        people.open_by_id(person, purpose=Purpose.RECOLOURING, by=by, at=at)
        made = recolouring_entry.enter(person, ground, Stated(), by=by, at=at).id
        if ago == 60:
            recolouring.ask(made, [AskFor.IMAGE], by=standing.staff(Role.DISTRICT_STAFF, at, name="other", unit=WUCHANG), at=at)


def lists(by: Staff) -> None:
    """A list of facts proposed, one refused, one burst; and a list of long ago."""
    for act, days in (
        (Act.FACT_LIST_PROPOSED, 0),
        (Act.FACT_LIST_REFUSED, 6),
        (Act.FACT_BURST_PROPOSED, 1),
        (Act.FACT_PROPOSED, 0),
    ):
        audit.record_alone(act, by=by, at=now() - timedelta(days=days), subject="fact_list 1")
    audit.record_alone(Act.FACT_LIST_PROPOSED, by=by, at=now() - timedelta(days=7), subject="fact_list 1")


def exports(by: Staff) -> None:
    """A large export that another auditor proposed, and one's own."""
    other = standing.staff(Role.AUDITOR, now(), name="other")
    for one in (by, other):
        audit.record_alone(Act.NOTED, by=by, at=now(), subject=f"staff {one.id}")
    for proposer in (by, other):
        propose_file(Wanted(about=f"staff {proposer.id}"), ExportReason.ARCHIVE, by=proposer, at=now())


def keys(by: Staff) -> None:
    """A key of codes that another administrator would revoke, and one that one would oneself."""
    other = standing.staff(Role.ADMINISTRATOR, now(), name="other")
    for proposer, key in zip((by, other), code_keys_kept.listed(by=by, at=now()), strict=True):
        code_keys_revoking.propose(key.kid, KeyRevokeReason.EXPOSED, by=proposer, at=now())


def measures(by: Staff) -> None:
    """One that ends at the next midnight, one that ends a day later."""
    midnight = datetime.combine(day_of(now()) + timedelta(days=1), time(), SHANGHAI)
    for number, until in (("420106199001011231", midnight), ("422801196007307804", midnight + timedelta(days=1))):
        person = standing.person(number, now())
        standing.fact(person, FactKind.HOME_OBSERVATION, now() - timedelta(hours=30), now(), until_at=until)


def to_confirm(shown: AppTest) -> int:
    return sum(str(one.key).startswith("confirm ") for one in shown.button)


def in_the_table(shown: AppTest) -> int:
    return sum(len(table.value) for table in shown.dataframe)


def in_the_column(heading: str) -> Callable[[AppTest], int]:
    return lambda shown: sum(int(table.value[heading].sum()) for table in shown.dataframe if heading in table.value)


def in_the_table_with(heading: str) -> Callable[[AppTest], int]:
    return lambda shown: sum(len(table.value) for table in shown.dataframe if heading in table.value)


def held(_by: Staff) -> None:
    uploads(standing.staff(Role.LAB_LIAISON, now(), name="liaison", institutions=[LAB]))


COUNTED = {
    Waits.OVERDUE: (Role.SUPERVISOR, applicants, in_the_table, 1),
    Waits.DUE_SOON: (Role.DISTRICT_STAFF, applicants, in_the_table, 1),
    Waits.WAITING: (Role.DISTRICT_STAFF, applicants, in_the_table, 4),
    Waits.ANSWERED: (Role.DISTRICT_STAFF, applicants, in_the_table, 1),
    Waits.SECOND_REVIEW: (Role.SUPERVISOR, applicants, in_the_table, 1),
    Waits.ASKED: (Role.DISTRICT_STAFF, applicants, in_the_table, 1),
    Waits.PROPOSALS: (Role.SUPERVISOR, proposals, to_confirm, 1),
    Waits.RECOLOURING: (Role.SUPERVISOR, requests, in_the_table, 2),
    Waits.RECOLOURING_OVER: (Role.DISTRICT_STAFF, requests, in_the_table, 1),
    Waits.EXPORTS: (Role.AUDITOR, exports, to_confirm, 1),
    Waits.KEYS: (Role.ADMINISTRATOR, keys, to_confirm, 1),
    Waits.LISTS: (Role.AUDITOR, lists, in_the_table, 3),
    Waits.ENDING_TONIGHT: (Role.DISTRICT_STAFF, measures, in_the_table, 1),
    Waits.ALARMS: (Role.SUPERVISOR, positives, in_the_table, 1),
    Waits.TO_VERIFY: (Role.DISTRICT_STAFF, positives, in_the_table, 2),
    Waits.ROWS_HELD: (Role.LAB_LIAISON, uploads, in_the_column("待核实"), 1),
    Waits.ROWS_REFUSED: (Role.LAB_LIAISON, uploads, in_the_column("未入库（需更正）"), 2),
    Waits.UPLOADS_SHIFT: (Role.LAB_LIAISON, uploads, in_the_table_with("新增"), 2),
    Waits.TO_SETTLE: (Role.SUPERVISOR, held, in_the_table_with("待核实原因"), 1),
    Waits.ACCOUNTS: (Role.ADMINISTRATOR, desk, in_the_table, 1),
    Waits.ONE_TIME: (Role.ADMINISTRATOR, desk, in_the_table, 1),
    Waits.DISABLED: (Role.ADMINISTRATOR, desk, in_the_table, 1),
    Waits.WITHOUT_LIAISON: (Role.ADMINISTRATOR, desk, in_the_table, 2),
    Waits.SUSPENDED: (Role.ADMINISTRATOR, desk, in_the_table, 1),
    Waits.WITHOUT_STAFF: (Role.ADMINISTRATOR, desk, in_the_table, 17),
    Waits.REFUSALS: (Role.AUDITOR, attempts, in_the_table, 2),
    Waits.FAILED_SIGN_INS: (Role.AUDITOR, attempts, in_the_table, 1),
}
"""Who is told a number, what is put there first, where the rows are counted on the page it opens, how many there are."""


@pytest.mark.parametrize("what", list(COUNTED))
def test_a_number_is_that_of_the_rows_behind_its_link(sign_in: Sign, links: list[Link], what: Waits) -> None:
    role, put, count, expected = COUNTED[what]
    by = sign_in(role)
    put(by)

    number = overview(by=by, at=now()).numbers[what]
    shown = page()
    name, address = behind(what)
    linked = (name, address) in [(name, address) for name, _, address in links]
    opened = page(name, **address) if linked else shown.button(f"show {what}").click().run()

    assert number == count(opened) == expected


def test_rows_on_the_overview_stand_in_its_address_until_they_are_put_away(sign_in: Sign) -> None:
    sign_in(Role.ADMINISTRATOR)

    opened = page(rows="without_liaison")
    away = page(rows="without_liaison")
    away.button("hide without_liaison").click().run()

    assert opened.dataframe[0].value["代码"].tolist() == [LAB]
    assert not away.dataframe
    assert "rows" not in away.query_params
