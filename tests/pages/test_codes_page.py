"""Codes read at the desk, keys kept by the administrator: what the pages say, and what a click does."""

import pytest

from hbcore.domain.code_revoking import KeyRevokeReason
from hbcore.domain.vocabulary import Outcome, Purpose, Role
from hbcore.services import certificates_more, code_keys_kept, code_keys_revoking, code_revoking, people
from hbcore.services.certificates_more import MoreReason
from hbcore.services.clock import now
from tests import standing
from tests.pages.reviewing import said
from tests.services.applying import acts, look_ups, rows
from tests.standing import WUCHANG, Sampled

NUMBER = "420106199001011231"


@pytest.fixture
def clerk(database):
    standing.institution(now())
    return standing.staff(Role.DISTRICT_STAFF, now(), name="clerk", unit=WUCHANG)


@pytest.fixture
def card(clerk):
    standing.person(NUMBER, now(), name="张小英")
    return people.find(NUMBER, purpose=Purpose.CODE_QUESTION, by=clerk, at=now())


def read(page, text):
    page.text_area[0].set_value(text)
    return page.button[0].click().run()


def words(page):
    return " ".join((said(page), *(one.value for one in (*page.info, *page.error, *page.warning, *page.caption))))


def test_the_empty_page_says_how_to_begin(visit, clerk):
    page = visit(clerk, on="Codes")

    assert not page.exception
    assert "尚未读取任何码。" in words(page)


def test_a_code_is_read_with_the_colour_then_and_now(visit, links, clerk, card):
    standing.result(card.id, Sampled(Outcome.POSITIVE, now()), now())

    page = read(visit(clerk, on="Codes"), card.live.text)

    assert not page.exception
    assert "本系统签发，登记簿有记录，有效" in words(page)
    assert "现在的颜色：✗ 红码" in words(page)
    assert "亮码：出码时 ✓ 绿码" in words(page)
    assert "张" not in words(page)
    assert look_ups() == 2
    assert links[-1] == ("Person", "打开人员 →", {"person": str(card.id), "purpose": "code_question"})


def test_a_changed_code_says_the_first_step_that_failed(visit, links, clerk, card):
    page = read(visit(clerk, on="Codes"), card.live.text[:60])

    assert not page.exception
    assert "首个未通过的环节" in words(page)
    assert links == []


def test_a_code_is_proposed_to_be_taken_back_for_a_reason(visit, links, clerk, card):
    page = read(visit(clerk, on="Codes"), card.live.text)
    assert page.button(f"one {card.live.cti.hex()}").disabled

    page.selectbox(f"why {card.live.cti.hex()}").select_index(0).run()
    page.button(f"one {card.live.cti.hex()}").click().run()

    assert not page.exception
    assert acts()[-1] == "code_revocation_proposed"


def test_the_second_person_confirms_it_among_the_second_looks(visit, links, clerk, card):
    supervisor = standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit="420100")
    made = code_revoking.propose_all(card.id, "lost", by=clerk, at=now())
    page = visit(supervisor, on="Second_looks")
    assert "吊销一人名下全部有效的码：纸质证明或手机遗失。本人再次查看时生成新码。" in words(page)

    page.button(f"confirm {made}").click().run()

    assert not page.exception
    assert acts()[-1] == "codes_revoked"


def test_the_administrator_begins_a_new_key_once_it_is_sure(visit, database):
    administrator = standing.staff(Role.ADMINISTRATOR, now(), name="administrator")
    page = visit(administrator, on="Code_keys")
    assert len(page.dataframe[0].value) == 2
    assert page.button[0].disabled

    page.checkbox[0].check().run()
    page.button[0].click().run()

    assert not page.exception
    assert len(page.dataframe[0].value) == 3
    assert acts() == ["code_key_rotated"]


def test_two_administrators_revoke_a_key(visit, database):
    one, two = (standing.staff(Role.ADMINISTRATOR, now(), name=name) for name in ("one", "two"))
    key = code_keys_kept.listed(by=one, at=now())[0].kid
    page = visit(one, on="Code_keys")
    assert "请先选择密钥和原因。" in words(page)
    page.selectbox[0].set_value(key).run()
    assert "请先选择密钥和原因。" in words(page)
    page.selectbox[1].set_value("stolen").run()
    assert "请先选择密钥和原因。" not in words(page)
    next(button for button in page.button if button.label == "提请作废").click().run()
    assert not page.exception

    page = visit(two, on="Code_keys")
    assert "密钥已被盗 · one" in words(page)
    next(button for button in page.button if str(button.key).startswith("confirm ")).click().run()

    assert not page.exception
    assert acts()[-3:] == ["code_key_revocation_proposed", "code_key_revoked", "code_key_rotated"]
    assert any("作废" in cell for cell in page.dataframe[0].value.iloc[:, -1])


def test_an_administrator_declines_to_revoke_a_key_for_a_reason(visit, database):
    one, two = (standing.staff(Role.ADMINISTRATOR, now(), name=name) for name in ("one", "two"))
    code_keys_revoking.propose(code_keys_kept.listed(by=one, at=now())[0].kid, KeyRevokeReason.STOLEN, by=one, at=now())
    page = visit(two, on="Code_keys")
    assert next(button for button in page.button if str(button.key).startswith("decline ")).disabled
    next(box for box in page.selectbox if str(box.key).startswith("why decline ")).set_value("not_justified").run()
    assert "原因记入操作记录。" in words(page)

    next(button for button in page.button if str(button.key).startswith("decline ")).click().run()

    assert not page.exception
    ((figures,),) = rows("SELECT figures FROM event WHERE act = 'proposal_declined'")
    assert "not_justified" in figures
    assert not any(str(button.key).startswith("confirm ") for button in page.button)


def test_a_code_under_a_revoked_key_says_why_it_is_refused(visit, links, clerk, card):
    one, two = (standing.staff(Role.ADMINISTRATOR, now(), name=name) for name in ("one", "two"))
    for kept in code_keys_kept.listed(by=one, at=now()):
        for administrator in (one, two):
            code_keys_revoking.revoke(kept.kid, KeyRevokeReason.EXPOSED, by=administrator, at=now())

    page = read(visit(clerk, on="Codes"), card.live.text)

    assert not page.exception
    assert "签发它的密钥已作废" in words(page)


def test_more_certificates_are_confirmed_under_second_looks(visit, clerk):
    supervisor = standing.staff(Role.SUPERVISOR, now(), name="supervisor", unit="420100")
    made = certificates_more.propose(MoreReason.WORK, by=clerk, at=now())
    page = visit(supervisor, on="Second_looks")
    assert "提请人在之后 24 小时内可再打印 1,000 份证明：企业复工。" in words(page)

    page.button(f"confirm {made}").click().run()

    assert not page.exception
    assert acts()[-1] == "certificates_more_confirmed"
