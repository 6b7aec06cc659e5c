"""The check matrix: what each check finds of which case, what it means, and that only a clean application is clean."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain import application_checks as rules
from hbcore.domain.application_checks import (
    CHECK_WORDS,
    CLEAN,
    FINDING_WORDS,
    MATRIX,
    SHORT_WORDS,
    VERDICT_WORDS,
    Check,
    Finding,
    Found,
    Verdict,
    clean,
    findings,
    not_clean,
    stopped,
)
from hbcore.domain.applications import FilingCheck
from tests.domain import check_cases
from tests.domain.check_cases import EXAMPLES
from tests.domain.people_in_tables import lines

TABLE = """
    check       | pass                          | look                                          | stop                                  | not needed
    ------------+-------------------------------+-----------------------------------------------+---------------------------------------+--------------------
    document    | check_digit_right form_right  | birth_not_of_number                           | number_bad                            | -
    expiry      | valid                         | expires_soon                                  | expired                               | expiry_not_stated
    filing      | filing_agrees                 | -                                             | filing_not_received filing_differs    | filing_not_required
    registered  | not_registered                | -                                             | registered_elsewhere                  | -
    name_held   | name_as_held                  | -                                             | other_name_held                       | -
    duplicate   | no_duplicate told_apart       | possible_duplicate said_same                  | -                                     | -
    residence   | lives_here                    | address_missing address_short lives_elsewhere | -                                     | -
    declaration | nothing_declared              | something_declared declaration_missing        | -                                     | -
    photo       | photo_there                   | photo_missing                                 | -                                     | photo_not_asked
    guardian    | guardian_named                | guardian_missing age_not_stated               | -                                     | of_age
"""  # noqa: E501


def test_the_matrix_is_this_one() -> None:
    expected = {
        (check, word, verdict)
        for check, *cells in lines(TABLE)
        for verdict, cell in zip(Verdict, cells, strict=True)
        for word in cell.replace("-", "").split()
    }

    assert {(check, finding, verdict) for finding, (check, verdict) in MATRIX.items()} == expected


def test_a_check_never_stops_for_health() -> None:
    assert all(verdict is not Verdict.STOP for check, verdict in MATRIX.values() if check is Check.DECLARATION)


@pytest.mark.parametrize("finding", EXAMPLES)
def test_each_finding_has_an_example_that_gives_it(finding: Finding) -> None:
    found = findings(EXAMPLES[finding].case)

    assert finding in [one.finding for one in found]
    assert [one.check for one in found] == list(Check)


@pytest.mark.parametrize("finding", [one for one in Finding if MATRIX[one][1] not in CLEAN])
def test_what_is_not_clean_is_not_clean_by_its_example_alone(finding: Finding) -> None:
    found = findings(EXAMPLES[finding].case)

    assert not clean(found)
    assert [one.finding for one in not_clean(found)] == [finding]


def test_an_application_with_nothing_to_look_at_is_clean() -> None:
    assert clean(findings(check_cases.CLEAN))


SIDES = """
    finding             | field      | as stated   | held against
    --------------------+------------+-------------+-------------
    birth_not_of_number | birth_date | 1990-10-01  | 1990-01-01
    expires_soon        | expires_on | 2020-05-26  | 2020-04-27
    expired             | expires_on | 2020-04-26  | 2020-04-27
    filing_differs      | birth_date | 1988-03-12  | 1988-12-03
    other_name_held     | name       | MARTIN A*** | DUPONT L***
    possible_duplicate  | name       | MARTIN A*** | A*** MARTIN
"""


@pytest.mark.parametrize(("finding", "field", "stated", "other"), lines(SIDES))
def test_two_values_that_differ_stand_side_by_side(finding: str, field: str, stated: str, other: str) -> None:
    (found,) = [one for one in findings(EXAMPLES[Finding(finding)].case) if one.finding == finding]

    assert [(pair.field, pair.stated, pair.other) for pair in found.pairs] == [(field, stated, other)]


def test_the_filing_stops_with_words_of_its_own() -> None:
    differs = replace(check_cases.CLEAN, filing=FilingCheck.DIFFERS, elsewhere=True)

    assert stopped(findings(differs)) == ("registered",)


@given(st.lists(st.sampled_from(Finding), unique_by=lambda finding: MATRIX[finding][0]))
def test_clean_is_when_every_check_passes_or_is_not_needed(drawn: list[Finding]) -> None:
    found = [Found(finding) for finding in drawn]

    assert clean(found) == ({MATRIX[finding][1] for finding in drawn} <= {Verdict.PASS, Verdict.NOT_NEEDED})
    assert clean(found) == (not_clean(found) == ())


def test_what_stops_comes_before_what_is_to_be_looked_at() -> None:
    marked = not_clean(findings(replace(EXAMPLES[Finding.ADDRESS_MISSING].case, elsewhere=True)))

    assert [one.finding for one in marked] == [Finding.REGISTERED_ELSEWHERE, Finding.ADDRESS_MISSING]


def test_every_check_finding_and_verdict_has_its_words() -> None:
    assert set(CHECK_WORDS) == set(map(str, Check))
    assert set(FINDING_WORDS) == set(map(str, Finding)) == set(map(str, EXAMPLES)) == set(map(str, MATRIX))
    assert set(VERDICT_WORDS) == set(map(str, Verdict))
    assert set(SHORT_WORDS) == {str(finding) for finding, (_, verdict) in MATRIX.items() if verdict not in CLEAN}
    assert set(rules.CHECKS) == set(Check)
