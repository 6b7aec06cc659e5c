"""The same as `broken_histories` of lists of facts and of policies."""

from collections.abc import Sequence

from tests.services.one_hand import broken
from tests.services.one_hand.broken import Break
from tests.services.one_hand.desk import Step

BROKEN: Sequence[tuple[Break, str, Sequence[Step]]] = (
    (
        broken.own_proposals_are_confirmed,
        "publish was proposed and confirmed by one account",
        [(0, "policy", 1, 0, 0, 0), (0, "confirm", 1, 1, 1, 0)],
    ),
    (
        broken.own_proposals_are_confirmed,
        "withdraw_policy was proposed and confirmed by one account",
        [
            (0, "policy", 1, 0, 0, 0),
            (0, "confirm", 1, 1, 0, 20),
            (0, "leave_policy", 1, 1, 0, 0),
            (0, "confirm", 1, 1, 1, 0),
        ],
    ),
    (
        broken.what_a_policy_takes_is_not_asked,
        "a policy was published at the wrong level",
        [(0, "policy", 1, 0, 0, 0), (0, "confirm", 1, 1, 1, 23)],
    ),
    (
        broken.what_a_policy_takes_is_not_asked,
        "a policy was withdrawn at the wrong level",
        [
            (0, "policy", 1, 0, 0, 0),
            (0, "confirm", 1, 1, 0, 20),
            (0, "leave_policy", 1, 1, 0, 0),
            (0, "confirm", 1, 1, 1, 5),
        ],
    ),
    (
        broken.a_policy_for_later_begins_at_once,
        "a policy begins at another instant than was said",
        [(0, "policy", 1, 0, 0, 0), (0, "confirm", 1, 1, 0, 20)],
    ),
    (
        broken.a_policy_is_withdrawn_whenever,
        "a policy that has begun was withdrawn",
        [
            (0, "policy", 1, 0, 0, 0),
            (0, "confirm", 1, 1, 0, 2),
            (0, "leave_policy", 1, 7, 0, 0),
            (0, "confirm", 1, 1, 0, 2),
        ],
    ),
    (
        broken.who_is_decided_by_what_was_withdrawn_stays_so,
        "a policy that was withdrawn decides codes to come",
        [
            (4, "upload", 374, 6271, 7159, 3790),
            (0, "policy", 1, 0, 0, 0),
            (0, "confirm", 1, 1, 0, 20),
            (0, "leave_policy", 1, 1, 0, 0),
            (0, "confirm", 1, 1, 0, 2),
        ],
    ),
    (
        broken.nobody_is_told_who_is_left_out,
        "of a list others were left out than was told",
        [(1, "case_list", 3172, 8924, 8644, 2790), (2, "confirm", 924, 789, 7371, 7642)],
    ),
    (
        broken.what_is_over_tomorrow_is_left_out,
        "somebody was left out of a list without a reason",
        [(0, "case_list", 1, 2, 0, 0), (0, "confirm", 1, 1, 1, 2)],
    ),
    (
        broken.a_list_takes_whoever_has_the_number,
        "somebody is on a list by another's name",
        [(0, "upload", 4842, 9774, 5246, 7370), (4, "case_list", 1230, 352, 162, 4764)],
    ),
    (
        broken.held_rows_of_a_list_are_everybodys,
        "a held row of a list was settled by somebody who does not see it",
        [
            (4, "list_row", 6139, 1416, 7191, 8330),
            (1, "case_list", 9028, 4182, 531, 1154),
            (0, "list_row", 7421, 238, 4607, 4088),
        ],
    ),
)
