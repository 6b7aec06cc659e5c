"""A served desk seen from inside: what stands in it is put there by services, and its staff are signed in by a cookie."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, institutions, sessions
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.sessions import COOKIE
from tests.browser.conftest import Desk
from tests.conftest import close

PASSWORD = "湖北健康码管理台的密码"
WUCHANG, LAB = "420106", "420106L01"
UNITS = {Role.DISTRICT_STAFF: WUCHANG, Role.SUPERVISOR: "420100", Role.CHECKPOINT_STAFF: WUCHANG}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True)
class Inside:
    """A desk with an account for each role, named after it."""

    desk: Desk
    staff: dict[Role, Staff]

    def visit(self, browser: Browser, role: Role) -> Page:
        """A page of somebody signed in, in a browser context of their own."""
        ticket = sessions.sign_in(str(role), PASSWORD, place="test", at=now())
        context: BrowserContext = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
        context.add_cookies([{"name": COOKIE, "value": sessions.trade(ticket, at=now()) or "", "url": self.desk.url}])
        return context.new_page()


@contextmanager
def inside(desk: Desk, *, institution: str = "武昌医学检验所", full_name: str = "") -> Iterator[Inside]:
    """`desk` with a testing institution and an account for each role."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HBCORE_HOME", str(desk.home))
        patch.delenv("HBCORE_DATABASE_URL", raising=False)
        close()
        first = accounts.first_administrator(desk.setup_code, str(Role.ADMINISTRATOR), PASSWORD, at=now())
        institutions.add(LAB, institution, WUCHANG, by=first, at=now())
        staff = {Role.ADMINISTRATOR: first}
        for role in Role:
            if role not in staff:
                works_for = (LAB,) if role == Role.LAB_LIAISON else ()
                new = NewAccount(str(role), role, UNITS.get(role), works_for, full_name)
                staff[role] = accounts.add_staff(new, PASSWORD, by=first, at=now())
        yield Inside(desk, staff)
        close()
