"""A file of tubes that names nobody: each tube's result is that of who is registered in it."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pytest

from hbcore.domain.documents import read_document
from hbcore.domain.lab_columns import Judged
from hbcore.domain.times import micros
from hbcore.domain.tube_columns import InTube, Tubes, as_judged, fill, judge_tubes
from hbcore.domain.vocabulary import DocumentKind, RowCode
from tests.domain.lab_rows import AT, OURS, PEOPLE, instant, lines

SOUND = {"sample_number": "T1", "outcome": "阴性"}
DAY_0 = 19304
"""8 November 2022, the day before `AT`."""


def inside(*when: str, pooled: bool = False) -> list[InTube]:
    """People 0, 1, … registered in a tube at these times of Shanghai's."""
    at = [instant(f"2022-11-{text}:00") for text in when]
    days = [DAY_0 + int(text[:2]) - 8 for text in when]
    return [InTube(person, *one, pooled, "某点", person) for person, one in enumerate(zip(at, days, strict=True))]


def judged(*rows: Mapping[str, str], registered: Mapping[str, Sequence[InTube]]) -> Judged:
    tubes = tubes_of(*rows)
    found = fill(tubes, registered, micros(AT))
    people = {place: (f"人{place}", read_document(DocumentKind.RESIDENT_ID, number)) for place, number in enumerate(PEOPLE)}
    return as_judged(tubes, found, people)


def tubes_of(*rows: Mapping[str, str]) -> Tubes:
    columns = {word: pa.array([row.get(word, "") for row in rows], pa.string()) for word in {w for row in rows for w in row}}
    return judge_tubes(columns, np.arange(2, 2 + len(rows), dtype=np.int32), at=AT, institution_name=OURS)


SHARED = """
    people | method | of the registration | outcome | becomes         | single
    1      |        |                     | 阳性    | positive        | True
    1      | 单采   |                     | 阳性    | positive        | True
    1      |        | pooled              | 阳性    | pooled_positive | False
    1      | 10混1  |                     | 阳性    | pooled_positive | False
    2      |        |                     | 阳性    | pooled_positive | False
    2      | 单采   |                     | 阳性    | pooled_positive | False
    2      |        |                     | 阴性    | negative        | False
    5      | 5混1   | pooled              | 可疑    | inconclusive    | False
"""


@pytest.mark.parametrize(("people", "method", "registration", "outcome", "becomes", "single"), lines(SHARED)[1:])
def test_everybody_in_a_tube_gets_its_result(
    people: str, method: str, registration: str, outcome: str, becomes: str, single: str
) -> None:
    of_tube = inside(*["08 07:40"] * int(people), pooled=registration == "pooled")

    result = judged(SOUND | {"outcome": outcome, "pooling": method}, registered={"T1": of_tube})

    assert result.problems == ()
    assert [(line["number"], line["outcome"], line["single"]) for line in result.results.to_pylist()] == [
        (number, becomes, single == "True") for number in PEOPLE[: int(people)]
    ]
    assert (result.read, result.refused, set(result.results["row"].to_pylist())) == (1, 0, {2})


def test_time_and_site_are_the_registration_s() -> None:
    row = SOUND | {"sampled_at": "2022-11-08", "tested_at": "2022-11-08 14:00"}

    (line,) = judged(row, registered={"T1": inside("08 07:40")}).results.to_pylist()

    assert (line["sampled_at"], line["sampled_day"], line["sampling_site"]) == (instant("2022-11-08 07:40:00"), DAY_0, "某点")
    assert (line["tested_at"], line["reported_at"]) == (instant("2022-11-08 14:00:00"), None)


# What the row says of times | who is registered, person 0, 1, … | whose the result is, or what is wrong
WHEN = """
    {}                                     | 08 07:40 | 0
    {}                                     | 06 11:59 | tube_not_registered
    {}                                     | 06 12:00 | 0
    {}                                     | 07 07:40, 08 07:40 | 1
    {}                                     | 08 07:40, 08 07:45 | 0 1
    {"sampled_at": "2022-11-07"}           | 07 07:40, 08 07:40 | 0
    {"sampled_at": "2022-11-06"}           | 07 07:40, 08 07:40 | tube_not_registered
    {"sampled_at": "2022-11-01"}           | 01 07:40, 08 07:40 | 0
    {"tested_at": "2022-11-07 12:00"}      | 07 07:40, 08 07:40 | 0
    {"tested_at": "2022-11-07"}            | 07 07:40, 08 07:40 | 0
    {"tested_at": "2022-11-08"}            | 07 07:40, 08 07:40 | 1
    {"reported_at": "2022-11-07 12:00"}    | 07 07:40, 08 07:40 | 0
    {"tested_at": "2022-11-06 12:00", "reported_at": "2022-11-08 12:00"} | 06 07:40, 08 07:40 | 0
    {"tested_at": "2022-11-08 07:31"}      | 08 07:40 | 0
    {"tested_at": "2022-11-08 07:29"}      | 08 07:40 | tube_not_registered
    {"sampled_at": "2022-11-08", "tested_at": "2022-11-08 07:29"} | 08 07:40 | out_of_order
    {"tested_at": "2022-11-08 09:00"}      | 08 07:40, 08 09:30 | out_of_order
"""


@pytest.mark.parametrize(("said", "registered", "whose"), lines(WHEN))
def test_a_tube_is_that_of_its_day(said: str, registered: str, whose: str) -> None:
    of_tube = inside(*registered.split(", "))

    result = judged(SOUND | json.loads(said), registered={"T1": of_tube})

    if whose[0].isdigit():
        assert [line["name"] for line in result.results.to_pylist()] == [f"人{person}" for person in whose.split()]
    else:
        assert [one.code for one in result.problems] == [RowCode(whose)]
        assert (result.refused, result.results.num_rows) == (1, 0)


def test_a_tube_with_more_people_than_its_method_takes_is_refused() -> None:
    five, six = inside(*["08 07:40"] * 5), inside(*["08 07:40"] * 5, "08 07:40")

    result = judged(
        SOUND | {"pooling": "5混1"}, SOUND | {"sample_number": "T2", "pooling": "5混1"}, registered={"T1": five, "T2": six}
    )

    assert [(one.row, one.column, one.code) for one in result.problems] == [(3, "sample_number", RowCode.TUBE_TOO_FULL)]
    assert set(result.results["row"].to_pylist()) == {2}


def test_every_fault_of_a_row_is_said_and_control_wells_are_left_out() -> None:
    rows = (
        SOUND | {"sample_number": "", "outcome": "良好"},
        SOUND | {"sample_number": "NC"},
        SOUND | {"sample_number": "T9", "result_status": "初步"},
        SOUND | {"sampled_at": "昨天"},
        SOUND | {"sample_number": "2.02211E+11"},
    )

    result = judged(*rows, registered={"T1": inside("08 07:40")})

    assert [(one.row, one.column, one.code) for one in result.problems] == [
        (2, "sample_number", RowCode.MISSING),
        (2, "outcome", RowCode.UNKNOWN_OUTCOME),
        (4, "result_status", RowCode.NOT_FINAL),
        (4, "sample_number", RowCode.TUBE_NOT_REGISTERED),
        (5, "sampled_at", RowCode.NOT_A_DATE),
        (6, "sample_number", RowCode.DIGITS_LOST),
    ]
    assert (result.read, result.refused, result.skipped) == (4, 4, 1)


def test_antibodies_of_a_tube_are_results_of_their_own() -> None:
    row = {"sample_number": "T1", "igg": "阳性", "igm": "阴性"}

    result = judged(row, registered={"T1": inside("08 07:40")})

    assert [(line["assay"], line["outcome"]) for line in result.results.to_pylist()] == [("igg", "positive"), ("igm", "negative")]
