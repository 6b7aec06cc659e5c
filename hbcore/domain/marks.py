"""Marks: the latest instants by which a policy's conditions can be told, for what decides without the whole of a life.

Every condition asks whether some evidence lies late enough: what opens it not before what closes it, not older than so many
hours. So of each sort of evidence the latest instant is enough. SQL and the CertLogic export are made from these names.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from hbcore.domain.conditions import Condition, Word
from hbcore.domain.policy_table import FactRule, Policy
from hbcore.domain.vocabulary import FactKind

NO_RULE = FactRule(None, ())

OF_RESULTS: Mapping[Word, Callable[[Condition], Collection[str]]] = {
    Word.OPEN_POSITIVE: lambda _: ("naat_positive",),
    Word.OPEN_POOLED: lambda _: ("naat_pooled_positive", "retested"),
    Word.OPEN_ANTIGEN: lambda _: ("antigen_positive", "retested"),
    Word.OPEN_IGM: lambda _: ("latest_igm", "single_negative"),
    Word.LATEST_RESULT: lambda asked: (f"latest_{asked.assay}",),
    Word.SAMPLED: lambda _: ("latest_naat",),
    Word.FACT_IN_FORCE: lambda asked: [f"naat_{outcome}" for outcome in asked.no_later],
}
"""The marks of results that a condition asks for.

`naat_OUTCOME`, `antigen_positive`; `retested`: a single specimen, negative or positive; `single_negative`; `latest_ASSAY`:
the latest result of an assay, with what it said.
"""


def asked_in(policy: Policy) -> Sequence[Condition]:
    """Every condition of a policy one by one."""
    return [part for row in policy.rows for part, _ in row.parts]


def marks_of_results(asked: Sequence[Condition]) -> list[str]:
    """The marks of results that these conditions ask for."""
    return sorted({name for one in asked if one.word in OF_RESULTS for name in OF_RESULTS[one.word](one)})


def facts_asked_for(policy: Policy, asked: Sequence[Condition]) -> dict[FactKind, FactRule]:
    """The kinds that must be in force, each with how long it lasts: marked are the latest of those whose time is not over."""
    return {kind: policy.facts.get(kind, NO_RULE) for one in asked for kind in one.kinds}


def facts_that_close(asked: Sequence[Condition], rules: Collection[FactRule]) -> list[FactKind]:
    """The kinds that close results or other facts: of these the latest counts, whatever its own end."""
    closing = {kind for one in asked for kind in one.closed_by}
    return sorted(closing.union(*(rule.closed_by for rule in rules)))
