"""What has been recorded of a laboratory's upload, added up over the slices in which it is recorded."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hbcore.domain.lab_keeping import counts
from hbcore.domain.vocabulary import Outcome
from hbcore.services.lab_recording import Recorded

ROWS = ("recorded", "already_held", "held", "corrected", "withdrawn")


@dataclass
class Figures:
    """`rows` by fate, `outcomes` of results now valid by assay, `codes` people by change of colour."""

    rows: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(ROWS, 0)))
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, done: Recorded) -> None:
        """One more slice."""
        self.rows.update(done.fates.rows)
        self.codes.update(done.codes)
        for assay, found in done.outcomes.items():
            self.outcomes.setdefault(assay, Counter()).update(found)

    @property
    def positives(self) -> int:
        """How many of them count towards the limit of a shift."""
        return sum(n for assay, found in self.outcomes.items() for outcome, n in found.items() if counts(assay, outcome))

    @property
    def pooled(self) -> int:
        """How many people share a positive tube."""
        return sum(found[Outcome.POOLED_POSITIVE] for found in self.outcomes.values())

    def as_told(self) -> dict[str, Any]:
        """The same as a report has them, outcomes and codes in the order of their words."""
        outcomes = {assay: dict(sorted(found.items())) for assay, found in sorted(self.outcomes.items())}
        return {
            "rows": dict(self.rows),
            "outcomes": outcomes,
            "codes": {change: n for change, n in sorted(self.codes.items()) if n},
        }

    def to_json(self) -> str:
        """As it is kept until the last slice."""
        return json.dumps(self.as_told())


def from_json(text: str) -> Figures:
    """What `to_json` has kept."""
    kept = json.loads(text)
    if not kept:
        return Figures()
    outcomes = {assay: Counter(found) for assay, found in kept["outcomes"].items()}
    return Figures(Counter(kept["rows"]), outcomes, Counter(kept["codes"]))
