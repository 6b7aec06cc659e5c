"""Whose codes an upload changed: as many as its report says, by name for the supervisor alone."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import lab_imports, preview_quota, upload_changes
from hbcore.services.acting import Staff
from hbcore.services.import_report import ImportReport
from tests import standing
from tests.services.applying import look_ups, refusals, rows
from tests.services.test_positives_of_a_shift import Line, file
from tests.standing import JIANGAN, LAB, WUCHANG

AT = datetime(2022, 11, 10, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


@pytest.fixture
def supervisor(liaison: Staff) -> Staff:
    return standing.staff(Role.SUPERVISOR, AT, name="supervisor", unit=WUCHANG)


def commit(by: Staff, *lines: Line, after: int = 0) -> ImportReport:
    return lab_imports.commit(file(*lines, tag=str(after)), by=by, at=AT + after * MINUTE)


def test_an_upload_opens_who_turned_into_what_masked_and_as_one_look_up(liaison, supervisor):
    commit(liaison, (0, "阴性"), (1, "阴性"), (2, "阴性"))
    then = commit(liaison, (0, "阳性", "核酸", "T0"), (1, "阳性", "核酸", "T1"), (7, "阴性"), after=1)

    seen = upload_changes.listed(by=supervisor, at=AT)
    assert (seen[0].number, dict(seen[0].codes)) == (then.batch, {"green>red": 2, "none>green": 1})
    before = look_ups()
    red = upload_changes.who(str(then.batch), "green>red", by=supervisor, at=AT)

    assert ([one.name for one in red.people], red.in_unit, red.elsewhere) == (["张*", "张*"], 2, 0)
    assert look_ups() == before + 1
    assert upload_changes.who(str(then.batch), by=supervisor, at=AT).in_unit == 3


def test_only_a_supervisor_of_the_unit_opens_it_and_who_lives_elsewhere_is_counted(liaison, supervisor):
    report = commit(liaison, (0, "阳性"), (1, "阳性"))
    elsewhere = standing.staff(Role.SUPERVISOR, AT, name="elsewhere", unit=JIANGAN)
    with pytest.raises(Refused, match="not_allowed"):
        upload_changes.who(str(report.batch), by=liaison, at=AT)
    with pytest.raises(Refused, match="unknown_upload"):
        upload_changes.who(str(report.batch), by=elsewhere, at=AT)
    assert upload_changes.listed(by=elsewhere, at=AT) == ()

    (person,) = rows("SELECT min(id) FROM person")
    with standing.engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(f"UPDATE person SET unit = '{JIANGAN}' WHERE id = {person[0]}")  # noqa: S608

    found = upload_changes.who(str(report.batch), by=supervisor, at=AT)
    assert (len(found.people), found.elsewhere) == (1, 1)


def test_previews_are_so_many_an_hour_and_a_refusal_is_an_event(liaison, monkeypatch):
    monkeypatch.setattr(preview_quota, "_LATEST", preview_quota._LATEST.offset(2))
    for n in range(3):
        lab_imports.preview(file((n, "阴性")), by=liaison, at=AT + n * MINUTE)

    with pytest.raises(Refused, match="too_many_previews"):
        lab_imports.preview(file((3, "阴性")), by=liaison, at=AT + 4 * MINUTE)

    assert refusals() == ['{"why": "too_many_previews"}']
    lab_imports.preview(file((3, "阴性")), by=liaison, at=AT + 61 * MINUTE)
    lab_imports.commit(file((3, "阴性")), by=liaison, at=AT + 61 * MINUTE)


WHO = count(0)
WORDS = st.sampled_from(["阴性", "阳性", "可疑", "阴性 更正", "阳性 更正", "阴性 作废", "可疑 更正"])


@pytest.mark.sqlite_only  # the chains are the same on both databases
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(st.tuples(st.integers(0, 4), WORDS, st.integers(0, 2)), min_size=1, max_size=5), max_size=4))
def test_as_many_are_found_as_the_report_of_each_upload_counted(files, liaison, supervisor):
    first = 10 * next(WHO)
    for n, lines in enumerate(files):
        some = [(first + who, what, "核酸", f"T{first + who}-{tube}") for who, what, tube in lines]
        report = commit(liaison, *some, after=first + n)
        if report.status != "committed":
            continue

        for change, people in report.codes.items():
            assert upload_changes.who(str(report.batch), change, by=supervisor, at=AT).in_unit == people
        everybody = upload_changes.who(str(report.batch), by=supervisor, at=AT)
        assert everybody.in_unit == sum(report.codes.values())
