"""Bring the two stores to the newest shape."""

from pathlib import Path

import sqlalchemy as sa

from hbcore.storage.engine import access_engine, engine

HERE = Path(__file__).parent


def _upgrade(engine: sa.Engine, folder: str) -> None:
    # A third of a command's start, and only `init` and the server's start need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE / folder))
    config.set_main_option("version_table", f"{folder}_version")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def upgrade() -> None:
    """Run what is missing of `migrations` on the database and of `access_migrations` on the store of look-up events."""
    _upgrade(engine(), "migrations")
    _upgrade(access_engine(), "access_migrations")
