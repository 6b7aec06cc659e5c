"""Who held here may be an applicant: named with what speaks for it, told apart, or joined when the application is approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from hbcore.domain.applicants import Applicant
from hbcore.domain.documents import masked_number
from hbcore.domain.likeness import Because, alike
from hbcore.domain.names import masked_name
from hbcore.domain.vocabulary import DocumentKind
from hbcore.storage import likeness_rows
from hbcore.storage.application_queue_rows import QueueRow
from hbcore.storage.likeness_rows import HeldTraits

MOST_SHOWN = 5


@dataclass(frozen=True)
class MayBe:
    """Somebody held who may be the applicant, masked: our id, and what speaks for it. `said`: somebody said that they are."""

    person: int
    name: str
    documents: tuple[tuple[DocumentKind, str], ...]
    because: tuple[Because, ...]
    said: bool = False


@dataclass(frozen=True)
class Likeness:
    """Who an applicant may be, the likeliest first; `told_apart`: of somebody else it was said that they are not."""

    possible: tuple[MayBe, ...] = ()
    told_apart: bool = False


class Sought(NamedTuple):
    """Whose likeness is sought: our id of the applicant, and of the person whom they were said to be."""

    person_id: int
    same_as: int | None


def likenesses(
    connection: sa.Connection, rows: Sequence[QueueRow | sa.Row[Any] | Sought], applicants: Sequence[Applicant]
) -> list[Likeness]:
    """Who these applicants may be: those who bear a token of theirs are opened and compared, 500 at most for each."""
    known = [likeness_rows.of_applicant(one) for one in applicants]
    bearing = [found - {row.person_id} for row, found in zip(rows, likeness_rows.bearing(connection, known), strict=True)]
    held = likeness_rows.held_traits(connection, frozenset().union(*bearing))
    apart = likeness_rows.told_apart(connection, [row.person_id for row, found in zip(rows, bearing, strict=True) if found])
    answers = []
    for row, one, found in zip(rows, known, bearing, strict=True):
        others = [held[person] for person in found if person in held and held[person].person != row.person_id]
        because = {other: alike(one, other.known) for other in others}
        likely = sorted((other for other in others if because[other]), key=lambda other: (-len(because[other]), other.person))
        left = [other for other in likely if (row.person_id, other.person) not in apart]
        shown = tuple(_may_be(other, because[other], row.same_as) for other in left[:MOST_SHOWN])
        answers.append(Likeness(shown, told_apart=len(left) < len(likely)))
    return answers


def _may_be(other: HeldTraits, because: tuple[Because, ...], same_as: int | None) -> MayBe:
    documents = tuple((one.kind, masked_number(one)) for one in other.text.documents)
    return MayBe(other.person, masked_name(other.text.name), documents, because, said=other.person == same_as)
