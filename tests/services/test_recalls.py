"""An upload is taken back whole: what is left equals never having uploaded it; putting it back, never having recalled it."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.domain.vocabulary import Role
from hbcore.services import institutions, preview_quota, recall_seen, recalls
from hbcore.services.lab_imports import commit, preview
from hbcore.services.recall_record import Recalled
from hbcore.services.uploads import IncomingFile
from hbcore.storage.code_rows import SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import DOCUMENTS
from hbcore.storage.result_counts import TEST_COUNTS
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.tested_counts import TESTED_COUNTS
from hbcore.storage.upload_rows import UPLOADS
from tests import standing
from tests.services.applying import acts, refusals, rows
from tests.services.counter_histories import HEADINGS, HOUR, LINES, OTHER_LAB, RUNS, START, Desk, Line
from tests.services.test_counters import counted, counted_codes, counters_equal_a_scan
from tests.standing import LAB

WHY = "wrong_file"
NEAR = "420106L02"
WHERE = (LAB, LAB, LAB, NEAR)
"""Both laboratories of one unit: where somebody counts who is first known by a laboratory stays as it was then."""
FILES = some.lists(some.tuples(some.sampled_from(WHERE), some.lists(LINES, min_size=1, max_size=5)), min_size=2, max_size=5)


SAMPLES = """
    SELECT s.sample_number, s.sampled_day, s.institution, s.assay, s.person_id, r.outcome, r.ended_how
    FROM sample s JOIN result r ON r.id = s.result_id
"""


class Uploading(Desk):
    """A desk on which files come in an hour apart; none is the same file as another."""

    def __post_init__(self) -> None:
        super().__post_init__()
        standing.institution(START, code=NEAR, name="武昌第二检验所")
        self.liaison = standing.staff(Role.LAB_LIAISON, START, name="first", institutions=[LAB, NEAR])
        self.second = standing.staff(Role.LAB_LIAISON, START, name="second", institutions=[LAB, NEAR])

    def empty(self) -> None:
        super().empty()
        with engine().connect().execution_options(writes=True) as connection, connection.begin():
            for table in ("result_again", "recall", "recalling", "recall_sample", "proposal", "sampling"):
                connection.execute(sa.delete(sa.table(table)))

    def upload(self, place: int, lab: str, lines: list[Line]) -> str:
        at = START + place * HOUR
        content = "\n".join((f"## {place}", HEADINGS, *(line.text(START) for line in lines))).encode()
        return str(commit(IncomingFile(content, f"{place}.csv", lab), by=self.liaison, at=at).batch)

    def recall(self, number: str, at: Any) -> Recalled:
        """By as many as it takes."""
        done = recalls.recall(number, WHY, by=self.liaison, at=at)
        return self._second(number, at) if done.status == "proposed" else done

    def put_back(self, number: str, at: Any) -> Recalled:
        done = recalls.put_back(number, by=self.liaison, at=at)
        return self._second(number, at) if done.status == "proposed" else done

    def _second(self, number: str, at: Any) -> Recalled:
        proposal = recall_seen.proposed_by_another(number, by=self.second, at=at)
        assert proposal is not None
        return recalls.confirm(proposal, by=self.second, at=at)


@pytest.fixture
def desk(database: Path) -> Uploading:
    return Uploading()


def what_stands(at: Any) -> dict[str, Any]:
    """All that counts and decides, by people's documents and uploads' digests: ids and what was lived are each history's own."""
    now = micros(at)
    with engine().connect() as connection:
        who = {
            row.person_id: (bytes(row.key), row.country)
            for row in connection.execute(sa.select(DOCUMENTS).order_by(DOCUMENTS.c.key))
        }
        of = {row.id: row.digest for row in connection.execute(sa.select(UPLOADS))}
        known = sa.func.coalesce(RESULTS.c.ended_how, "") != "recalled"
        results = Counter(
            (
                who[one.person_id],
                *(one.assay, one.outcome, one.single, one.sampled_at, one.tested_at, one.reported_at, one.recorded_at),
                *(one.institution, one.sample_number, one.unit, one.ended_how, one.ended_at),
                of[one.upload_id],
                of.get(one.ended_by),
            )
            for one in connection.execute(sa.select(RESULTS).where(known))
        )
        chains = Counter(
            (who[one.person_id], max(micros(one.from_at), now), one.until_at, one.colour, one.row, one.policy, one.unit)
            for one in connection.execute(sa.select(SEGMENTS))
            if one.until_at is None or one.until_at > at
        )
        samples = connection.execute(sa.text(SAMPLES)).all()
    return {
        "results": results,
        "chains": chains,
        "samples": Counter((*one[:4], who[one[4]], *one[5:]) for one in samples),
        "counts": counted(TEST_COUNTS),
        "tested": counted(TESTED_COUNTS),
        "codes": [counted_codes(at + later) for later in (timedelta(), HOUR, timedelta(days=15))],
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


def line(person: int, outcome: str = "阴性", status: str = "终审", tube: str = "S1", reported: bool = True) -> Line:
    return Line(person, 2, reported, tube, "核酸", outcome, status)


def lone(person: int, outcome: str = "阴性", status: str = "终审") -> Line:
    return line(person, outcome, status, f"S{person}")


CHAINS = [
    [(LAB, [lone(0)]), (LAB, [lone(0, "可疑", "更正")])],
    [(LAB, [lone(0)]), (LAB, [lone(0)]), (LAB, [lone(0)])],
    [(LAB, [lone(0)]), (LAB, [lone(0)]), (LAB, [lone(0, "可疑", "更正")])],
    [(LAB, [lone(0)]), (LAB, [lone(0, "可疑", "更正")]), (LAB, [lone(0, "阴性", "更正")])],
    [(LAB, [lone(0), lone(1)]), (LAB, [lone(0, status="作废")]), (NEAR, [lone(0), lone(1)])],
    [(LAB, [lone(0), lone(0, "可疑", "更正")]), (LAB, [lone(0, "可疑")])],
    [(LAB, [lone(0)]), (LAB, [lone(0), lone(0, status="作废")])],
    [(LAB, [lone(0, "可疑", "更正"), lone(0)]), (LAB, [lone(0, "可疑")])],
    [(LAB, [lone(0)]), (LAB, [lone(0, "可疑", "更正"), lone(0)])],
]
"""Each file builds on the ones before: corrected, said again, said again and corrected, back to the first, withdrawn, itself.

The last two have what corrects above what it corrects.
"""


def equals_never(desk: Uploading, files: Any, place: int) -> None:
    """Recall one of the files: what is left is what the others alone leave; put it back: what all of them had left."""
    at = START + 20 * HOUR
    desk.empty()
    numbers = [desk.upload(n, *file) for n, file in enumerate(files)]
    whole = what_stands(at)
    held = rows("SELECT count(*) FROM upload_row WHERE status = 'held'")
    done = desk.recall(numbers[place], at)
    left, desk.at = what_stands(at), at
    counters_equal_a_scan(desk)
    desk.put_back(numbers[place], at)
    again = what_stands(at)
    counters_equal_a_scan(desk)

    assert done.status == "recalled"
    assert differences(whole, again) == {}
    if held == [(0,)]:  # a row that was held beside it would not have been held without it: that takes a person's eyes
        desk.empty()
        for n, file in enumerate(files):
            if n != place:
                desk.upload(n, *file)
        if rows("SELECT count(*) FROM upload_row WHERE status = 'held'") == [(0,)]:
            assert differences(what_stands(at), left) == {}


@pytest.mark.parametrize(("files", "place"), [(files, n) for files in CHAINS for n in range(len(files))])
def test_recalled_as_if_it_had_never_come_and_put_back_as_if_never_recalled(files: Any, place: int, desk: Uploading) -> None:
    equals_never(desk, files, place)


@settings(
    max_examples=RUNS,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files=FILES, place=some.integers(0, 4))
def test_in_random_histories_recalled_equals_never_and_put_back_equals_always(files: Any, place: int, desk: Uploading) -> None:
    equals_never(desk, files, place % len(files))


def proposal_of(desk: Uploading, number: str) -> int:
    found = recall_seen.proposed_by_another(number, by=desk.second, at=desk.at)
    assert found is not None
    return found


def test_where_a_positive_goes_one_proposes_and_another_carries_it_out_in_one_act(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [lone(0, "阳性"), lone(1)])

    first = recalls.recall(number, WHY, by=desk.liaison, at=desk.at)

    assert (first.status, first.changed.positives_gone) == ("proposed", 1)
    assert dict(first.changed.codes) == {"green>none": 1, "yellow>none": 1}
    assert rows("SELECT count(*) FROM result WHERE ended_at IS NULL") == [(2,)]
    proposal = proposal_of(desk, number)
    with pytest.raises(Refused, match="own_proposal"):
        recalls.confirm(proposal, by=desk.liaison, at=desk.at)
    done = recalls.confirm(proposal, by=desk.supervisor, at=desk.at)
    assert (done.status, acts()[-3:]) == ("recalled", ["recall_proposed", "refused", "upload_recalled"])
    assert rows("SELECT ended_how, count(*) FROM result GROUP BY ended_how") == [("recalled", 2)]
    assert rows("SELECT recalled_by <> second_by FROM recall") in ([(1,)], [(True,)])


def test_putting_positives_back_takes_two_as_well_so_that_no_limit_of_a_shift_is_dodged(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [lone(0, "阳性")])
    desk.recall(number, desk.at)

    first = recalls.put_back(number, by=desk.liaison, at=desk.at)

    assert (first.status, first.changed.positives_back) == ("proposed", 1)
    with pytest.raises(Refused, match="own_proposal"):
        recalls.confirm(proposal_of(desk, number), by=desk.liaison, at=desk.at)
    assert recalls.confirm(proposal_of(desk, number), by=desk.second, at=desk.at).status == "committed"


def test_a_positive_that_comes_back_because_its_correction_is_recalled_takes_two(desk: Uploading) -> None:
    desk.upload(0, LAB, [lone(0, "可疑")])
    number = desk.upload(1, LAB, [lone(0, "阳性", "更正")])
    assert recalls.recall(number, WHY, by=desk.liaison, at=desk.at + HOUR).status == "proposed"


def test_declined_or_withdrawn_nothing_is_changed(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [lone(0, "阳性")])
    recalls.recall(number, WHY, by=desk.liaison, at=desk.at)
    recalls.decline(proposal_of(desk, number), "not_justified", by=desk.second, at=desk.at)
    recalls.recall(number, WHY, by=desk.liaison, at=desk.at)
    recalls.withdraw(proposal_of(desk, number), by=desk.liaison, at=desk.at)

    assert recall_seen.waiting(by=desk.second, at=desk.at) == ()
    assert rows("SELECT status FROM upload") == [("committed",)]


def test_recalled_the_file_can_be_uploaded_again_and_then_not_put_back(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [lone(0)])
    desk.recall(number, desk.at)

    again = desk.upload(0, LAB, [lone(0)])

    assert again != number
    with pytest.raises(Refused, match="uploaded_again"):
        recalls.put_back(number, by=desk.liaison, at=desk.at + HOUR)
    with pytest.raises(Refused, match="already_recalled"):
        recalls.recall(number, WHY, by=desk.liaison, at=desk.at + HOUR)


def test_of_a_suspended_institution_an_upload_is_recalled_but_not_put_back(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [line(0)])
    administrator = standing.staff(Role.ADMINISTRATOR, START, name="chen")
    institutions.suspend(LAB, "电话核实中", by=administrator, at=START + HOUR)
    desk.recall(number, START + 2 * HOUR)

    with pytest.raises(Refused, match="institution_suspended"):
        recalls.preview(number, by=desk.liaison, at=START + 3 * HOUR)
    with pytest.raises(Refused, match="institution_suspended"):
        desk.put_back(number, START + 3 * HOUR)
    institutions.resume(LAB, by=administrator, at=START + 4 * HOUR)

    assert desk.put_back(number, START + 5 * HOUR).status == "committed"


def test_samples_that_came_again_since_are_not_put_back_beside(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [lone(0), lone(1)])
    desk.recall(number, desk.at)
    desk.upload(2, LAB, [lone(1, "可疑")])

    with pytest.raises(Refused, match="came_again"):
        recalls.put_back(number, by=desk.liaison, at=desk.at + 3 * HOUR)
    assert rows("SELECT count(*) FROM result WHERE ended_at IS NULL") == [(1,)]


def test_its_held_rows_wait_no_more_and_wait_again_when_it_is_put_back(desk: Uploading) -> None:
    desk.upload(0, LAB, [lone(0, "阳性")])
    number = desk.upload(1, LAB, [lone(0, status="作废"), lone(1)])
    assert rows("SELECT waits FROM upload_row") == [("removal",)]

    desk.recall(number, desk.at + 2 * HOUR)
    assert rows("SELECT waits FROM upload_row") == [(None,)]
    desk.put_back(number, desk.at + 3 * HOUR)

    assert rows("SELECT waits FROM upload_row") == [("removal",)]


def test_a_preview_says_what_the_recall_does_and_does_nothing(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [lone(0), lone(1, "可疑")])
    before = what_stands(desk.at)

    said = recalls.preview(number, by=desk.liaison, at=desk.at)

    assert differences(before, what_stands(desk.at)) == {}
    assert recalls.recall(number, WHY, by=desk.liaison, at=desk.at).changed == said
    assert said.results == 2


def test_previews_of_recalls_are_so_many_an_hour_together_with_those_of_files(desk: Uploading) -> None:
    number, at = desk.upload(0, LAB, [lone(0)]), desk.at
    recalls.preview(number, by=desk.second, at=at)  # another account's
    for n in range(preview_quota.AN_HOUR):
        if n % 2:
            recalls.preview(number, by=desk.liaison, at=at)
        else:
            preview(IncomingFile(f"{HEADINGS}\n{lone(n % 4).text(START)}".encode(), "a.csv", LAB), by=desk.liaison, at=at)

    with pytest.raises(Refused, match="too_many_previews"):
        recalls.preview(number, by=desk.liaison, at=at + HOUR / 2)

    assert (acts()[-1], refusals()[-1]) == ("refused", '{"why": "too_many_previews"}')
    recalls.preview(number, by=desk.second, at=at + HOUR / 2)
    recalls.preview(number, by=desk.liaison, at=at + HOUR)


def test_nobody_recalls_what_is_not_their_own_or_without_a_reason(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [lone(0)])
    elsewhere = standing.staff(Role.LAB_LIAISON, START, name="elsewhere", institutions=[OTHER_LAB])
    for by, reason, note, why in (
        (elsewhere, WHY, None, "unknown_upload"),
        (desk.supervisor, WHY, None, "not_allowed"),
        (desk.liaison, "because", None, "unknown_reason"),
        (desk.liaison, "other", " ", "note_needed"),
        (desk.liaison, "other", "x" * 201, "note_too_long"),
    ):
        with pytest.raises(Refused, match=why):
            recalls.recall(number, reason, note, by=by, at=desk.at)
    with pytest.raises(Refused, match="unknown_upload"):
        recalls.recall("420106199001011231", WHY, by=desk.liaison, at=desk.at)
    assert rows("SELECT count(*) FROM result WHERE ended_at IS NULL") == [(1,)]
    assert {subject for (subject,) in rows("SELECT subject FROM event WHERE act = 'refused'")} >= {f"upload {number}", "upload"}
    assert rows("SELECT count(*) FROM event WHERE subject LIKE '%420106199001011231%'") == [(0,)]


def test_a_note_is_kept_closed_and_shown_with_who_and_why(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [lone(0)])
    recalls.recall(number, "other", "样本架放错", by=desk.liaison, at=desk.at)

    seen = recall_seen.standing(number, by=desk.second, at=desk.at)

    assert (seen.status, seen.recalled_by, seen.reason, seen.note) == ("recalled", ("first",), "other", "样本架放错")
    assert "样本架" not in str(rows("SELECT content FROM recall_sample UNION ALL SELECT figures FROM event"))


def test_people_whom_only_the_recalled_upload_made_known_count_nowhere_until_something_is_on_record(desk: Uploading) -> None:
    number = desk.upload(0, LAB, [lone(0), lone(1)])
    desk.upload(1, LAB, [lone(1, "可疑", "更正")])

    done = desk.recall(number, desk.at + 2 * HOUR)

    assert dict(done.changed.codes) == {"green>none": 1}
    assert rows("SELECT count(*) FROM person") == [(2,)]
    assert counted_codes(desk.at + 2 * HOUR) == {("420106", "green"): 1}
