"""Applications: the one door for pages and shell to entering, queue and decisions."""

from hbcore.services.application_entry import Receipt, answer, enter
from hbcore.services.application_queue import (
    SOON,
    ApplicationView,
    Difference,
    QueueCounts,
    QueueSeen,
    WaitingApplication,
    counts,
    counts_and_queue,
    id_of,
    one,
    queue,
)
from hbcore.services.decisions import Decision, approve, ask, refuse, send_back, send_on
from hbcore.services.drafts import Draft, DraftRefused, FieldProblem

__all__ = [
    "SOON",
    "ApplicationView",
    "Decision",
    "Difference",
    "Draft",
    "DraftRefused",
    "FieldProblem",
    "QueueCounts",
    "QueueSeen",
    "Receipt",
    "WaitingApplication",
    "answer",
    "approve",
    "ask",
    "counts",
    "counts_and_queue",
    "enter",
    "id_of",
    "one",
    "queue",
    "refuse",
    "send_back",
    "send_on",
]
