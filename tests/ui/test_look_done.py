"""Every sort that is confirmed under Second looks says what it did, not only that it is done."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from hbcore.services.held_rows import TakenIn
from hbcore.services.recalling import Changed
from hbcore.services.second_look import Proposal, What
from hbcore.ui import words
from hbcore.ui.look_done import DONE, done_words
from hbcore.ui.look_kinds import LOOKS

AT = datetime(2020, 5, 6, 1, tzinfo=UTC)
ROW = {"number": "L7", "row": 3}
TAKEN = TakenIn(2, 0, 1, {"green>red": 2})
CHANGED = SimpleNamespace(changed=Changed(4, 0, 0, {"red>green": 1}, 1, 0))
NO_CHANGE = SimpleNamespace(changed=Changed(4, 0, 0, {}, 0, 0))
DID = [
    (What.REVOKE, {"receipt": "HB-7"}, None, "已确认：申领 HB-7 的通过决定已撤销。"),
    (What.UNDO, {"receipt": "HB-7"}, None, "已确认：申领 HB-7 恢复待审核。"),
    (What.DECLARED, {"receipt": "HB-7"}, None, "已确认：申领 HB-7 所述现已生效。"),
    (What.JOIN, {}, None, "已确认：第二条记录已并入第一条。"),
    (What.PART, {}, None, "已确认：两条记录已恢复分开。"),
    (What.RELEASE_POSITIVES, {}, TAKEN, "已确认：阳性入库 2 条。2 人已转红码"),
    (What.REMOVE_POSITIVE, ROW, TakenIn(1, 0, 0, {"red>green": 1}), "已确认：批次 L7 第 3 行已入库，一条阳性失效。1 人已转绿码"),
    (What.REMOVE_POSITIVE, ROW, None, "已确认：批次 L7 第 3 行计入未入库。"),
    (What.RECALL, {}, CHANGED, "已确认：撤回结果 4 条。1 人已转绿码"),
    (What.PUT_BACK, {}, NO_CHANGE, "已确认：恢复结果 4 条。没有人的健康码变化。"),
    (What.REVOKE_CODES, {}, 2, "已确认：吊销已签发的码 2 个。"),
    (What.CERTIFICATES, {"more": 50}, None, "已确认：24 小时内可再打印 50 份证明。"),
    (What.OUTSIDE_RESULT, {"assay": "naat", "outcome": "negative"}, None, "已确认：外省结果现已计入：核酸 阴性。"),
]


@pytest.mark.parametrize(("what", "content", "done", "said"), DID)
def test_a_confirmation_says_what_it_did(what: What, content: dict[str, object], done: object, said: str) -> None:
    words.speak("zh")

    assert done_words(Proposal(1, what, "", "420100", content, "", None, AT, AT, own=False), done) == said


def test_every_sort_that_is_confirmed_there_has_its_words() -> None:
    assert {what for what, look in LOOKS.items() if look.confirm} == set(DONE)
