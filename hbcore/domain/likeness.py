"""May two people held here be one? Judged by name, birth date, nationality, phone and number, and said why."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from hbcore.domain.documents import EIGHTEEN, UNKNOWN_COUNTRY, Document
from hbcore.domain.names import loose_key, loose_words, same_name
from hbcore.domain.sentence import Sentence, shipped_words
from hbcore.domain.vocabulary import DocumentKind

MOST_OPENED = 500
"""So many candidates are opened at most (model part 9)."""

ALIKE = 88
"""Of 100: from here on two names may be one written twice (rapidfuzz). CHEN DAWEN and CHEN DAWENG are 95, LI NA and LI NAN 91."""


class Because(StrEnum):
    """What speaks for two people being one, as it is said."""

    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"
    SAME_BIRTH = "same_birth"
    NEAR_BIRTH = "near_birth"
    SAME_NATIONALITY = "same_nationality"
    SAME_PHONE = "same_phone"
    NEAR_NUMBER = "near_number"
    OTHER_DOCUMENT = "other_document"


BECAUSE_WORDS: Mapping[str, Sentence] = shipped_words("check_words.json")["because"]
_B = Because
LIKELY: tuple[frozenset[Because], ...] = (
    frozenset({_B.SAME_NAME, _B.SAME_BIRTH}),
    frozenset({_B.SAME_NAME, _B.NEAR_BIRTH, _B.SAME_NATIONALITY}),
    frozenset({_B.SIMILAR_NAME, _B.SAME_BIRTH, _B.SAME_NATIONALITY}),
    frozenset({_B.SAME_NAME, _B.NEAR_NUMBER}),
    frozenset({_B.SAME_NAME, _B.SAME_PHONE}),
    frozenset({_B.SIMILAR_NAME, _B.SAME_PHONE}),
)
"""What is enough together. A name alone never is: many share one."""

NAMES = frozenset({_B.SAME_NAME, _B.SIMILAR_NAME})


@dataclass(frozen=True)
class Traits:
    """What is known of somebody; of people held there may be several of each."""

    names: frozenset[str]
    births: frozenset[date] = frozenset()
    nationalities: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    documents: frozenset[Document] = frozenset()


def traits(
    names: Iterable[str],
    documents: Collection[Document],
    births: Iterable[date | None] = (),
    nationalities: Iterable[str | None] = (),
    phones: Iterable[str | None] = (),
) -> Traits:
    """What is stated, and what the numbers of documents say besides."""
    said = [of_document(one) for one in documents]
    return Traits(
        frozenset(names),
        frozenset(born for born in (*births, *(born for born, _ in said)) if born),
        frozenset(one for one in (*nationalities, *(issuer for _, issuer in said)) if one),
        frozenset(phone for phone in phones if phone),
        frozenset(documents),
    )


_AREAS = {"810000": "HKG", "820000": "MAC", "830000": "TWN"}


def of_document(document: Document) -> tuple[date | None, str | None]:
    """The birth date and the nationality or region that a document itself says, None where it does not."""
    number, issuer = document.number, None if document.country == UNKNOWN_COUNTRY else document.country
    if document.kind not in EIGHTEEN or len(number) != 18:
        return None, issuer
    area = _AREAS.get(number[:6]) if document.kind is DocumentKind.HMT_RESIDENCE_PERMIT else None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14])), area or issuer
    except ValueError:
        return None, area or issuer


def token_texts(one: Traits) -> Iterator[str]:
    """What somebody is found by: each name as loosely as it is written, each birth date with each nationality."""
    yield from {f"name|{loose_key(name)}" for name in one.names}
    yield from (f"born|{born}|{nationality}" for born in one.births for nationality in one.nationalities)


def alike(applicant: Traits, held: Traits) -> tuple[Because, ...]:
    """Why the two may be one person; empty where nothing is enough."""
    besides = frozenset(_besides(applicant, held))
    # Names take longest: most people of one name or one birthday have nothing else in common.
    if not any(enough - NAMES <= besides for enough in LIKELY):
        return ()
    name = _names(applicant.names, held.names)
    found = besides | {name} if name else frozenset()
    if not any(enough <= found for enough in LIKELY):
        return ()
    return tuple(one for one in Because if one in found)


def _besides(applicant: Traits, held: Traits) -> Iterator[Because]:
    if applicant.births & held.births:
        yield Because.SAME_BIRTH
    elif any(near_dates(one, other) for one in applicant.births for other in held.births):
        yield Because.NEAR_BIRTH
    if applicant.nationalities & held.nationalities:
        yield Because.SAME_NATIONALITY
    if applicant.phones & held.phones:
        yield Because.SAME_PHONE
    if any(near_numbers(one, other) for one in applicant.documents for other in held.documents):
        yield Because.NEAR_NUMBER
    elif not applicant.documents & held.documents:
        yield Because.OTHER_DOCUMENT


def _names(mine: Collection[str], theirs: Collection[str]) -> Because | None:
    pairs = [(one, other) for one in mine for other in theirs]
    if any(same_name(one, other) for one, other in pairs):
        return Because.SAME_NAME
    return Because.SIMILAR_NAME if any(similar_names(one, other) for one, other in pairs) else None


def similar_names(one: str, other: str) -> bool:
    """Whether two names may be one, written twice by people who heard it: a letter more, a middle name less."""
    mine, theirs = loose_words(one), loose_words(other)
    if len(set(mine) & set(theirs)) >= 2:
        return True
    return fuzz.ratio(" ".join(mine), " ".join(theirs)) >= ALIKE


def near_dates(one: date, other: date) -> bool:
    """Whether one slip makes one date of the other: day and month changed over, one digit, or two beside each other."""
    if one == other:
        return False
    swapped = (one.month, one.day) == (other.day, other.month) and one.year == other.year
    return swapped or DamerauLevenshtein.distance(one.isoformat(), other.isoformat(), score_cutoff=1) == 1


def near_numbers(one: Document, other: Document) -> bool:
    """Whether one slip of the hand makes one number of the other."""
    return one.kind is other.kind and DamerauLevenshtein.distance(one.number, other.number, score_cutoff=1) == 1
