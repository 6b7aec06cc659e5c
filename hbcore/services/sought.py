"""The one search box: every identifier a text may be, as the look-up's statements ask for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from hbcore.domain.cells import clean
from hbcore.domain.documents import read_document
from hbcore.domain.errors import Refused
from hbcore.domain.numbers import Candidate, what_is
from hbcore.domain.numbers import Sought as Kind
from hbcore.domain.vocabulary import DocumentKind
from hbcore.storage.look_up_rows import Sought
from hbcore.storage.sealing import document_keys

LONGEST = 64
"""Longer than any identifier: such a text finds nobody."""


@dataclass(frozen=True)
class SoughtText:
    """What to ask the tables for, and the documents (kind, number) the text may be."""

    rows: Sought
    documents: tuple[tuple[DocumentKind, str], ...]


NOTHING = SoughtText(Sought(), ())
"""Nothing that can be looked for."""


def sought(text: str) -> SoughtText:
    """Every reading of `text` (model part 4): receipt, look-up number, a document of any kind, sample number as typed."""
    typed = clean(text)
    if not 0 < len(typed) <= LONGEST:
        return NOTHING
    readings = {candidate.kind: candidate for candidate in what_is(text)}
    look_up, receipt, document = (readings.get(kind) for kind in (Kind.LOOK_UP, Kind.RECEIPT, Kind.DOCUMENT))
    documents = tuple(_documents(document)) if document else ()
    printed = Kind.SAMPLE in readings
    return SoughtText(
        Sought(
            receipt=receipt.text if receipt else None,
            number=int(look_up.text[:-1]) if look_up else None,
            document_keys=document_keys([kind for kind, _ in documents], [number for _, number in documents]),
            samples=(typed, typed.upper()) if printed else None,
        ),
        documents,
    )


def _documents(candidate: Candidate) -> Iterator[tuple[DocumentKind, str]]:
    for kind in DocumentKind:
        try:
            yield kind, read_document(kind, candidate.text).number
        except Refused:
            continue
