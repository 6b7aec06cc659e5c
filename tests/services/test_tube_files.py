"""A laboratory's file of tubes gives everybody registered in a tube its result; each row counts once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.lab_held import SettleReason
from hbcore.domain.vocabulary import Role
from hbcore.services import held_opened, held_queue, institutions, lab_imports, releases, removals, sampling_imports
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from tests import standing
from tests.services.applying import acts, rows
from tests.services.numbers import resident_number
from tests.services.sampling import WHO, samples, tubes
from tests.services.test_lab_imports import everything
from tests.standing import LAB, WUCHANG

AT = datetime(2022, 11, 8, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
OTHER_LAB = "420502L01"


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


@pytest.fixture
def registered(liaison: Staff) -> None:
    """Two people in T1, one in T2."""
    sampling_imports.commit(samples("0 T1 07:40", "1 T1 07:41", "2 T2 07:45"), by=liaison, at=AT - HOUR)


def results() -> list[tuple[object, ...]]:
    return rows("SELECT sample_number, outcome FROM result WHERE ended_at IS NULL ORDER BY sample_number, person_id")


def test_the_shipped_examples_go_together(liaison: Staff) -> None:
    for name, do in (("samples.csv", sampling_imports.commit), ("tubes.csv", lab_imports.commit)):
        report = do(IncomingFile((EXAMPLES / name).read_bytes(), name, LAB), by=liaison, at=AT)

    assert (report.rows["read"], report.rows["recorded"], report.rows["skipped"], report.problems) == (2, 2, 2, ())
    assert report.outcomes == {"naat": {"negative": 4}}


def test_a_row_counts_once_and_outcomes_count_results(registered: None, liaison: Staff) -> None:
    report = lab_imports.commit(tubes("T1 阳性", "T2 阴性", "T9 阴性"), by=liaison, at=AT)

    assert {name: report.rows[name] for name in ("read", "recorded", "held", "refused")} == {
        "read": 3,
        "recorded": 2,
        "held": 0,
        "refused": 1,
    }
    assert report.outcomes == {"naat": {"negative": 1, "pooled_positive": 2}}
    assert [(one.row, one.column, one.code) for one in report.problems] == [(5, "sample_number", "tube_not_registered")]
    assert report.codes == {"green>yellow": 2}
    assert results() == [("T1", "pooled_positive"), ("T1", "pooled_positive"), ("T2", "negative")]


def test_a_preview_says_what_the_commit_does_and_changes_nothing(registered: None, liaison: Staff) -> None:
    before, file = everything(), tubes("T1 阳性", "T2 阳性", "T9 阴性")

    seen = lab_imports.preview(file, by=liaison, at=AT)

    assert everything() == before
    done = lab_imports.commit(file, by=liaison, at=AT)
    assert (seen.rows, seen.outcomes, seen.problems, seen.codes) == (done.rows, done.outcomes, done.problems, done.codes)
    assert acts()[-2:] == ["results_previewed", "results_imported"]


def test_one_alone_in_a_tube_has_a_result_of_their_own(registered: None, liaison: Staff) -> None:
    report = lab_imports.commit(tubes("T2 阳性"), by=liaison, at=AT)

    assert (report.outcomes, report.codes) == ({"naat": {"positive": 1}}, {"green>red": 1})


def test_whoever_releases_a_tube_s_positive_puts_nobody_into_the_tube_nor_beside_whose_it_is(
    registered: None, liaison: Staff
) -> None:
    administrator = standing.staff(Role.ADMINISTRATOR, AT, name="administrator")
    institutions.set_limit(LAB, 0, by=administrator, at=AT)
    lab_imports.commit(tubes("T2 阳性"), by=liaison, at=AT)
    second = standing.staff(Role.LAB_LIAISON, AT, name="second", institutions=[LAB])
    ((proposal,),) = rows("SELECT id FROM proposal")

    sampling_imports.commit(samples("1 T2 07:50", tag="later"), by=second, at=AT + HOUR)
    done = releases.release(int(str(proposal)), by=second, at=AT + HOUR)

    assert (done.recorded, done.codes) == (1, {"green>red": 1})
    assert results() == [("T2", "positive")]


def test_the_same_tubes_again_are_held_already_and_a_correction_ends_everybody_s_result(registered: None, liaison: Staff) -> None:
    lab_imports.commit(tubes("T1 可疑", tag="1"), by=liaison, at=AT)

    again = lab_imports.commit(tubes("T1 可疑", tag="2"), by=liaison, at=AT)
    corrected = lab_imports.commit(tubes("T1 阴性 更正", tag="3"), by=liaison, at=AT)

    assert (again.rows["already_held"], again.rows["recorded"]) == (1, 0)
    assert (corrected.rows["recorded"], corrected.rows["corrected"]) == (1, 1)
    assert results() == [("T1", "negative"), ("T1", "negative")]


def test_another_answer_for_one_of_a_tube_holds_the_whole_row(registered: None, liaison: Staff) -> None:
    lab_imports.commit(tubes("T2 阴性", tag="1"), by=liaison, at=AT)
    sampling_imports.commit(samples("1 T2 07:50", tag="later"), by=liaison, at=AT)

    report = lab_imports.commit(tubes("T2 可疑", tag="2"), by=liaison, at=AT)

    assert [(one.row, one.code) for one in report.problems] == [(3, "contradicts")]
    assert (report.rows["held"], results()) == (1, [("T2", "negative")])
    assert rows("SELECT count(*) FROM upload_row r JOIN document d ON d.key = r.document_key") == [(1,)]


def test_what_takes_a_tube_s_positive_away_waits_for_two_and_is_taken_in_for_everybody(registered: None, liaison: Staff) -> None:
    reviewer = standing.staff(Role.DISTRICT_STAFF, AT, name="reviewer", unit=WUCHANG)
    supervisor = standing.staff(Role.SUPERVISOR, AT, name="supervisor", unit="420100")
    lab_imports.commit(tubes("T1 阳性", tag="1"), by=liaison, at=AT)
    lab_imports.commit(tubes("T1 阴性 更正", tag="2", tested=""), by=liaison, at=AT)
    (one,) = removals.waiting(by=reviewer, at=AT + HOUR)

    late = AT + timedelta(days=9)
    proposal = removals.propose(one.upload, one.row, True, SettleReason.LABORATORY_ERROR, by=reviewer, at=late)
    done = removals.settle(proposal, by=supervisor, at=late)

    assert done
    assert (done.recorded, done.left, results()) == (1, 0, [("T1", "negative"), ("T1", "negative")])


def test_tubes_of_another_institution_s_registration_are_not_ours(registered: None, liaison: Staff) -> None:
    standing.institution(AT, OTHER_LAB, "宜昌第三检验中心", standing.YICHANG)
    other = standing.staff(Role.LAB_LIAISON, AT, name="other", institutions=[OTHER_LAB])
    clerk = standing.staff(Role.DISTRICT_STAFF, AT, name="clerk", unit=WUCHANG)
    sampling_imports.commit(samples("2 T7 07:45", tag="of nobody"), by=clerk, at=AT)
    of_other = IncomingFile(tubes("T1 阴性", "T7 阴性").content, "a.csv", OTHER_LAB)

    report = lab_imports.commit(of_other, by=other, at=AT)

    assert [(one.row, one.code) for one in report.problems] == [(3, "tube_not_registered")]
    assert results() == [("T7", "negative")]


def test_tubes_of_no_institution_are_of_those_that_their_liaison_works_for(liaison: Staff) -> None:
    third = "420502L09"
    standing.institution(AT, OTHER_LAB, "宜昌第三检验中心", standing.YICHANG)
    standing.institution(AT, third, "宜昌第九检验中心", standing.YICHANG)
    of_two = standing.staff(Role.LAB_LIAISON, AT, name="of.two", institutions=[LAB, OTHER_LAB])
    stranger = standing.staff(Role.LAB_LIAISON, AT, name="stranger", institutions=[third])
    sampling_imports.commit(samples("0 T1 07:40"), by=of_two, at=AT)

    refused = lab_imports.commit(IncomingFile(tubes("T1 阳性").content, "a.csv", third), by=stranger, at=AT)
    taken = lab_imports.commit(IncomingFile(tubes("T1 阴性").content, "b.csv", OTHER_LAB), by=of_two, at=AT)

    assert [one.code for one in refused.problems] == ["tube_not_registered"]
    assert (taken.rows["recorded"], results()) == (1, [("T1", "negative")])


def test_a_refused_tube_comes_again_once_it_is_registered(liaison: Staff) -> None:
    first = lab_imports.commit(tubes("T1 阴性", tag="1"), by=liaison, at=AT)
    sampling_imports.commit(samples("0 T1 07:40"), by=liaison, at=AT)

    report = lab_imports.commit(tubes("T1 阴性", tag="2"), by=liaison, at=AT)

    assert (first.rows["refused"], report.rows["recorded"]) == (1, 1)


def test_a_held_tube_is_opened_with_an_answer_for_each_in_it_beside_ours(registered: None, liaison: Staff) -> None:
    lab_imports.commit(tubes("T1 阴性", tag="1"), by=liaison, at=AT)
    lab_imports.commit(tubes("T1 可疑", tag="2"), by=liaison, at=AT)
    (one,) = held_queue.listed(by=liaison, at=AT).lines

    seen = held_opened.opened(one.upload, one.row, by=liaison, at=AT + timedelta(days=9))

    assert [(theirs.outcome, theirs.single) for theirs in seen.theirs] == [("inconclusive", False)] * 2
    assert [ours.outcome for ours in seen.ours] == ["negative"]


def test_a_held_registration_is_no_held_result(liaison: Staff) -> None:
    standing.person("429004196401028020", AT, name="王伟")

    report = sampling_imports.commit(samples("0 T1 07:40"), by=liaison, at=AT)

    assert (report.rows["held"], held_queue.listed(by=liaison, at=AT).lines) == (1, ())


def test_a_row_of_a_mate_in_the_tube_is_not_shown_beside_one_s_own(registered: None, liaison: Staff) -> None:
    lines = [f"{name},{number},2022-11-08 07:45,T1,{said}" for name, number in WHO[:2] for said in ("可疑", "阴性")]
    own = "\n".join(["姓名,身份证号,采样时间,样本编号,检测结果", *lines])
    lab_imports.commit(IncomingFile(own.encode(), "人.csv", LAB), by=liaison, at=AT)

    held = held_queue.listed(by=liaison, at=AT + HOUR).lines

    beside = [held_opened.opened(one.upload, one.row, by=liaison, at=AT + HOUR).others for one in held]
    assert [[other.row for other in others] for others in beside] == [[3], [2], [5], [4]]


@pytest.mark.parametrize("document", ["the one they registered by", "another of theirs"])
@pytest.mark.parametrize("who", [0, 1, 2])
def test_a_tube_that_waits_counts_as_said_of_everybody_in_it(who: int, document: str, registered: None, liaison: Staff) -> None:
    lab_imports.commit(tubes("T1 可疑", "T1 阴性", "T2 阴性", tag="1"), by=liaison, at=AT)
    name, number = WHO[who]
    if document == "another of theirs":
        standing.documents(number, other := resident_number(1))
        number = other
    own = f"姓名,身份证号,采样时间,样本编号,检测结果\n{name},{number},2022-11-08 07:45,T1,阴性\n"

    report = lab_imports.commit(IncomingFile(own.encode(), "人.csv", LAB), by=liaison, at=AT + HOUR)

    held = [one for one in held_queue.listed(by=liaison, at=AT + HOUR).lines if one.number == report.batch]
    beside = [held_opened.opened(one.upload, one.row, by=liaison, at=AT + HOUR).others for one in held]
    assert [{other.answer.outcome for other in others} for others in beside] == [{"inconclusive", "negative"}] * (who < 2)
    assert [str(one.code) for one in report.problems] == ["contradicts"] * (who < 2)
    assert results() == [("T1", "negative")] * (who == 2) + [("T2", "negative")]
