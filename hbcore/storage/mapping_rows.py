"""Mappings of laboratories' columns, and the layouts of their files, as rows."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from hbcore.domain.headings import heading_key
from hbcore.storage.ids import new_id
from hbcore.storage.tables import ColumnMappingRow, FileLayout

MAPPINGS: sa.Table = ColumnMappingRow.__table__  # type: ignore[attr-defined]
LAYOUTS: sa.Table = FileLayout.__table__  # type: ignore[attr-defined]

LAST = 10
"""So many layouts of an institution are looked at: a laboratory has a few sorts of files, which come in turns."""


def newest(connection: sa.Connection, institution: str) -> Any:
    """What was said last of an institution's files, as JSON has it; None where nobody has said anything."""
    c = MAPPINGS.c
    of = sa.select(c.content).where(c.institution == institution).order_by(c.id.desc()).limit(1)
    content = connection.execute(of).scalar()
    return None if content is None else json.loads(content)


def add(connection: sa.Connection, institution: str, content: str, by: int, at: datetime) -> None:
    """From now on this holds."""
    values = {"institution": institution, "content": content, "recorded_by": by, "recorded_at": at}
    connection.execute(MAPPINGS.insert().values(id=new_id(), **values))


def layouts(connection: sa.Connection, institution: str) -> list[Sequence[str]]:
    """The layouts that files of an institution had last, the latest first."""
    c = LAYOUTS.c
    of = sa.select(c.headings).where(c.institution == institution).order_by(c.seen_at.desc()).limit(LAST)
    return [json.loads(headings) for headings in connection.execute(of).scalars()]


def keep_layout(connection: sa.Connection, institution: str, headings: Iterable[str], at: datetime) -> None:
    """A file with these headings was taken in. Called under the write lock."""
    named = list(headings)
    digest = sha256("\n".join(sorted(set(map(heading_key, named)))).encode()).digest()
    which = (LAYOUTS.c.institution == institution, LAYOUTS.c.digest == digest)
    if not connection.execute(sa.update(LAYOUTS).where(*which).values(seen_at=at)).rowcount:
        written = json.dumps(named, ensure_ascii=False)
        connection.execute(LAYOUTS.insert().values(institution=institution, digest=digest, headings=written, seen_at=at))
