"""How often an account may see what an act would do before it is done: previews are events, so many an hour (model part 6)."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from hbcore.domain.errors import Refused
from hbcore.services import audit
from hbcore.services.acting import Staff

AN_HOUR = 60
"""Previews of one account in an hour: far beyond what an afternoon of uploads takes, far below what feeling people out would."""

PREVIEWS = (
    audit.Act.RESULTS_PREVIEWED,
    audit.Act.SAMPLES_PREVIEWED,
    audit.Act.FILINGS_PREVIEWED,
    audit.Act.APPLICATIONS_PREVIEWED,
    audit.Act.FACT_LIST_PREVIEWED,
)

_e = audit.EVENTS.c
_LATEST = (
    sa.select(_e.at)
    .where(_e.by_id == sa.bindparam("staff", type_=_e.by_id.type), _e.act.in_([str(act) for act in PREVIEWS]))
    .order_by(_e.seq.desc())
    .limit(1)
    .offset(AN_HOUR - 1)
)


def refuse_too_many(session: Session, *, by: Staff, at: datetime) -> None:
    """Nothing while the last hour holds fewer previews of `by`.

    :raises Refused: `too_many_previews`.
    """
    earliest: datetime | None = session.execute(_LATEST, {"staff": by.id}).scalar()
    if earliest is not None and earliest > at - timedelta(hours=1):
        raise Refused("too_many_previews", most=AN_HOUR)
