"""The two policies as they were tried, written plainly and apart from the table: what `decide` is compared with."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from hbcore.domain.known import FactSeen, Known, ResultSeen

HUBEI, WUHAN = "hubei-2020-04", "wuhan-2022-09"
CASE = ("confirmed", "suspected", "asymptomatic")
DAYS = {
    HUBEI: dict.fromkeys(
        ("recovered", "close_contact", "central_quarantine", "home_observation", "arrival", "self_declared", "fever"), 14
    ),
    WUHAN: dict.fromkeys(("close_contact", "central_quarantine", "arrival"), 10)
    | dict.fromkeys(("recovered", "contact_of_contact", "home_observation", "high_risk_area", "medium_risk_area", "fever"), 7)
    | {"released": 3},
}
CLOSED_BY = dict.fromkeys(CASE, ("recovered", "case_excluded")) | {
    "fever": ("case_excluded",),
    "self_declared": ("case_excluded",),
    "central_quarantine": ("released",),
}
WORSE = {"positive": 3, "pooled_positive": 2, "inconclusive": 1}


def hours(n: int) -> timedelta:
    return timedelta(hours=n)


class Oracle:
    """One person under one policy at one instant."""

    def __init__(self, policy: str, known: Known, at: datetime) -> None:
        self.policy, self.known, self.at = policy, known, at

    def force(self, *kinds: str) -> list[FactSeen]:
        return [fact for fact in self.known.facts if fact.kind in kinds and self._holds(fact)]

    def _holds(self, fact: FactSeen) -> bool:
        days = DAYS[self.policy].get(fact.kind)
        end = fact.until_at or (fact.from_at + timedelta(days=days) if days else None)
        closers = CLOSED_BY.get(fact.kind, ())
        closed = any(other.kind in closers and fact.from_at < other.from_at <= self.at for other in self.known.facts)
        return fact.from_at <= self.at and not (end and self.at >= end) and not closed

    def results(self, assay: str) -> list[ResultSeen]:
        return [seen for seen in self.known.results if seen.assay == assay and seen.sampled_at <= self.at]

    def latest(self, assay: str) -> ResultSeen | None:
        ordered = sorted(self.results(assay), key=lambda seen: (seen.sampled_at, WORSE.get(seen.outcome, 0)))
        return ordered[-1] if ordered else None

    def open_positive(self) -> bool:
        closers = [fact for fact in self.known.facts if fact.kind in ("recovered", "positive_excluded")]
        return any(
            not any(seen.sampled_at < fact.from_at <= self.at for fact in closers)
            for seen in self.results("naat")
            if seen.outcome == "positive"
        )

    def not_retested(self, assay: str, outcome: str) -> bool:
        alone = [seen for seen in self.results("naat") if seen.single and seen.outcome in ("negative", "positive")]
        return any(
            not any(later.sampled_at > seen.sampled_at for later in alone)
            for seen in self.results(assay)
            if seen.outcome == outcome
        )

    def within(self, n: int, *outcomes: str) -> bool:
        last = self.latest("naat")
        return last is not None and self.at - last.sampled_at < hours(n) and last.outcome in outcomes

    def sampled(self, n: int) -> bool:
        taken = [at for at in self.known.samples if at <= self.at] + [seen.sampled_at for seen in self.results("naat")]
        return any(self.at - at < hours(n) for at in taken)

    def igm_open(self) -> bool:
        last = self.latest("igm")
        if last is None or last.outcome != "positive":
            return False
        return not any(
            seen.single and seen.outcome == "negative" and seen.sampled_at >= last.sampled_at for seen in self.results("naat")
        )

    def young(self, *kinds: str) -> bool:
        return any(self.at - fact.from_at < hours(168) for fact in self.force(*kinds))

    def fever_without_negative(self) -> bool:
        negatives = [seen.sampled_at for seen in self.results("naat") if seen.outcome == "negative"]
        return any(not any(at > fact.from_at for at in negatives) for fact in self.force("fever"))

    def against(self) -> Iterator[tuple[str, bool]]:
        yield "red-case", bool(self.force(*CASE))
        yield "red-positive", self.open_positive()
        yield from self._hubei_against() if self.policy == HUBEI else self._wuhan_against()

    def _hubei_against(self) -> Iterator[tuple[str, bool]]:
        yield "red-fever-wuhan", bool(self.force("fever")) and (self.known.unit or "").startswith("4201")
        yield "yellow-recovered", bool(self.force("recovered"))
        yield "yellow-contact", bool(self.force("close_contact"))
        yield "yellow-observation", bool(self.force("central_quarantine", "home_observation", "arrival"))
        yield "yellow-declared", bool(self.force("self_declared"))
        yield "yellow-pooled", self.not_retested("naat", "pooled_positive")
        yield "grey-fever", self.young("fever")

    def _wuhan_against(self) -> Iterator[tuple[str, bool]]:
        watched = ("close_contact", "central_quarantine", "arrival")
        yield "red-quarantine", self.young(*watched, "high_risk_area")
        yield "yellow-pooled", self.not_retested("naat", "pooled_positive")
        yield "yellow-antigen", self.not_retested("antigen", "positive")
        home = ("contact_of_contact", "home_observation", "medium_risk_area", "recovered", "released")
        yield "yellow-home", bool(self.force(*watched, *home))
        yield "yellow-fever", self.fever_without_negative()

    def unregistered(self) -> bool:
        return self.known.registration in ("none", "withdrawn")

    def row(self) -> str | None:
        for row, holds in self.against():
            if holds:
                return row
        return None if self.unregistered() else self._by_registration()

    def _by_registration(self) -> str:
        state = self.known.registration
        if state == "approved":
            return self._hubei_approved() if self.policy == HUBEI else self._wuhan_approved()
        rows = {"mismatch": "grey-mismatch", "asked": "grey-asked", "waiting": "grey-review", "second_review": "grey-review"}
        rows |= dict.fromkeys(("refused", "expired", "revoked"), "grey-refused")
        return rows.get(state, "grey-otherwise")

    def _hubei_approved(self) -> str:
        retest = self.within(168, "inconclusive", "invalid") or self.igm_open()
        return "green-retest" if retest else "green-default"

    def _wuhan_approved(self) -> str:
        if self.force("test_exempt"):
            return "green-exempt"
        if self.within(48, "negative"):
            return "green-negative"
        return "green-sampled" if self.sampled(48) else "grey-overdue"

    def travel(self, arrival: datetime) -> tuple[str, str]:
        colour = (self.row() or "no").split("-")[0]
        if colour in ("red", "yellow"):
            return "no", "colour_" + colour
        ground = self._ground(arrival)
        if ground is None:
            return "no", "no_result"
        return ("code" if colour == "green" else "paper"), ground

    def _ground(self, arrival: datetime) -> str | None:
        n, name = (168, "naat_negative_7d") if self.policy == HUBEI else (48, "naat_negative_48h")
        last = self.latest("naat")
        if last and last.outcome == "negative" and timedelta(0) <= arrival - last.sampled_at < hours(n):
            return name
        igg = [seen.sampled_at for seen in self.results("igg") if seen.outcome == "positive"]
        doubt = last and last.outcome in ("inconclusive", "pooled_positive") and any(at < last.sampled_at for at in igg)
        return "igg_positive" if self.policy == HUBEI and igg and not self.igm_open() and not doubt else None


def changes(policy: str, known: Known) -> list[datetime]:
    """Every instant at which an answer may change: what is dated, and every age and life counted from it."""
    dated: list[datetime] = [seen.sampled_at for seen in known.results] + list(known.samples)
    begun = [fact.from_at for fact in known.facts]
    ends = [fact.until_at for fact in known.facts if fact.until_at]
    ages: list[Callable[[datetime], datetime]] = [
        lambda at, n=n: at + hours(n)  # type: ignore[misc]
        for n in {48, 168, *(days * 24 for days in DAYS[policy].values())}
    ]
    return sorted({*dated, *begun, *ends, *(age(at) for age in ages for at in dated + begun)})
