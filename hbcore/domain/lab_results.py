"""Results of a laboratory file: one a row by its outcome, or two where IgG and IgM have columns of their own."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hbcore.domain.cells import Codes, Places, coded, coded_where
from hbcore.domain.outcomes import ASSAYS, NOT_HANDLED, NOTHING, SEROLOGY, UNKNOWN, read_antibody, read_assay, read_outcome
from hbcore.domain.problems import Faults, Mask
from hbcore.domain.vocabulary import Assay, RowCode

ANTIBODIES = {"igg": ASSAYS.index(Assay.IGG), "igm": ASSAYS.index(Assay.IGM)}
"""Columns whose heading is the assay, by the assay's place in `ASSAYS`."""

NAAT = ASSAYS.index(Assay.NAAT)


@dataclass(frozen=True)
class Results:
    """One line a result: the place of its row, and places in `ASSAYS` and `OUTCOMES` (below 0 in refused rows)."""

    row: Places
    assay: Codes
    outcome: Codes
    one_a_row: bool


def read_results(columns: Mapping[str, pa.StringArray], rows: int, faults: Faults) -> Results:
    """What was found in each row, in the order of the rows, IgG before IgM, with what is wrong with it."""
    antibodies = {word: coded(columns[word], read_antibody) for word in ANTIBODIES if word in columns}
    has_antibody = np.zeros(rows, np.bool_)
    for word, outcomes in antibodies.items():
        faults.add(outcomes == UNKNOWN, word, RowCode.UNKNOWN_OUTCOME)
        has_antibody |= outcomes != NOTHING
    assays, outcomes = _read_outcomes(columns, rows, has_antibody, faults)
    for word, found in antibodies.items():
        # Said by the assay's own column, too: one result. Where the two differ both stay, and contradict each other.
        outcomes[(assays == ANTIBODIES[word]) & (outcomes == found)] = NOTHING
    missing = ~has_antibody & (outcomes == NOTHING)
    faults.add(missing, _where_outcomes_stand(columns), RowCode.MISSING)
    if not antibodies:
        return Results(np.arange(rows), assays, outcomes, one_a_row=True)
    return _in_row_order(
        [(assays, outcomes), *((np.full(rows, ANTIBODIES[word], np.int8), antibodies[word]) for word in antibodies)]
    )


def _read_outcomes(columns: Mapping[str, pa.StringArray], rows: int, has_antibody: Mask, faults: Faults) -> tuple[Codes, Codes]:
    """Assays and outcomes of the outcome column. No assay column: it is nucleic acid (domain part 4)."""
    assays = coded(columns["assay"], read_assay) if "assay" in columns else np.full(rows, NAAT, np.int8)
    faults.add(assays == NOT_HANDLED, "assay", RowCode.ASSAY_NOT_HANDLED)
    if "outcome" not in columns:
        faults.add(assays == UNKNOWN, "assay", RowCode.UNKNOWN_ASSAY)
        return assays, np.full(rows, NOTHING, np.int8)
    outcomes = coded(columns["outcome"], read_outcome)
    blood = np.isin(assays, list(ANTIBODIES.values()))
    outcomes = np.where(blood, coded_where(columns["outcome"], blood, read_antibody), outcomes)
    # "Antibodies: positive" beside columns that say which: a summary, no result of its own.
    outcomes = np.where((assays == SEROLOGY) & has_antibody, NOTHING, outcomes).astype(np.int8)
    given = outcomes != NOTHING
    faults.add((assays == UNKNOWN) | ((assays == SEROLOGY) & given), "assay", RowCode.UNKNOWN_ASSAY)
    faults.add((assays == NOTHING) & given, "assay", RowCode.MISSING)
    faults.add(outcomes == UNKNOWN, "outcome", RowCode.UNKNOWN_OUTCOME)
    return assays, outcomes


def _where_outcomes_stand(columns: Mapping[str, pa.StringArray]) -> str:
    return next((word for word in ("outcome", "igg", "igm") if word in columns), "outcome")


def _in_row_order(parts: list[tuple[Codes, Codes]]) -> Results:
    rows = [np.flatnonzero(outcomes != NOTHING) for _, outcomes in parts]
    row = np.concatenate(rows)
    order = np.argsort(row, kind="stable")
    assay = np.concatenate([assays[chosen] for chosen, (assays, _) in zip(rows, parts, strict=True)])
    outcome = np.concatenate([outcomes[chosen] for chosen, (_, outcomes) in zip(rows, parts, strict=True)])
    return Results(row[order], assay[order], outcome[order], one_a_row=False)
