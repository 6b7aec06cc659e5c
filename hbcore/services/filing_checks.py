"""An application held against the public-security filing of its document."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from hbcore.domain.applicants import Applicant
from hbcore.domain.documents import UNKNOWN_COUNTRY
from hbcore.domain.filing_match import FilingMatch, Particulars, compare
from hbcore.domain.names import same_name
from hbcore.domain.vocabulary import DocumentKind
from hbcore.storage import sealing
from hbcore.storage.filing_rows import FilingText, HeldFiling, filings_of, filings_of_many


def filing_for(connection: sa.Connection, applicant: Applicant) -> FilingText | None:
    """The filing that an application is compared with; None where none was received."""
    if applicant.document.kind is not DocumentKind.PASSPORT:
        return None
    key = sealing.document_key(applicant.document.kind, applicant.document.number)
    return nearest(applicant, filings_of(connection, key))


def filings_for(connection: sa.Connection, applicants: Sequence[Applicant]) -> list[FilingText | None]:
    """`filing_for` of several, in one join."""
    documents = [one.document for one in applicants]
    keys = [sealing.document_key(one.kind, one.number) if one.kind is DocumentKind.PASSPORT else None for one in documents]
    passports = [key for key in keys if key is not None]
    held: dict[bytes | None, list[HeldFiling]] = defaultdict(list)
    for (key, _), filing in (filings_of_many(connection, passports) if passports else {}).items():
        held[key].append(filing)
    return [nearest(one, held[key]) for one, key in zip(applicants, keys, strict=True)]


def nearest(applicant: Applicant, filings: Sequence[HeldFiling]) -> FilingText | None:
    """Of the filings of one number: that of the same country, else one that states none, else that of the same name.

    Two countries may give out the same number, so another country's filing under another name is somebody else's.
    """

    def distance(held: HeldFiling) -> int:
        if held.text.document.country == applicant.document.country:
            return 0
        if held.text.document.country == UNKNOWN_COUNTRY:
            return 1
        return 2 if same_name(held.text.name, applicant.name) else 3

    near = [held for held in sorted(filings, key=distance) if distance(held) < 3]
    return near[0].text if near else None


def check(applicant: Applicant, filed: FilingText | None) -> FilingMatch:
    """What comparing the two gives (model part 2)."""
    document = applicant.document
    applied = Particulars(applicant.name, applicant.birth_on, document.number, document.country)
    return compare(document.kind, applied, _particulars(filed) if filed else None)


def _particulars(filed: FilingText) -> Particulars:
    return Particulars(filed.name, filed.birth_on, filed.document.number, filed.document.country)
