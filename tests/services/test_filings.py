"""Filings and other channels' applications: taken whole, each once; a filing settles the applications that wait for it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import FileRefused, Refused
from hbcore.services import application_imports, applications, audit, filings, preview_quota
from hbcore.services.uploads import IncomingFile
from tests.services.applying import AT, PASSPORT, WUCHANG, acts, refusals, reviewer, rows

pytestmark = pytest.mark.usefixtures("database")

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
HEADER = "护照号码,国籍,姓名,出生日期,性别,入境日期,住址\n"


def listed(*lines):
    """A list; a line with a name and a birth date is filled up with empty cells."""
    lines = [line + "," * (6 - line.count(",")) if line.count(",") == 3 else line for line in lines]
    return IncomingFile((HEADER + "\n".join(lines) + "\n").encode(), "filings.csv")


def example(name):
    return IncomingFile((EXAMPLES / name).read_bytes(), name)


# the filing's line                                   | check          | why not approved now
FILED = [
    ("C50078212,法国,MARTIN ANNA,1988-03-12", "agrees", None),
    ("c 5007-8212,FRA,Anna Martin,1988/3/12", "agrees", None),
    ("C50078212,,MARTIN ANNA,", "agrees", None),
    ("C50078212,法国,MÄRTIN ANNA,1988-03-12", "agrees", None),
    ("C50078212,法国,MARTIN-ANNA,1988-03-12", "agrees", None),
    ("C50078212,法国,MARTIN ANNA,1988-12-03", "differs", "filing_differs"),
    ("C50078212,法国,MARTIN HANNAH,1988-03-12", "differs", "filing_differs"),
    ("C50078212,德国,MARTIN ANNA,1988-03-12", "differs", "filing_differs"),
    ("C50078212,德国,SCHMIDT JÖRG,1979-05-20", "not_received", "filing_not_received"),
    ("C50078213,法国,MARTIN ANNA,1988-03-12", "not_received", "filing_not_received"),
]


@pytest.mark.parametrize("before", [True, False], ids=["filing first", "application first"])
@pytest.mark.parametrize(("line", "check", "why_not"), FILED)
def test_a_filing_settles_an_application_whichever_comes_first(line, check, why_not, before):
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    steps = [
        lambda: filings.import_filings(listed(line), by=clerk, at=AT),
        lambda: applications.enter(PASSPORT, by=clerk, at=AT),
    ]

    for step in steps if before else steps[::-1]:
        step()
    (seen,) = applications.queue(by=colleague, at=AT)

    assert (seen.filing, seen.why_not) == (check, why_not)
    assert rows("SELECT registration FROM person") == [("mismatch" if check == "differs" else "waiting",)]
    assert rows("SELECT row FROM code_segment") == [("grey-mismatch" if check == "differs" else "grey-review",)]


def test_the_two_values_of_a_difference_stand_side_by_side():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    filings.import_filings(listed("C50078212,法国,MARTIN ANNA,1988-12-03"), by=clerk, at=AT)
    receipt = applications.enter(PASSPORT, by=clerk, at=AT)

    view = applications.one(receipt.id, by=colleague, at=AT)

    assert [(one.field, one.stated, one.other) for one in view.differences] == [("birth_date", "1988-03-12", "1988-12-03")]


def test_a_newer_list_takes_the_place_of_an_older_one():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    filings.import_filings(listed("C50078212,法国,MARTIN ANNA,1988-12-03"), by=clerk, at=AT)
    applications.enter(PASSPORT, by=clerk, at=AT)

    filings.import_filings(listed("C50078212,法国,MARTIN ANNA,1988-03-12"), by=clerk, at=AT)

    assert applications.queue(by=colleague, at=AT)[0].filing == "agrees"
    assert len(rows("SELECT id FROM filing")) == 1


def test_the_same_list_twice_changes_nothing():
    clerk = reviewer("clerk")

    first = filings.import_filings(example("filings.csv"), by=clerk, at=AT)
    again = filings.import_filings(example("filings.csv"), by=clerk, at=AT)

    assert (first.status, again.status) == ("committed", "already_committed")
    assert (first.rows, first.batch) == (again.rows, again.batch)
    assert acts() == ["filings_imported"]


def everything():
    """Every table of the desk but events and settings, as it stands."""
    tables = ("application", "filing", "person", "document", "person_token", "code_segment", "upload", "upload_row", "sample")
    return {table: rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables}  # noqa: S608 - our own names


LISTS = {
    "filings": (filings.preview, filings.import_filings),
    "applications": (application_imports.preview, application_imports.import_applications),
}


@pytest.mark.parametrize("sort", LISTS)
def test_a_preview_has_the_commits_figures_and_leaves_nothing_but_its_event(sort):
    clerk, (preview, commit) = reviewer("clerk"), LISTS[sort]
    applications.enter(PASSPORT, by=clerk, at=AT)
    applications.enter(replace(PASSPORT, document_number="X1234567", country="DEU", name="SCHMIDT JÖRG"), by=clerk, at=AT)
    before = everything()

    seen = preview(example(f"{sort}.csv"), by=clerk, at=AT)
    between = everything()
    done = commit(example(f"{sort}.csv"), by=clerk, at=AT)

    assert between == before
    assert (seen.status, seen.batch, dict(seen.receipts)) == ("preview", None, {})
    assert (seen.rows, seen.codes, seen.problems) == (done.rows, done.codes, done.problems)
    assert done.status == "committed"
    assert acts()[-2:] == [f"{sort}_previewed", f"{sort}_imported"]


@pytest.mark.parametrize("sort", LISTS)
def test_previews_have_a_quota(sort):
    clerk, (preview, _commit) = reviewer("clerk"), LISTS[sort]
    for _ in range(preview_quota.AN_HOUR):
        preview(example(f"{sort}.csv"), by=clerk, at=AT)

    with pytest.raises(Refused, match="too_many_previews"):
        preview(example(f"{sort}.csv"), by=clerk, at=AT)


def test_a_filing_that_comes_later_is_compared_with_what_is_with_a_second_person_or_asked_too():
    clerk, first = reviewer("clerk"), reviewer("first")
    asked = applications.enter(PASSPORT, by=clerk, at=AT).id
    applications.ask(asked, ["entry_record"], by=first, at=AT)
    other = replace(PASSPORT, document_number="X1234567", country="DEU", name="SCHMIDT JÖRG", birth_date="1979-05-20")
    sent_on = applications.enter(other, by=clerk, at=AT).id
    applications.send_on(sent_on, by=first, at=AT)
    lines = ("C50078212,法国,MARTIN ANNA,1988-12-03", "X1234567,德国,SCHMIDT JOERG,1979-05-20")

    filings.import_filings(listed(*lines), by=clerk, at=AT)

    assert rows("SELECT state, filing_check FROM application ORDER BY state") == [
        ("asked", "differs"),
        ("second_review", "agrees"),
    ]
    assert rows("SELECT registration FROM person ORDER BY registration") == [("mismatch",), ("second_review",)]
    assert set(rows("SELECT row FROM code_segment")) == {("grey-mismatch",), ("grey-review",)}


def test_rows_add_up_and_each_fault_is_named():
    report = filings.import_filings(
        listed(
            "C50078212,法国,MARTIN ANNA,1988-03-12,女,2020-02-11,武昌",
            "C50078212,法国,MARTIN ANNA,1988-03-12,女,2020-02-11,武昌",
            "12,法国,MARTIN ANNA,1988-03-12,女,2020-02-11,武昌",
            "C50078214,法兰西岛,xxx,12 March,?,2099-01-01,武昌",
            "C50078215,法国",
        ),
        by=reviewer("clerk"),
        at=AT,
    )

    assert dict(report.rows) == {"read": 5, "recorded": 1, "already_held": 1, "held": 0, "refused": 3, "skipped": 0}
    assert {(one.row, one.column, one.code) for one in report.problems} == {
        (4, "document_number", "bad_document"),
        (5, "name", "placeholder"),
        (5, "country", "unknown_country"),
        (5, "sex", "unknown_word"),
        (5, "birth_date", "not_a_date"),
        (5, "entry_date", "in_the_future"),
        (6, None, "too_few_cells"),
    }


@pytest.mark.parametrize(("unit", "outcome"), [("420000", "committed"), ("420100", "committed"), (WUCHANG, "not_allowed_here")])
def test_filings_come_to_the_prefecture_or_the_province(unit, outcome):
    try:
        became = filings.import_filings(example("filings.csv"), by=reviewer("clerk", unit), at=AT).status
    except Refused as refused:
        became = refused.code

    assert became == outcome
    assert len(refusals()) == (outcome != "committed")


def test_a_list_is_taken_whole_or_not_at_all(monkeypatch):
    clerk = reviewer("clerk")

    def fails(*_arguments, **_named):
        raise OSError("disk full")

    monkeypatch.setattr(audit, "record", fails)
    with pytest.raises(OSError, match="disk full"):
        filings.import_filings(example("filings.csv"), by=clerk, at=AT)

    assert rows("SELECT id FROM filing") == []
    assert rows("SELECT id FROM upload") == []


def test_what_is_no_list_is_refused_as_a_whole():
    with pytest.raises(FileRefused, match="no_known_headings"):
        filings.import_filings(IncomingFile(b"a,b\n1,2\n", "x.csv"), by=reviewer("clerk"), at=AT)


def test_another_channels_clock_runs_from_the_submission_there_and_anybody_may_decide():
    clerk = reviewer("clerk")

    report = application_imports.import_applications(example("applications.csv"), by=clerk, at=AT)
    lines = applications.queue(by=clerk, at=AT)
    made = applications.approve(lines[2].id, by=clerk, at=AT)

    assert dict(report.rows) == {"read": 4, "recorded": 4, "already_held": 0, "held": 0, "refused": 0, "skipped": 0}
    assert lines[0].due_at == lines[0].submitted_at + timedelta(hours=24)
    assert f"{lines[0].submitted_at:%m-%d %H:%M}" == "04-26 01:12"
    assert made.state == "approved"


def test_rows_of_another_unit_or_an_unknown_one_are_refused_and_open_ones_are_held_already():
    clerk = reviewer("clerk", WUCHANG)
    applications.enter(replace(PASSPORT, unit=WUCHANG), by=clerk, at=AT)

    report = application_imports.import_applications(example("applications.csv"), by=clerk, at=AT)

    assert (report.rows["already_held"], report.rows["recorded"], report.rows["refused"]) == (1, 1, 2)
    assert {(one.column, one.code) for one in report.problems} == {("unit", "not_your_unit")}


LINE = "X{receipt},2020-04-26 10:00,港澳居民来往内地通行证,H94684388,CHAN TAI MAN,{unit}\n"


def exported(*receipts: int) -> IncomingFile:
    """Another channel's export of one applicant's submissions."""
    lines = "".join(LINE.format(receipt=one, unit=WUCHANG) for one in receipts)
    return IncomingFile(f"受理编号,提交时间,证件类型,证件号码,姓名,所在区县\n{lines}".encode(), f"{receipts}.csv")


def test_what_was_refused_does_not_come_back_with_the_next_export_but_another_submission_does():
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    application_imports.import_applications(exported(1), by=clerk, at=AT)
    (line,) = applications.queue(by=colleague, at=AT)
    applications.refuse(line.id, ["not_in_hubei"], by=colleague, at=AT)

    twice = application_imports.import_applications(exported(1, 1), by=clerk, at=AT)
    another = application_imports.import_applications(exported(2), by=clerk, at=AT)

    assert (twice.rows["already_held"], twice.rows["recorded"], another.rows["recorded"]) == (2, 0, 1)
    assert sorted(rows("SELECT state FROM application")) == [("refused",), ("waiting",)]


def test_whoever_is_registered_already_is_named():
    clerk = reviewer("clerk")
    application_imports.import_applications(example("applications.csv"), by=clerk, at=AT)
    permit = next(line for line in applications.queue(by=clerk, at=AT) if line.kind == "taiwan_permit")
    applications.approve(permit.id, by=clerk, at=AT)

    again = IncomingFile((EXAMPLES / "applications.csv").read_bytes() + b"\n", "again.csv")
    report = application_imports.import_applications(again, by=clerk, at=AT)

    assert [(one.row, one.code) for one in report.problems] == [(4, "already_registered")]
    assert report.rows["already_held"] == 3
