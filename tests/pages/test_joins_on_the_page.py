"""Two rows of one person on the Person page: compared, proposed for joining, and parted again."""

from hbcore.domain.vocabulary import PROVINCE, DocumentKind, Outcome, Purpose, Role
from hbcore.services import joining, people, same_person, second_look
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from tests import standing
from tests.pages.looking_up import page, press, said, sections
from tests.services.applying import look_ups
from tests.standing import Sampled


def test_a_second_row_is_compared_and_proposed_for_joining(signed_in):
    two_rows()
    shown = sections(page(), "E12345678", "joins")

    next(field for field in shown.text_input if field.label == "另一号码").set_value("X12345678")
    shown = press(shown, "比对")

    words = ("支持合并：姓名一致", "转入前者名下：检测结果 1 条、查验号 1 个", "现为无码，合并后为红码", "X123****")
    assert [word for word in words if word not in said(shown)] == []
    shown = press(shown, "提请合并")
    assert not shown.exception
    assert len(second_look.waiting(by=signed_in, at=now())) == 1
    assert look_ups() == 2


def two_rows() -> tuple[int, int]:
    """One person under an old passport, a positive on it, and under a new one."""
    new = standing.person("E12345678", now(), kind=DocumentKind.PASSPORT, name="SMITH JOHN")
    old = standing.person("X12345678", now(), kind=DocumentKind.PASSPORT, name="SMITH JOHN")
    standing.result(old, Sampled(Outcome.POSITIVE, now()), now())
    return new, old


def proposed(new: int, old: int) -> tuple[Staff, int]:
    """A joining proposed by somebody else, who also confirms the parting later."""
    other = standing.staff(Role.DISTRICT_STAFF, now(), name="li.na", unit=PROVINCE)
    for number in ("E12345678", "X12345678"):
        people.find(number, purpose=Purpose.CODE_QUESTION, by=other, at=now())
    return other, same_person.propose(new, old, by=other, at=now())


def test_who_is_to_confirm_a_joining_sees_both_and_proposes_nothing_of_their_own(signed_in):
    proposed(*two_rows())
    shown = sections(page(), "E12345678", "joins")
    assert ("已提请将另一人合并到此人名下" in said(shown), "X123****" in said(shown)) == (True, False)

    shown = press(shown, "查看两人信息")

    assert [word for word in ("X123****", "姓名一致", "合并后为红码") if word not in said(shown)] == []
    assert not {"提请合并", "比对"} & {button.label for button in shown.button}
    assert not shown.exception


def test_what_was_joined_is_proposed_to_be_parted_once(signed_in):
    _, proposal = proposed(*two_rows())
    joining.join(proposal, by=signed_in, at=now())
    shown = sections(page(), "X12345678", "joins")
    assert "已合并：护照 X123****" in said(shown)

    shown = press(shown, "提请拆分")

    assert not shown.exception
    assert "已提请拆分。" in said(shown)
    assert [one.what for one in second_look.waiting(by=signed_in, at=now())] == [second_look.What.PART]
    assert "提请拆分" not in {button.label for button in shown.button}
