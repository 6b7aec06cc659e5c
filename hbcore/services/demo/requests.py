"""Recolouring requests in each state, and results from outside Hubei: people whose papers say otherwise than their code."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

from PIL import Image, ImageDraw

from hbcore.domain.recolouring_grounds import Ground
from hbcore.domain.vocabulary import Assay, Outcome, Purpose
from hbcore.services import outside_results, people, recolouring, recolouring_entry, recolouring_evidence, second_look
from hbcore.services.demo.people import Holder
from hbcore.services.demo.province import Province
from hbcore.services.outside_results import Report
from hbcore.services.people import PersonCard
from hbcore.services.recolouring_entry import Stated

ENTERING, REVIEWING, ABOVE = "reviewer_wuchang", "district_staff", "supervisor"
SAID = {
    Ground.WRONG_RESULT: "本人称检测结果与报告单不符，已带报告单到窗口。",
    Ground.WRONG_DETAILS: "本人称姓名中一字录错，与身份证不符，已带身份证到窗口。",
    Ground.NEGATIVE_TEST: "本人称昨日已单采复检，结果为阴性，码仍未变。",
    Ground.POSITIVE_EXCLUDED: "复核单采阴性，请排除阳性。",
}

Step = Callable[[Province, int, datetime], None]


def paper() -> bytes:
    """A made-up notice: a page with lines and a seal, nobody's name on it."""
    page = Image.new("RGB", (900, 640), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((40, 40, 860, 600), outline="#444444", width=3)
    for line in range(7):
        pen.line((100, 150 + 55 * line, 800 - 60 * (line % 3), 150 + 55 * line), fill="#777777", width=5)
    pen.ellipse((610, 420, 770, 580), outline="#b3261e", width=8)
    made = BytesIO()
    page.save(made, "JPEG")
    return made.getvalue()


def _ask(province: Province, request: int, at: datetime) -> None:
    recolouring.ask(request, ["image_unclear", "evidence_number"], by=province.staff[REVIEWING], at=at)


def _answer(province: Province, request: int, at: datetime) -> None:
    stated = Stated("武检更〔2020〕31号", None, "", "", (("report.jpg", paper()),))
    recolouring_entry.answer(request, stated, by=province.staff[ENTERING], at=at)


def _review(province: Province, request: int, at: datetime) -> None:
    by = province.staff[REVIEWING]
    recolouring_evidence.evidence_of(request, by=by, at=at)
    recolouring.review(request, by=by, at=at)


def _confirm(province: Province, request: int, at: datetime) -> None:
    by = province.staff[ABOVE]
    waits = next(one for one in second_look.waiting(by=by, at=at) if one.subject == f"recolouring {request}")
    recolouring_evidence.evidence_of(request, by=by, at=at)
    recolouring.confirm(waits.id, by=by, at=at)


def _refuse(province: Province, request: int, at: datetime) -> None:
    recolouring.refuse(request, "nothing_wrong", by=province.staff[REVIEWING], at=at)


def _withdraw(province: Province, request: int, at: datetime) -> None:
    recolouring.withdraw(request, by=province.staff[ENTERING], at=at)


STORIES: tuple[tuple[float, Ground, tuple[Step, ...]], ...] = (
    (150, Ground.WRONG_RESULT, (_review, _confirm)),
    (120, Ground.WRONG_DETAILS, (_refuse,)),
    (96, Ground.WRONG_RESULT, (_withdraw,)),
    (53, Ground.WRONG_DETAILS, ()),
    (44, Ground.WRONG_RESULT, (_ask,)),
    (30, Ground.WRONG_RESULT, (_ask, _answer)),
    (20, Ground.WRONG_DETAILS, (_review,)),
    (9, Ground.NEGATIVE_TEST, ()),
    (3, Ground.WRONG_DETAILS, ()),
)
"""Hours before the end, what is asked, and what became of it; one is overdue."""

BETWEEN = timedelta(hours=2)
OUTSIDE_BACK = (timedelta(hours=26), timedelta(hours=5))
"""Before the end: two results from outside; the first is confirmed."""


def plan_requests(province: Province, holders: Sequence[Holder], positive: Holder) -> None:
    """Put them down in the time-line, each for another person of Wuchang who is held by then; one for somebody positive."""
    drawn, ends, put = province.chance("requests"), province.timeline.ends, province.timeline.put
    near = [one for one in holders if one.unit.startswith("4201")]
    cast = iter(drawn.sample(near, len(near)))
    for hours, ground, steps in STORIES:
        put(ends - timedelta(hours=hours), partial(_enter, province, cast, ground, steps))
    put(ends - timedelta(hours=28), partial(_enter, province, iter([positive]), Ground.POSITIVE_EXCLUDED, ()))
    for turn, back in enumerate(OUTSIDE_BACK):
        put(ends - back, partial(_outside, province, cast, turn == 0))


def _somebody(province: Province, cast: Iterator[Holder], at: datetime) -> tuple[Holder, PersonCard] | None:
    """The next of the cast who is held in Wuchang by now, looked up as the counter does."""
    by = province.staff[ENTERING]
    for turn, holder in enumerate(cast):
        card = people.find(holder.number, purpose=Purpose.RECOLOURING, by=by, at=at - timedelta(microseconds=300 - turn % 200))
        if card and card.unit and card.unit.zh == "武昌区":
            return holder, card
    return None


def _enter(province: Province, cast: Iterator[Holder], ground: Ground, steps: tuple[Step, ...], at: datetime) -> None:
    found = _somebody(province, cast, at)
    if found is None:
        return
    holder, card = found
    pictures = (("paper.jpg", paper()),) if ground != Ground.NEGATIVE_TEST else ()
    stated = Stated(said=SAID[ground], contact=holder.phone, pictures=pictures)
    if ground == Ground.POSITIVE_EXCLUDED:
        stated = replace(stated, evidence="武疾控核〔2020〕58号", dated_at=at - timedelta(hours=3))
    request = recolouring_entry.enter(card.id, ground, stated, by=province.staff[ENTERING], at=at).id
    for turn, step in enumerate(steps, start=1):
        province.timeline.put(at + turn * BETWEEN, partial(step, province, request))


def _outside(province: Province, cast: Iterator[Holder], confirmed: bool, at: datetime) -> None:
    found = _somebody(province, cast, at)
    if found is None:
        return
    sampled, pictures = at - timedelta(hours=9), (("report.jpg", paper()),)
    report = Report("长沙市第一医院检验科", "CS20-3381", Assay.NAAT, Outcome.NEGATIVE, sampled, pictures)
    proposal = outside_results.propose(found[1].id, report, by=province.staff[ENTERING], at=at)
    if confirmed:
        province.timeline.put(at + BETWEEN, partial(_confirm_outside, province, proposal))


def _confirm_outside(province: Province, proposal: int, at: datetime) -> None:
    by = province.staff[REVIEWING]
    waits = next(one for one in second_look.waiting(by=by, at=at) if one.id == proposal)
    outside_results.paper_of(waits.about, by=by, at=at)
    outside_results.confirm(proposal, by=by, at=at)
