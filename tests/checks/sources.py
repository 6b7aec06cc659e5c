"""The project's own Python files, read once, for the checks that look at source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("Home.py", "hbcore", "pages")


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the project's root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of it: each rule looks at all of them, and walking costs more than looking."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def module(self) -> str:
        """Its dotted name, as imports write it."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def imported(self) -> dict[str, str]:
        """Every name that an import makes here, and the full dotted name of what it stands for."""
        names = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                names |= {(a.asname or a.name).split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        return names

    def calls(self) -> Iterator[ast.Call]:
        """Every call in the file."""
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def full_name(self, node: ast.expr) -> str:
        """The dotted name an expression stands for, imports followed: `dt.now` is `datetime.datetime.now`; else empty."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            before = self.full_name(node.value)
            return f"{before}.{node.attr}" if before else ""
        return ""


@cache
def sources(*tops: str) -> tuple[Source, ...]:
    """The Python files under these folders and files of the project; by default what the product is made of."""
    found = []
    for top in tops or PRODUCT:
        place = ROOT / top
        files = [place] if place.is_file() else sorted(place.rglob("*.py"))
        found += [Source(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")) for file in files]
    return tuple(found)
