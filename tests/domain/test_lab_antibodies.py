"""Antibodies in a laboratory's rows: under headings of their own, as words or ratios, beside a summary."""

import pytest

from hbcore.domain.vocabulary import RowCode
from tests.domain.lab_rows import SOUND, found, judged

ANTIBODIES = """
    阳性 | 阴性 | igg positive, igm negative
    3.42 | 0.21 | igg positive, igm negative
    1.0  | 0.99 | igg positive, igm negative
    可疑 | 阴性 | igg inconclusive, igm negative
    阳性 |      | igg positive
         | 1    | igm positive
"""


@pytest.mark.parametrize(
    ("igg", "igm", "results"), [[cell.strip() for cell in line.split("|")] for line in ANTIBODIES.strip("\n").splitlines()]
)
def test_antibodies_under_their_own_headings_are_results_of_their_own(igg: str, igm: str, results: str) -> None:
    row = {word: text for word, text in SOUND.items() if word not in ("assay", "outcome")}

    table = judged(row | {"igg": igg, "igm": igm}).results

    assert ", ".join(f"{line['assay']} {line['outcome']}" for line in table.to_pylist()) == results


def test_a_row_with_one_wrong_antibody_is_refused_whole() -> None:
    row = {word: text for word, text in SOUND.items() if word not in ("assay", "outcome")}

    result = judged(row | {"igg": "很高", "igm": "阴性"}, row | {"igg": "", "igm": ""})

    assert found(result) == [(2, "igg", RowCode.UNKNOWN_OUTCOME), (3, "igg", RowCode.MISSING)]
    assert result.results.num_rows == 0


def test_an_antibody_s_ratio_is_read_under_an_outcome_heading_too() -> None:
    result = judged(SOUND | {"assay": "IgG抗体", "outcome": "3.42"}, SOUND | {"assay": "IgM抗体", "outcome": "0.3"})

    assert result.results["outcome"].to_pylist() == ["positive", "negative"]


def test_a_summary_beside_both_antibodies_is_no_third_result() -> None:
    result = judged(SOUND | {"assay": "新冠病毒抗体", "outcome": "阳性", "igg": "阳性", "igm": "阴性"})

    assert [(line["assay"], line["outcome"]) for line in result.results.to_pylist()] == [("igg", "positive"), ("igm", "negative")]
