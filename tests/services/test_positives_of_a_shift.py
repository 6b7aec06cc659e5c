"""Beyond ten single-specimen positives of an account in a shift the rest wait for another account, who releases or declines."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import held_effects, institutions, lab_imports, own_uploads, releases, removals, second_look
from hbcore.services.acting import Staff
from hbcore.services.import_report import ImportReport
from hbcore.services.own_uploads import Which
from hbcore.services.uploads import IncomingFile
from hbcore.storage.engine import engine
from tests import standing
from tests.services.applying import acts, look_ups, refusals, rows
from tests.services.numbers import resident_number
from tests.standing import JIANGAN, LAB, WUCHANG

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)  # 10:00 in Shanghai: the shift since 08:00
HOUR = timedelta(hours=1)
OTHER_LAB = "420102L01"
HEADINGS = ("姓名", "身份证号", "采样时间", "样本编号", "检测项目", "检测结果", "采样方式", "结果状态")
Line = tuple[int, str] | tuple[int, str, str] | tuple[int, str, str, str]


def file(*lines: Line, institution: str = LAB, tag: str = "") -> IncomingFile:
    """Lines of (whose, outcome, assay, tube): each person in a tube of their own unless it is said."""
    text = StringIO()
    out = csv.writer(text)
    text.write(f"## {tag}\n")
    out.writerow(HEADINGS)
    for who, outcome, *more in lines:
        assay, tube = (*more, *("核酸", f"S{who}")[len(more) :])
        word, _, status = outcome.partition(" ")
        out.writerow((f"张{who}", resident_number(who), "2022-11-09 14:00", tube, assay, word, "", status))
    return IncomingFile(text.getvalue().encode(), "a.csv", institution)


def positives(first: int, n: int) -> list[Line]:
    return [(who, "阳性") for who in range(first, first + n)]


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    standing.institution(AT, OTHER_LAB, "江岸检验所", JIANGAN)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB, OTHER_LAB])


def commit(by: Staff, *lines: Line, at: datetime = AT, institution: str = LAB, tag: str = "") -> ImportReport:
    report = lab_imports.commit(file(*lines, institution=institution, tag=tag), by=by, at=at)
    counted = report.rows
    assert counted["read"] == counted["recorded"] + counted["already_held"] + counted["held"] + counted["refused"]
    return report


def held_rows(report: ImportReport) -> list[int]:
    return [one.row for one in report.problems if one.code == "second_account_needed"]


def the_proposal(by: Staff, at: datetime = AT) -> int:
    (one,) = releases.waiting(by=by, at=at)
    assert one.proposal
    return one.proposal


def reds() -> int:
    return int(str(rows("SELECT count(*) FROM code_segment WHERE colour = 'red'")[0][0]))


def test_the_first_ten_of_a_file_stand_and_the_others_wait(liaison: Staff) -> None:
    report = commit(liaison, (99, "阴性"), *positives(0, 12), (98, "阴性"))

    assert (report.rows["recorded"], report.rows["held"]) == (12, 2)
    assert held_rows(report) == [14, 15]
    assert {one.column for one in report.problems} == {"outcome"}
    assert (report.outcomes, report.codes["none>red"], reds()) == ({"naat": {"negative": 2, "positive": 10}}, 10, 10)


def test_a_preview_says_what_the_commit_holds(liaison: Staff) -> None:
    lines = [*positives(0, 8), (3, "阳性"), *positives(20, 5), (8, "阴性")]

    seen = lab_imports.preview(file(*lines), by=liaison, at=AT)
    assert rows("SELECT count(*) FROM proposal") == [(0,)]
    done = commit(liaison, *lines)

    assert (seen.rows, seen.problems, seen.codes, seen.outcomes) == (done.rows, done.problems, done.codes, done.outcomes)
    assert (done.rows["held"], done.rows["already_held"]) == (3, 1)


COUNTED = """
    核酸 阳性       | counts
    抗原 阳性       | counts
    IgM 阳性        | no
    IgG 阳性        | no
    核酸 可疑       | no
    核酸 阴性       | no
"""


@pytest.mark.parametrize("line", COUNTED.strip().splitlines())
def test_what_counts_towards_the_limit(line: str, liaison: Staff) -> None:
    what, counted = (cell.strip() for cell in line.split("|"))
    assay, outcome = what.split()

    report = commit(liaison, *((who, outcome, assay) for who in range(11)))

    assert report.rows["held"] == (1 if counted == "counts" else 0)


def test_positives_of_tubes_of_several_do_not_count(liaison: Staff) -> None:
    report = commit(liaison, *((who, "阳性", "核酸", f"T{who // 10}") for who in range(30)), *positives(50, 10))

    assert (report.rows["held"], report.outcomes["naat"]) == (0, {"pooled_positive": 30, "positive": 10})


def test_a_correction_to_positive_counts_and_one_that_is_held_already_does_not(liaison: Staff) -> None:
    commit(liaison, *positives(0, 9), (9, "阴性"), (10, "阴性"))

    report = commit(liaison, (0, "阳性"), (9, "阳性 更正"), (10, "阳性 更正"), at=AT + HOUR)

    assert (report.rows["already_held"], report.rows["corrected"], held_rows(report)) == (1, 1, [5])


def test_files_of_one_shift_add_up_whatever_the_institution_and_the_next_shift_begins_anew(liaison: Staff) -> None:
    held = [
        commit(liaison, *positives(10 * turn, 4), at=AT + turn * HOUR, institution=institution).rows["held"]
        for turn, institution in enumerate((LAB, OTHER_LAB, LAB))
    ]
    evening = commit(liaison, *positives(90, 11), at=AT + 10 * HOUR)  # 20:00

    assert held == [0, 0, 2]
    assert evening.rows["held"] == 1


def test_each_account_has_a_limit_of_its_own(liaison: Staff, colleague: Staff) -> None:
    commit(liaison, *positives(0, 10))

    assert commit(colleague, *positives(20, 11)).rows["held"] == 1


def test_an_administrator_sets_the_limit_of_an_institution(liaison: Staff) -> None:
    administrator = standing.staff(Role.ADMINISTRATOR, AT, name="administrator")

    institutions.set_limit(LAB, 2, by=administrator, at=AT)

    assert commit(liaison, *positives(0, 3)).rows["held"] == 1
    assert commit(liaison, *positives(20, 3), institution=OTHER_LAB).rows["held"] == 0
    assert json.loads(str(rows("SELECT figures FROM event WHERE act = 'limit_set'")[0][0])) == {"before": 10, "after": 2}
    for wrong in (-1, 1001):
        with pytest.raises(Refused, match="bad_limit"):
            institutions.set_limit(LAB, wrong, by=administrator, at=AT)
    with pytest.raises(Refused, match="nothing_changed"):
        institutions.set_limit(LAB, 2, by=administrator, at=AT)


def test_two_files_at_once_cannot_both_use_the_same_room(liaison: Staff) -> None:
    barrier, reports = Barrier(4), []

    def one(turn: int) -> None:
        barrier.wait()
        reports.append(commit(liaison, *positives(20 * turn, 8)))

    threads = [Thread(target=one, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(report.rows["recorded"] for report in reports) == 10
    assert sum(report.rows["held"] for report in reports) == 22
    assert reds() == 10


def test_a_colleague_releases_them_in_one_act_and_everything_counts_once(liaison: Staff, colleague: Staff) -> None:
    report = commit(liaison, *positives(0, 12))

    done = releases.release(the_proposal(colleague), by=colleague, at=AT + HOUR)

    assert (done.recorded, done.left, done.codes, reds()) == (2, 0, {"none>red": 2}, 12)
    assert acts()[-2:] == ["results_imported", "positives_released"]
    assert rows("SELECT count(DISTINCT upload_id), count(*) FROM result") == [(1, 12)]
    assert rows("SELECT sum(n) FROM test_count WHERE day_of = 'recorded'") == [(12,)]
    assert rows("SELECT n FROM upload_count WHERE day_of = 'recorded'") == [(12,)]
    assert rows("SELECT count(*) FROM upload_row") == [(0,)]
    (line,) = own_uploads.listed(by=liaison, at=AT + HOUR).lines
    assert (line.rows["recorded"], line.rows["held"]) == (12, 0)
    assert own_uploads.listed(Which.HELD, by=liaison, at=AT + HOUR).lines == ()
    again = lab_imports.commit(file(*positives(0, 12)), by=liaison, at=AT + HOUR)
    assert (again.status, again.rows) == ("already_committed", report.rows)


def test_released_positives_are_not_the_accounts_own(liaison: Staff, colleague: Staff) -> None:
    commit(liaison, *positives(0, 12))
    releases.release(the_proposal(colleague), by=colleague, at=AT)

    assert commit(colleague, *positives(20, 11)).rows["held"] == 1


def test_two_who_release_positives_take_none_from_whoever_is_alone_in_their_tube(
    liaison: Staff, colleague: Staff, supervisor: Staff
) -> None:
    """What takes a positive away is proposed as that (model part 6): such a row waits for those two."""
    commit(liaison, *positives(0, 12))
    commit(colleague, (30, "阳性", "抗原", "S11"), at=AT + HOUR)
    proposal = the_proposal(supervisor, at=AT + HOUR)
    tried = held_effects.of_release(upload_of_release(supervisor), by=supervisor, at=AT + HOUR)

    done = releases.release(proposal, by=supervisor, at=AT + HOUR)

    assert (done.recorded, done.left, done.codes) == (1, 1, {"none>red": 1})
    assert tried == done.codes
    assert rows("SELECT outcome FROM result WHERE sample_number = 'S11' AND ended_at IS NULL") == [("positive",)]
    assert [one.sample for one in removals.waiting(by=supervisor, at=AT + HOUR)] == ["S11"]


def upload_of_release(by: Staff) -> int:
    (one,) = releases.waiting(by=by, at=AT + HOUR)
    return one.upload


def test_a_supervisor_declines_and_the_rows_count_as_not_recorded(liaison: Staff, supervisor: Staff) -> None:
    commit(liaison, *positives(0, 12))

    assert releases.decline(the_proposal(supervisor), by=supervisor, at=AT) == 2

    assert (reds(), releases.waiting(by=supervisor, at=AT), acts()[-1]) == (10, (), "positives_declined")
    (line,) = own_uploads.listed(Which.REFUSED, by=liaison, at=AT + HOUR).lines
    assert (line.rows["refused"], line.rows["held"]) == (2, 0)
    found = own_uploads.problem_rows(line.number, by=liaison, at=AT)
    assert [(one.status, one.problems, one.cells["name"]) for one in found] == [
        ("refused", (("outcome", "declined"),), f"张{who}") for who in (10, 11)
    ]


def test_nobody_releases_their_own_and_no_stranger_anybodys(liaison: Staff, supervisor: Staff) -> None:
    commit(liaison, *positives(0, 12))
    proposal = the_proposal(supervisor)
    stranger = standing.staff(Role.LAB_LIAISON, AT, name="stranger", institutions=[OTHER_LAB])
    elsewhere = standing.staff(Role.SUPERVISOR, AT, name="elsewhere", unit=JIANGAN)
    reviewer = standing.staff(Role.DISTRICT_STAFF, AT, name="reviewer", unit=WUCHANG)

    for by, why in (
        (liaison, "own_proposal"),
        (stranger, "not_your_unit"),
        (elsewhere, "not_your_unit"),
        (reviewer, "not_allowed"),
    ):
        with pytest.raises(Refused, match=why):
            releases.release(proposal, by=by, at=AT)

    assert (reds(), len(refusals())) == (10, 4)
    for by in (stranger, elsewhere):
        assert releases.waiting(by=by, at=AT) == ()
        with pytest.raises(Refused):
            releases.rows_of(releases.waiting(by=supervisor, at=AT)[0].upload, by=by, at=AT)


def test_the_rows_are_shown_masked_and_the_look_is_recorded(liaison: Staff, colleague: Staff, supervisor: Staff) -> None:
    commit(liaison, (11, "阴性"), *((who, "阳性", "核酸", f"T{who}") for who in range(12)))
    (one,) = releases.waiting(by=colleague, at=AT)

    found = releases.rows_of(one.upload, by=colleague, at=AT)

    assert [row.cells["name"] for row in found] == ["张**", "张**"]
    assert [row.cells["document_number"] for row in found] == [
        f"{resident_number(who)[:6]}********{resident_number(who)[-4:]}" for who in (10, 11)
    ]
    assert [row.cells["sample_number"] for row in found] == ["T10", "T11"]
    assert (one.rows, one.by, one.own, look_ups()) == (2, "li.jing", False, 1)
    assert [row.person for row in found] == [None, None]
    theirs = [row.person for row in releases.rows_of(one.upload, by=supervisor, at=AT)]
    assert theirs == [None, *(person for (person,) in rows("SELECT person_id FROM result WHERE outcome = 'negative'"))]


def test_once_expired_they_stay_held_and_are_proposed_again(liaison: Staff, colleague: Staff) -> None:
    commit(liaison, *positives(0, 12))
    proposal, later = the_proposal(colleague), AT + second_look.LASTS
    with pytest.raises(Refused, match="proposal_gone"):
        releases.release(proposal, by=colleague, at=later)
    (one,) = releases.waiting(by=colleague, at=later)
    assert one.proposal is None

    again = releases.propose_again(one.upload, by=colleague, at=later)

    with pytest.raises(Refused, match="already_proposed"):
        releases.propose_again(one.upload, by=liaison, at=later)
    with pytest.raises(Refused, match="own_proposal"):
        releases.release(again, by=colleague, at=later)
    assert releases.release(again, by=liaison, at=later).recorded == 2  # two hands: whose file it is, and who proposed


def test_rows_are_judged_again_as_of_the_release(liaison: Staff, colleague: Staff) -> None:
    commit(liaison, *positives(0, 13))
    commit(colleague, (10, "阳性"), tag="meanwhile")
    other_name = file((11, "阴性", "核酸", "T11")).content.decode().replace("张11", "李四")
    lab_imports.commit(IncomingFile(other_name.encode(), "b.csv", LAB), by=colleague, at=AT)
    proposal = next(one.proposal for one in releases.waiting(by=colleague, at=AT))

    done = releases.release(proposal or 0, by=colleague, at=AT)

    assert (done.recorded, done.already_held, done.left) == (1, 1, 1)
    assert rows("SELECT row_number, status, problems, waits FROM upload_row") == [
        (14, "held", '[["name", "name_differs"]]', None)
    ]
    line = own_uploads.listed(by=colleague, at=AT).lines[-1]
    assert line.rows["read"] == sum(line.rows[kind] for kind in ("recorded", "already_held", "held", "refused"))
    assert line.rows["held"] == 1


def test_an_institution_that_was_renamed_is_no_obstacle(liaison: Staff, colleague: Staff) -> None:
    content = file(*positives(0, 12)).content.decode().replace("采样方式", "检测机构").replace(",阳性,,", ",阳性,武昌医学检验所,")
    lab_imports.commit(IncomingFile(content.encode(), "a.csv", LAB), by=liaison, at=AT)
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.text("UPDATE institution SET name = '武昌新名' WHERE code = :code"), {"code": LAB})

    assert releases.release(the_proposal(colleague), by=colleague, at=AT).recorded == 2


def test_positives_that_wait_longer_than_two_hours_are_an_alarm(liaison: Staff, supervisor: Staff) -> None:
    from hbcore.domain.alarms import AlarmKind
    from hbcore.services import alarms

    report = commit(liaison, *positives(0, 12))

    def seen(at: datetime) -> Sequence[alarms.AlarmLine]:
        return alarms.seen_now([AlarmKind.POSITIVES_WAITING], by=supervisor, at=at).lines

    assert seen(AT + 2 * HOUR) == ()
    (line,) = seen(AT + 2 * HOUR + timedelta(minutes=1))
    assert (line.upload, line.n, line.institution, line.unit) == (report.batch, 2, "武昌医学检验所", WUCHANG)
    releases.decline(the_proposal(supervisor), by=supervisor, at=AT + 2 * HOUR)
    assert seen(AT + 3 * HOUR) == ()


def test_many_pooled_positives_of_one_account_are_an_alarm_for_a_day(liaison: Staff, supervisor: Staff) -> None:
    from hbcore.domain.alarms import AlarmKind
    from hbcore.services import alarms

    def seen(at: datetime) -> list[tuple[str, int]]:
        found = alarms.seen_now([AlarmKind.BURST_OF_POOLED], by=supervisor, at=at).lines
        return [(line.institution, line.n) for line in found]

    commit(liaison, *((who, "阳性", "核酸", f"T{who // 10}") for who in range(100)))
    assert seen(AT) == []
    commit(liaison, *((who, "阳性", "核酸", f"T{who // 2}") for who in range(100, 102)), at=AT + HOUR)
    assert seen(AT + HOUR) == [("武昌医学检验所", 102)]
    assert seen(AT + 25 * HOUR) == []
