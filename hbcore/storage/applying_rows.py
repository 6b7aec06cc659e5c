"""Large uploads between acceptance and their last line: their parts, sealed, and how far they have come."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import pyarrow as pa
import sqlalchemy as sa

from hbcore.storage import sealing
from hbcore.storage.result_rows import RESULTS
from hbcore.storage.tables import Applying, StagedPart

APPLYING: sa.Table = Applying.__table__  # type: ignore[attr-defined]
PARTS: sa.Table = StagedPart.__table__  # type: ignore[attr-defined]
_a, _p = APPLYING.c, PARTS.c

PART = 20_000
"""Lines, or rows, of a part."""

LINES, CELLS = "lines", "cells"

_QUICK = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=1))

Row = sa.Row[Any]


class HowFar(NamedTuple):
    """How far an upload has come: lines recorded, of how many, and what its report says by now."""

    done: int
    lines: int
    figures: Mapping[str, Any]


def sealed_part(upload: int, kind: str, number: int, table: pa.Table) -> dict[str, object]:
    """A part of a table as a row: what is accepted survives a stop, and nothing of it can be read."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=_QUICK) as writer:
        writer.write_table(table.combine_chunks())
    sealed = sealing.seal(_place(kind, number), "sealed", upload, sink.getvalue().to_pybytes())
    return {"upload_id": upload, "kind": kind, "part": number, "sealed": sealed, "key_version": sealing.KEY_VERSION}


def stage(connection: sa.Connection, part: dict[str, object]) -> None:
    """Keep one sealed part."""
    connection.execute(PARTS.insert(), part)


def part(connection: sa.Connection, upload: int, kind: str, number: int) -> pa.Table | None:
    """One part as it was staged; None beyond the last."""
    wanted = (_p.upload_id == upload, _p.kind == kind, _p.part == number)
    found = connection.execute(sa.select(_p.sealed, _p.key_version).where(*wanted)).first()
    if found is None:
        return None
    plain = sealing.unseal(_place(kind, number), "sealed", upload, found.sealed, found.key_version)
    return pa.ipc.open_stream(plain).read_all()


def _place(kind: str, number: int) -> str:
    return f"staged_part {kind} {number}"


def accept(connection: sa.Connection, row: dict[str, object]) -> None:
    """An upload is to be applied from its first line on."""
    connection.execute(APPLYING.insert().values(**row))


_ONE = sa.select(APPLYING).where(_a.upload_id == sa.bindparam("upload"))


def one(connection: sa.Connection, upload: int) -> Row | None:
    """How far an upload has come; None where it is recorded to its last line."""
    return connection.execute(_ONE, {"upload": upload}).first()


def unfinished(connection: sa.Connection, institutions: Collection[str] | None = None) -> Iterator[int]:
    """The uploads that are not, the oldest first; `institutions`: theirs alone."""
    wanted = sa.select(_a.upload_id).order_by(_a.upload_id)
    if institutions is not None:
        wanted = wanted.where(_a.institution.in_(institutions))
    yield from connection.execute(wanted).scalars().all()


def how_far(connection: sa.Connection, institutions: Collection[str] | None = None) -> dict[int, HowFar]:
    """How far each of them has come."""
    wanted = sa.select(_a.upload_id, _a.done, _a.lines, _a.figures)
    if institutions is not None:
        wanted = wanted.where(_a.institution.in_(institutions))
    found = connection.execute(wanted)
    return {row.upload_id: HowFar(row.done, row.lines, json.loads(row.figures)) for row in found}


def at_its_last(connection: sa.Connection, people: Collection[int]) -> bool:
    """Whether results of one of these people are in an upload of which all lines are recorded and samples are still to come."""
    theirs = sa.exists().where(RESULTS.c.person_id.in_(people), RESULTS.c.upload_id == _a.upload_id)
    wanted = sa.select(_a.upload_id).where(_a.done == _a.lines, _a.own_tubes, theirs).limit(1)
    return connection.execute(wanted).first() is not None


def gone_on(connection: sa.Connection, upload: int, *, done: int, room: int, figures: str) -> None:
    """So many lines are recorded by now."""
    connection.execute(sa.update(APPLYING).where(_a.upload_id == upload).values(done=done, room=room, figures=figures))


def forget_unaccepted(connection: sa.Connection, before: int) -> None:
    """Parts of uploads with an id below `before` that never were accepted: whoever staged them was stopped."""
    connection.execute(sa.delete(PARTS).where(_p.upload_id < before, _p.upload_id.not_in(sa.select(_a.upload_id))))


def forget_part(connection: sa.Connection, upload: int) -> bool:
    """Forget one part, which takes a moment; whether there was one."""
    found = connection.execute(sa.select(_p.kind, _p.part).where(_p.upload_id == upload).limit(1)).first()
    if found is None:
        return False
    connection.execute(sa.delete(PARTS).where(_p.upload_id == upload, _p.kind == found.kind, _p.part == found.part))
    return True


def finished(connection: sa.Connection, upload: int) -> None:
    """All lines are recorded: nothing is staged any more."""
    connection.execute(sa.delete(APPLYING).where(_a.upload_id == upload))
    connection.execute(sa.delete(PARTS).where(_p.upload_id == upload))
