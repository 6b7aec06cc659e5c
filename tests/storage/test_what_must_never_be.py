"""The database refuses what must never be, also by direct SQL: each line is one attempt."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hbcore.domain.vocabulary import Role
from hbcore.storage.engine import engine
from tests import standing

AT = datetime(2020, 11, 23, 1, 40, tzinfo=UTC)

# A whole row of each table that may stand; {…} is what an attempt puts in its place.
ROWS = {
    "application": "id=1 receipt='A1' secret_hash=x'00' person_id=1 unit='420106' state='waiting' channel='counter'"
    " document_kind='passport' document_key=x'00' country='FRA' sealed=x'00' key_version=1 filing_check='agrees'"
    " filing_fields='[]' submitted_at=1 reasons='[]' recorded_at=1",
    "person": "id=1 unit='' unit_source='unknown' registration='none' number=1 name_token=x'00' sealed=x'00' key_version=1"
    " recorded_at=1",
    "document": "key=x'00' country='FRA' person_id=1 kind='passport'",
    "look_up_number": "number=1 person_id=1",
    "filing": "id=1 document_key=x'00' country='FRA' sealed=x'00' key_version=1 upload_id=1 recorded_at=1",
    "upload": "id=1 number='B1' kind='results' institution='L' sealed=x'00' key_version=1 digest='d' status='committed'"
    " report='{}' recorded_by=1 recorded_at=1",
    "upload_row": "upload_id=1 row_number=1 status='held' problems='[]' sealed=x'00' key_version=1",
    "result": "person_id=1 assay='naat' sampled_at=1 id=1 outcome='negative' single=1 recorded_at=1 institution='L'"
    " sample_number='S' upload_id=1",
    "sample": "sample_number='S' sampled_day=1 institution='L' assay='naat' person_id=1 result_id=1 sampled_at=1",
    "fact": "person_id=1 id=1 kind='fever' from_at=1 source='desk' evidence='-' recorded_at=1 proposed_by=1 confirmed_by=2",
    "fact_list": "id=1 what='facts' source='desk' unit='420106' kinds='{}' people=1 against=1 burst=1 proposal_id=1"
    " proposed_by=1 proposed_at=1 sealed=x'00' key_version=1",
    "fact_list_row": "list_id=1 row_number=2 held_for='name_differs' sealed=x'00' key_version=1",
    "fact_list_line": "person_id=1 list_id=1 id=1 kind='fever' from_at=1 evidence='-' sealed=x'00' key_version=1",
    "recolouring_request": "person_id=1 id=1 unit='420106' ground='released' state='entered' channel='phone' sealed=x'00'"
    " key_version=1 entered_by=5 entered_at=1 reasons='[]'",
    "recolouring_step": "person_id=1 request_id=1 id=1 act='enter' after='entered' reasons='[]' by_id=5 at=1",
    "evidence_image": "person_id=1 about=1 id=1 sealed=x'00' key_version=1 added_by=5 added_at=1",
    "outside_result": "person_id=1 id=1 unit='420106' assay='naat' outcome='negative' sampled_at=1 sealed=x'00' key_version=1"
    " proposed_by=5 proposed_at=1",
    "temperature": "person_id=1 id=1 unit='420106' place_unit='420102' state='open' first=376 second=375 second_at=2 notice_at=2"
    " done='[]' sealed=x'00' key_version=1 recorded_by=5 recorded_at=1",
    "national_entry": "id=1 unit='420106' language='en' sealed=x'00' key_version=1 recorded_by=5 recorded_at=1",
    "gate_count": "unit='420106' day=1 figure='readings' n=1",
    "trusted_key": "id=1 source='EU' kid=x'00' public=x'00' imported_by=1 imported_at=1",
    "policy": "id='p' scope='420000' content='{}' recorded_at=1",
    "code_segment": "person_id=1 from_at=5 colour='green' row='-' policy='p' unit='420106' cause=1",
    "code_history": "person_id=1 from_at=5 until_at=6 colour='green' row='-' policy='p' unit='420106' cause=1 replaced_by=2",
    "code_bucket": "unit='420106' colour='green' minute=1 n=1",
    "test_count": "day_of='recorded' day=1 unit='420106' institution='L' assay='naat' outcome='negative' n=1 corrected=0"
    " withdrawn=0",
    "tested_count": "day_of='recorded' day=1 unit='420106' whole=1 institution='' assay='naat' people=1 tubes=1",
    "upload_count": "day_of='recorded' day=1 unit='420106' assay='naat' outcome='negative' upload_id=1 n=1",
    "daily_report": "unit='420106' day=1 version=1 content='{}' confirmed_by=1 confirmed_at=1",
    "staff": "id=1 name='li' full_name='li' role='auditor' password='-' language='zh' recorded_at=1",
    "staff_institution": "staff_id=7 institution='420106L01'",
    "staff_session": "id_hash=x'00' staff_id=7 began_at=1 seen_at=1",
    "sign_in_ticket": "id_hash=x'00' staff_id=7 expires_at=1",
    "institution": "code='L9' name='L9' unit='420106' recorded_at=1",
    "unit": "code='9' name_zh='-' name_en='-' parent='420000' level='county'",
    "code_key": "kid=x'00' use='status' public=x'00' from_at=5 signs_until=6 until_at=7",
    "revoked_code": "person_id=1 cti=x'00' expires_at=5 reason='lost' proposed_by=1 confirmed_by=2 revoked_at=1",
    "event": "seq=1 at=1 act='-' by_name='' role='' unit='' via='-' subject='' figures='{}' previous=x'' hash=x''",
}

NEVER = """
    application       | state='mismatch'                           | state_known           | derived, never stored
    application       | document_kind='driving_licence'            | document_kind_known   |
    application       | filing_check='perhaps'                     | filing_check_known    |
    application       | decided_at=5                               | decided_by_somebody   | decided by nobody
    application       | decided_by=5                               | decided_by_somebody   | decided at no time
    application       | entered_by=5 decided_by=5 decided_at=5     | no_self_approval      | S14
    application       | unit='nowhere'                             | FOREIGN KEY           |
    application       | submitted_at=NULL                          | NOT NULL              |
    person            | registration='somehow'                     | registration_known    |
    person            | unit_source='guessed'                      | unit_source_known     |
    person            | sealed=NULL                                | NOT NULL              |
    document          | kind='driving_licence'                     | kind_known            |
    upload            | kind='photos'                              | kind_known            |
    upload            | status='perhaps'                           | status_known          |
    upload_row        | status='recorded'                          | status_known          | recorded rows are results
    result            | assay='influenza'                          | assay_known           |
    result            | outcome='pending'                          | outcome_known         |
    result            | ended_at=5                                 | ended_somehow         |
    result            | ended_how='corrected'                      | ended_somehow         |
    result            | ended_at=5 ended_how='erased'              | ended_how_known       |
    fact              | kind='rumour'                              | kind_known            |
    fact              | source='machine'                           | source_known          |
    fact              | confirmed_by=NULL                          | two_people            | S13
    fact              | proposed_by=NULL                           | two_people            | S13
    fact              | confirmed_by=1                             | two_people            | S14
    fact              | ended_at=1                                 | ended_by_two          | S13
    fact              | ended_at=1 end_proposed_by=1 end_confirmed_by=1 | ended_by_two     | S14
    fact_list         | people=201 case_number='C1'                | not_too_many          | S15
    fact_list         | people=0 case_number='C1'                  | not_too_many          |
    fact_list         | people=2                                   | many_need_a_case      | S15
    fact_list         | confirmed_by=1 confirmed_at=1              | two_people            | S14
    fact_list         | confirmed_by=2                             | confirmed_by_somebody |
    fact_list         | what='wish'                                | what_known            |
    fact_list         | source='recolouring'                       | source_known          |
    fact_list         | unit='nowhere'                             | FOREIGN KEY           |
    fact_list_line    | kind='rumour'                              | kind_known            |
    fact_list_row     | held_for='rumour'                          | held_for_known        |
    fact_list_row     | done_at=1                                  | done_by_somebody      |
    recolouring_request | ground='favour'                          | ground_known          |
    recolouring_request | state='approved'                         | state_known           |
    recolouring_request | reviewed_by=5 reviewed_at=1              | no_self_review        | S14
    recolouring_request | decided_by=5 decided_at=1                | no_self_approval      | S14
    recolouring_request | reviewed_by=6 reviewed_at=1 decided_by=6 decided_at=1 | two_people | S14
    recolouring_request | state='confirmed' decided_by=6 decided_at=1 | confirmed_by_both  | confirmed, reviewed by nobody
    recolouring_request | state='confirmed' reviewed_by=6 reviewed_at=1 | confirmed_by_both | reviewed, confirmed by nobody
    recolouring_request | reviewed_by=6                            | reviewed_by_somebody  | at no time
    recolouring_request | decided_at=1                             | decided_by_somebody   | by nobody
    recolouring_step  | act='approve'                              | act_known             |
    outside_result    | outcome='positive'                         | counts_only           | nothing against a person by hand
    outside_result    | assay='igm'                                | counts_only           | nothing that clears an IgM
    outside_result    | assay='antigen'                            | counts_only           |
    outside_result    | assay='igg'                                | counts_only           |
    outside_result    | confirmed_by=5 confirmed_at=1 result_id=1  | two_people            | S14
    outside_result    | confirmed_by=6 confirmed_at=1              | counts_once_confirmed |
    outside_result    | result_id=1                                | counts_once_confirmed | counted, confirmed by nobody
    temperature       | state='ill'                                | state_known           |
    temperature       | first=299                                  | plausible             |
    temperature       | second=451                                 | plausible             |
    temperature       | state='normal'                             | twice_abnormal        | abnormal twice and no notice
    temperature       | second=372                                 | twice_abnormal        | a notice of a normal second
    temperature       | first=372                                  | twice_abnormal        |
    temperature       | second=NULL second_at=NULL                 | twice_abnormal        | a notice of one reading
    temperature       | notice_at=NULL                             | twice_abnormal        | a notice without its clock
    temperature       | second_at=NULL                             | second_at_some_time   |
    temperature       | state='closed' closed_for='mistake' settled_by=5 settled_at=3 | settled_by_another | S14
    temperature       | settled_by=6                               | settled_by_another    | at no time
    temperature       | state='closed' settled_by=6 settled_at=3   | ends_somehow          | for no reason
    temperature       | state='proposed' settled_by=6 settled_at=3 | ends_somehow          | no list
    temperature       | closed_for='mistake'                       | ends_somehow          | open and closed
    temperature       | state='undone'                             | ends_somehow          | at no time
    temperature       | unit='nowhere'                             | FOREIGN KEY           |
    national_entry    | unit='nowhere'                             | FOREIGN KEY           |
    gate_count        | figure='people'                            | figure_known          |
    trusted_key       | ended_at=1                                 | ended_by_somebody     |
    trusted_key       | from_at=2 until_at=1                       | not_ended_before      |
    policy            | valid_from=5                               | published_from        | in force, published by nobody
    policy            | published_at=5                             | published_from        |
    policy            | scope='nowhere'                            | FOREIGN KEY           |
    code_segment      | colour='orange'                            | colour_known          |
    code_segment      | until_at=5                                 | not_empty             | ends as it begins
    code_segment      | until_at=4                                 | not_empty             | ends before it begins
    code_history      | colour='orange'                            | colour_known          |
    code_history      | until_at=NULL                              | NOT NULL              | what was lived has an end
    code_bucket       | colour='orange'                            | colour_known          |
    test_count        | day_of='imagined'                          | day_of_known          |
    test_count        | assay='influenza'                          | assay_known           |
    test_count        | outcome='pending'                          | outcome_known         |
    tested_count      | day_of='imagined'                          | day_of_known          |
    tested_count      | assay='influenza'                          | assay_known           |
    upload_count      | outcome='pending'                          | outcome_known         |
    daily_report      | unit='nowhere'                             | FOREIGN KEY           |
    daily_report      | version=0                                  | version_counts        |
    daily_report      | confirmed_by=NULL                          | NOT NULL              | confirmed by nobody
    staff             | role='root'                                | role_known            |
    staff             | unit='nowhere'                             | FOREIGN KEY           |
    staff_institution | institution='nowhere'                      | FOREIGN KEY           |
    staff_institution | staff_id=404                               | FOREIGN KEY           |
    staff_session     | staff_id=404                               | FOREIGN KEY           |
    sign_in_ticket    | staff_id=404                               | FOREIGN KEY           |
    institution       | unit='nowhere'                             | FOREIGN KEY           |
    unit              | parent='nowhere'                           | FOREIGN KEY           |
    unit              | level='street'                             | level_known           |
    code_key          | use='letters'                              | use_known             |
    code_key          | signs_until=4                              | not_ended_before      | ended before it began
    code_key          | until_at=5                                 | believed_to_the_last  | its last code outlives it
    code_key          | until_at=NULL                              | ends_wholly           |
    revoked_code      | confirmed_by=1                             | two_people            | S14
    event             | hash=NULL                                  | NOT NULL              |
"""

# Two rows that differ in what is said: together they must not stand.
ONLY_ONCE = """
    application       | id=2                                   | application.receipt   | one receipt, one application
    document          | person_id=2                            | document              | one document, one person
    look_up_number    | person_id=2                            | look_up_number        |
    filing            | id=2                                   | filing                |
    upload            | id=2 number='B2'                       | upload                | the same file, standing twice
    upload            | id=2 digest='e'                        | upload.number         |
    result            | outcome='positive'                     | result                | a result is never said anew
    sample            | result_id=2                            | sample                |
    recolouring_request | id=2                                 | recolouring_request.person_id | one of a ground at a time
    fact              | kind='confirmed'                       | fact                  |
    fact_list_line    | kind='confirmed'                       | fact_list_line        | a person stands in a list once
    code_segment      | colour='red'                           | code_segment          | two colours at once
    code_bucket       | n=2                                    | code_bucket           |
    daily_report      | content='[]'                           | daily_report          | a version is never said anew
    staff             | id=2                                   | staff.name            |
    institution       | code='L8'                              | institution.name      |
    code_key          | public=x'01'                           | code_key              |
    revoked_code      | reason='copied'                        | revoked_code          | taken back once
    event             | act='other'                            | event.seq             | two events of one number
"""

TRUE = ("single", "whole", "burst")
SAYS = {"FOREIGN KEY": "FOREIGN KEY|foreign key", "NOT NULL": "NOT NULL|not-null"}
"""SQLite's words, PostgreSQL's words."""


@pytest.fixture
def connection(database: Path) -> Iterator[sa.Connection]:
    """A transaction in which staff 7 and one laboratory stand."""
    standing.institution(AT)
    standing.staff(Role.LAB_LIAISON, AT)
    with engine().connect().execution_options(writes=True) as connection, connection.begin() as work:
        connection.exec_driver_sql("UPDATE staff SET id = 7")
        yield connection
        work.rollback()


def lines(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")][:3] for line in table.strip().splitlines()]


def put(connection: sa.Connection, table: str, changed: str = "") -> None:
    """Insert the row of `table` as it may stand, with some columns changed; by the driver itself."""
    row = dict(part.split("=", 1) for part in f"{ROWS[table]} {changed}".split())
    if connection.dialect.name == "postgresql":
        row = {name: ("true" if name in TRUE else re.sub(r"x'(\d*)'", r"'\\x\1'", value)) for name, value in row.items()}
    connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})")  # noqa: S608


@pytest.mark.parametrize("table", ROWS)
def test_a_row_as_it_should_be_stands(table: str, connection: sa.Connection) -> None:
    put(connection, table)


@pytest.mark.parametrize(("table", "attempt", "law"), lines(NEVER))
def test_the_database_refuses(table: str, attempt: str, law: str, connection: sa.Connection) -> None:
    with pytest.raises(sa.exc.IntegrityError, match=SAYS.get(law, law)):
        put(connection, table, attempt)


@pytest.mark.parametrize(("table", "differs", "what"), lines(ONLY_ONCE))
def test_the_database_keeps_only_one(table: str, differs: str, what: str, connection: sa.Connection) -> None:
    put(connection, table)

    with pytest.raises(
        sa.exc.IntegrityError, match=rf"UNIQUE constraint failed: {what}|duplicate key .*{what.partition('.')[0]}"
    ):
        put(connection, table, differs)


def test_a_recalled_file_may_come_again(connection: sa.Connection) -> None:
    put(connection, "upload", "status='recalled'")

    put(connection, "upload", "id=2 number='B2'")
