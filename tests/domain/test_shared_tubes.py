"""Rows that share a tube: a positive is nobody's own, and a tube with more people than its method is refused whole."""

import pytest

from hbcore.domain.lab_columns import TORN
from hbcore.domain.vocabulary import RowCode
from tests.domain.lab_rows import PEOPLE, SOUND, crowd, found, judged, lines, people

TUBES = """
    people | method | outcome | becomes         | single
    1      |        | 阳性    | positive        | True
    2      |        | 阳性    | pooled_positive | False
    2      |        | 阴性    | negative        | False
    2      |        | 可疑    | inconclusive    | False
    1      | 10混1  | 阳性    | pooled_positive | False
    5      | 5合1   | 阳性    | pooled_positive | False
    2      | 混采   | 阳性    | pooled_positive | False
    1      | 单采   | 阳性    | positive        | True
    2      | 单采   | 阳性    | pooled_positive | False
"""


@pytest.mark.parametrize(("count", "method", "outcome", "becomes", "single"), lines(TUBES)[1:])
def test_a_shared_tube_s_positive_is_nobody_s_own(count: str, method: str, outcome: str, becomes: str, single: str) -> None:
    result = judged(*people(int(count), pooling=method, outcome=outcome))

    assert found(result) == []
    assert set(result.results["outcome"].to_pylist()) == {becomes}
    assert set(result.results["single"].to_pylist()) == {single == "True"}


def test_one_person_twice_in_a_tube_shares_it_with_nobody() -> None:
    result = judged(SOUND | {"outcome": "阳性"}, SOUND | {"assay": "抗原"})

    assert result.results["single"].to_pylist() == [True, True]


def test_tube_numbers_restart_every_day() -> None:
    first, second = people(2, outcome="阳性")

    result = judged(first, second | {"sampled_at": "2022-11-07 15:44:00"})

    assert result.results["outcome"].to_pylist() == ["positive", "positive"]


def test_a_refused_row_s_person_is_in_the_tube_all_the_same() -> None:
    first, second = people(2, outcome="阳性")

    result = judged(first, second | {"name": ""})

    assert result.results["outcome"].to_pylist() == ["pooled_positive"]


@pytest.mark.parametrize("day", ["昨天下午", "", "2019-11-06 15:44:00", "2035-11-06 15:44:00"])
def test_who_s_sampling_day_cannot_be_known_is_in_the_tube_all_the_same(day: str) -> None:
    first, second = people(2, outcome="阳性")

    result = judged(second | {"sampled_at": day}, first)

    assert result.results["outcome"].to_pylist() == ["pooled_positive"]


def test_who_s_sampling_day_cannot_be_known_may_be_in_the_tube_of_any_day() -> None:
    first, second, third = people(3, outcome="阳性")
    other = third | {"sample_number": "L2"}

    result = judged(first, second | {"sampled_at": "2022-11-07 15:44:00"}, third | {"sampled_at": "?"}, other)

    assert result.results["outcome"].to_pylist() == ["pooled_positive", "pooled_positive", "positive"]


def test_one_person_s_row_without_a_day_shares_the_tube_with_nobody() -> None:
    first, second = people(2, outcome="阳性")
    elsewhere = second | {"sample_number": "L2"}

    result = judged(first, first | {"sampled_at": "?"}, elsewhere, elsewhere | {"assay": "抗原"})

    assert result.results["single"].to_pylist() == [True, True, True]


def test_who_s_sampling_day_cannot_be_known_counts_once_in_a_tube_they_are_in() -> None:
    *five, last = crowd(6, "5混1")

    assert judged(*five, five[0] | {"sampled_at": "?"}).refused == 1
    assert judged(*five, last | {"sampled_at": "?"}).refused == 6


def test_more_people_than_the_method_s_refuse_every_row_of_the_tube() -> None:
    result = judged(*crowd(6, "5混1"), SOUND | {"sample_number": "L2", "pooling": "5混1"})

    assert found(result) == [(row, "sample_number", RowCode.TUBE_TOO_FULL) for row in range(2, 8)]
    assert result.results["row"].to_pylist() == [8]


def test_a_crowded_tube_is_refused_whole_also_where_one_row_states_no_method() -> None:
    *five, last = crowd(6, "5混1")

    result = judged(*five, last | {"pooling": ""})

    assert [row for row, _, _ in found(result)] == [2, 3, 4, 5, 6, 7]


ANSWERS = """
    阴性 终审, 阳性 终审, 阴性 终审 | True
    阴性 终审, 可疑 终审 | True
    阴性 更正, 可疑 更正 | True
    阴性 终审, 阴性 终审 | False
    阴性 终审, 阳性 更正, 阳性 更正 | False
    阴性 终审, 阳性 作废 | False
"""


@pytest.mark.parametrize(("answers", "torn"), lines(ANSWERS))
def test_a_tube_has_one_answer_for_all_who_are_in_it(answers: str, torn: str) -> None:
    said = [one.split() for one in answers.split(",")]
    rows = [
        person | {"outcome": outcome, "result_status": status}
        for person, (outcome, status) in zip(people(len(said)), said, strict=True)
    ]
    other = SOUND | {"document_number": PEOPLE[3], "sample_number": "L2", "result_status": "终审"}

    table = judged(*rows, other).results

    found = table.column(TORN).to_pylist() if TORN in table.column_names else [False] * len(table)
    assert found == [torn == "True"] * len(said) + [False]


def test_answers_of_different_assays_and_days_are_those_of_different_tubes() -> None:
    first, second, third, fourth = people(4)
    later = {"sampled_at": "2022-11-07 15:44:00", "outcome": "阳性"}

    result = judged(first, second, first | {"assay": "抗原", "outcome": "阳性"}, third | later, fourth | later)

    assert TORN not in result.results.column_names
