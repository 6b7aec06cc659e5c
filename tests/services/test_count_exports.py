"""Counts as files: what stands in them, that nothing in them is run, who took them."""

import csv
import io
import json
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import count_exports
from hbcore.services.acting import Staff
from hbcore.services.audit import EVENTS
from hbcore.services.count_exports import Exported, FileKind, Sheet
from hbcore.storage.engine import engine
from tests import standing
from tests.standing import WUCHANG, YICHANG

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)
TODAY = date(2020, 11, 23)
RUNS = ("=1+1", "+1", "-1", "@A1", "＝1", "＋1", "－1", "＠A1", "\t=1")
MARK = "赵敏 11月23日 09:40 {number} & 内部使用"


@pytest.fixture
def supervisor(database: Path) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT, name="zhao.min", unit=WUCHANG)


def sheet(unit: str = WUCHANG) -> Sheet:
    return Sheet(unit, TODAY, TODAY, ("辖区", "=阴性"), [("武昌区", 1204), *((cell, 0) for cell in RUNS)])


def cells(made: Exported) -> list[list[object]]:
    """The file's lines as a spreadsheet reads them, formulas as they stand there."""
    if made.name.endswith("csv"):
        return list(map(list, csv.reader(io.StringIO(made.content.decode("utf-8-sig")))))
    page = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]
    return [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]


@pytest.mark.parametrize("kind", FileKind)
def test_nothing_in_a_file_is_run_as_a_formula(supervisor, kind):  # S25
    made = count_exports.export(sheet(), kind, MARK, by=supervisor, at=AT)

    lines = cells(made)
    assert lines[0] == ["辖区", "'=阴性"]
    assert [line[0] for line in lines[2 : 2 + len(RUNS)]] == [f"'{cell}" for cell in RUNS]


def test_in_a_workbook_numbers_are_numbers_and_no_cell_is_a_formula(supervisor):
    made = count_exports.export(sheet(), FileKind.XLSX, MARK, by=supervisor, at=AT)

    page = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]
    assert page["B2"].value == 1204
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("kind", FileKind)
def test_the_file_says_who_took_it_under_which_number(supervisor, kind):
    made = count_exports.export(sheet(), kind, MARK, by=supervisor, at=AT)

    assert cells(made)[-1] == [f"赵敏 11月23日 09:40 {made.number} & 内部使用"]
    assert made.name == f"{made.number}.{kind}"
    assert made.number.startswith("X201123-")


def test_the_mark_stands_on_every_printed_page(supervisor):
    made = count_exports.export(sheet(), FileKind.XLSX, MARK, by=supervisor, at=AT)

    page = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]
    for printed in (page.oddHeader, page.oddFooter):
        assert printed.center.text == f"赵敏 11月23日 09:40 {made.number} && 内部使用"


def test_each_export_is_one_event_with_the_files_digest(supervisor):
    made = count_exports.export(sheet(), FileKind.CSV, MARK, by=supervisor, at=AT)

    with engine().connect() as connection:
        rows = connection.execute(sa.select(EVENTS.c.subject, EVENTS.c.figures).where(EVENTS.c.act == "counts_exported")).all()
    ((subject, figures),) = rows
    assert subject == f"unit {WUCHANG}"
    assert json.loads(figures) == {
        "number": made.number,
        "kind": "csv",
        "first": "2020-11-23",
        "last": "2020-11-23",
        "rows": 1 + len(RUNS),
        "sha256": sha256(made.content).hexdigest(),
    }


def test_counts_of_another_unit_do_not_leave(supervisor):  # S10
    with pytest.raises(Refused, match="not_your_unit"):
        count_exports.export(sheet(YICHANG), FileKind.CSV, MARK, by=supervisor, at=AT)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DISTRICT_STAFF, Role.SUPERVISOR)])
def test_other_roles_export_nothing(database, role):  # S08
    with pytest.raises(Refused, match="not_allowed"):
        count_exports.export(sheet(), FileKind.CSV, MARK, by=standing.staff(role, AT, name="someone.else", unit=WUCHANG), at=AT)
