"""Specimens of a laboratory file: when, where and by whom, on which tube, and whether the line is final."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.cells import (
    CONTROL,
    PRINTABLE,
    Codes,
    as_mask,
    begins,
    cells_of,
    clean,
    coded,
    coded_where,
    empty_column,
    is_one_of,
    only_of,
    rewritten,
    word_key,
    words_of,
)
from hbcore.domain.outcomes import STATUSES, UNKNOWN, read_pooling, read_status
from hbcore.domain.placeholders import PLACEHOLDERS, REPEATED, is_placeholder
from hbcore.domain.problems import NUMBER_OF, Faults, Mask
from hbcore.domain.times import Instants, day_number, in_the_future, micros, out_of_order, read_instants
from hbcore.domain.tubes import Counts, numbered
from hbcore.domain.vocabulary import SHANGHAI, ResultStatus, RowCode

_PLAIN = ((PRINTABLE[0], 0x2A), (0x2C, PRINTABLE[1]))
"""All that is printed but `+`, which alone can have come of digits that were lost."""
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{1,2}", re.ASCII | re.IGNORECASE)
"""2.02211E+11: how a spreadsheet shows a long number. Without the sign it may be a tube's own number, as 3E12."""
_LONGEST_PLACEHOLDER = max(len(word.encode()) for word in PLACEHOLDERS)


@dataclass(frozen=True)
class Specimens:
    """One a row. `pooling` as `outcomes.read_pooling` says, `status` places in `STATUSES`, `tube` the `number` as
    `tubes.numbered` has it."""

    number: pa.StringArray
    tube: Counts
    has_number: Mask
    sampled: Instants
    tested: Instants
    reported: Instants
    site: pa.DictionaryArray
    pooling: Codes
    status: Codes

    def status_words(self) -> pa.DictionaryArray:
        """Our words for the statuses."""
        return words_of(STATUSES, self.status)


def read_specimens(
    columns: Mapping[str, pa.StringArray],
    rows: int,
    faults: Faults,
    *,
    at: datetime,
    institution_name: str,
    institution_code: str = "",
    oldest: date,
    registered: bool = False,
) -> Specimens:
    """Every cell about the specimen, with what is wrong with it. `registered`: when it was taken, a registration may say."""
    empty = empty_column(rows)
    _check_quotes(columns, faults)
    sampled, tested, reported = (
        _read_times(columns.get(word, empty), word, faults, at, oldest) for word in ("sampled_at", "tested_at", "reported_at")
    )
    if not registered:
        faults.add(~sampled.stated, "sampled_at", RowCode.MISSING)
    faults.add(out_of_order(sampled, tested), "tested_at", RowCode.OUT_OF_ORDER)
    faults.add(out_of_order(tested, reported) | out_of_order(sampled, reported), "reported_at", RowCode.OUT_OF_ORDER)
    number, wrong = check_samples(columns.get("sample_number", empty))
    faults.add_numbered(wrong, "sample_number")
    status = coded(columns.get("result_status", empty), read_status)
    faults.add(status == STATUSES.index(ResultStatus.PRELIMINARY), "result_status", RowCode.NOT_FINAL)
    _check_institution(columns, (institution_name, institution_code), faults)
    site = _sites(columns.get("sampling_site", empty), faults)
    pooling = coded(columns.get("pooling", empty), read_pooling)
    faults.add(pooling == UNKNOWN, "pooling", RowCode.UNKNOWN_POOLING)
    return Specimens(number, numbered(number), wrong == 0, sampled, tested, reported, site, pooling, status)


def check_samples(samples: pa.StringArray) -> tuple[pa.StringArray, Codes]:
    """Sample numbers without blanks, full-width characters made plain; and what is wrong (numbers of `NUMBER_OF`)."""
    odd = ~only_of(cells_of(samples), *_PLAIN) | as_mask(pc.equal(samples, ""))
    wrong = coded_where(samples, odd, _fault_of_sample)
    return rewritten(samples, odd, _plain_sample), np.where(odd, wrong, _plain_placeholders(samples)).astype(np.int8)


def _read_times(text: pa.StringArray, column: str, faults: Faults, at: datetime, oldest: date) -> Instants:
    """A time that is wrong by itself is not compared with the others: one slip, one problem."""
    read = read_instants(text)
    late = in_the_future(read, micros(at), day_number(at.astimezone(SHANGHAI).date()))
    old = read.given & (read.day < day_number(oldest))
    faults.add(read.unreadable, column, RowCode.NOT_A_DATE)
    faults.add(late, column, RowCode.IN_THE_FUTURE)
    faults.add(old, column, RowCode.TOO_OLD)
    return replace(read, given=read.given & ~late & ~old)


def _plain_placeholders(samples: pa.StringArray) -> Codes:
    cells = cells_of(samples)
    wrong = np.zeros(len(samples), np.int8)
    some = np.flatnonzero(cells.lengths > 0)
    first = cells.byte(0, some)
    maybe = some[(cells.lengths[some] <= _LONGEST_PLACEHOLDER) | np.isin(first, np.frombuffer(b"xX0", np.uint8))]
    if maybe.size:
        words = pc.utf8_lower(samples.take(pa.array(maybe)))
        standing = is_one_of(words, PLACEHOLDERS) | as_mask(pc.match_substring_regex(words, rf"\A(?:{REPEATED})\z"))
        wrong[maybe[standing]] = NUMBER_OF[RowCode.PLACEHOLDER]
    return wrong


def _fault_of_sample(cell: str) -> int:
    kept = clean(cell)
    if not kept:
        return NUMBER_OF[RowCode.MISSING]
    if CONTROL.search(kept):
        return NUMBER_OF[RowCode.CONTROL_CHARACTER]
    if _SCIENTIFIC.fullmatch(kept):
        return NUMBER_OF[RowCode.DIGITS_LOST]
    return NUMBER_OF[RowCode.PLACEHOLDER] if is_placeholder(kept) else 0


def _plain_sample(cell: str) -> str:
    return "".join(clean(cell).split())


def _check_quotes(columns: Mapping[str, pa.StringArray], faults: Faults) -> None:
    """A cell with a quotation mark that was never closed comes back in the problem file, quoted as is right: still a fault."""
    for word, cells in columns.items():
        unclosed = coded_where(cells, begins(cells, '"'), lambda cell: cell.count('"') % 2)
        faults.add(unclosed > 0, word, RowCode.UNCLOSED_QUOTE)


def _check_institution(columns: Mapping[str, pa.StringArray], institution: Iterable[str], faults: Faults) -> None:
    """A laboratory sends its own results only, by its name or its code; a cell with neither is its own."""
    if "testing_institution" not in columns:
        return
    own = {"", *map(word_key, institution)}
    other = coded(columns["testing_institution"], lambda cell: word_key(cell) not in own)
    faults.add(other > 0, "testing_institution", RowCode.OTHER_INSTITUTION)


def _sites(text: pa.StringArray, faults: Faults) -> pa.DictionaryArray:
    faults.add(coded(text, lambda cell: CONTROL.search(clean(cell)) is not None) > 0, "sampling_site", RowCode.CONTROL_CHARACTER)
    named = text.dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        named.indices, pa.array([clean(cell) or None for cell in named.dictionary.to_pylist()], pa.string())
    )
