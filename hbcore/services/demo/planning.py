"""Who plays which part: people for applications, tests and stories, and the few whose documents are told apart with care."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from hbcore.domain.vocabulary import DocumentKind
from hbcore.services.demo.cases import Case, filing_arrives, slipped, stated
from hbcore.services.demo.desk_work import DeskWork
from hbcore.services.demo.enquiries import plan_enquiries
from hbcore.services.demo.fates import APPROVED, FATES, WAITING, Fate, Filed
from hbcore.services.demo.gate_checks import plan_checks
from hbcore.services.demo.gates import plan_gates
from hbcore.services.demo.keeping import plan_keeping
from hbcore.services.demo.measures import plan_measures
from hbcore.services.demo.online import SHARE
from hbcore.services.demo.people import Holder, make_people, new_number
from hbcore.services.demo.places import WUCHANG
from hbcore.services.demo.province import Province
from hbcore.services.demo.requests import plan_requests
from hbcore.services.demo.specimens import Specimen, ordinary
from hbcore.services.demo.stories import CAST, Stories
from hbcore.services.demo.timeline import in_office
from hbcore.services.demo.uploads import plan_uploads

_K = DocumentKind
THREE_HUNDRED = 300
FEWEST_PEOPLE = 200
OF_PEOPLE = 0.15
"""So many applications to a person held."""

UNWELL_EVERY = 18
"""One applicant of so many declares symptoms, in these last days: what was declared counts for two weeks."""

UNWELL_WITHIN = 11

TESTED_TOO = 0.65
"""Of those who applied, how many were tested as well."""

LONG_AGO = Fate(0, 20, 24, APPROVED.steps)


@dataclass(frozen=True)
class Cast:
    """Everybody by the part they play."""

    ordinary: list[Holder]
    stories: list[Holder]
    applicants: list[tuple[Holder, Fate, Filed]]
    twins: tuple[Holder, Holder]


def cast(count: int, drawn: Random) -> Cast:
    """`count` people, each with something that is recorded of them."""
    people = make_people(count, drawn)
    residents = [one for one in people if one.kind is _K.RESIDENT_ID]
    others = [one for one in people if one.kind is not _K.RESIDENT_ID]
    drawn.shuffle(others)
    passports = [one for one in others if one.kind is _K.PASSPORT]
    permits = [one for one in others if one.kind is not _K.PASSPORT]
    starring, twins = _starring(passports, permits, drawn)
    applicants = [*starring, *_applicants(max(40, round(count * OF_PEOPLE)) - len(starring), passports, permits, drawn)]
    tested = [holder for holder, _, _ in applicants[len(starring) :] if drawn.random() < TESTED_TOO]
    stories, rest = residents[8 : 8 + CAST], residents[:8] + residents[8 + CAST :]
    return Cast([*rest, *passports, *permits, *tested], stories, applicants, twins)


def _starring(
    passports: list[Holder], permits: list[Holder], drawn: Random
) -> tuple[list[tuple[Holder, Fate, Filed]], tuple[Holder, Holder]]:
    """Two passports of one number, a renewed passport, and one person under two kinds of document; all six are taken out."""
    one = passports.pop()
    other = next(holder for holder in passports if holder.country != one.country)
    passports.remove(other)
    other = replace(other, number=one.number)
    old, new = passports.pop(), passports.pop()
    new = replace(old, number=new_number(old, drawn))
    permit = next(holder for holder in permits if holder.kind is _K.HK_MACAU_PERMIT)
    resident = next(holder for holder in permits if holder.kind is _K.HMT_RESIDENCE_PERMIT)
    permits.remove(permit)
    permits.remove(resident)
    same = replace(resident, name=permit.name, born=permit.born, sex=permit.sex, unit=permit.unit)
    same = replace(same, number=new_number(same, drawn))
    long_ago = [(holder, LONG_AGO, Filed.AGREES) for holder in (one, other, old, permit)]
    return [*long_ago, (new, WAITING, Filed.AGREES), (same, WAITING, Filed.AGREES)], (one, other)


def _applicants(
    count: int, passports: list[Holder], permits: list[Holder], drawn: Random
) -> Iterator[tuple[Holder, Fate, Filed]]:
    """Who applies and what becomes of it; whoever does not apply stays in the lists."""
    fates = [(fate, max(1, round(fate.share * count / THREE_HUNDRED))) for fate in FATES]
    again = sum(n for fate, n in fates if fate.applies_again)
    fates.append((APPROVED, count - again - sum(n for _, n in fates)))
    for fate, n in fates:
        for turn in range(n):
            from_passports = permits == [] or (passports and drawn.random() * 100 < fate.passports)
            yield (passports if from_passports else permits).pop(), fate, fate.filed[turn % len(fate.filed)]


def plan_cases(province: Province, applicants: Sequence[tuple[Holder, Fate, Filed]]) -> list[Case]:
    """The applications, each with its time, its form and who works on it."""
    drawn, by_phone = province.chance("cases"), province.chance("online")
    from_the_end = range(len(applicants) - 1, -1, -1)  # the last of them are approved, and what they declare counts
    cases = [
        _case(province, *one, drawn, unwell=turn % UNWELL_EVERY == 0) for turn, one in zip(from_the_end, applicants, strict=True)
    ]
    for case in cases:
        case.online = not case.at_counter and by_phone.random() < SHARE
    return cases


def _case(province: Province, holder: Holder, fate: Fate, filed: Filed, drawn: Random, *, unwell: bool) -> Case:
    ends = province.timeline.ends
    oldest = min(fate.oldest, province.days.count - 0.2, max(fate.newest, UNWELL_WITHIN) if unwell else fate.oldest)
    at = ends - timedelta(days=drawn.uniform(min(fate.newest, oldest), oldest))
    counter = drawn.random() < 0.3 and in_office(at) == at
    draft = stated(holder, at, province.unit_names[holder.unit], drawn, unwell=unwell)
    if filed is Filed.DIFFERS:
        draft = slipped(draft, holder.born, drawn, names=not fate.answered)
    decider, clerk, *_ = drawn.sample(province.reviewers(holder.unit), k=2)
    filing_at = filing_arrives(at, filed, ends, drawn) if holder.kind is _K.PASSPORT else None
    return Case(holder, fate, filed, at, counter, draft, filing_at, clerk, decider, late=drawn.random() < 0.04)


def plan_specimens(province: Province, parts: Cast) -> Iterator[Specimen]:
    """Every tube of thirty days."""
    days = province.days
    yield from ordinary(parts.ordinary, days)
    yield from Stories(iter(parts.stories), days).told()
    at = days.back(2, 9.3)
    yield Specimen(parts.twins[0], WUCHANG, at, at + timedelta(hours=3), number="WCT90001")


def plan(province: Province, people: int) -> None:
    """Put everything down in the time-line."""
    parts = cast(people, province.chance("people"))
    cases = plan_cases(province, parts.applicants)
    DeskWork(province).plan(cases)
    plan_measures(province, parts.ordinary)
    plan_enquiries(province, [one for one in parts.ordinary if one.kind is _K.RESIDENT_ID], cases)
    plan_uploads(province, plan_specimens(province, parts))
    plan_requests(province, [one for one in parts.ordinary if one.kind is _K.RESIDENT_ID], parts.stories[0])
    plan_gates(province, parts.ordinary)
    plan_keeping(province)
    plan_checks(province)
