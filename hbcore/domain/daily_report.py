"""What a daily report says of a unit and a day, and in what a later version differs from the one before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]
"""As it is kept: `figures` (applications, results by assay, codes) and `institutions` (code, name, uploaded, n)."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A figure that is no longer what the version before said: `results naat negative`, `institutions 420106L01`."""

    path: Path
    before: int | None
    now: int | None


def differences(before: Content, now: Content) -> tuple[Difference, ...]:
    """Every figure in which two versions differ, in the order of the report. An institution without an upload counts as None."""
    one, other = dict(_figures(before)), dict(_figures(now))
    told = before["figures"].keys() & now["figures"].keys()  # what an earlier version did not count has not changed
    paths = [path for path in dict.fromkeys((*one, *other)) if path[0] in told or path[0] == "institutions"]
    return tuple(Difference(path, one.get(path), other.get(path)) for path in paths if one.get(path) != other.get(path))


def _figures(content: Content) -> Iterator[tuple[Path, int | None]]:
    yield from _flat((), content["figures"])
    for place in content["institutions"]:
        yield ("institutions", place["code"]), place["n"] if place["uploaded"] else None


def _flat(path: Path, part: Mapping[str, Any]) -> Iterator[tuple[Path, int | None]]:
    for name, value in part.items():
        if isinstance(value, Mapping):
            yield from _flat((*path, name), value)
        else:
            yield (*path, name), value
