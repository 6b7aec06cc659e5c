"""Applications: the one door for pages and shell to entering, queue, decisions and all that is done around them."""

from hbcore.services.application_adding import Receipt
from hbcore.services.application_claims import claim, declare_related, release, transfer
from hbcore.services.application_corrections import Correction, put_right
from hbcore.services.application_ends import withdraw
from hbcore.services.application_entry import answer, enter
from hbcore.services.application_expiry import expire
from hbcore.services.application_lines import Claim, WaitingApplication
from hbcore.services.application_notes import LONGEST_NOTE, Note, add_note
from hbcore.services.application_queue import (
    LATER,
    MOST,
    PAGE,
    SOON,
    Left,
    Question,
    QueueCounts,
    QueueSeen,
    counts,
    counts_and_queue,
    id_of,
    queue,
)
from hbcore.services.application_view import ApplicationView, StepSeen, one
from hbcore.services.approving_many import ManyApproved, Stopped, approve_many
from hbcore.services.decisions import Decision, approve, ask, refuse, send_back, send_on
from hbcore.services.drafts import Draft, DraftRefused, FieldProblem
from hbcore.services.handover import HandoverSheet, hand_over
from hbcore.services.possible_duplicates import MayBe
from hbcore.services.saved_views import SavedView, drop_view, keep_view, views
from hbcore.services.taking_back import confirm_revoke, confirm_undo, propose_revoke, propose_undo, undo
from hbcore.services.telling_apart import say_not_same, say_same

__all__ = [
    "LATER",
    "LONGEST_NOTE",
    "MOST",
    "PAGE",
    "SOON",
    "ApplicationView",
    "Claim",
    "Correction",
    "Decision",
    "Draft",
    "DraftRefused",
    "FieldProblem",
    "HandoverSheet",
    "Left",
    "ManyApproved",
    "MayBe",
    "Note",
    "Question",
    "QueueCounts",
    "QueueSeen",
    "Receipt",
    "SavedView",
    "StepSeen",
    "Stopped",
    "WaitingApplication",
    "add_note",
    "answer",
    "approve",
    "approve_many",
    "ask",
    "claim",
    "confirm_revoke",
    "confirm_undo",
    "counts",
    "counts_and_queue",
    "declare_related",
    "drop_view",
    "enter",
    "expire",
    "hand_over",
    "id_of",
    "keep_view",
    "one",
    "propose_revoke",
    "propose_undo",
    "put_right",
    "queue",
    "refuse",
    "release",
    "say_not_same",
    "say_same",
    "send_back",
    "send_on",
    "transfer",
    "undo",
    "views",
    "withdraw",
]
