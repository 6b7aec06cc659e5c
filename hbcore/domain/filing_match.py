"""Comparing an application with the public-security filing: a match, or the fields that differ."""

from dataclasses import dataclass
from datetime import date

from hbcore.domain.applications import FilingCheck
from hbcore.domain.documents import UNKNOWN_COUNTRY
from hbcore.domain.names import same_name
from hbcore.domain.vocabulary import DocumentKind


@dataclass(frozen=True)
class Particulars:
    """Who somebody says they are: `number` normalised, `country` of three letters (XXX unknown)."""

    name: str
    birth_date: date | None
    number: str
    country: str


@dataclass(frozen=True)
class FilingMatch:
    """The check's answer, and for `differs` in what: name, birth_date, number, country."""

    check: FilingCheck
    fields: tuple[str, ...] = ()


def compare(kind: DocumentKind, applied: Particulars, filed: Particulars | None) -> FilingMatch:
    """What the comparison says. Passports need a filing; permits and cards do not (model part 2).

    Names are the same however they are dotted, ordered or cut; an unknown country or an unstated
    birth date on one side is no difference.
    """
    if kind != DocumentKind.PASSPORT:
        return FilingMatch(FilingCheck.NOT_REQUIRED)
    if filed is None:
        return FilingMatch(FilingCheck.NOT_RECEIVED)
    fields = differing(applied, filed)
    return FilingMatch(FilingCheck.DIFFERS, fields) if fields else FilingMatch(FilingCheck.AGREES)


def differing(applied: Particulars, filed: Particulars) -> tuple[str, ...]:
    """The fields in which the two are not the same."""
    agrees = {
        "name": same_name(applied.name, filed.name),
        "birth_date": None in (applied.birth_date, filed.birth_date) or applied.birth_date == filed.birth_date,
        "number": applied.number == filed.number,
        "country": UNKNOWN_COUNTRY in (applied.country, filed.country) or applied.country == filed.country,
    }
    return tuple(field for field, same in agrees.items() if not same)
