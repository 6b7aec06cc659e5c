"""May a person return to work or school at the destination? (founding notice; model part 8)"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from hbcore.domain.errors import Refused
from hbcore.domain.known import Known, ResultSeen
from hbcore.domain.policy_table import Policy, TravelRule
from hbcore.domain.seen import BADNESS
from hbcore.domain.segments import row_at
from hbcore.domain.vocabulary import SHANGHAI, Assay, Colour, Outcome

IGG_GROUND = "igg_positive"
NO_RESULT = "no_result"
DOUBT = (Outcome.INCONCLUSIVE, Outcome.POOLED_POSITIVE)
FARTHEST = timedelta(days=366)
"""Later arrivals are a slip of the pen: no ground but a past IgG reaches beyond a week."""


@dataclass(frozen=True)
class Travel:
    """The verdict. `ground` names what carries it, `missing` what is lacking; one of the two is None.

    `until`: the arrival must be before it (None for a ground that does not age).
    """

    accepted_by: Literal["code", "paper", "no"]
    ground: str | None
    until: datetime | None
    missing: str | None


def travel(
    policy: Policy, known: Known, at: datetime, *, arrival: datetime | None = None, then: TravelRule | None = None
) -> Travel:
    """The verdict at `at` for an arrival at `arrival` (None: now); `then`: the rule that holds by then (None: the policy's own).

    Red and yellow: no. A ground is the latest nucleic-acid result, negative, sampled less than the
    policy's hours before the arrival; or, where the policy takes it, a past positive IgG with neither
    an open IgM nor a later doubtful result. Then the code is accepted if it is green, the paper otherwise.
    """
    row = row_at(policy, known, at)
    colour = row.colour if row else None
    if colour in (Colour.RED, Colour.YELLOW):
        return Travel("no", None, None, f"colour_{colour}")
    accepted: Literal["code", "paper"] = "code" if colour == Colour.GREEN else "paper"
    rule = then or policy.travel
    until = _negative_until(rule, known, at, arrival or at)
    if until:
        return Travel(accepted, rule.ground, until, None)
    if rule.igg and _igg_counts(known, at):
        return Travel(accepted, IGG_GROUND, None, None)
    return Travel("no", None, None, NO_RESULT)


def arriving_on(day: date, at: datetime) -> datetime:
    """From when an arrival on a day of Shanghai is counted: its 00:00; of the day of `at` the present, for 00:00 has passed."""
    begins = datetime.combine(day, time(), SHANGHAI)
    return at if begins <= at < begins + timedelta(days=1) else begins


def refuse_too_far(arrival: datetime | None, at: datetime) -> None:
    """Nobody asks about an arrival beyond a year.

    :raises Refused: `arrival_too_far`.
    """
    if arrival is not None and arrival - at > FARTHEST:
        raise Refused("arrival_too_far")


def sampled_after(rule: TravelRule, arrival: datetime) -> datetime:
    """A negative must be sampled later than this to be a ground at `arrival`."""
    return arrival - timedelta(hours=rule.hours)


def _negative_until(rule: TravelRule, known: Known, at: datetime, arrival: datetime) -> datetime | None:
    latest = _latest(known, at, Assay.NAAT)
    if latest is None or latest.outcome != Outcome.NEGATIVE:
        return None
    until = latest.sampled_at + timedelta(hours=rule.hours)
    return until if latest.sampled_at <= arrival < until else None


def _igg_counts(known: Known, at: datetime) -> bool:
    positives = [seen.sampled_at for seen in _sampled(known, at, Assay.IGG) if seen.outcome == Outcome.POSITIVE]
    if not positives or _igm_open(known, at):
        return False
    latest = _latest(known, at, Assay.NAAT)
    return not (latest and latest.outcome in DOUBT and min(positives) < latest.sampled_at)


def _igm_open(known: Known, at: datetime) -> bool:
    latest = _latest(known, at, Assay.IGM)
    if latest is None or latest.outcome != Outcome.POSITIVE:
        return False
    return not any(
        seen.single and seen.outcome == Outcome.NEGATIVE and seen.sampled_at >= latest.sampled_at
        for seen in _sampled(known, at, Assay.NAAT)
    )


def _sampled(known: Known, at: datetime, assay: Assay) -> list[ResultSeen]:
    return [seen for seen in known.results if seen.assay == assay and seen.sampled_at <= at]


def _latest(known: Known, at: datetime, assay: Assay) -> ResultSeen | None:
    ordered = sorted(_sampled(known, at, assay), key=lambda seen: (seen.sampled_at, BADNESS.get(seen.outcome, 0)))
    return ordered[-1] if ordered else None
