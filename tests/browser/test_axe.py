"""axe finds nothing serious on any page: light and dark, wide and narrow, and in both languages."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from hbcore.domain.fact_rules import Measure
from hbcore.domain.permissions import PAGES, may
from hbcore.domain.recolouring_grounds import Ground
from hbcore.domain.vocabulary import DocumentKind, FactKind, Outcome, Purpose, Role
from hbcore.services import applications, fact_lists, fact_proposing, people, recolouring_entry
from hbcore.services.clock import now
from hbcore.services.recolouring_entry import Stated
from hbcore.ui.words import PAGE_TITLES
from hbcore.words import translate
from tests import standing
from tests.browser.conftest import SCREENSHOTS, Desk
from tests.browser.inside import Inside, inside
from tests.services.applying import PERMIT

pytestmark = pytest.mark.browser

GRAVE = ("serious", "critical")
SLOW, FADE = 30_000, 1_000
"""Milliseconds: until a page on a busy machine is drawn, and until what fades in stands in its own colour."""
SWITCH = {"en": "English", "zh": "中文"}
"""What switches to a language."""

LOOKED_AT = {"light": {"zh": (1440, 390), "en": (390,)}, "dark": {"zh": (1440,)}}
"""Each theme's languages at their widths: English is the longer one, and colours know no language and no width."""


def visitor(page: str) -> Role:
    """A role that sees a page."""
    return next(role for role in Role if may(role, PAGES[page]))


NUMBER = "420106199001011231"


def put_something_in(there: Inside) -> None:
    """An application, a person with a code, a result, facts of which one waits, a request: every page has rows."""
    person = standing.person(NUMBER, now(), kind=DocumentKind.RESIDENT_ID)
    standing.result(person, standing.Sampled(Outcome.NEGATIVE, now()), now())
    by, above = there.staff[Role.DISTRICT_STAFF], there.staff[Role.SUPERVISOR]
    applications.enter(PERMIT, by=by, at=now())
    for kind in (FactKind.HOME_OBSERVATION, FactKind.CENTRAL_QUARANTINE):
        people.find(NUMBER, purpose=Purpose.OUTBREAK_TRACING, case="WC-1", by=by, at=now())
        measure = Measure(kind, now(), now() + timedelta(days=7), "武社区函〔2026〕9号")
        proposed = fact_proposing.propose(person, measure, "社区排查，需医学观察", by=by, at=now())
        if kind == FactKind.HOME_OBSERVATION:
            fact_lists.confirm(proposed.proposal_id, by=above, at=now())
    people.find(NUMBER, purpose=Purpose.RECOLOURING, by=by, at=now())
    stated = Stated(said="本人核酸阴性", contact="13800000000")
    recolouring_entry.enter(person, Ground.NEGATIVE_TEST, stated, by=by, at=now())


def grave(page: Page) -> list[str]:
    """What axe finds and people would stumble over."""
    found = _found(page)
    if found:
        page.wait_for_timeout(FADE)
        found = _found(page)
    return found


def _found(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations if one["impact"] in GRAVE]


def speak(page: Page, language: str) -> None:
    """The page in this language, which the account keeps from page to page."""
    english, chinese = (page.get_by_role("button", name=word, exact=True) for word in SWITCH.values())
    expect(english.or_(chinese)).to_be_visible(timeout=SLOW)
    switch = english if language == "en" else chinese
    if switch.count():
        switch.click()
        expect(page.locator("html")).to_have_attribute("lang", language)


def look(page: Page, desk: Desk, name: str, theme: str) -> dict[str, list[str]]:
    """One page in the languages and at the widths of its theme; the place of each look, and what was found."""
    page.goto(f"{desk.url}/{name}")
    found = {}
    for language, widths in LOOKED_AT[theme].items():
        speak(page, language)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            heading = page.get_by_role("heading", name=translate(PAGE_TITLES[name], language), exact=True).first
            expect(heading).to_be_visible()
            expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SLOW)
            expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=SLOW)
            found[f"{name} {theme} {language} {width}"] = grave(page)
            page.screenshot(path=SCREENSHOTS / f"page_{name}_{theme}_{language}_{width}.png")
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("theme", LOOKED_AT)
def test_axe_finds_nothing_serious_on_any_page(desk: Desk, browser: Browser, theme: str):
    found: dict[str, list[str]] = {}
    SCREENSHOTS.mkdir(exist_ok=True)
    with inside(desk) as there:
        put_something_in(there)
        for name in PAGES:
            page = there.visit(browser, visitor(name))
            page.emulate_media(color_scheme="light" if theme == "light" else "dark")
            found |= look(page, desk, name, theme)
            page.context.close()

    faults = {place: what for place, what in found.items() if what}
    print(f"axe: {len(found)} views of {len(PAGES)} pages, {sum(map(len, faults.values()))} serious or critical violations")
    assert faults == {}
