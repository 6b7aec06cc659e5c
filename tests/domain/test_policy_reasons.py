"""The sentence a decision gives for its reason, and what it found on the way there."""

# ruff: noqa: E501 - a sentence is one line of its table

import pytest

from hbcore.domain.known import FactSeen, Known
from hbcore.domain.policy import Sentence, decide, shipped
from hbcore.domain.vocabulary import FactKind, Registration
from tests.domain.people_in_tables import NOW, ago, lines, person
from tests.domain.policies_oracle import HUBEI

SENTENCES = """
    policy        | registration | what is known                  | Chinese                                                          | English
    --------------+--------------+--------------------------------+------------------------------------------------------------------+--------------
    hubei-2020-04 | approved     | naat positive 15d              | 11月8日 采样核酸阳性（宜昌第三检验中心），尚无治愈或复核排除记录 | Nucleic-acid positive, sampled 8 Nov (宜昌第三检验中心); no recovery or exclusion on record
    hubei-2020-04 | approved     | naat positive 365d             | 2025年11月23日 采样核酸阳性（宜昌第三检验中心），尚无治愈或复核排除记录 | Nucleic-acid positive, sampled 23 Nov 2025 (宜昌第三检验中心); no recovery or exclusion on record
    hubei-2020-04 | approved     | close_contact 3d               | 登记为密切接触者，观察期至 12月4日 09:40                               | Registered close contact; under observation until 4 Dec 09:40
    hubei-2020-04 | approved     | close_contact 9d, close_contact 3d | 登记为密切接触者，观察期至 12月4日 09:40                           | Registered close contact; under observation until 4 Dec 09:40
    hubei-2020-04 | approved     | close_contact 3d until -2d     | 登记为密切接触者，观察期至 11月25日 09:40                              | Registered close contact; under observation until 25 Nov 09:40
    hubei-2020-04 | approved     | lives 420902, fever 1d         | 发热待诊断排除，暂不赋色，最迟 11月29日 09:40                          | Fever being assessed; no colour until 29 Nov 09:40 at the latest
    hubei-2020-04 | approved     | self_declared 3d               | 本人 11月20日 申报症状或接触史，待社区或门诊核实                 | Symptoms or contact self-declared 20 Nov; to be checked
    hubei-2020-04 | approved     | self_declared 9h               | 本人 11月23日 申报症状或接触史，待社区或门诊核实                 | Symptoms or contact self-declared 23 Nov; to be checked
    hubei-2020-04 | none         | nothing                        | 尚未登记申领，没有健康码                                         | No registration, so there is no code
    wuhan-2022-09 | approved     | naat negative 1d               | 48 小时内核酸阴性，至 11月24日 09:40                             | Negative within 48 h, until 24 Nov 09:40
    wuhan-2022-09 | approved     | sampled 2h                     | 核酸已采样（11月23日 07:40），与报告同等有效，至 11月25日 07:40  | Sampled 23 Nov 07:40; counts like a report until 25 Nov 07:40
"""


@pytest.mark.parametrize(("policy", "registration", "evidence", "zh", "en"), lines(SENTENCES))
def test_the_reason_states_dates_as_shanghai_days(policy: str, registration: str, evidence: str, zh: str, en: str) -> None:
    known = person(registration, evidence)

    reason = decide(shipped()[policy], known, NOW).reason

    assert reason == Sentence(zh, en)


def test_what_no_rule_can_know_is_handed_in() -> None:
    known = person("mismatch", "nothing")

    reason = decide(shipped()[HUBEI], known, NOW, details={"fields": Sentence("出生日期", "date of birth")}).reason

    assert reason == Sentence(
        "申领信息比对不一致：出生日期，请补正", "Details differ from the filing: date of birth. Please correct them"
    )


def test_every_condition_up_to_the_deciding_row_is_shown_with_what_was_found() -> None:
    known = person("approved", "lives 420902, close_contact 3d, naat negative 1d")

    tried = decide(shipped()[HUBEI], known, NOW).tried

    assert [(line.row, line.found.en, line.holds) for line in tried] == [
        ("red-case", "Nothing on record", False),
        ("red-positive", "nucleic-acid test negative, sampled 22 Nov 09:40", False),
        ("red-fever-wuhan", "Nothing on record", False),
        ("red-fever-wuhan", "Unit code 420902", False),
        ("yellow-recovered", "Nothing on record", False),
        ("yellow-contact", "close contact from 20 Nov until 4 Dec 09:40", True),
    ]
    assert tried[-1].wanted == Sentence("有尚未解除的密切接触者记录", "On record and in force: close contact")


def test_an_ended_fact_is_shown_with_its_end_and_a_future_one_not_at_all() -> None:
    known = Known(
        Registration.APPROVED, facts=(FactSeen(FactKind.CONFIRMED, ago("9d")), FactSeen(FactKind.CASE_EXCLUDED, ago("2d")))
    )
    tomorrow = Known(Registration.APPROVED, facts=(FactSeen(FactKind.CONFIRMED, ago("-1d")),))

    ended, future = (decide(shipped()[HUBEI], one, NOW).tried[0] for one in (known, tomorrow))

    assert (ended.found.zh, ended.holds) == ("11月14日起确诊病例，至 11月21日 09:40", False)
    assert (future.found.zh, future.holds) == ("没有记录", False)
