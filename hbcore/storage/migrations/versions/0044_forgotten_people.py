"""Whoever is known by recalled results alone is registered no more, as if nobody had told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    person = sa.table("person", sa.column("id"), sa.column("registration"), sa.column("unit_source"))
    result = sa.table("result", sa.column("person_id"), sa.column("ended_how"))
    recalled = sa.select(result.c.person_id).where(result.c.ended_how == "recalled")
    others = [sa.table(name, sa.column("person_id")) for name in ("fact", "application", "sampling")]
    left = [sa.exists().where(one.c.person_id == person.c.id) for one in others]
    left.append(sa.exists().where(result.c.person_id == person.c.id, sa.func.coalesce(result.c.ended_how, "") != "recalled"))
    known_by_it = (person.c.registration == "approved", person.c.unit_source == "institution", person.c.id.in_(recalled))
    op.execute(sa.update(person).where(*known_by_it, ~sa.or_(*left)).values(registration="none"))
