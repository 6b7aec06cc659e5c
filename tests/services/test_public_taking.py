"""Applications that arrive at the same moment: kept together, and each is what it would have been alone."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import sleep

import pytest
import sqlalchemy as sa

from hbcore.domain.errors import Refused
from hbcore.domain.public_form import PublicForm
from hbcore.services import audit, public_taking
from hbcore.services.form_limits import BOUNDS, Bounds, FormLimit
from hbcore.storage import application_text
from hbcore.storage.application_rows import APPLICATIONS
from hbcore.storage.code_rows import BUCKETS, SEGMENTS
from hbcore.storage.engine import engine
from hbcore.storage.people_rows import DOCUMENTS, LOOK_UP_NUMBERS, PERSONS
from hbcore.storage.token_rows import TOKENS
from tests.services.applying import JIANGAN, acts, refusals, rows
from tests.services.strangers import PASSPORT_FORM, PERMIT_FORM, form_of, picture, submit

pytestmark = pytest.mark.usefixtures("database")


def outcome(place: int, form: PublicForm) -> str:
    try:
        return submit(form, address=f"198.51.100.{place}").number
    except Refused as refused:
        return refused.code
    except (RuntimeError, sa.exc.IntegrityError) as error:
        return type(error).__name__


def at_once(forms: Sequence[PublicForm]) -> list[str]:
    """All sent while somebody else has the right to write, the first of them alone in line: the receipt or refusal of each."""
    with ThreadPoolExecutor(len(forms)) as pool:
        with engine().connect().execution_options(writes=True) as connection, connection.begin():
            answers = []
            for place, form in enumerate(forms):
                answers.append(pool.submit(outcome, place, form))
                while not public_taking._together._led or len(public_taking._together._waiting) != place:
                    sleep(0.001)
        return [answer.result() for answer in answers]


def written() -> list[tuple[object, ...]]:
    """What the database says of people, applications and codes, without ids, instants and what is sealed."""
    return rows(
        "SELECT a.receipt, a.unit, a.state, a.channel, a.filing_check, a.language, p.unit, p.unit_source, p.registration,"
        " p.application_id = a.id, c.colour, c.row, c.unit, c.cause = a.id FROM application a JOIN person p ON p.id = a.person_id"
        " LEFT JOIN code_segment c ON c.person_id = p.id ORDER BY a.receipt"
    )


def forget() -> None:
    """As if nobody had applied."""
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        for table in (APPLICATIONS, PERSONS, DOCUMENTS, LOOK_UP_NUMBERS, SEGMENTS, BUCKETS, TOKENS):
            connection.execute(table.delete())


def whole() -> bool:
    return all(state.broken_at is None for state in audit.verify())


FORMS = [
    form_of(0),
    PASSPORT_FORM,
    replace(form_of(1), unit=JIANGAN, photo=picture()),
    form_of(2),
    replace(PASSPORT_FORM, document_number="C50078299", name="DURAND EVE", unit=JIANGAN),
]


def test_sent_at_once_they_are_what_they_are_one_after_the_other():
    commits: list[object] = []
    sa.event.listen(engine(), "commit", commits.append)
    together = at_once(FORMS)
    of_all, waited = written(), len(commits)
    buckets = rows("SELECT unit, colour, sum(n) FROM code_bucket GROUP BY unit, colour ORDER BY unit, colour")
    forget()

    alone = [submit(form, address=f"203.0.113.{place}").number for place, form in enumerate(FORMS)]

    assert together == alone == [number for (number, *_) in of_all]
    assert of_all == written()
    assert all(row[9] and row[13] for row in of_all), "registration and code rest on their own application"
    assert buckets == rows("SELECT unit, colour, sum(n) FROM code_bucket GROUP BY unit, colour ORDER BY unit, colour")
    assert waited == 3, "one that came first, the four who waited, and the holder of the right to write"
    assert len(rows("SELECT id FROM application_photo")) == 2
    assert acts() == ["application_submitted"] * 10
    assert whole()


def test_of_one_document_one_is_kept_and_who_states_another_name_learns_nothing():
    other = replace(PERMIT_FORM, name="SOMEBODY ELSE")

    outcomes = at_once([form_of(0), PERMIT_FORM, PERMIT_FORM, other, form_of(1)])

    receipts = [number for (number,) in rows("SELECT receipt FROM application ORDER BY receipt")]
    assert outcomes[2] == "duplicate"
    assert sorted(outcomes[:2] + outcomes[3:]) == receipts
    assert [number.split("-")[1] for number in receipts] == ["00001", "00002", "00003", "00004"]
    assert Counter(person for (person,) in rows("SELECT person_id FROM application")).most_common(1)[0][1] == 2
    assert len(rows("SELECT id FROM person")) == 3
    assert refusals() == ['{"why": "duplicate"}']
    assert whole()


def test_refusals_in_the_middle_touch_nobody_beside_them():
    outcomes = at_once(
        [form_of(0), replace(form_of(1), unit="420000"), form_of(2), replace(form_of(3), unit="999999"), form_of(4)]
    )

    assert [code for code in outcomes if not code.startswith("A")] == ["unknown_unit"] * 2
    assert len(rows("SELECT id FROM application")) == 3
    assert Counter(acts()) == {"application_submitted": 3, "refused": 2}


def test_all_refused_leave_their_refusals_and_nothing_else():
    submit()

    outcomes = at_once([PERMIT_FORM] * 4)

    assert outcomes == ["duplicate"] * 4
    assert Counter(acts()) == {"application_submitted": 1, "refused": 4}
    assert len(rows("SELECT id FROM person")) == 1


def test_the_queue_takes_as_many_as_there_is_room_for(monkeypatch):
    monkeypatch.setitem(BOUNDS, FormLimit.WAITING, Bounds(3, 0, 3))

    outcomes = at_once([form_of(place) for place in range(6)])

    assert [code for code in outcomes if not code.startswith("A")] == ["queue_full"] * 3
    assert len(rows("SELECT id FROM application")) == 3


def test_one_that_cannot_be_written_does_not_keep_the_others_from_it(monkeypatch):
    sealed = application_text.sealed_columns

    def broken(application_id, applicant):
        if applicant.name == form_of(2).name:
            raise RuntimeError
        return sealed(application_id, applicant)

    monkeypatch.setattr(application_text, "sealed_columns", broken)

    outcomes = at_once([form_of(place) for place in range(5)])

    assert outcomes[2] == "RuntimeError"
    assert [number.split("-")[1] for number in outcomes if number != "RuntimeError"] == ["00001", "00002", "00003", "00004"]
    assert Counter(acts()) == {"application_submitted": 4}
    assert len(rows("SELECT id FROM person")) == 4
    assert whole()


def test_when_their_events_cannot_be_written_none_of_them_is_kept(monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(audit, "record_each_own", broken)

    assert at_once([form_of(place) for place in range(4)]) == ["RuntimeError"] * 4
    assert rows("SELECT id FROM application") == rows("SELECT id FROM person") == []
