"""What a laboratory's own headings and words mean: said by its liaison, remembered, used for every file; layouts that drift."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from hbcore.domain.column_mapping import LISTS, NONE, ColumnMapping, Drift, drift, read_mapping
from hbcore.domain.errors import FileRefused, Refused
from hbcore.domain.headings import ADDED, LAB, is_registration
from hbcore.domain.permissions import Permission
from hbcore.domain.problems import Note
from hbcore.domain.vocabulary import FileCode, NoteCode
from hbcore.services import audit
from hbcore.services.acting import Staff, acting, reading
from hbcore.services.refusals import refusals_recorded
from hbcore.services.uploads import IncomingFile
from hbcore.storage import mapping_rows
from hbcore.storage.readers import Table


def remembered(institution: str, *, by: Staff, at: datetime) -> ColumnMapping:
    """What holds for the files of one's own institution; nobody else's is read by it.

    :raises FileRefused: `other_institution`.
    """
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        return held(session, institution, by)


def held(session: Session, institution: str, by: Staff) -> ColumnMapping:
    """`remembered`, in the caller's transaction."""
    _refuse_other(institution, by)
    return _newest(session, institution)


def remember(institution: str, content: Mapping[str, Mapping[str, str]], *, by: Staff, at: datetime) -> ColumnMapping:
    """From now on the institution's files are read by this (as `read_mapping` has it), on the page, by shell and from a folder.

    What held before stays as history; what was recorded by it stays as it is.

    :raises Refused: `other_institution`, those of `read_mapping`, `nothing_changed`.
    """
    with refusals_recorded(by, at, f"institution {institution}"), acting(by, Permission.MAP_COLUMNS, at) as session:
        _refuse_other(institution, by)
        mapping = read_mapping(content)
        if mapping == _newest(session, institution):
            raise Refused("nothing_changed")
        mapping_rows.add(session.connection(), institution, mapping.to_json(), by.id, at)
        figures = {"headings": len(mapping.headings)} | {name: len(mapping.of(name)) for name in LISTS}
        audit.record(session, audit.Act.COLUMNS_MAPPED, by=by, at=at, subject=f"institution {institution}", figures=figures)
    return mapping


def _refuse_other(institution: str, by: Staff) -> None:
    if institution not in by.institutions:
        raise FileRefused(FileCode.OTHER_INSTITUTION)


def _newest(session: Session, institution: str) -> ColumnMapping:
    content = mapping_rows.newest(session.connection(), institution)
    return NONE if content is None else ColumnMapping(**content)


def mapped(file: IncomingFile, *, by: Staff, at: datetime) -> IncomingFile:
    """The file with what its headings and words mean: as said of this very file, else as is remembered of its institution."""
    return file if file.mapping is not None else replace(file, mapping=remembered(file.institution, by=by, at=at))


def table_of(file: IncomingFile, *, by: Staff, at: datetime) -> Table:
    """A mapped laboratory file as a table, with notes on how its layout has drifted.

    :raises FileRefused: a file that cannot be read as a whole; `registration_file` where it says nothing but who was sampled.
    """
    with reading(by, Permission.IMPORT_RESULTS, at) as session:
        before = mapping_rows.layouts(session.connection(), file.institution)
    table = file.table(LAB)
    if is_registration(table.columns):
        raise FileRefused(FileCode.REGISTRATION_FILE)
    found = drift(before, _own_headings(table), file.mapping or NONE)
    return replace(table, notes=(*table.notes, *_notes(found))) if found else table


def _own_headings(table: Table) -> list[tuple[str, str]]:
    """Without blank ones, and without the column that a problem file has besides."""
    return [(heading, word) for heading, word in table.headings if word and heading not in ADDED.values()]


def _notes(found: Drift) -> list[Note]:
    said = {NoteCode.HEADINGS_GONE: found.gone, NoteCode.HEADINGS_NEW: found.new}
    return [Note(code, {"headings": " · ".join(f"“{one}”" for one in names)}) for code, names in said.items() if names]


def keep_layout(session: Session, institution: str, table: Table, at: datetime) -> None:
    """A file was taken in: its layout is none that has drifted any more."""
    mapping_rows.keep_layout(session.connection(), institution, [heading for heading, _ in _own_headings(table)], at)
