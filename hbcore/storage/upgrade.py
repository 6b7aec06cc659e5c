"""Bring the two stores to the newest shape."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hbcore.storage.engine import access_engine, engine

HERE = Path(__file__).parent
FOLDERS = ("migrations", "access_migrations")


def _config(folder: str) -> Any:
    # A third of a command's start, and only `init`, the server's start and a backup's way back need it.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE / folder))
    config.set_main_option("version_table", f"{folder}_version")
    return config


def newest() -> tuple[str, ...]:
    """The last migration of the database, and that of the store of look-up events, as this desk knows them."""
    from alembic.script import ScriptDirectory

    return tuple(str(ScriptDirectory.from_config(_config(folder)).get_current_head()) for folder in FOLDERS)


def _upgrade(engine: sa.Engine, folder: str) -> None:
    from alembic import command

    config = _config(folder)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def upgrade() -> None:
    """Run what is missing of `migrations` on the database and of `access_migrations` on the store of look-up events."""
    for one, folder in zip((engine(), access_engine()), FOLDERS, strict=True):
        _upgrade(one, folder)
