"""The next slice of a large upload, made ready in a thread of its own while the one before goes onto the disk."""

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from hbcore.services.lab_prepared import Prepared, prepare
from hbcore.services.lab_staging import Staged


class Ahead:
    """Makes slices of one upload ready: of what is staged alone, so that it holds good whatever is written meanwhile.

    For a `with`: the thread ends with it.
    """

    def __init__(self, parts: Staged, unit: str, at: int) -> None:
        self._parts, self._unit, self._at = parts, unit, at
        self._thread = ThreadPoolExecutor(1, "slice-ahead")
        self._begun: tuple[int, Future[Prepared]] | None = None

    def __enter__(self) -> "Ahead":
        return self

    def __exit__(self, *_raised: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._thread.shutdown()

    def begin(self, first: int, size: int) -> None:
        """Begin with about `size` lines from `first` on."""
        self._begun = first, self._thread.submit(self._made, first, size)

    def lines_from(self, first: int, size: int) -> Prepared:
        """What was begun last, where it is from `first` on; made now where nothing was, or somebody else recorded that.

        What went wrong in the thread is raised here.
        """
        begun, self._begun = self._begun, None
        return begun[1].result() if begun and begun[0] == first else self._made(first, size)

    def _made(self, first: int, size: int) -> Prepared:
        return prepare(self._parts.lines(first, size), unit=self._unit, at=self._at)
