"""Lines of a file beside what still waits to be settled of the same samples: no code goes green on a conflict meanwhile."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from hbcore.domain.lab_conflicts import Said, cannot_stand_beside
from hbcore.domain.vocabulary import Outcome, RowCode
from hbcore.services import fingerprints
from hbcore.services.held_judged import judged_again
from hbcore.storage import held_queue_rows, held_rows, people_rows, sampling_rows, sealing, waiting_rows
from hbcore.storage.waiting_rows import WaitingRow

CONFLICTS = frozenset({RowCode.CONTRADICTS, RowCode.SECOND_ACCOUNT_NEEDED})
"""What a row says of a sample that nobody has settled yet; of rows held for another reason it is not sure whose they are."""

Whose = int | bytes
"""A person, or the key of a document: somebody whose only row waits is nobody we hold."""
Samples = Mapping[tuple[str, int, str, Whose], Sequence[Said]]
"""What waiting rows say of a sample: number, day, assay, whose."""


def lines_in_conflict(
    session: Session,
    lines: Mapping[str, Sequence[Any]],
    keys: Sequence[bytes],
    people: Sequence[int],
    institution: str,
    kinds: Collection[RowCode] = CONFLICTS,
    but: int = 0,
) -> set[int]:
    """Lines of which a waiting row of the same institution, sample number, day, assay and person says another thing.

    The same answer is judged by itself: where it may stand it does, and the waiting row turns out to be held already once it is
    settled. `keys` of the documents and `people` (positive: whom we hold), one a line; `kinds` of rows that count as waiting, but
    for those of the upload `but`: what a file says twice of a sample is seen together (`lab_conflicts`).
    """
    found = waiting_rows.waiting(session.connection(), institution, kinds, but=but) if kinds else []
    if not found:
        return set()
    number, day, assay = lines["sample_number"], lines["sampled_day"], lines["assay"]
    own, tubes = {one.key for one in found} | {one.person for one in found if one.person}, tubes_of(session, found)
    near = [line for line, key in enumerate(keys) if key in own or people[line] in own or number[line] in tubes]
    if not near:
        return set()
    whose = {of for line in near for of in (keys[line], people[line], *tubes.get(number[line], ()))}
    said = _said(session, institution, [one for one in found if one.key in whose or one.person in whose])
    fingerprints.note(session, "waiting", lambda: sorted(map(repr, said.items())))

    def beside(line: int) -> list[Said]:
        sample = number[line], day[line], assay[line]
        return [one for of in (keys[line], people[line]) for one in said.get((*sample, of), ())]

    return {line for line in near if cannot_stand_beside((lines["status"][line], lines["outcome"][line]), beside(line))}


def tubes_of(session: Session, found: Collection[WaitingRow]) -> dict[str, set[int]]:
    """Whose rows wait, by the tubes they are registered in: that of a tube waits under the first of those in it, for all."""
    tubes = dict[str, set[int]]()
    for one in sampling_rows.standing_of(session.connection(), {one.person for one in found if one.person}):
        tubes.setdefault(one.sample_number, set()).add(one.person_id)
    return tubes


def _said(session: Session, institution: str, found: Collection[WaitingRow]) -> Samples:
    """What these rows say, judged as of when they came in: of everybody in a tube, whichever of their documents names them."""
    connection, said = session.connection(), dict[tuple[str, int, str, Whose], list[Said]]()
    for id_, upload in sorted(held_queue_rows.uploads_named(connection, {one.upload for one in found}).items()):
        rows, at = held_rows.held(connection, id_, rows={one.row for one in found if one.upload == id_}), upload.recorded_at
        _, of = judged_again(session, institution, rows, at=at, came_at=at)
        samples = zip(of["sample_number"], of["sampled_day"], of["assay"], strict=True)
        answers, keys = zip(of["status"], of["outcome"], strict=True), sealing.document_keys(of["kind"], of["number"])
        holders = people_rows.owners_of(connection, keys)
        for sample, answer, key in zip(samples, answers, keys, strict=True):
            everybody: list[Whose] = [key, *sorted({person for _, person in holders.get(key, ())})]
            for whose in everybody:
                said.setdefault((*sample, whose), []).append(answer)
    return said


WORDS = (
    *("name", "kind", "number", "country", "phone", "sample_number", "sampling_site"),
    *("sampled_at", "tested_at", "reported_at", "assay", "status"),
)
"""What has to be the same in two rows for them to say the same word for word, besides the outcome."""


def held_before(
    session: Session,
    lines: Mapping[str, Sequence[Any]],
    keys: Sequence[bytes],
    rows: Collection[int],
    institution: str,
    but: int,
) -> dict[int, int]:
    """Of these rows of a file, all held, those that other uploads of the institution than `but` hold word for word: which does.

    Only the layout may differ, and who else is in the tube where the row that is held knows of more.
    """
    near = [line for line, row in enumerate(lines["row"]) if row in rows]
    connection = session.connection()
    found = waiting_rows.of_documents(connection, institution, {keys[line] for line in near}, but=but)
    if not found:
        return {}
    held = dict[frozenset[Any], list[tuple[int, bool]]]()
    for id_, upload in sorted(held_queue_rows.uploads_named(connection, found).items()):
        kept, at = held_rows.held(connection, id_, rows=found[id_]), upload.recorded_at
        _, of = judged_again(session, institution, kept, at=at, came_at=at)
        for words, alone in _rows_said(of, range(len(of["row"]))).values():
            held.setdefault(words, []).append((id_, alone))
    said = _rows_said(lines, near)
    by = {
        row: next((id_ for id_, theirs_alone in held.get(words, ()) if alone or not theirs_alone), 0)
        for row, (words, alone) in said.items()
    }
    return {row: id_ for row, id_ in by.items() if id_}


def _rows_said(lines: Mapping[str, Sequence[Any]], places: Iterable[int]) -> dict[int, tuple[frozenset[Any], bool]]:
    """What the lines of each row say, whoever else is in the tube; and whether nobody is."""
    said = dict[int, set[Any]]()
    alone = dict[int, bool]()
    for line in places:
        row, outcome = lines["row"][line], lines["outcome"][line]
        outcome = Outcome.POSITIVE if outcome == Outcome.POOLED_POSITIVE else outcome
        said.setdefault(row, set()).add((str(outcome), *(lines[word][line] for word in WORDS)))
        alone[row] = bool(lines["single"][line])
    return {row: (frozenset(words), alone[row]) for row, words in said.items()}
