"""What laboratories' own headings and words mean, as somebody has said, and the layouts of the files they sent."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hbcore.storage.tables.columns import big, big_key, instant_at, key_part


class ColumnMappingRow(SQLModel, table=True):
    """Never changed: the newest of an institution holds, those before are its history."""

    __tablename__ = "column_mapping"
    __table_args__ = (sa.Index("ix_column_mapping_institution", "institution", "id"),)
    id: int = big_key()
    institution: str = Field(foreign_key="institution.code")
    content: str
    recorded_by: int = big()
    recorded_at: datetime = instant_at()


class FileLayout(SQLModel, table=True):
    """The headings of a file that was taken in, whatever their order; `digest` of them, `seen_at` last."""

    __tablename__ = "file_layout"
    institution: str = key_part(foreign_key="institution.code")
    digest: bytes = key_part()
    headings: str
    seen_at: datetime = instant_at()
