"""What each policy answers, scenario by scenario, and that the table and a plain oracle agree."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hbcore.domain.known import Known
from hbcore.domain.policy import decide, shipped
from hbcore.domain.vocabulary import Colour
from tests.domain.people_in_tables import NOW, ago, lines, person
from tests.domain.policies_oracle import HUBEI, WUHAN, Oracle
from tests.domain.strategies import POLICIES, instants, people

SCENARIOS = {
    HUBEI: """
    registration | what is known                                                     | row
    -------------+-------------------------------------------------------------------+-------------------
    none         | nothing                                                           | no code
    withdrawn    | nothing                                                           | no code
    none         | naat negative 1d                                                  | no code
    none         | naat positive 9d                                                  | red-positive
    none         | fever 1d, lives 420902                                            | grey-fever
    approved     | nothing                                                           | green-default
    approved     | naat positive 9d, naat negative 1d                                | red-positive
    approved     | naat positive 30d, naat negative 1d, positive_excluded 2d         | green-default
    approved     | naat positive 30d, confirmed 29d, recovered 5d                    | yellow-recovered
    approved     | naat positive 40d, confirmed 39d, recovered 15d                   | green-default
    approved     | naat positive 40d, naat positive 1d, confirmed 39d, recovered 15d | red-positive
    approved     | naat pooled 1d shared                                             | yellow-pooled
    approved     | naat pooled 2d shared, naat negative 1d shared                    | yellow-pooled
    approved     | naat pooled 2d shared, naat negative 1d                           | green-default
    approved     | naat negative 7d                                                  | green-default
    approved     | naat inconclusive 1d, naat negative 2d                            | green-retest
    approved     | naat inconclusive 7d                                              | green-default
    approved     | igm positive 3d, igg positive 3d                                  | green-retest
    approved     | igm positive 3d, igg positive 3d, naat negative 1d                | green-default
    approved     | igg positive 60d                                                  | green-default
    approved     | naat negative 1d, naat positive 1d                                | red-positive
    approved     | naat positive -1d                                                 | green-default
    approved     | naat negative 1d, naat inconclusive 1d                            | green-retest
    approved     | naat inconclusive 1d, naat negative 1d                            | green-retest
    approved     | naat positive 1d, positive_excluded 1d                            | red-positive
    approved     | naat pooled 1d shared, naat negative 1d                           | yellow-pooled
    approved     | igm positive 1d, naat negative 1d                                 | green-default
    approved     | confirmed 2d, recovered 2d                                        | red-case
    approved     | close_contact 2d until 2d                                         | green-default
    waiting      | naat negative 1d                                                  | grey-review
    second_review| nothing                                                           | grey-review
    mismatch     | nothing                                                           | grey-mismatch
    asked        | nothing                                                           | grey-asked
    refused      | nothing                                                           | grey-refused
    expired      | nothing                                                           | grey-refused
    revoked      | nothing                                                           | grey-refused
    approved     | lives 420106, fever 1d                                            | red-fever-wuhan
    approved     | lives 420902, fever 1d                                            | grey-fever
    approved     | lives 420902, fever 7d                                            | green-default
    approved     | lives 420106, fever 3d, naat negative 1d                          | red-fever-wuhan
    approved     | lives 420106, fever 3d, case_excluded 1d                          | green-default
    approved     | close_contact 13d                                                 | yellow-contact
    approved     | close_contact 14d                                                 | green-default
    approved     | close_contact 3d until 1d                                         | green-default
    approved     | close_contact -1d                                                 | green-default
    approved     | arrival 3d                                                        | yellow-observation
    approved     | self_declared 3d                                                  | yellow-declared
    approved     | confirmed 3d, naat negative 1d                                    | red-case
    odd          | nothing                                                           | grey-otherwise
    """,
    WUHAN: """
    registration | what is known                                                     | row
    -------------+-------------------------------------------------------------------+-------------------
    approved     | nothing                                                           | grey-overdue
    approved     | sampled 1d                                                        | green-sampled
    approved     | naat negative 1d                                                  | green-negative
    approved     | naat negative 2d less 1s                                          | green-negative
    approved     | naat negative 2d                                                  | grey-overdue
    approved     | igg positive 90d                                                  | grey-overdue
    approved     | test_exempt 100d                                                  | green-exempt
    approved     | fever 2d, naat negative 1d                                        | green-negative
    approved     | fever 2d, sampled 1d                                              | yellow-fever
    approved     | antigen positive 1d, sampled 0d                                   | yellow-antigen
    approved     | contact_of_contact 1d, sampled 0d                                 | yellow-home
    approved     | central_quarantine 5d, released 1d, sampled 0d                    | yellow-home
    approved     | high_risk_area 1d                                                 | red-quarantine
    approved     | close_contact 6d                                                  | red-quarantine
    approved     | close_contact 7d                                                  | yellow-home
    approved     | close_contact 10d, sampled 0d                                     | green-sampled
    approved     | naat pooled 1d shared                                             | yellow-pooled
    approved     | naat positive 1d                                                  | red-positive
    approved     | confirmed 1d                                                      | red-case
    none         | sampled 1d                                                        | no code
    mismatch     | nothing                                                           | grey-mismatch
    asked        | nothing                                                           | grey-asked
    waiting      | nothing                                                           | grey-review
    revoked      | nothing                                                           | grey-refused
    odd          | nothing                                                           | grey-otherwise
    """,
}
ALL = [(policy, *cells) for policy, table in SCENARIOS.items() for cells in lines(table)]


@pytest.mark.parametrize(("policy", "registration", "evidence", "row"), ALL)
def test_a_scenario_reaches_its_row(policy: str, registration: str, evidence: str, row: str) -> None:
    known = person(registration, evidence)

    decision = decide(shipped()[policy], known, NOW)

    assert (decision.row or "no code") == row
    assert decision.colour == (None if decision.row is None else Colour(row.split("-")[0]))


@pytest.mark.parametrize("policy", [HUBEI, WUHAN])
def test_every_row_has_a_scenario(policy: str) -> None:
    reached = {row for name, _, _, row in ALL if name == policy}

    assert {row.id for row in shipped()[policy].rows} <= reached


@settings(deadline=None, max_examples=400)
@given(POLICIES, people(), st.just(NOW) | instants())
def test_the_table_answers_as_the_oracle_does(policy: str, known: Known, at: datetime) -> None:
    decision = decide(shipped()[policy], known, at)

    assert decision.row == Oracle(policy, known, at).row()


def test_without_a_code_the_answer_changes_when_the_first_one_begins() -> None:
    known = person("none", "close_contact -1h")

    decision = decide(shipped()[HUBEI], known, NOW)

    assert (decision.row, decision.until) == (None, ago("-1h"))


def test_the_shipped_policies_say_where_and_from_when_they_apply() -> None:
    applies = {name: (policy.applies_to, policy.valid_from.astimezone(UTC)) for name, policy in shipped().items()}

    assert applies == {
        HUBEI: ("420000", datetime(2020, 4, 24, 16, tzinfo=UTC)),
        WUHAN: ("420100", datetime(2022, 8, 29, 16, tzinfo=UTC)),
    }
