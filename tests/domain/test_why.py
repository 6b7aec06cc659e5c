"""Why a code is as it is and what would change it, row by row of both shipped policies."""

# ruff: noqa: E501 - a scenario is one line of its table

from datetime import datetime

import pytest
from hypothesis import assume, given, settings

from hbcore.domain.deeds import deeds
from hbcore.domain.known import FactSeen, Known, micros
from hbcore.domain.policy import decide, segments, shipped
from hbcore.domain.policy_eras import Era, decide_over
from hbcore.domain.vocabulary import Colour, FactKind, Registration
from hbcore.domain.why import EndsBy, comes_next, fact_end, rests_on, rows_tried
from tests.domain.people_in_tables import NOW, ago, lines, person
from tests.domain.policies_oracle import HUBEI, WUHAN
from tests.domain.strategies import EDGE, POLICIES, instants, people

SCENARIOS = {
    HUBEI: """
    row              | registration  | what is known                                      | rests on             | by itself                     | deeds
    -----------------+---------------+----------------------------------------------------+----------------------+-------------------------------+------
    no code          | none          | naat negative 1d                                   |                      |                               | application > grey-review
    red-case         | approved      | close_contact 3d, confirmed 2d, suspected 1d       | fact 1, fact 2       |                               | recovery > yellow-recovered; case excluded > yellow-contact
    red-positive     | approved      | naat positive 9d, naat negative 2d, naat positive 1d | result 0, result 2 |                               | recovery > yellow-recovered; positive excluded > green-default; only a later > red-positive; wrong > green-default
    red-positive     | none          | naat positive 9d                                   | result 0             |                               | recovery > yellow-recovered; positive excluded > no code; only a later > red-positive; wrong > no code
    red-positive     | approved      | naat positive 2d, confirmed 5d, recovered 3d       | result 0             |                               | recovery > yellow-recovered; positive excluded > yellow-recovered; only a later > red-positive; wrong > yellow-recovered
    red-fever-wuhan  | approved      | lives 420106, fever 3d                             | fact 0, residence    | 14d later green-default       | case excluded > green-default; outside Wuhan > grey-fever
    yellow-recovered | approved      | naat positive 30d, recovered 4d                    | fact 0               | 14d later green-default       |
    yellow-contact   | approved      | close_contact 4d until -2d, arrival 4d             | fact 0               | at -2d yellow-observation     | early > yellow-observation
    yellow-observation | approved    | arrival 3d, home_observation 1d                    | fact 0, fact 1       | 13d left green-default        | early > green-default
    yellow-declared  | waiting       | self_declared 3d                                   | fact 0               | 11d left grey-review          | case excluded > grey-review
    yellow-pooled    | approved      | naat pooled 1d shared                              | result 0             |                               | test: negative > green-default; test: positive > red-positive; wrong > green-default
    grey-fever       | approved      | lives 420902, fever 1d                             | fact 0               | at -6d green-default          | case excluded > green-default
    grey-mismatch    | mismatch      | naat negative 1d                                   | registration         |                               | corrected > green-default
    grey-asked       | asked         | nothing                                            | registration         |                               | supplied > grey-review
    grey-review      | waiting       | nothing                                            | registration         |                               | approved (usually > green-default
    grey-review      | second_review | nothing                                            | registration         |                               | second person > green-default
    grey-refused     | refused       | nothing                                            | registration         |                               | new application > grey-review
    grey-refused     | expired       | nothing                                            | registration         |                               | new application > grey-review
    grey-refused     | revoked       | nothing                                            | registration         |                               | new application > grey-review
    green-retest     | approved      | naat inconclusive 1d, igm positive 1d              | result 0, result 1, registration |                   | again: nucleic-acid test negative > green-default; again: nucleic-acid test positive > red-positive; test: negative > green-default; newly
    green-default    | approved      | naat negative 1d                                   | registration         |                               | newly
    green-default    | approved      | close_contact -1d                                  | registration         | at -1d yellow-contact         | newly
    grey-otherwise   | odd           | nothing                                            |                      |                               | Registration is: approved > green-default
    """,
    WUHAN: """
    row              | registration  | what is known                                      | rests on             | by itself                     | deeds
    -----------------+---------------+----------------------------------------------------+----------------------+-------------------------------+------
    red-case         | approved      | asymptomatic 1d                                    | fact 0               |                               | recovery > yellow-home; case excluded > grey-overdue
    red-positive     | approved      | naat positive 1d                                   | result 0             |                               | recovery > yellow-home; positive excluded > green-sampled; only a later > red-positive; wrong > grey-overdue
    red-quarantine   | approved      | close_contact 6d                                   | fact 0               | at -1d yellow-home            | early > grey-overdue
    red-quarantine   | approved      | central_quarantine 2d                              | fact 0               | at -5d yellow-home            | release from quarantine > yellow-home
    yellow-pooled    | approved      | naat pooled 1d shared                              | result 0             |                               | test: negative > green-negative; test: positive > red-positive; wrong > grey-overdue
    yellow-antigen   | approved      | antigen positive 1d                                | result 0             |                               | test: negative > green-negative; test: positive > red-positive; wrong > grey-overdue
    yellow-home      | approved      | contact_of_contact 1d, naat negative 1d            | fact 0               | at -6d grey-overdue           | early > green-negative
    yellow-fever     | approved      | fever 2d                                           | fact 0               | at -5d grey-overdue           | case excluded > grey-overdue; Sampled after 21 Nov: nucleic-acid test negative > green-negative
    grey-mismatch    | mismatch      | nothing                                            | registration         |                               | corrected > grey-overdue
    grey-asked       | asked         | nothing                                            | registration         |                               | supplied > grey-review
    grey-review      | waiting       | nothing                                            | registration         |                               | approved (usually > grey-overdue
    grey-refused     | revoked       | nothing                                            | registration         |                               | new application > grey-review
    green-exempt     | approved      | test_exempt 100d                                   | fact 0, registration |                               | early > grey-overdue; newly
    green-negative   | approved      | naat negative 1d                                   | result 0, registration | at -1d grey-overdue         | again: nucleic-acid test negative > green-negative; positive > red-positive; newly
    green-sampled    | approved      | naat invalid 1d, sampled 1h                        | result 0, sample 0, registration | at -47h grey-overdue | Sampled again > green-sampled; newly
    grey-overdue     | approved      | naat negative 2d                                   | registration         |                               | exempt > green-exempt; negative, sampled less than 48 h > green-negative; Sampled for a > green-sampled
    grey-otherwise   | odd           | nothing                                            |                      |                               | exempt > green-exempt; negative, sampled less than 48 h > green-negative; Sampled for a > green-sampled
    """,
}
ALL = [(policy, *cells) for policy, table in SCENARIOS.items() for cells in lines(table)]


def _always(policy: str) -> tuple[Era, ...]:
    """This policy alone, for good."""
    return (Era(0, None, shipped()[policy]),)


def _rests(policy: str, known: Known) -> str:
    found = rests_on(shipped()[policy], known, NOW)
    named = [("result", found.results), ("fact", found.facts), ("sample", found.samples)]
    said = [f"{what} {place}" for what, places in named for place in places]
    return ", ".join([*said, *(["registration"] if found.registration else []), *(["residence"] if found.residence else [])])


def _instant(text: str, known: Known) -> datetime:
    """`at -2d`; `14d later`: from where the first fact begins; `13d left`: from now."""
    if text.startswith("at "):
        return ago(text.removeprefix("at "))
    length, word = text.split()
    return NOW - (ago(length) - NOW) if word == "left" else known.facts[-1].from_at + (NOW - ago(length))


@pytest.mark.parametrize(("policy", "row", "registration", "evidence", "rests", "by_itself", "said"), ALL)
def test_why_and_what_would_change_it(
    policy: str, row: str, registration: str, evidence: str, rests: str, by_itself: str, said: str
) -> None:
    table, known = shipped()[policy], person(registration, evidence)
    assert (decide(table, known, NOW).row or "no code") == row

    assert _rests(policy, known) == rests
    following = comes_next(_always(policy), known, decide(table, known, NOW).until)
    when, _, then = by_itself.rpartition(" ")
    assert (following is None) == (by_itself == "")
    if following:
        assert (following.at, following.row.id if following.row else "no code") == (_instant(when, known), then)
    found = deeds(table, known, NOW)
    wanted = [deed.strip().partition(" > ") for deed in said.split(";") if deed.strip()]
    assert len(found) == len(wanted), [deed.said.en for deed in found]
    for deed, (words, _, leads_to) in zip(found, wanted, strict=True):
        assert words.lower() in deed.said.en.lower()
        assert (deed.row.id if deed.row else "no code" if deed.known else "") == leads_to
        assert "{" not in deed.said.zh + deed.said.en


@pytest.mark.parametrize("policy", [HUBEI, WUHAN])
def test_every_row_has_a_scenario(policy: str) -> None:
    assert {row.id for row in shipped()[policy].rows} <= {row for name, row, *_ in ALL if name == policy}


@settings(deadline=None, max_examples=300)
@given(POLICIES, people())
def test_whoever_is_not_green_is_told_a_day_or_a_deed_that_leads_elsewhere(policy: str, known: Known) -> None:
    # Deeds are judged a microsecond later: what begins in that very instant is none of theirs.
    begins = (*(fact.from_at for fact in known.facts), *(one.sampled_at for one in known.results), *known.samples)
    assume(NOW + EDGE not in begins)
    table = shipped()[policy]
    decision = decide(table, known, NOW)

    leads = [deed for deed in deeds(table, known, NOW) if deed.known and (deed.row.id if deed.row else None) != decision.row]

    assert decision.colour == Colour.GREEN or leads or comes_next(_always(policy), known, decision.until)


@settings(deadline=None, max_examples=300)
@given(POLICIES, people(), instants())
def test_without_what_a_row_rests_on_it_does_not_hold(policy: str, known: Known, at: datetime) -> None:
    table = shipped()[policy]
    rests = rests_on(table, known, at)
    gone = Known(
        Registration.NONE if rests.registration else known.registration,
        known.unit,
        tuple(one for place, one in enumerate(known.results) if place not in rests.results),
        tuple(one for place, one in enumerate(known.facts) if place not in rests.facts),
        tuple(one for place, one in enumerate(known.samples) if place not in rests.samples),
    )

    last = table.rows[-1]
    assert rests.row in (None, last) or rests_on(table, gone, at).row is not rests.row
    assert (rests.row.id if rests.row else None) == decide(table, known, at).row


@settings(deadline=None, max_examples=300)
@given(POLICIES, people(), instants())
def test_what_comes_next_is_the_second_stretch_of_the_chain(policy: str, known: Known, at: datetime) -> None:
    following = comes_next(_always(policy), known, decide(shipped()[policy], known, at).until)

    chain = segments(shipped()[policy], known, at)

    starts = {segment.from_at: segment.row for segment in chain}
    ends = {segment.until_at for segment in chain}
    changes = sorted(one for one in (starts.keys() | ends) - {None} if one > at)
    assert (following.at if following else None) == (changes[0] if changes else None)
    if following:
        assert (following.row.id if following.row else None) == starts.get(following.at)


def test_what_comes_when_another_policy_begins_is_that_policys_row() -> None:
    begins = ago("-1d")
    eras = (Era(0, micros(begins), shipped()[HUBEI]), Era(micros(begins), None, shipped()[WUHAN]))
    known = person("approved", "naat negative 9d")

    following = comes_next(eras, known, decide_over(eras, known, NOW).until)

    assert following is not None
    assert (following.at, following.policy.id, following.row.id if following.row else None) == (begins, WUHAN, "grey-overdue")


@pytest.mark.parametrize(
    ("evidence", "until", "by"),
    [
        ("close_contact 3d", ago("-11d"), EndsBy.POLICY),
        ("close_contact 3d until -2d", ago("-2d"), EndsBy.RECORDED),
        ("close_contact 3d until -11d", ago("-11d"), EndsBy.POLICY),  # worked out when it was proposed: no paper says so
        ("central_quarantine 3d, released 1d", ago("1d"), EndsBy.CLOSED),
        ("confirmed 3d", None, None),
        ("high_risk_area 3d", None, None),
        ("high_risk_area 3d until -2d", ago("-2d"), EndsBy.RECORDED),
    ],
)
def test_a_facts_end_says_what_sets_it(evidence: str, until: datetime | None, by: EndsBy | None) -> None:
    assert fact_end(shipped()[HUBEI], person("approved", evidence), 0) == (until, by)


def test_the_rows_tried_stand_in_order_with_the_decisive_one_last_and_marked() -> None:
    policy, known = shipped()[HUBEI], person("approved", "naat inconclusive 1d")

    rows = rows_tried(policy, decide(policy, known, NOW))

    assert [row.number for row in rows] == list(range(1, 15))
    assert [row.number for row in rows if row.decisive] == [14]
    assert [(line.holds, line.either) for line in rows[-1].lines] == [(True, False), (True, True), (False, True)]


def test_a_row_that_catches_everything_is_among_the_rows_tried() -> None:
    policy, known = shipped()[HUBEI], person("odd", "nothing")

    last = rows_tried(policy, decide(policy, known, NOW))[-1]

    assert (last.number, last.colour, last.decisive, last.lines) == (16, Colour.GREY, True, ())


def test_without_a_code_the_rows_against_somebody_were_tried_and_none_decided() -> None:
    policy, known = shipped()[HUBEI], person("none", "nothing")

    rows = rows_tried(policy, decide(policy, known, NOW))

    assert ([row.number for row in rows], any(row.decisive for row in rows)) == (list(range(1, 10)), False)


def test_several_facts_that_hold_are_ended_together() -> None:
    facts = tuple(FactSeen(FactKind.CLOSE_CONTACT, ago(day)) for day in ("3d", "1d"))

    (deed,) = deeds(shipped()[HUBEI], Known(Registration.APPROVED, facts=facts), NOW)

    assert deed.row is not None
    assert deed.row.id == "green-default"
