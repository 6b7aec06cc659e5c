"""Refusals: a code from a closed list with the values its sentence needs; the words stand in `hbcore.words`."""

from collections.abc import Iterable

from hbcore.domain.vocabulary import FileCode


class Refused(Exception):
    """The desk says no. `code` names the sentence; `values` fill it and never hold personal data.

    `also`: what else stands against the same act, to be put right with it.
    """

    also: tuple["Refused", ...] = ()

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = str(code)
        self.values = values


def refuse_all(found: Iterable[Refused | None]) -> None:
    """Refuse for all that was found wrong at once, the first of it first; nothing found: nothing is refused."""
    reasons = [one for one in found if one is not None]
    if reasons:
        reasons[0].also = tuple(reasons[1:])
        raise reasons[0]


class FileRefused(Refused):
    """A file as a whole cannot be taken."""

    def __init__(self, code: FileCode, **values: object) -> None:
        super().__init__(code, **values)
