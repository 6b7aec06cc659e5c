"""What can be opened of the daily counts: which figure is asked for, and the rows that come back, masked."""

from dataclasses import dataclass
from datetime import date, datetime

from hbcore.domain.application_figures import AppliedBehind
from hbcore.domain.counting import ApplicationFigure, DayOf, GateFigure
from hbcore.domain.temperatures import Done, ReadingState
from hbcore.domain.vocabulary import Assay, Colour, DocumentKind, Outcome

PAGE = 50
NET, GROSS = "net", "gross"


@dataclass(frozen=True)
class ResultsWanted:
    """A figure of results: an assay and an outcome, `corrected`, `withdrawn`, `net`, `gross`, `people` or `tubes`.

    `unit` None: the whole of what one may see; `direct`: what is counted for the unit itself alone, not for those below. The
    empty unit is nobody's, and the province's alone. People and tubes open with the newest of their valid results.
    """

    on: date
    day_of: DayOf
    assay: Assay
    figure: str
    unit: str | None = None
    direct: bool = False
    institution: str | None = None


@dataclass(frozen=True)
class ColourWanted:
    """The people of a colour as at the end of a day, or now."""

    on: date
    colour: Colour
    unit: str | None = None
    direct: bool = False


@dataclass(frozen=True)
class ApplicationsWanted:
    """The applications that a figure counts."""

    on: date
    figure: ApplicationFigure
    unit: str | None = None
    direct: bool = False


@dataclass(frozen=True)
class DecidedWanted:
    """The applications behind a figure of the supervisor's view, of the days from `first` to `on`; what `of` says of them."""

    first: date
    on: date
    of: AppliedBehind
    unit: str | None = None
    direct: bool = False


@dataclass(frozen=True)
class GatesWanted:
    """The readings, notices or entries that a figure of gates counts."""

    on: date
    figure: GateFigure
    unit: str | None = None
    direct: bool = False


Wanted = ResultsWanted | ColourWanted | ApplicationsWanted | DecidedWanted | GatesWanted


@dataclass(frozen=True)
class Whose:
    """Whose row it is, masked; `person` is our own id."""

    person: int
    name: str
    document_kind: DocumentKind
    document: str


@dataclass(frozen=True)
class ResultBehind:
    """A result behind a figure. `ended_how` None: valid now. `together`: how many valid results this row stands for."""

    whose: Whose
    unit: str
    outcome: Outcome
    single: bool
    sampled_at: datetime
    reported_at: datetime | None
    recorded_at: datetime
    ended_how: str | None
    sample_number: str
    institution: str
    upload: str
    together: int


@dataclass(frozen=True)
class CodeBehind:
    """Somebody of a colour: since when, until when (None: until something else happens), and by which row of the policy."""

    whose: Whose
    unit: str
    row: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class ApplicationBehind:
    """An application by its receipt, as it stands now; `id` is our own."""

    id: int
    receipt: str
    unit: str
    document_kind: DocumentKind
    state: str
    submitted_at: datetime
    due_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True)
class ReadingBehind:
    """A reading at a gate, in tenths of a degree Celsius, as it stands now. `whose` None: nobody is known.

    `unit`: whose district settles its notice.
    """

    whose: Whose | None
    unit: str
    place: str
    first: int
    second: int | None
    done: tuple[Done, ...]
    state: ReadingState
    at: datetime


@dataclass(frozen=True)
class EntryBehind:
    """Somebody who came in on the national code, of whom nothing is kept."""

    unit: str
    place: str
    language: str
    at: datetime


Behind = ResultBehind | CodeBehind | ApplicationBehind | ReadingBehind | EntryBehind


@dataclass(frozen=True)
class Rows:
    """One page of the rows behind a figure, and how many there are in all: the figure itself."""

    wanted: Wanted
    total: int
    page: int
    rows: tuple[Behind, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // PAGE))

    @property
    def gone(self) -> int:
        """How many rows that should stand on this page are there no longer: normal temperatures are deleted after some days."""
        return min(PAGE, self.total - (self.page - 1) * PAGE) - len(self.rows)
