"""What an application says of its person counts once two accounts stand behind it: symptoms, and where somebody held lives."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import DocumentKind, FactKind
from hbcore.services import application_imports, applications, declared, filings, second_look
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from tests import standing
from tests.services.applying import AT, JIANGAN, PASSPORT, PERMIT, WUCHANG, YICHANG, acts, reviewer, rows

UNWELL = replace(PERMIT, symptoms="yes")
HOUR = timedelta(hours=1)
HEADINGS = "提交时间,证件类型,证件号码,国籍,姓名,出生日期,性别,手机号,所在区县,住址,入境日期,是否有症状,接触史"
LINE = "2020-04-26 09:12,台湾居民来往大陆通行证,17890004,,陳鳳,1990-10-10,女,+886 912 345 678,武昌区,中南路1号,,{},无"


@pytest.fixture(autouse=True)
def _on_a_desk(database: Path) -> None:
    """Every test works on a database of its own."""


def colour() -> object:
    found = rows("SELECT colour FROM code_segment ORDER BY from_at")
    return found[0][0] if found else None


def imported(by: Staff, says: str) -> int:
    content = f"{HEADINGS}\n{LINE.format(says)}\n".encode()
    application_imports.import_applications(IncomingFile(content, "a.csv"), by=by, at=AT)
    (line,) = applications.queue(by=by, at=AT)
    return line.id


def test_symptoms_count_from_the_approval_by_another_and_not_from_the_entry() -> None:
    receipt = applications.enter(UNWELL, by=reviewer("clerk"), at=AT)
    assert (colour(), rows("SELECT * FROM fact")) == ("grey", [])

    applications.approve(receipt.id, by=reviewer("colleague"), at=AT + HOUR)

    assert colour() == "yellow"


@pytest.mark.parametrize("refuse", [True, False])
def test_without_an_approval_they_never_count(refuse: bool) -> None:
    receipt = applications.enter(UNWELL, by=reviewer("clerk"), at=AT)

    if refuse:
        applications.refuse(receipt.id, ["not_in_hubei"], by=reviewer("colleague"), at=AT)

    assert rows("SELECT * FROM fact") == []


def test_an_approval_taken_back_takes_them_back_and_another_brings_them_again() -> None:
    receipt, colleague = applications.enter(UNWELL, by=reviewer("clerk"), at=AT), reviewer("colleague")
    applications.approve(receipt.id, by=colleague, at=AT)

    applications.undo(receipt.id, by=colleague, at=AT + HOUR / 60)
    assert colour() == "grey"
    applications.approve(receipt.id, by=colleague, at=AT + HOUR)

    assert colour() == "yellow"
    assert rows("SELECT count(*) FROM fact WHERE ended_at IS NULL") == [(1,)]


def test_who_imports_and_approves_is_one_hand_and_the_symptoms_wait_for_another() -> None:
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    application = imported(clerk, "有")

    applications.approve_many([application], by=clerk, at=AT)  # is to be looked at: left as it is
    applications.approve(application, by=clerk, at=AT)

    assert (colour(), rows("SELECT * FROM fact")) == ("green", [])
    (proposal,) = second_look.waiting(by=colleague, at=AT)
    with pytest.raises(Refused, match="own_proposal"):
        declared.confirm_declared(proposal.id, by=clerk, at=AT)
    declared.confirm_declared(proposal.id, by=colleague, at=AT)
    assert (colour(), acts()[-1]) == ("yellow", "declared_confirmed")


def test_symptoms_wait_for_another_as_long_as_they_would_count() -> None:
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    applications.approve(imported(clerk, "有"), by=clerk, at=AT)
    later = AT + timedelta(days=13)

    (proposal,) = second_look.waiting(by=colleague, at=later)
    declared.confirm_declared(proposal.id, by=colleague, at=later)

    assert rows("SELECT kind FROM fact") == [("self_declared",)]
    assert second_look.waiting(by=colleague, at=AT + timedelta(days=14)) == ()


def test_what_waits_for_another_is_gone_with_the_approval() -> None:
    clerk, colleague = reviewer("clerk"), reviewer("colleague")
    application = imported(clerk, "有")
    applications.approve(application, by=clerk, at=AT)
    (waiting,) = second_look.waiting(by=colleague, at=AT)

    applications.undo(application, by=clerk, at=AT)

    assert second_look.waiting(by=colleague, at=AT) == ()
    with pytest.raises(Refused, match="proposal_gone"):
        declared.confirm_declared(waiting.id, by=colleague, at=AT)
    applications.approve(application, by=clerk, at=AT)
    assert len(second_look.waiting(by=colleague, at=AT)) == 1


def test_who_types_symptoms_and_approves_them_does_not_confirm_them_by_what_another_proposed_before() -> None:
    first, second = reviewer("first"), reviewer("second")
    receipt = applications.enter(PERMIT, by=reviewer("clerk"), at=AT)
    applications.ask(receipt.id, ["address"], by=first, at=AT)
    applications.answer(receipt.id, replace(PERMIT, unit=JIANGAN), by=first, at=AT)
    applications.approve(receipt.id, by=first, at=AT)  # where they live now waits for another
    (of_the_first,) = second_look.waiting(by=second, at=AT)
    applications.undo(receipt.id, by=first, at=AT)
    applications.ask(receipt.id, ["health_declaration"], by=second, at=AT)
    applications.answer(receipt.id, UNWELL, by=second, at=AT)

    applications.approve(receipt.id, by=second, at=AT)

    with pytest.raises(Refused, match="proposal_gone"):
        declared.confirm_declared(of_the_first.id, by=second, at=AT)
    assert (colour(), rows("SELECT * FROM fact")) == ("green", [])
    assert [one.own for one in second_look.waiting(by=second, at=AT)] == [True]


def test_who_imports_what_says_nothing_of_health_decides_it_alone() -> None:
    clerk = reviewer("clerk")

    applications.approve(imported(clerk, "无"), by=clerk, at=AT)

    assert (colour(), rows("SELECT * FROM proposal")) == ("green", [])


def test_who_types_symptoms_into_an_answer_does_not_approve_them_alone() -> None:
    clerk, colleague, third = reviewer("clerk"), reviewer("colleague"), reviewer("third")
    receipt = applications.enter(PERMIT, by=clerk, at=AT)
    applications.ask(receipt.id, ["health_declaration"], by=colleague, at=AT)
    applications.answer(receipt.id, UNWELL, by=colleague, at=AT)

    applications.approve(receipt.id, by=colleague, at=AT)

    assert colour() == "green"
    declared.confirm_declared(second_look.waiting(by=third, at=AT)[0].id, by=third, at=AT)
    assert colour() == "yellow"


def test_where_somebody_lives_counts_from_the_approval_so_that_no_one_alone_moves_a_fever_to_wuhan() -> None:
    person = standing.person("C50078212", AT, kind=DocumentKind.PASSPORT, name="MARTIN ANNA", unit=YICHANG)
    standing.fact(person, FactKind.FEVER, AT - HOUR, AT)
    assert colour() == "grey"

    receipt = applications.enter(replace(PASSPORT, unit=WUCHANG), by=reviewer("clerk"), at=AT)

    assert (colour(), rows("SELECT unit FROM person")) == ("grey", [(YICHANG,)])
    content = "document_number,country,name,birth_date,sex,entry_date\nC50078212,FRA,MARTIN ANNA,1988-03-12,female,2020-02-11\n"
    filings.import_filings(IncomingFile(content.encode(), "f.csv"), by=reviewer("police"), at=AT)
    colleague = reviewer("colleague")
    applications.approve(receipt.id, by=colleague, at=AT)
    assert (colour(), rows("SELECT unit FROM person")) == ("red", [(WUCHANG,)])

    source = rows("SELECT unit_source FROM person")
    applications.undo(receipt.id, by=colleague, at=AT)
    assert (colour(), rows("SELECT unit FROM person")) == ("grey", [(YICHANG,)])
    assert rows("SELECT unit_source FROM person") != source
    applications.approve(receipt.id, by=colleague, at=AT)
    assert (colour(), rows("SELECT unit FROM person")) == ("red", [(WUCHANG,)])
