"""The nearest scope's newest policy decides, each until the next; the chain over all of them says so to the microsecond."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hbcore.domain.known import Known, ResultSeen, instant, micros
from hbcore.domain.policy import Policy, decide, shipped
from hbcore.domain.policy_differences import Differs, compare, said_by, when_in_words
from hbcore.domain.policy_eras import Era, Published, decide_over, eras, segments_over
from hbcore.domain.sentence import Sentence
from hbcore.domain.vocabulary import Assay, Outcome, Registration

AT = datetime(2022, 9, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HUBEI, WUHAN = shipped()["hubei-2020-04"], shipped()["wuhan-2022-09"]
PROVINCE, CITY, DISTRICT, ELSEWHERE = "420000", "420100", "420106", "420500"


def published(line: str) -> list[Published]:
    """`420000 day -100 A, 420100 day 3 B`: scope, from when, the policy's id."""
    words = [one.split() for one in line.split(",")]
    return [Published(scope, micros(AT + int(day) * DAY), replace(HUBEI, id=name)) for scope, _, day, name in words]


ERAS = """
    what is published                                | lives in | eras from day 0 on
    420000 day -9 A                                  | 420106   | A
    420000 day -9 A, 420000 day -2 B                 | 420106   | B
    420000 day -9 A, 420000 day 2 B                  | 420106   | A, B from 2
    420000 day -9 A, 420100 day -2 B                 | 420106   | B
    420000 day -9 A, 420100 day -2 B                 | 420500   | A
    420000 day -9 A, 420100 day -2 B, 420000 day 1 C | 420106   | B
    420000 day -9 A, 420100 day -2 B, 420000 day 1 C | 420500   | A, C from 1
    420000 day -9 A, 420100 day 3 B, 420106 day 5 C  | 420106   | A, B from 3, C from 5
    420000 day 4 A                                   | 420106   | A from 4
    420100 day -1 A                                  | 420500   |
"""


@pytest.mark.parametrize("line", ERAS.strip().splitlines()[1:])
def test_the_nearest_scopes_newest_policy_holds_until_the_next(line: str):
    stands, lives_in, wanted = (cell.strip() for cell in line.split("|"))
    path = {DISTRICT: (DISTRICT, CITY, PROVINCE), ELSEWHERE: (ELSEWHERE, PROVINCE)}[lives_in]

    found = eras(published(stands), path, micros(AT))

    said = []
    for one in found:
        day = (instant(one.from_at) - AT) // DAY
        said.append(f"{one.policy.id} from {day}" if day else one.policy.id)
    assert ", ".join(said) == wanted
    assert [one.until_at for one in found] == [*(one.from_at for one in found[1:]), None][: len(found)]


def person(*negative_ago: timedelta) -> Known:
    return Known(
        Registration.APPROVED, DISTRICT, tuple(ResultSeen(Assay.NAAT, Outcome.NEGATIVE, AT - ago) for ago in negative_ago)
    )


def two(change: datetime, first: Policy = HUBEI, then: Policy = WUHAN) -> tuple[Era, Era]:
    return Era(0, micros(change), first), Era(micros(change), None, then)


@pytest.mark.parametrize(
    "known", [person(), person(DAY), person(DAY, 3 * DAY), replace(person(DAY), registration=Registration.NONE)]
)
@pytest.mark.parametrize("change", [AT - DAY, AT + timedelta(hours=3), AT + 5 * DAY])
def test_the_chain_over_eras_says_what_each_eras_policy_decides(known: Known, change: datetime):
    chain = segments_over(two(change), known, AT)

    edges = {AT, change, *(one.from_at for _, one in chain), *(one.until_at for _, one in chain if one.until_at)}
    for at in sorted({edge + step for edge in edges for step in (-timedelta(microseconds=1), timedelta(0))}):
        if at < AT:
            continue
        policy = HUBEI if at < change else WUHAN
        held = [(id_, one.row) for id_, one in chain if one.from_at <= at and (one.until_at is None or at < one.until_at)]
        decided = decide(policy, known, at)
        assert held == ([(policy.id, decided.row)] if decided.row else [])


def test_until_is_where_a_later_policy_answers_otherwise():
    """Without a test green by default becomes grey: overdue; with a fresh negative it stays green for what remains of 48 h."""
    change = AT + timedelta(hours=3)

    assert decide_over(two(change), person(), AT).until == change
    assert decide_over(two(change), person(DAY), AT).until == change  # another row: the ground is another one


def test_until_goes_on_where_the_later_policy_answers_the_same():
    known = replace(person(), results=(ResultSeen(Assay.NAAT, Outcome.POSITIVE, AT - DAY),))

    assert decide_over(two(AT + DAY), known, AT).until is None
    assert decide_over(two(AT + DAY, then=HUBEI), person(), AT).until is None


def test_what_differs_between_two_policies_is_said_row_by_row():
    compared = compare(HUBEI, WUHAN)
    how = {one.row.id: one.differs for one in compared.rows}

    assert (how["red-case"], how["red-quarantine"], how["red-fever-wuhan"]) == (Differs.SAME, Differs.ADDED, Differs.REMOVED)
    assert {one.kind for one in compared.lives} >= {"recovered", "close_contact"}
    assert (compared.travel, compared.no_code, compared.notes) == (HUBEI.travel, None, HUBEI.notes)
    assert [one.row.id for one in compared.differing if one.number is None] == [
        row.id for row in HUBEI.rows if row.id not in {one.id for one in WUHAN.rows}
    ]
    assert compare(HUBEI, HUBEI).same
    assert compare(None, HUBEI).same
    assert not compared.same


def test_a_row_that_changed_places_is_moved_and_one_with_other_conditions_is_changed():
    rows = HUBEI.rows
    turned = replace(HUBEI, rows=(rows[1], rows[0], replace(rows[2], when=rows[1].when), *rows[3:]))

    compared = compare(HUBEI, turned).rows

    assert [one.differs for one in compared] == [Differs.MOVED, Differs.MOVED, Differs.CHANGED, *[Differs.SAME] * (len(rows) - 3)]
    assert [(one.number, one.formerly) for one in compared[:3]] == [(1, 2), (2, 1), (3, 3)]


def test_a_row_that_counts_without_a_registration_too_says_so():
    red, grey = (replace(one, against=not one.against) for one in (HUBEI.rows[0], HUBEI.rows[-1]))

    assert when_in_words(HUBEI.rows[0]).en.endswith(" (also without a registration)")
    assert when_in_words(red).en == when_in_words(HUBEI.rows[0]).en.removesuffix(" (also without a registration)")
    assert when_in_words(grey).zh == "以上各条都不符合（无登记者同样适用）"


@pytest.mark.parametrize("what", [{"no_code": Sentence("无码", "None")}, {"notes": ()}])
def test_what_is_said_without_a_code_and_the_notes_are_compared(what: dict[str, Any]):
    compared = compare(HUBEI, replace(HUBEI, **what))

    assert {name: getattr(compared, name) for name in what} == {name: getattr(HUBEI, name) for name in what}
    assert not compared.same
    assert not compare(replace(HUBEI, **what), HUBEI).same


def test_a_row_reads_as_a_sentence():
    green = WUHAN.row("green-negative")

    assert when_in_words(green).en == (
        "Registration is: approved; and latest nucleic-acid test is negative, sampled less than 48 h ago"
    )
    assert when_in_words(HUBEI.rows[-1]).en == "No row above holds"
    assert said_by(WUHAN.row("green-sampled")).en == "Sampled (time of sampling); counts like a report until (its end)"
    assert ", or " in when_in_words(HUBEI.row("green-retest")).en
