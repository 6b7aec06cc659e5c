"""What comes between the slices of a recall: others write, and what would touch the same results is refused."""

from pathlib import Path

import pytest
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import held_rows, joining, lab_finishing, lab_imports, recalls
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import acts, rows
from tests.services.counter_histories import HOUR, OTHER_LAB
from tests.services.test_counters import counters_equal_a_scan
from tests.services.test_recall_slices import Stopped, four, in_slices, standing_of, stop_after, stopped_in_the_middle
from tests.services.test_recalls import NEAR, WHY, Uploading, differences, lone, what_stands
from tests.standing import LAB


@pytest.fixture
def desk(database: Path, monkeypatch: pytest.MonkeyPatch) -> Uploading:
    in_slices(monkeypatch)
    return Uploading()


def test_others_write_between_slices_of_what_is_tried_and_of_what_is_carried_out(desk: Uploading) -> None:
    number = four(desk)
    elsewhere = standing.staff(Role.LAB_LIAISON, desk.at, name="elsewhere", institutions=[OTHER_LAB])
    desk.liaison, ours = elsewhere, desk.liaison

    def another(done: int, _people: int) -> None:
        desk.upload(done + len(acts()), OTHER_LAB, [lone(done % 4)])

    done = recalls.recall(number, WHY, by=ours, at=desk.at, tried=another, said=another)

    assert (done.changed.results, rows("SELECT count(*) FROM upload")) == (4, [(9,)])
    assert rows("SELECT count(*) FROM result WHERE ended_at IS NULL") == [(4,)]  # each of theirs came twice
    counters_equal_a_scan(desk)


def test_a_positive_that_comes_while_it_is_tried_is_not_taken_away_by_one(desk: Uploading) -> None:
    number = four(desk)

    def positive(done: int, _people: int) -> None:
        if done == 4:
            desk.upload(1, LAB, [lone(0, "阳性", "更正")])

    with pytest.raises(Refused, match="recall_moved"):
        recalls.recall(number, WHY, by=desk.liaison, at=desk.at + HOUR, tried=positive)

    assert rows("SELECT count(*) FROM result WHERE ended_how = 'recalled'") == rows("SELECT count(*) FROM recall") == [(0,)]


def test_people_who_are_joined_while_it_is_tried_are_tried_again(desk: Uploading) -> None:
    number = four(desk)
    one, other, *_ = (person for (person,) in rows("SELECT DISTINCT person_id FROM result ORDER BY 1"))

    def joined(done: int, _people: int) -> None:
        if done == 4:
            join(desk, int(str(one)), int(str(other)))

    with pytest.raises(Refused, match="recall_moved"):
        recalls.recall(number, WHY, by=desk.liaison, at=desk.at, tried=joined)
    assert recalls.recall(number, WHY, by=desk.liaison, at=desk.at + HOUR).changed.results == 4


def join(desk: Uploading, one: int, other: int) -> int:
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        done, _ = joining.carry_out(session, one, other, desk.second.id, by=desk.liaison, at=desk.at)
        session.flush()
    return done.id


def test_who_was_joined_is_not_parted_before_its_last_person_and_has_then_what_each_would_have(desk: Uploading) -> None:
    desk.upload(0, NEAR, [lone(person) for person in range(4)])
    people = [int(str(person)) for (person,) in rows("SELECT DISTINCT person_id FROM result ORDER BY 1")]
    before = what_stands(desk.at + 4 * HOUR)
    joins = [join(desk, *people[:2]), join(desk, *people[2:])]
    number = four(desk, 1)
    desk.at += 4 * HOUR
    with pytest.raises(Stopped):
        recalls.recall(number, WHY, by=desk.liaison, at=desk.at, said=stop_after(0))
    assert rows("SELECT done, people FROM recalling") == [(1, 2)]

    for one in joins:
        with pytest.raises(Refused, match="still_recalling"):
            part(desk, one)
    lab_finishing.finish_all()
    for one in joins:
        part(desk, one)

    assert differences(before, what_stands(desk.at)) == {}
    counters_equal_a_scan(desk)


def part(desk: Uploading, join_id: int) -> None:
    with engine().connect().execution_options(writes=True) as connection, connection.begin(), Session(connection) as session:
        joining.undo(session, join_id, by=desk.liaison, at=desk.at)
        session.flush()


def test_until_its_last_person_nothing_else_touches_it(desk: Uploading, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.upload(1, LAB, [lone(0, "可疑")])
    near = desk.upload(2, NEAR, [lone(0)])
    number = desk.upload(3, LAB, [*(lone(person) for person in range(1, 4)), lone(0, "阴性", "更正")])
    desk.at += 4 * HOUR
    stopped_in_the_middle(desk, number)
    upload = standing_of(desk, number).upload
    by, at = {"by": desk.liaison}, {"at": desk.at}
    people = [int(str(person)) for (person,) in rows("SELECT DISTINCT person_id FROM result ORDER BY 1")]

    with pytest.raises(Refused, match="already_recalled"):
        recalls.recall(number, WHY, **by, **at)
    for touches in (
        lambda: recalls.put_back(number, **by, **at),
        lambda: recalls.preview(number, **by, **at),
        lambda: recalls.recall(before, WHY, **by, **at),
        lambda: held_rows.upload_of(Session(engine()), upload, desk.at),
        lambda: join(desk, people[2], people[3]),
        lambda: join(desk, people[0], people[1]),
    ):
        with pytest.raises(Refused, match="still_recalling"):
            touches()
    monkeypatch.setattr(lab_finishing, "finish_all", lambda _institutions: None)
    with pytest.raises(Refused, match="still_recalling"):
        desk.upload(5, LAB, [lone(0)])
    monkeypatch.setattr(lab_imports.lab_slices, "AT_ONCE", 0)
    with pytest.raises(Refused, match="still_recalling"):
        desk.upload(5, LAB, [lone(0)])
    assert recalls.recall(near, WHY, **by, **at).status == "recalled"


def test_the_next_file_of_the_institution_waits_until_it_is_done(desk: Uploading) -> None:
    number = four(desk)
    stopped_in_the_middle(desk, number)

    desk.upload(5, LAB, [lone(0)])

    assert rows("SELECT count(*) FROM recalling") == [(0,)]
    assert rows("SELECT ended_how, count(*) FROM result GROUP BY ended_how ORDER BY 2") == [(None, 1), ("recalled", 4)]


def test_while_a_file_of_the_institution_is_being_recorded_nothing_large_of_it_is_recalled(
    desk: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = four(desk)
    for name, size in {"AT_ONCE": 2, "LEAST": 2, "MOST": 2}.items():
        monkeypatch.setattr(lab_imports.lab_slices, name, size)
    monkeypatch.setattr(lab_finishing, "finish", lambda _upload, _said: None)
    four(desk, 2)

    with pytest.raises(Refused, match="still_applying"):
        recalls.recall(number, WHY, by=desk.liaison, at=desk.at)


def test_what_came_again_is_refused_before_anything_is_put_back(desk: Uploading) -> None:
    number = four(desk)
    desk.recall(number, desk.at)
    desk.upload(2, LAB, [lone(3, "可疑")])

    with pytest.raises(Refused, match="came_again"):
        recalls.put_back(number, by=desk.liaison, at=desk.at + 3 * HOUR)
    assert rows("SELECT count(*) FROM result WHERE ended_at IS NULL") == [(1,)]


def test_what_it_repeats_must_still_be_there_when_it_is_put_back(desk: Uploading) -> None:
    first = desk.upload(0, LAB, [lone(0)])
    number = desk.upload(1, LAB, [lone(0), lone(1), lone(2)])
    for one in (number, first):
        desk.recall(one, desk.at + 2 * HOUR)

    with pytest.raises(Refused, match="came_again"):
        recalls.put_back(number, by=desk.liaison, at=desk.at + 3 * HOUR)
