"""May a person return to work or school: the grounds, the arrival, and what is missing."""

# ruff: noqa: E501 - a scenario is one line of its table

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hbcore.domain.known import Known
from hbcore.domain.policy import shipped
from hbcore.domain.travel import Travel, travel
from tests.domain.people_in_tables import NOW, ago, lines, person
from tests.domain.policies_oracle import HUBEI, WUHAN, Oracle
from tests.domain.strategies import instants, people

SCENARIOS = """
    policy        | registration | what is known                                                  | accepted by | ground or what is missing
    --------------+--------------+----------------------------------------------------------------+-------------+--------------------------
    hubei-2020-04 | none         | nothing                                                        | no          | no_result
    hubei-2020-04 | none         | naat negative 1d                                               | paper       | naat_negative_7d
    hubei-2020-04 | approved     | nothing                                                        | no          | no_result
    hubei-2020-04 | approved     | naat positive 9d, naat negative 1d                             | no          | colour_red
    hubei-2020-04 | approved     | naat pooled 1d shared                                          | no          | colour_yellow
    hubei-2020-04 | approved     | naat positive 30d, naat negative 1d, positive_excluded 2d      | code        | naat_negative_7d
    hubei-2020-04 | approved     | naat pooled 2d shared, naat negative 1d                        | code        | naat_negative_7d
    hubei-2020-04 | approved     | naat negative 7d                                               | no          | no_result
    hubei-2020-04 | approved     | naat negative 7d less 1s                                       | code        | naat_negative_7d
    hubei-2020-04 | approved     | naat inconclusive 1d, naat negative 2d                         | no          | no_result
    hubei-2020-04 | approved     | igm positive 3d, igg positive 3d                               | no          | no_result
    hubei-2020-04 | approved     | igm positive 3d, igg positive 3d, naat negative 1d             | code        | naat_negative_7d
    hubei-2020-04 | approved     | igg positive 60d                                               | code        | igg_positive
    hubei-2020-04 | approved     | igg positive 60d, naat inconclusive 9d                         | no          | no_result
    hubei-2020-04 | approved     | igg positive 60d, naat inconclusive 70d                        | code        | igg_positive
    hubei-2020-04 | approved     | igg positive 60d, naat negative 9d                             | code        | igg_positive
    hubei-2020-04 | approved     | igg positive 60d, naat inconclusive 9d, igg positive 5d        | no          | no_result
    hubei-2020-04 | approved     | igm positive 9d, igg positive 9d, naat negative 9d             | code        | igg_positive
    hubei-2020-04 | waiting      | naat negative 1d                                               | paper       | naat_negative_7d
    hubei-2020-04 | approved     | naat negative -1d                                              | no          | no_result
    wuhan-2022-09 | approved     | nothing                                                        | no          | no_result
    wuhan-2022-09 | approved     | naat negative 1d                                               | code        | naat_negative_48h
    wuhan-2022-09 | approved     | naat negative 2d                                               | no          | no_result
    wuhan-2022-09 | approved     | igg positive 90d                                               | no          | no_result
"""


@pytest.mark.parametrize(("policy", "registration", "evidence", "accepted_by", "because"), lines(SCENARIOS))
def test_the_verdict_of_a_scenario(policy: str, registration: str, evidence: str, accepted_by: str, because: str) -> None:
    known = person(registration, evidence)

    verdict = travel(shipped()[policy], known, NOW)

    assert (verdict.accepted_by, verdict.ground or verdict.missing) == (accepted_by, because)
    assert (verdict.ground is None) != (verdict.missing is None)


def test_a_negative_carries_to_arrivals_before_it_is_seven_days_old() -> None:
    known = person("approved", "naat negative 3d")
    in_time, too_late = ago("-4d") - timedelta(microseconds=1), ago("-4d")

    early, late = (travel(shipped()[HUBEI], known, NOW, arrival=arrival) for arrival in (in_time, too_late))

    assert early == Travel("code", "naat_negative_7d", too_late, None)
    assert late == Travel("no", None, None, "no_result")


def test_an_arrival_before_the_sampling_is_not_carried() -> None:
    known = person("approved", "naat negative 3d")

    verdict = travel(shipped()[HUBEI], known, NOW, arrival=ago("4d"))

    assert verdict.missing == "no_result"


def test_a_past_igg_does_not_run_out() -> None:
    known = person("approved", "igg positive 60d")

    verdict = travel(shipped()[HUBEI], known, NOW, arrival=ago("-300d"))

    assert verdict == Travel("code", "igg_positive", None, None)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from((HUBEI, WUHAN)), people(), instants(), instants())
def test_the_verdict_is_the_oracles(policy: str, known: Known, at: datetime, arrival: datetime) -> None:
    verdict = travel(shipped()[policy], known, at, arrival=arrival)

    assert (verdict.accepted_by, verdict.ground or verdict.missing) == Oracle(policy, known, at).travel(arrival)
