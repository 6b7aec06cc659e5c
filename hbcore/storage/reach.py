"""What a confined role reaches (`docs/apply_role.sql`): a transaction names whom it is about and sees nobody else."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


@lru_cache(maxsize=8)
def _confined(engine: sa.Engine) -> bool:
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect() as connection:
        return bool(connection.execute(sa.select(sa.func.row_security_active("application"))).scalar_one())


def confined(connection: sa.Connection) -> bool:
    """Whether row-level security holds for who is connected: not for the desk, which owns the tables."""
    return _confined(connection.engine)


_NAME = sa.select(sa.func.set_config(sa.bindparam("name"), sa.bindparam("value"), True))


def to_documents(connection: sa.Connection, keys: Iterable[bytes]) -> None:
    """This transaction is about whoever has these documents."""
    if confined(connection):
        connection.execute(_NAME, {"name": "hbcore.documents", "value": _hex(keys)})


def to_receipt(connection: sa.Connection, receipt: str, proofs: Iterable[bytes]) -> None:
    """This transaction is about the application of a receipt, whose secret or document has one of these keyed hashes."""
    if confined(connection):
        connection.execute(_NAME, {"name": "hbcore.receipt", "value": receipt})
        connection.execute(_NAME, {"name": "hbcore.proofs", "value": _hex(proofs)})


def to_form(connection: sa.Connection, form: bytes) -> None:
    """This transaction is about the pictures of a form that has this keyed hash and is not sent yet."""
    if confined(connection):
        connection.execute(_NAME, {"name": "hbcore.form", "value": form.hex()})


_KEPT = sa.select(
    sa.func.hbcore_apply.numbers_kept(
        *(sa.bindparam(name, type_=postgresql.ARRAY(sa.BigInteger)) for name in ("numbers", "people"))
    ).table_valued("number", "person_id")
)


def numbers_kept(connection: sa.Connection, rows: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those pairs of look-up number and person that stand; a confined role sees no others."""
    numbers, people = map(list, zip(*rows, strict=True))
    return {(row.number, row.person_id) for row in connection.execute(_KEPT, {"numbers": numbers, "people": people})}


def _hex(keys: Iterable[bytes]) -> str:
    return ",".join(key.hex() for key in keys)
