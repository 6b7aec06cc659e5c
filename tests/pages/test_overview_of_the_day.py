"""The overview's day as Streamlit runs it: what changed since yesterday and will tonight, rows behind a number, the chains."""

from hbcore.domain.counting import day_span
from hbcore.domain.vocabulary import PROVINCE, FactKind, Role
from hbcore.services import (
    event_chains,
    policy_publishing,
    publications,
)
from hbcore.services.clock import day_of, now
from tests import standing
from tests.pages.test_overview_page import Sign, page, positives, said, sign_in, tiles

assert sign_in


def test_a_supervisor_reads_what_changed_since_yesterday_in_signs_and_words(sign_in: Sign) -> None:
    by = sign_in(Role.SUPERVISOR)
    positives(by)

    shown = page()

    assert tiles(shown)["✗ 红码"] == "3"
    assert [one.value for one in shown.caption][:3] == ["＝ 与昨日持平", "＝ 与昨日持平", "▲ 比昨日多 2"]
    assert shown.dataframe[0].value.loc[1].tolist() == ["核酸阳性", 2, 0]


def test_codes_that_change_by_themselves_tonight_are_said_with_both_numbers(sign_in: Sign) -> None:
    sign_in(Role.SUPERVISOR)
    person, midnight = standing.person("420106199001011231", now()), day_span(day_of(now()))[1]
    assert "今晚零点" not in said(page())
    standing.fact(person, FactKind.HOME_OBSERVATION, now(), now(), until_at=midnight)

    assert "若无其他记录，今晚零点起：✓ 绿码 0 → 1 · ! 黄码 1 → 0" in said(page())


def test_while_a_policy_is_being_applied_the_counts_of_the_day_say_so(sign_in: Sign) -> None:
    sign_in(Role.SUPERVISOR)
    first, second = (standing.staff(Role.SUPERVISOR, now(), name=name, unit=PROVINCE) for name in ("first", "second"))
    policy_publishing.propose_kept("wuhan-2022-09", by=first, at=now())
    policy_publishing.publish("wuhan-2022-09", valid_from=None, by=second, at=now())

    during = [bar.proto.text for bar in page().get("progress")]
    publications.apply_all()
    after = page().get("progress")

    assert "wuhan-2022-09：0 / 0 人" in "".join(during)
    assert len(after) == 0


def test_a_number_of_today_opens_its_rows_masked_and_so_does_one_of_yesterday(sign_in: Sign) -> None:
    positives(sign_in(Role.SUPERVISOR))

    coded, counted, earlier = page(), page(), page()
    coded.button("rows of codes red").click().run()
    for shown, row, heading in ((counted, 1, "今天"), (earlier, 1, "昨日全天")):
        shown.session_state["today and yesterday 0"] = {"selection": {"rows": [], "columns": [], "cells": [(row, heading)]}}
        shown.run()

    assert [len(shown.dataframe) for shown in (coded, counted, earlier)] == [2, 2, 1]
    assert len(coded.dataframe[1].value) == 3
    assert len(counted.dataframe[1].value) == 2
    assert all("*" in name for name in coded.dataframe[1].value["姓名"])
    assert "没有计入的记录" in said(earlier)


def test_the_auditor_reads_the_state_of_the_chains_and_verifies_them(sign_in: Sign) -> None:
    by = sign_in(Role.AUDITOR)

    before = page()
    event_chains.verify(by=by, at=now())
    after = page()
    next(one for one in after.button if one.label == "校验事件链").click().run()

    assert "尚未校验过" in said(before)
    assert "由 auditor 校验：完整。" in said(after)
    assert "事件链完整" in said(after)


def test_rows_that_a_role_is_not_told_of_are_not_opened_by_their_address(sign_in: Sign) -> None:
    sign_in(Role.DISTRICT_STAFF)

    shown = page(rows="without_liaison")

    assert "无联络员" not in said(shown)
    assert all("代码" not in table.value for table in shown.dataframe)


def test_an_address_of_no_number_opens_no_rows(sign_in: Sign) -> None:
    sign_in(Role.ADMINISTRATOR)

    assert not page(rows="<b>").dataframe
