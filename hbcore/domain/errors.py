"""Refusals: a code from a closed list with the values its sentence needs; the words stand in `hbcore.words`."""

from hbcore.domain.vocabulary import FileCode


class Refused(Exception):
    """The desk says no. `code` names the sentence; `values` fill it and never hold personal data."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = str(code)
        self.values = values


class FileRefused(Refused):
    """A file as a whole cannot be taken."""

    def __init__(self, code: FileCode, **values: object) -> None:
        super().__init__(code, **values)
