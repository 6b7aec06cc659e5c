"""Rules broken on purpose, by name; what finds each is in `broken_histories`."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain import permissions, seen
from hbcore.domain.permissions import Permission
from hbcore.domain.recolouring import RequestAct
from hbcore.domain.vocabulary import PROVINCE, Assay, Outcome, Role
from hbcore.services import (
    codes,
    declared,
    fact_held,
    fact_list_lines,
    fact_lists,
    fact_people,
    fact_proposing,
    fact_records,
    held_settling,
    joining,
    lab_batch,
    lab_recording,
    outside_results,
    policy_publishing,
    policy_withdrawing,
    publications,
    recalling,
    recolouring,
    recolouring_evidence,
    second_look,
    units,
)
from hbcore.services.acting import Staff
from hbcore.services.fact_put_down import PutDown, Wanted
from hbcore.services.fact_records import Hands, NewFact
from hbcore.services.recolouring import Moved
from hbcore.services.second_look import What
from hbcore.storage import fact_held_rows, fact_list_rows, fact_rows, outside_rows, policy_rows, recolouring_rows, sampling_rows
from hbcore.storage.engine import engine
from hbcore.storage.ids import new_ids

Break = Callable[[pytest.MonkeyPatch], None]


def _never_says(patch: pytest.MonkeyPatch, room: Any, rule: str, *codes: str) -> None:
    """A rule that says why something may not be done never says any of these."""
    whole = getattr(room, rule)

    def lenient(*given: Any, **more: Any) -> str | None:
        code = whole(*given, **more)
        return None if code in codes else code

    patch.setattr(room, rule, lenient)


def _tables_refuse_nothing() -> None:
    """The tables refuse it as well: what is broken here must be broken there."""
    sa.event.listen(engine(), "connect", lambda raw, _record: raw.execute("PRAGMA ignore_check_constraints=ON"))
    engine().dispose()


def own_proposals_are_confirmed(patch: pytest.MonkeyPatch) -> None:
    def add(session: Session, facts: Sequence[NewFact], hands: Hands, *, at: datetime) -> list[int]:
        ids = list(new_ids(len(facts)))
        recorded = int(at.timestamp()) * 1_000_000
        rows = [fact_records._row(id_, one, hands, recorded) for id_, one in zip(ids, facts, strict=True)]
        fact_rows.add_facts(session.connection(), rows)
        return ids

    def end(session: Session, person: int, fact: int, *, at: datetime, **ended_by: Any) -> None:
        fact_rows.end_fact(session.connection(), person, fact, at, {f"end_{name}": who for name, who in ended_by.items()})

    _never_says(patch, second_look, "_why_not", "own_proposal")
    _never_says(patch, recolouring, "why_not", "request_reviewed_by_you")
    patch.setattr(fact_records, "add_facts", add)
    patch.setattr(fact_records, "end_fact", end)
    _tables_refuse_nothing()


def own_requests_are_moved(patch: pytest.MonkeyPatch) -> None:
    _never_says(patch, recolouring, "why_not", "own_request")
    _tables_refuse_nothing()


def every_level_confirms(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(second_look, "_in_scope", lambda *_given: True)
    whole = SimpleNamespace(units_below=lambda session, _unit: units.units_below(session, PROVINCE))
    patch.setattr(outside_results, "units", whole)  # whose report has to be opened first


def nobody_opens_reports(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outside_results, "pictures_opened", lambda *_given: 1)


def district_staff_confirm(patch: pytest.MonkeyPatch) -> None:
    more = permissions.ROLES[Role.DISTRICT_STAFF] | {Permission.CONFIRM_FACTS}
    patch.setitem(permissions.ROLES, Role.DISTRICT_STAFF, more)


def every_unit_reviews(patch: pytest.MonkeyPatch) -> None:
    for room in (recolouring, recolouring_evidence):
        patch.setattr(room, "row_in_scope", lambda session, one, _by, at: recolouring_rows.one(session.connection(), one, at))


def a_review_is_anothers(patch: pytest.MonkeyPatch) -> None:
    rule = recolouring.moved

    def moved(session: Session, row: Any, act: RequestAct, by: Staff, at: datetime, **more: Any) -> Moved:
        if act == RequestAct.REVIEW:
            more["values"] = {**more["values"], "reviewed_by": 1}
        return rule(session, row, act, by, at, **more)

    patch.setattr(recolouring, "moved", moved)


def an_end_is_anothers(patch: pytest.MonkeyPatch) -> None:
    rule = fact_records.end_fact
    patch.setattr(fact_records, "end_fact", lambda *given, **more: rule(*given, **{**more, "proposed_by": 1}))


def a_request_makes_anybody_worse(patch: pytest.MonkeyPatch) -> None:
    _never_says(patch, recolouring, "why_not", "request_more_severe")


def a_request_has_another_hand(patch: pytest.MonkeyPatch) -> None:
    rule = recolouring.record_fact
    patch.setattr(recolouring, "record_fact", lambda *given, **more: rule(*given, **{**more, "proposed_by": 1}))


def what_is_extended_stands_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fact_records, "end_fact", lambda *_given, **_more: None)


def an_extension_counts_at_once(patch: pytest.MonkeyPatch) -> None:
    rule = fact_proposing.put_down

    def put_down(session: Session, wanted: Wanted, *, by: Staff, at: datetime) -> PutDown:
        made = rule(session, wanted, by=by, at=at)
        if wanted.what is not What.EXTEND_FACT:
            return made
        row = fact_list_rows.one(session.connection(), made.list_id)
        assert row
        fact_lists._carry_out(session, row, wanted.lines, replace(by, id=1), at)
        codes.decide_again(session, [line.person for line in wanted.lines], at=at, cause=1)
        return made

    patch.setattr(fact_proposing, "put_down", put_down)


def a_review_counts_at_once(patch: pytest.MonkeyPatch) -> None:
    rule = recolouring.moved

    def moved(session: Session, row: Any, act: RequestAct, by: Staff, at: datetime, **more: Any) -> Moved:
        if act == RequestAct.REVIEW and row.dated_at:
            recolouring._record(session, row, by, at)
        return rule(session, row, act, by, at, **more)

    patch.setattr(recolouring, "moved", moved)
    _tables_refuse_nothing()


def a_result_from_outside_is_ours(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outside_rows, "SINGLE", True)


def a_result_from_outside_counts_at_once(patch: pytest.MonkeyPatch) -> None:
    rule = outside_rows.add

    def add(connection: sa.Connection, values: Any, *paper: str) -> None:
        rule(connection, values, *paper)
        row = outside_rows.one(connection, values["id"])
        outside_rows.confirm(connection, row, row.person_id, row.unit, by=row.proposed_by, at=row.proposed_at)

    patch.setattr(outside_rows, "add", add)
    _tables_refuse_nothing()


def any_result_from_outside_is_entered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outside_results, "COUNTS", [(assay, outcome) for assay in Assay for outcome in Outcome])
    _tables_refuse_nothing()


def there_is_no_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lab_recording, "room_for", lambda *_given, **_more: 1_000)


def one_file_takes_a_positive_away(patch: pytest.MonkeyPatch) -> None:
    rule = lab_batch.fate
    patch.setattr(lab_batch, "fate", lambda *given, **_more: rule(*given, by_two=True))


def somebody_comes_beside_a_positive(patch: pytest.MonkeyPatch) -> None:
    rule = lab_batch.in_the_way
    patch.setattr(lab_batch, "in_the_way", lambda *given: rule(*given[:-1], True))


def a_pool_clears_a_pool(patch: pytest.MonkeyPatch) -> None:
    rule = seen.first_after
    patch.setattr(seen, "first_after", lambda *given, **_more: rule(*given))


def what_an_importer_declares_counts_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(declared, "_says_something", lambda *_given: False)


def recalls_take_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recalling.Changed, "takes_two", False)


def a_tube_holds_whoever_is_in_it_by_now(patch: pytest.MonkeyPatch) -> None:
    rule = sampling_rows.in_tubes
    patch.setattr(sampling_rows, "in_tubes", lambda *given, **_more: rule(*given))


def what_is_put_down_outlives_the_approval(patch: pytest.MonkeyPatch) -> None:
    rule = second_look.lapse
    patch.setattr(second_look, "lapse", lambda *given: None if given[1] is What.DECLARED else rule(*given))


def who_added_a_document_says_whose_the_rows_are(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(held_settling, "_refuse_own_documents", lambda *_given: None)


def who_is_joined_is_counted_as_before(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(joining, "counted_where_they_belong", lambda *_given: nullcontext())


def who_is_joined_is_not_decided_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(joining, "codes", SimpleNamespace(decide_again=lambda *_given, **_more: Counter()))


def what_a_policy_takes_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    for room in (policy_publishing, policy_withdrawing):
        patch.setattr(room, "at_province", lambda staff: staff)
    every_level_confirms(patch)


def a_policy_for_later_begins_at_once(patch: pytest.MonkeyPatch) -> None:
    rule = policy_rows.publish
    patch.setattr(policy_rows, "publish", lambda *given, valid_from, by, at: rule(*given, valid_from=at, by=by, at=at))


def a_policy_is_withdrawn_whenever(patch: pytest.MonkeyPatch) -> None:
    early, ahead, withdraw = timedelta(days=10), policy_withdrawing._ahead, policy_rows.withdraw
    patch.setattr(policy_withdrawing, "_ahead", lambda *given: ahead(*given[:-1], given[-1] - early))
    patch.setattr(policy_rows, "withdraw", lambda *given: withdraw(*given[:-1], given[-1] - early))


def who_is_decided_by_what_was_withdrawn_stays_so(patch: pytest.MonkeyPatch) -> None:
    rule = publications._decide

    def decide(session: Session, row: Any, people: list[int], at: datetime) -> Counter[str]:
        return Counter() if row.withdrawal else rule(session, row, people, at)

    patch.setattr(publications, "_decide", decide)


def nobody_is_told_who_is_left_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fact_lists, "_refuse_moved", lambda *_given: None)


def what_is_over_tomorrow_is_left_out(patch: pytest.MonkeyPatch) -> None:
    rule, day = fact_list_lines._why_left, timedelta(days=1)
    patch.setattr(fact_list_lines, "_why_left", lambda line, held, at: rule(line, held, at + day))


def a_list_takes_whoever_has_the_number(patch: pytest.MonkeyPatch) -> None:
    rule = fact_people.find_owners

    def find_owners(*given: Any) -> Any:
        owners = rule(*given)
        owners.unclear = {line: code for line, code in owners.unclear.items() if owners.people[line] <= 0}
        return owners

    patch.setattr(fact_people, "find_owners", find_owners)


def held_rows_of_a_list_are_everybodys(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fact_held, "_waiting", lambda session, by: fact_held_rows.waiting(session.connection(), by.id, "420000"))
