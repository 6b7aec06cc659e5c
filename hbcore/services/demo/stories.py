"""What is worth looking at: positives, shared tubes, corrections, withdrawn results, rows that wait for a person's eyes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from hbcore.services.demo.names import mistyped
from hbcore.services.demo.people import Holder
from hbcore.services.demo.places import JINGZHOU, WUCHANG, XIANGYANG, XIAOGAN, YICHANG, Laboratory
from hbcore.services.demo.specimens import INCONCLUSIVE, NEGATIVE, POSITIVE, Days, Specimen

POSITIVES = (
    (27, WUCHANG),
    (24, YICHANG),
    (20, WUCHANG),
    (16, XIAOGAN),
    (12, JINGZHOU),
    (9, WUCHANG),
    (6, WUCHANG),
    (4, YICHANG),
    (3, WUCHANG),
    (2, XIAOGAN),
    (1, WUCHANG),
    (1, JINGZHOU),
)
"""Single positives: so many days before the last, and where. Nobody has classified them: the older ones are alarms."""

POOLS = ((14, 5, True), (8, 10, True), (3, 8, False), (2, 6, False), (1, 5, False))
"""Positive tubes of Xiangyang: so many days before the last, how many share one, and whether they were retested alone."""

CORRECTED = ((19, NEGATIVE, INCONCLUSIVE), (13, INCONCLUSIVE, NEGATIVE), (7, NEGATIVE, POSITIVE), (5, INCONCLUSIVE, NEGATIVE))
ANTIBODIES = ((25, 9), (18, 12), (11, 8), (4, 11))
"""Days on which Xiaogan tests blood, and of how many people."""

CORRECTS, WITHDRAWS = "更正", "作废"
CAST = len(POSITIVES) + sum(size for _, size, _ in POOLS) + len(CORRECTED) + 3 + 12 + sum(size for _, size in ANTIBODIES)
"""How many people the stories take."""


class Stories:
    """Tells them all, each with the next people of the cast."""

    def __init__(self, cast: Iterator[Holder], days: Days) -> None:
        self.cast, self.days, self.numbers = cast, days, count(1)

    def told(self) -> Iterator[Specimen]:
        """Every specimen of every story."""
        yield from self._positives()
        for back, size, retested in POOLS:
            yield from self._pool(back, size, retested)
        yield from self._corrected()
        yield from self._withdrawn()
        yield from self._held()
        for back, size in ANTIBODIES:
            yield from self._antibodies(back, size)

    def _specimen(self, laboratory: Laboratory, back: int, hour: float, outcome: str = NEGATIVE, **more: object) -> Specimen:
        at = self.days.back(back, hour)
        pooling = "单采" if laboratory.pool else ""
        number = f"{laboratory.prefix}T{next(self.numbers):05d}"
        made = Specimen(next(self.cast), laboratory, at, _evening(at), outcome, number=number, pooling=pooling)
        return replace(made, **more)  # type: ignore[arg-type]

    def _again(self, made: Specimen, days: int, **changed: object) -> Specimen:
        """The same tube in a later file."""
        return replace(made, sent_from=made.sent_from + timedelta(days=days), **changed)  # type: ignore[arg-type]

    def _later(self, made: Specimen, days: int, **changed: object) -> Specimen:
        """The same person, tested again so many days later."""
        moved = made.sampled_at + timedelta(days=days, minutes=25)
        number = f"{made.laboratory.prefix}T{next(self.numbers):05d}"
        return replace(made, sampled_at=moved, sent_from=_evening(moved), number=number, **changed)  # type: ignore[arg-type]

    def _positives(self) -> Iterator[Specimen]:
        for place, (back, laboratory) in enumerate(POSITIVES):
            found = self._specimen(laboratory, back, 8.2 + place % 5 * 0.4, POSITIVE)
            yield found
            if found.sampled_at - timedelta(days=4) > self.days.begins:
                yield self._later(found, -4, outcome=NEGATIVE)
            if place % 3 == 0 and back > 3:
                yield self._later(found, 3, outcome=NEGATIVE)  # it does not clear the red

    def _pool(self, back: int, size: int, retested: bool) -> Iterator[Specimen]:
        method = "5混1" if size <= 5 else "10混1"
        tube = f"XYH{next(self.numbers):05d}"
        for place in range(size):
            shared = self._specimen(XIANGYANG, back, 8.5 + place * 0.03, POSITIVE, number=tube, pooling=method)
            yield shared
            if retested:
                yield self._later(shared, 1, outcome=POSITIVE if place == 2 else NEGATIVE, pooling="单采")

    def _corrected(self) -> Iterator[Specimen]:
        for back, was, now in CORRECTED:
            first = self._specimen(WUCHANG, back, 9.1, was)
            yield first
            yield self._again(first, 1, outcome=now, status=CORRECTS)

    def _withdrawn(self) -> Iterator[Specimen]:
        for back in (17, 10, 6):
            first = self._specimen(YICHANG, back, 9.4)
            yield first
            yield self._again(first, 1, status=WITHDRAWS)

    def _held(self) -> Iterator[Specimen]:
        """The last days' rows that are kept for a person's eyes."""
        for back, laboratory in ((5, WUCHANG), (3, JINGZHOU), (2, WUCHANG), (1, YICHANG)):
            known = self._specimen(laboratory, back + 3, 8.9)
            yield known
            yield self._later(known, 3, changes={"name": mistyped(known.holder.name)})
        for back, now in ((4, POSITIVE), (3, INCONCLUSIVE), (2, POSITIVE)):
            told = self._specimen(WUCHANG, back, 9.6)
            yield told
            yield self._again(told, 1, outcome=now)
        for back, status, now in ((6, CORRECTS, NEGATIVE), (4, WITHDRAWS, POSITIVE), (3, CORRECTS, INCONCLUSIVE)):
            red = self._specimen(WUCHANG, back, 10.1, POSITIVE)
            yield red
            yield self._again(red, 1, outcome=now, status=status)
        for back in (5, 2):
            known = self._specimen(XIAOGAN, back + 2, 9.9)
            yield known
            yield self._later(known, 1, status=WITHDRAWS)

    def _antibodies(self, back: int, size: int) -> Iterator[Specimen]:
        for place in range(size):
            igg = "12.5" if place % 3 == 0 else "0.12"
            igm = "1.62" if place == 4 else "0.08"
            cells = {"igg": igg, "igm": igm, "assay": "", "outcome": ""}
            yield self._specimen(XIAOGAN, back, 14.2 + place * 0.1, changes=cells)


def _evening(sampled_at: datetime) -> datetime:
    return sampled_at + timedelta(hours=3)
