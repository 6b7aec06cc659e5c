"""A laboratory's own headings and words, said once by its liaison: read so from then on, here only, and layouts that drift."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import FileRefused, Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import NoteCode, Role, RowCode
from hbcore.services import audit, column_mappings, held_rows, lab_cells, lab_imports, lab_slices, own_uploads
from hbcore.services.acting import Staff, acting
from hbcore.services.import_report import ImportReport
from hbcore.services.uploads import IncomingFile
from hbcore.storage import held_rows as rows_held
from tests import standing
from tests.services.applying import rows
from tests.services.numbers import resident_number
from tests.standing import LAB

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
OTHER = "420102L01"
HEADINGS = "受检者,证类,送检人证号,采集日期,管码,判读,床号"
KNOWN = "姓名,证件类型,证件号码,采样时间,样本编号,检测结果,备注"
SAID = {
    "headings": {
        "证类": "document_kind",
        "送检人证号": "document_number",
        "管码": "sample_number",
        "判读": "outcome",
        "床号": "",
    },
    "document_kinds": {"J": "resident_id", "PP": "passport"},
    "outcomes": {"N": "negative", "P": "positive"},
}
WORDS = {"J": "身份证", "PP": "护照", "N": "阴性", "P": "阳性"}
VALID = "SELECT sample_number, outcome FROM result WHERE ended_at IS NULL ORDER BY 1"


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    standing.institution(AT, code=OTHER, name="江岸医学检验所")
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


def line(n: int, outcome: str = "N", name: str = "张三", tube: str = "") -> str:
    return f"{name},J,{resident_number(n)},2022-11-08 08:00,{tube or f'S{n}'},{outcome},3床"


def plainly(text: str) -> str:
    """The same file as a laboratory writes it whose words the desk knows."""
    return "\n".join(
        KNOWN if row == HEADINGS else ",".join(WORDS.get(cell, cell) for cell in row.split(",")) for row in text.split("\n")
    )


def file(*lines: str, head: str = HEADINGS, institution: str = LAB) -> IncomingFile:
    return IncomingFile("\n".join((head, *lines)).encode("utf-8-sig"), "a.csv", institution)


def commit(by: Staff, incoming: IncomingFile, minutes: int = 0) -> ImportReport:
    return lab_imports.commit(incoming, by=by, at=AT + timedelta(minutes=minutes))


def told(report: ImportReport) -> tuple[object, ...]:
    return report.rows, report.outcomes, report.problems, report.codes


def drifted(report: ImportReport) -> dict[NoteCode, str]:
    return {note.code: note.values["headings"] for note in report.notes}


def test_a_file_is_read_by_what_was_said_of_its_institution_and_no_other_ones_is(liaison: Staff) -> None:
    both = standing.staff(Role.LAB_LIAISON, AT, name="both", institutions=[LAB, OTHER])
    with pytest.raises(FileRefused, match="no_known_headings"):
        lab_imports.preview(file(line(1), head="甲,证类,送检人证号,时,管码,判读,床号"), by=liaison, at=AT)
    kept = column_mappings.remember(LAB, SAID, by=liaison, at=AT)

    mapped = lab_imports.preview(file(line(1), line(2, "P"), line(3, "?")), by=both, at=AT)

    assert column_mappings.remembered(LAB, by=liaison, at=AT) == kept
    clean = IncomingFile(plainly("\n".join((HEADINGS, line(1), line(2, "P"), line(3, "?")))).encode(), "a.csv", LAB)
    assert told(mapped) == told(lab_imports.preview(clean, by=both, at=AT))
    assert (mapped.rows["recorded"], mapped.rows["refused"]) == (2, 1)
    elsewhere = lab_imports.preview(file(line(1), institution=OTHER), by=both, at=AT)
    assert elsewhere.rows["refused"] == 1


def test_only_its_own_liaison_says_it_and_the_act_has_its_event(liaison: Staff) -> None:
    with pytest.raises(FileRefused, match="other_institution"):
        column_mappings.remember(OTHER, SAID, by=liaison, at=AT)
    with pytest.raises(FileRefused, match="other_institution"):
        column_mappings.remembered(OTHER, by=liaison, at=AT)
    column_mappings.remember(LAB, SAID, by=liaison, at=AT)
    with pytest.raises(Refused, match="nothing_changed"):
        column_mappings.remember(LAB, SAID, by=liaison, at=AT)
    with pytest.raises(Refused, match="word_known"):
        column_mappings.remember(LAB, {"outcomes": {"阳性": "negative"}}, by=liaison, at=AT)

    found = rows("SELECT subject, figures FROM event WHERE act = 'columns_mapped'")

    assert [subject for subject, _ in found] == [f"institution {LAB}"]
    assert json.loads(str(found[0][1])) == {"headings": 5, "document_kinds": 2, "assays": 0, "outcomes": 2}


def test_what_was_said_last_holds_and_what_held_before_is_kept(liaison: Staff) -> None:
    column_mappings.remember(LAB, {"outcomes": {"N": "inconclusive"}}, by=liaison, at=AT)
    column_mappings.remember(LAB, SAID, by=liaison, at=AT)

    assert commit(liaison, file(line(1))).outcomes == {"naat": {"negative": 1}}
    assert rows("SELECT count(*) FROM column_mapping") == [(2,)]


def test_two_columns_for_one_are_refused_by_their_names(liaison: Staff) -> None:
    column_mappings.remember(LAB, {"headings": {"判读": "outcome"}}, by=liaison, at=AT)

    with pytest.raises(Refused, match="two_columns_for_one") as refused:
        lab_imports.preview(file(line(1), head="姓名,检测结果,证件号码,采样时间,样本编号,判读,床号"), by=liaison, at=AT)

    assert refused.value.values["headings"] == "“检测结果” · “判读”"


def test_another_mapping_makes_another_preview(liaison: Staff) -> None:
    column_mappings.remember(LAB, SAID, by=liaison, at=AT)
    seen = lab_imports.preview(file(line(1)), by=liaison, at=AT)
    other = {**SAID, "headings": {**SAID["headings"], "床号": "sampling_site"}}
    column_mappings.remember(LAB, other, by=liaison, at=AT)

    with pytest.raises(Refused, match="preview_moved"):
        lab_imports.commit(file(line(1)), fingerprint=seen.fingerprint, by=liaison, at=AT)

    again = lab_imports.preview(file(line(1)), by=liaison, at=AT)
    assert told(again) == told(seen)
    done = lab_imports.commit(file(line(1)), fingerprint=again.fingerprint, by=liaison, at=AT)
    assert told(done) == told(again)


def test_what_is_said_of_one_file_holds_for_it_alone(liaison: Staff) -> None:
    mapping = column_mappings.remember(LAB, SAID, by=liaison, at=AT)
    column_mappings.remember(LAB, {}, by=liaison, at=AT)

    assert commit(liaison, replace(file(line(1)), mapping=mapping)).rows["recorded"] == 1
    assert commit(liaison, file(line(2)), 1).rows["refused"] == 1


def test_the_problem_file_has_their_own_words_and_is_read_again(liaison: Staff) -> None:
    column_mappings.remember(LAB, SAID, by=liaison, at=AT)
    number = str(commit(liaison, file(line(1), line(2, "Q"), line(3, "P").replace("2022-11-08", "2022-13-08"))).batch)

    made = own_uploads.problem_file(number, "zh", by=liaison, at=AT).content.decode("utf-8-sig")

    head, first, second = made.splitlines()
    assert head.endswith(f",{HEADINGS}")
    assert first.endswith(line(2, "Q"))
    assert second.endswith(line(3, "P").replace("2022-11-08", "2022-13-08"))
    put_right = made.replace(",Q,", ",N,").replace("2022-13-08", "2022-11-08").encode()
    again = commit(liaison, IncomingFile(put_right, "b.csv", LAB), 1)
    assert (again.rows["recorded"], again.notes) == (2, ())
    assert rows(VALID) == [("S1", "negative"), ("S2", "negative"), ("S3", "positive")]


def test_a_held_row_in_their_words_is_judged_again_whatever_is_said_by_then(liaison: Staff) -> None:
    column_mappings.remember(LAB, SAID, by=liaison, at=AT)
    commit(liaison, file(line(1)))
    held = commit(liaison, file(line(1, "P"), line(2)), 1)
    assert [one.code for one in held.problems] == [RowCode.CONTRADICTS]
    column_mappings.remember(LAB, {"outcomes": {"P": "invalid"}}, by=liaison, at=AT)

    with acting(liaison, Permission.IMPORT_RESULTS, AT + timedelta(minutes=5)) as session:
        upload_id = int(str(rows(f"SELECT id FROM upload WHERE number = '{held.batch}'")[0][0]))  # noqa: S608
        upload = held_rows.upload_of(session, upload_id, AT)
        waiting = rows_held.held(session.connection(), upload_id, rows=[2])
        taken = held_rows.take_in(session, upload, waiting, at=AT + timedelta(minutes=5))
        session.info[audit.RECORDED] = True

    assert taken.recorded == 1
    assert rows(VALID) == [("S1", "positive"), ("S2", "negative")]


def test_the_cells_of_a_fault_are_quoted_as_they_came(liaison: Staff) -> None:
    column_mappings.remember(LAB, SAID, by=liaison, at=AT)
    incoming = file(line(1, "Q"), line(2))
    report = lab_imports.preview(incoming, by=liaison, at=AT)

    cells = lab_cells.of_file(incoming, report.problems, by=liaison, at=AT)

    assert lab_cells.quoted(cells, [2], "outcome") == ("Q",)
    assert cells[2]["“证类”"] == "J"


def test_a_layout_that_drifts_is_told_until_it_is_taken_in(liaison: Staff) -> None:
    column_mappings.remember(LAB, SAID, by=liaison, at=AT)
    assert drifted(commit(liaison, file(line(1)))) == {}
    other = "姓名,证类,证件号码,采集日期,管码,判读,病区"
    turned = "床号,证类,送检人证号,采集日期,管码,判读,受检者"
    changed = {NoteCode.HEADINGS_GONE: "“受检者” · “送检人证号” · “床号”", NoteCode.HEADINGS_NEW: "“病区”"}

    assert drifted(lab_imports.preview(file(line(2), head=turned), by=liaison, at=AT)) == {}
    assert drifted(lab_imports.preview(file(line(2), head=other), by=liaison, at=AT)) == changed
    assert drifted(commit(liaison, file(line(2), head=other), 1)) == changed
    assert drifted(commit(liaison, file(line(3), head=other), 2)) == {}
    assert drifted(commit(liaison, file(line(4)), 3)) == {}, "the sort of file that came before is no news"


def test_a_large_file_is_mapped_and_drifts_as_a_small_one(liaison: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_slices, "AT_ONCE", 2)
    column_mappings.remember(LAB, SAID, by=liaison, at=AT)
    seen = lab_imports.preview(file(*map(line, range(1, 6)), line(6, "Q")), by=liaison, at=AT)
    column_mappings.remember(LAB, {**SAID, "assays": {"核": "naat"}}, by=liaison, at=AT)
    with pytest.raises(Refused, match="preview_moved"):
        lab_imports.commit(file(*map(line, range(1, 6)), line(6, "Q")), fingerprint=seen.fingerprint, by=liaison, at=AT)

    done = commit(liaison, file(*map(line, range(1, 6)), line(6, "Q")))

    assert told(done) == told(seen)
    assert done.rows["recorded"] == 5
    made = own_uploads.problem_file(str(done.batch), "en", by=liaison, at=AT).content.decode("utf-8-sig")
    assert made.splitlines()[0].endswith(f",{HEADINGS}")
    assert made.splitlines()[1].endswith(line(6, "Q"))
    assert set(drifted(lab_imports.preview(file(line(7), head=KNOWN), by=liaison, at=AT))) == {
        NoteCode.HEADINGS_GONE,
        NoteCode.HEADINGS_NEW,
    }
