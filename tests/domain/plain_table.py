"""A table read plainly, row by row at one instant: what everything made from it is compared with."""

from datetime import datetime, timedelta

from hbcore.domain.conditions import UNREGISTERED, Condition
from hbcore.domain.known import FactSeen, Known, ResultSeen
from hbcore.domain.policy import Policy, Row
from hbcore.domain.vocabulary import Assay, Outcome

WORSE = {"positive": 3, "pooled_positive": 2, "inconclusive": 1}


class Plain:
    """One person at one instant."""

    def __init__(self, policy: Policy, known: Known, at: datetime) -> None:
        self.policy, self.known, self.at = policy, known, at
        self.results = [seen for seen in known.results if seen.sampled_at <= at]
        self.begun = [fact for fact in known.facts if fact.from_at <= at]

    def row(self) -> Row | None:
        """The first row that holds; None: no code."""
        for row in self.policy.rows:
            may = row.against or self.known.registration not in UNREGISTERED
            if may and all(self.holds(condition) for condition in row.when):
                return row
        return None

    def holds(self, condition: Condition) -> bool:
        return bool(getattr(self, f"_{condition.word}")(condition))

    def _in_force(self, fact: FactSeen) -> bool:
        rule = self.policy.facts.get(fact.kind)
        end = fact.until_at
        if end is None and rule and rule.days:
            end = fact.from_at + timedelta(days=rule.days)
        closed = rule and any(other.kind in rule.closed_by and other.from_at > fact.from_at for other in self.begun)
        return (end is None or self.at < end) and not closed

    def _fact_in_force(self, asked: Condition) -> bool:
        return any(self._fits(fact, asked) for fact in self.begun if fact.kind in asked.kinds and self._in_force(fact))

    def _fits(self, fact: FactSeen, asked: Condition) -> bool:
        young = asked.hours is None or self.at - fact.from_at < timedelta(hours=asked.hours)
        return young and not any(
            seen.outcome in asked.no_later and seen.sampled_at > fact.from_at for seen in self._of(Assay.NAAT)
        )

    def _of(self, assay: Assay) -> list[ResultSeen]:
        return [seen for seen in self.results if seen.assay == assay]

    def _open_positive(self, asked: Condition) -> bool:
        closing = [fact.from_at for fact in self.begun if fact.kind in asked.closed_by]
        positives = [seen.sampled_at for seen in self._of(Assay.NAAT) if seen.outcome == Outcome.POSITIVE]
        return any(not any(end > at for end in closing) for at in positives)

    def _open(self, assay: Assay, outcome: Outcome) -> bool:
        alone = [seen.sampled_at for seen in self._of(Assay.NAAT) if seen.single and seen.outcome in ("negative", "positive")]
        opened = [seen.sampled_at for seen in self._of(assay) if seen.outcome == outcome]
        return any(not any(later > at for later in alone) for at in opened)

    def _open_pooled(self, _: Condition) -> bool:
        return self._open(Assay.NAAT, Outcome.POOLED_POSITIVE)

    def _open_antigen(self, _: Condition) -> bool:
        return self._open(Assay.ANTIGEN, Outcome.POSITIVE)

    def _last(self, assay: Assay) -> ResultSeen | None:
        series = sorted(self._of(assay), key=lambda seen: (seen.sampled_at, WORSE.get(seen.outcome, 0)))
        return series[-1] if series else None

    def _open_igm(self, _: Condition) -> bool:
        last = self._last(Assay.IGM)
        alone = [seen.sampled_at for seen in self._of(Assay.NAAT) if seen.single and seen.outcome == Outcome.NEGATIVE]
        return last is not None and last.outcome == Outcome.POSITIVE and not any(at >= last.sampled_at for at in alone)

    def _latest_result(self, asked: Condition) -> bool:
        last = self._last(asked.assay)
        return last is not None and last.outcome in asked.outcomes and self._young(last.sampled_at, asked)

    def _young(self, sampled: datetime, asked: Condition) -> bool:
        return self.at - sampled < timedelta(hours=asked.hours or 0)

    def _sampled(self, asked: Condition) -> bool:
        taken = [*(at for at in self.known.samples if at <= self.at), *(seen.sampled_at for seen in self._of(Assay.NAAT))]
        return any(self._young(at, asked) for at in taken)

    def _registration(self, asked: Condition) -> bool:
        return self.known.registration in asked.states

    def _residence_within(self, asked: Condition) -> bool:
        return (self.known.unit or "").startswith(asked.prefix)

    def _any_of(self, asked: Condition) -> bool:
        return any(map(self.holds, asked.of))
