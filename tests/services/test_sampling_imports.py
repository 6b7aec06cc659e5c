"""A sampling registration is taken whole; who is in it counts as sampled at once, and a preview says what its commit does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import FileRefused, Refused
from hbcore.domain.vocabulary import Colour, Outcome, Purpose, Role
from hbcore.services import institutions, lab_imports, missing, own_uploads, people, policy_publishing, sampling_imports
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from hbcore.storage import sealing
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import DOCUMENTS
from tests import standing
from tests.services.applying import acts, refusals, rows
from tests.services.publishing import WUHAN
from tests.services.sampling import WHO, samples
from tests.services.test_lab_imports import everything
from tests.standing import LAB, WUCHANG, Sampled

AT = datetime(2022, 11, 8, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
OTHER_LAB = "420502L01"


@pytest.fixture
def liaison(database: Path) -> Staff:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, institutions=[LAB])


@pytest.fixture
def clerk(database: Path) -> Staff:
    return standing.staff(Role.DISTRICT_STAFF, AT, name="clerk", unit=WUCHANG)


@pytest.fixture
def fresh_tests_asked_for(database: Path) -> None:
    """The 48-hour rule is in force in Wuhan."""
    first, second = (standing.staff(Role.SUPERVISOR, AT - 9 * HOUR, name=name, unit="420000") for name in ("first", "second"))
    policy_publishing.propose_kept(WUHAN, by=first, at=AT - 8 * HOUR)
    policy_publishing.publish(WUHAN, valid_from=AT - 7 * HOUR, by=second, at=AT - 8 * HOUR)


def test_the_shipped_example_is_taken(liaison: Staff) -> None:
    file = IncomingFile((EXAMPLES / "samples.csv").read_bytes(), "samples.csv")

    report = sampling_imports.commit(file, by=liaison, at=AT + HOUR)

    assert (report.rows["read"], report.rows["recorded"], report.problems) == (4, 4, ())
    assert report.codes == {"none>green": 3}, "a passport without an application has no code"
    assert rows("SELECT kind, institution FROM upload") == [("samples", LAB)]
    assert rows("SELECT count(*) FROM sampling") == [(4,)]
    assert rows("SELECT count(*) FROM sampling WHERE pooled") == [(3,)]
    assert acts() == ["samples_imported"]


@pytest.mark.parametrize(
    "lines",
    [
        "样本编号,检测结果\nT1,阴性\n",
        "样本编号,采样时间,检测结果\nT1,2022-11-08 07:40,阴性\n",
        "管号,采样点,IgG结果\nT1,某点,阴性\n",
        f"姓名,证件号码,采样时间,样本编号,检测结果\n{WHO[0][0]},{WHO[0][1]},2022-11-08 07:40,T1,阴性\n",
        f"姓名,证件号码,采样时间,样本编号,IgM（S/CO）\n{WHO[0][0]},{WHO[0][1]},2022-11-08 07:40,T1,0.4\n",
    ],
)
def test_a_file_with_outcomes_is_told_once_where_it_belongs(liaison: Staff, lines: str) -> None:
    for take in (sampling_imports.preview, sampling_imports.commit):
        with pytest.raises(FileRefused, match="results_file"):
            take(IncomingFile(lines.encode(), "tubes.csv"), by=liaison, at=AT)


def test_a_registration_with_a_column_for_outcomes_that_is_empty_is_one(liaison: Staff) -> None:
    lines = f"姓名,证件号码,采样时间,样本编号,检测结果\n{WHO[0][0]},{WHO[0][1]},2022-11-08 07:40,T1,　\n"

    report = sampling_imports.commit(IncomingFile(lines.encode(), "a.csv"), by=liaison, at=AT)

    assert (report.rows["recorded"], report.problems) == (1, ())


def test_a_registration_among_results_is_told_once_where_it_belongs(liaison: Staff) -> None:
    file = IncomingFile((EXAMPLES / "samples.csv").read_bytes(), "samples.csv", LAB)

    for take in (lab_imports.preview, lab_imports.commit):
        with pytest.raises(FileRefused, match="registration_file"):
            take(file, by=liaison, at=AT + HOUR)


def test_what_only_a_laboratory_s_file_has_makes_it_no_registration(liaison: Staff) -> None:
    lines = f"姓名,证件号码,样本编号,采样时间,检测时间\n{WHO[0][0]},{WHO[0][1]},T1,2022-11-08 07:40,2022-11-08 09:00\n"

    report = lab_imports.preview(IncomingFile(lines.encode(), "a.csv", LAB), by=liaison, at=AT)

    assert [(one.column, one.code) for one in report.problems] == [("outcome", "missing")]


def test_who_is_sampled_turns_green_where_fresh_tests_are_asked_for(
    fresh_tests_asked_for: None, liaison: Staff, clerk: Staff
) -> None:
    person = standing.person(WHO[0][1], AT, name=WHO[0][0])
    standing.result(person, Sampled(Outcome.NEGATIVE, AT - 60 * HOUR), AT - HOUR)

    report = sampling_imports.commit(samples("0 T1 07:40", "1 T1 07:41"), by=liaison, at=AT)

    assert report.codes == {"grey>green": 1, "none>green": 1}
    card = people.find(WHO[0][1], purpose=Purpose.CODE_QUESTION, by=clerk, at=AT)
    assert card
    assert card.code
    assert (card.code.row, card.code.until) == ("green-sampled", datetime(2022, 11, 9, 23, 40, tzinfo=UTC))
    stored = [
        tuple(rest) for of, *rest in rows("SELECT person_id, row, until_at FROM code_segment ORDER BY from_at") if of == person
    ]
    assert stored == [("green-sampled", int(card.code.until.timestamp() * 1_000_000)), ("grey-overdue", None)]


def test_without_such_a_rule_a_sampling_clears_nothing(liaison: Staff, clerk: Staff) -> None:
    person = standing.person(WHO[0][1], AT, name=WHO[0][0])
    standing.result(person, Sampled(Outcome.POSITIVE, AT - 60 * HOUR), AT - HOUR)

    report = sampling_imports.commit(samples("0 T1 07:40"), by=liaison, at=AT)

    card = people.find(WHO[0][1], purpose=Purpose.CODE_QUESTION, by=clerk, at=AT)
    assert card
    assert card.code
    assert (report.codes, card.code.colour) == ({}, Colour.RED)


def test_a_preview_says_what_the_commit_does_and_changes_nothing(fresh_tests_asked_for: None, liaison: Staff) -> None:
    file = samples("0 T1 07:40", "1 T1 早上", "2 T2 07:42", "2 T2 07:42")
    before = everything()

    seen = sampling_imports.preview(file, by=liaison, at=AT)

    assert everything() == before
    done = sampling_imports.commit(file, by=liaison, at=AT)
    assert (seen.status, seen.batch) == ("preview", None)
    assert (seen.rows, seen.problems, seen.codes) == (done.rows, done.problems, done.codes)
    assert acts()[-2:] == ["samples_previewed", "samples_imported"]


def test_the_same_file_again_changes_nothing_and_repeats_the_first_figures(liaison: Staff) -> None:
    first = sampling_imports.commit(samples("0 T1 07:40"), by=liaison, at=AT)
    before = everything()

    again = sampling_imports.commit(samples("0 T1 07:40"), by=liaison, at=AT + HOUR)

    assert (again.status, again.batch, again.rows) == ("already_committed", first.batch, first.rows)
    assert everything() == before


# What stands | what comes | recorded, already held, corrected | times that stand
AGAIN = """
    0 T1 07:40 东湖       | 0 T1 07:40 东湖 | 0 1 0 | 07:40
    0 T1 07:40 东湖       | 0 T1 07:50 东湖 | 1 0 1 | 07:50
    0 T1 07:40 东湖       | 0 T1 07:40 南湖 | 1 0 1 | 07:40
    0 T1 07:40 东湖       | 0 T2 07:40 东湖 | 1 0 0 | 07:40 07:40
    0 T1 07:40 东湖       | 1 T1 07:40 东湖 | 1 0 0 | 07:40 07:40
"""


@pytest.mark.parametrize("in_one_file", [False, True])
@pytest.mark.parametrize("line", AGAIN.strip().splitlines())
def test_a_newer_registration_of_the_same_takes_the_place_of_the_older(line: str, in_one_file: bool, liaison: Staff) -> None:
    stands, comes, figures, times = (cell.strip() for cell in line.split("|"))
    if in_one_file:
        report = sampling_imports.commit(samples(stands, comes), by=liaison, at=AT)
    else:
        sampling_imports.commit(samples(stands, tag="first"), by=liaison, at=AT)
        report = sampling_imports.commit(samples(comes), by=liaison, at=AT + HOUR)

    recorded, already_held, corrected = map(int, figures.split())
    assert (report.rows["recorded"], report.rows["already_held"], report.rows["corrected"]) == (
        recorded + in_one_file,
        already_held,
        corrected,
    )
    valid = rows("SELECT sampled_at FROM sampling WHERE ended_at IS NULL ORDER BY sampled_at")
    assert [f"{datetime.fromtimestamp(int(str(at)) / 1e6, UTC) + 8 * HOUR:%H:%M}" for (at,) in valid] == times.split()
    assert rows("SELECT count(*) FROM sampling") == [(1 + recorded,)], "what ended stays as history"


def test_another_name_for_a_document_we_hold_is_kept_for_a_persons_eyes(liaison: Staff) -> None:
    standing.person(WHO[0][1], AT, name="王伟")

    report = sampling_imports.commit(samples("0 T1 07:40", "1 T1 07:40"), by=liaison, at=AT)

    assert (report.rows["held"], report.rows["recorded"]) == (1, 1)
    assert [(one.row, one.column, one.code) for one in report.problems] == [(3, "name", "name_differs")]
    assert rows("SELECT row_number, status FROM upload_row") == [(3, "held")]


@pytest.mark.parametrize("held_as", ["name_differs", "ambiguous_document"])
def test_a_registration_that_is_held_tells_what_helps_for_no_queue_settles_it(held_as: str, liaison: Staff, clerk: Staff) -> None:
    number = WHO[0][1]
    standing.person(number, AT, name="王伟")
    if held_as == "ambiguous_document":
        other = standing.person(WHO[2][1], AT, name="李娜")
        with engine().connect().execution_options(writes=True) as connection, connection.begin():
            again = sa.select(DOCUMENTS).where(DOCUMENTS.c.key == sealing.document_key("resident_id", number))
            row = connection.execute(again).one()._mapping
            connection.execute(DOCUMENTS.insert().values(**{**row, "person_id": other, "country": "FRA"}))
    report = sampling_imports.commit(samples("0 T1 07:40", "1 T1 07:40"), by=liaison, at=AT)
    assert [one.code for one in report.problems] == [held_as]

    made = own_uploads.problem_file(str(report.batch), "en", by=liaison, at=AT).content.decode("utf-8-sig")
    answer = missing.of_number(number, purpose=Purpose.OWN_REQUEST, by=clerk, at=AT)

    assert "the sampling is not registered" in made
    assert "have the laboratory send the result with name and number" in made
    assert [(one.held, one.kind) for one in answer.rows] == [(True, "samples")]


def test_a_liaison_imports_for_own_institutions_and_staff_of_a_district_for_any(liaison: Staff, clerk: Staff) -> None:
    standing.institution(AT, OTHER_LAB, "宜昌第三检验中心", standing.YICHANG)
    of_two = standing.staff(Role.LAB_LIAISON, AT, name="of.two", institutions=[LAB, OTHER_LAB])

    sampling_imports.commit(samples("0 T1 07:40", tag="a"), by=liaison, at=AT)
    sampling_imports.commit(samples("0 T2 07:40", tag="b"), by=clerk, at=AT)
    sampling_imports.commit(samples("0 T3 07:40", tag="c", institution=OTHER_LAB), by=of_two, at=AT)
    sampling_imports.commit(samples("0 T4 07:40", tag="d"), by=of_two, at=AT)

    assert rows("SELECT sample_number, institution FROM sampling ORDER BY sample_number") == [
        ("T1", LAB),
        ("T2", ""),
        ("T3", OTHER_LAB),
        ("T4", ""),
    ]


def test_who_names_none_of_several_institutions_brings_nothing_in_while_one_is_suspended(database: Path) -> None:
    standing.institution(AT)
    standing.institution(AT, OTHER_LAB, "宜昌第三检验中心", standing.YICHANG)
    of_two = standing.staff(Role.LAB_LIAISON, AT, name="of.two", institutions=[LAB, OTHER_LAB])
    institutions.suspend(LAB, "-", by=standing.staff(Role.ADMINISTRATOR, AT, name="administrator"), at=AT)

    for institution in ("", LAB):
        with pytest.raises(FileRefused) as refused:
            sampling_imports.commit(samples("0 T1 07:40", institution=institution), by=of_two, at=AT)
        assert refused.value.code == "institution_suspended"
    named = sampling_imports.commit(samples("0 T1 07:40", institution=OTHER_LAB), by=of_two, at=AT)

    assert (named.rows["recorded"], rows("SELECT institution FROM sampling")) == (1, [(OTHER_LAB,)])


def test_another_institution_s_a_suspended_one_s_and_somebody_else_s_are_refused_on_record(liaison: Staff) -> None:
    standing.institution(AT, OTHER_LAB, "宜昌第三检验中心", standing.YICHANG)
    auditor = standing.staff(Role.AUDITOR, AT, name="auditor")

    for by, institution, code in (
        (liaison, OTHER_LAB, "other_institution"),
        (liaison, "nowhere", "unknown_institution"),
        (auditor, "", "not_allowed"),
    ):
        with pytest.raises(Refused) as refused:
            sampling_imports.commit(samples("0 T1 07:40", institution=institution), by=by, at=AT)
        assert refused.value.code == code
    assert len(refusals()) == 3
    assert rows("SELECT count(*) FROM sampling") == [(0,)]


def test_registrations_of_somebody_joined_are_found_by_the_person_they_turned_out_to_be(liaison: Staff, clerk: Staff) -> None:
    sampling_imports.commit(samples("0 T1 07:40"), by=liaison, at=AT)

    ((person, unit),) = rows("SELECT p.id, p.unit FROM person p JOIN sampling s ON s.person_id = p.id")

    card = people.find(WHO[0][1], purpose=Purpose.CODE_QUESTION, by=clerk, at=AT)
    assert card
    assert (card.id, unit) == (person, WUCHANG)
