"""Tubes as rows, for an upload that is taken back or put back: whom it put where, who shares a tube, who is left in it."""

from collections import defaultdict
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from hbcore.storage.instants import DAY, SHANGHAI, raw, raw_day
from hbcore.storage.result_rows import RESULTS, SAMPLES, ResultLine
from hbcore.storage.results_again import AGAIN
from hbcore.storage.staged_keys import staged
from hbcore.storage.tables import BIG
from hbcore.storage.upload_rows import UPLOADS

TubeOf = tuple[str, int, str]
"""A sample number on a sampling day at an institution."""

_r, _s, _a = RESULTS.c, SAMPLES.c, AGAIN.c
_IS_SHARED = sa.and_(_r.shared.is_not(None), _r.ended_at.is_(None))


def any_shared(connection: sa.Connection, upload: int) -> bool:
    """Whether anybody shares a tube of an upload's institution with people of other files."""
    institution = sa.select(UPLOADS.c.institution).where(UPLOADS.c.id == upload).scalar_subquery()
    return connection.execute(sa.select(_r.id).where(_r.institution == institution, _IS_SHARED).limit(1)).first() is not None


def of_upload(connection: sa.Connection, upload: int, people: Collection[int]) -> Mapping[TubeOf, set[int]]:
    """Into which tubes an upload has put which of these people."""
    inside = defaultdict[TubeOf, set[int]](set)
    with staged(connection, BIG, people) as wanted:
        asked = sa.select(_r.sample_number, raw_day(_r.sampled_at), _r.institution, _r.person_id).select_from(wanted)
        own = asked.join(RESULTS, _r.person_id == wanted.c.key).where(_r.upload_id + 0 == upload)
        for number, day, institution, person in connection.execute(own):
            inside[number, day, institution].add(person)
    return inside


def shared(connection: sa.Connection, tubes: Collection[TubeOf], but: int) -> list[ResultLine]:
    """What stands in tubes of these numbers of somebody who shares them with people of other files, without what is of the
    upload `but` or was put beside somebody by it."""
    taken = RESULTS.alias("taken")
    same = (taken.c.person_id == _r.person_id, taken.c.assay == _r.assay, taken.c.sampled_at == _r.sampled_at)
    put_beside = sa.exists().where(*same, taken.c.id == _r.shared, taken.c.ended_by + 0 == but)
    institutions = {institution for _, _, institution in tubes}
    with staged(connection, sa.String(), {number for number, _, _ in tubes}) as wanted:
        asked = sa.select(*(raw(_r[name]) for name in ResultLine._fields)).select_from(wanted)
        found = asked.join(RESULTS, (_r.sample_number == wanted.c.key) & _r.institution.in_(institutions))
        found = found.where(_IS_SHARED, _r.upload_id + 0 != but, sa.not_(put_beside))
        return [ResultLine(*line) for line in connection.execute(found)]


def without(connection: sa.Connection, tubes: Collection[TubeOf], upload: int) -> Mapping[TubeOf, set[int]]:
    """Who is in these tubes, or was until it was withdrawn, by what other uploads than one said."""
    inside = defaultdict[TubeOf, set[int]](set)
    begins = sa.cast(_s.sampled_day, BIG) * DAY - SHANGHAI
    of_sample = (_r.person_id == _s.person_id) & (_r.assay == _s.assay)
    same_day = raw(_r.sampled_at).between(begins, begins + DAY - 1)
    again = sa.exists().where(_a.result_id == _r.id, _a.upload_id != upload, UPLOADS.c.id == _a.upload_id)
    by_others = sa.or_(_r.upload_id != upload, again.where(UPLOADS.c.status == "committed"))
    with staged(connection, sa.String(), {number for number, _, _ in tubes}) as wanted:
        asked = sa.select(_s.sample_number, _s.sampled_day, _s.institution, _s.person_id).select_from(wanted)
        asked = asked.join(SAMPLES, _s.sample_number == wanted.c.key).join(RESULTS, of_sample & same_day)
        same_tube = (_r.sample_number == _s.sample_number) & (_r.institution == _s.institution)
        known = sa.func.coalesce(_r.ended_how, "") != "recalled"
        for number, day, institution, person in connection.execute(asked.where(same_tube, known, by_others)):
            inside[number, day, institution].add(person)
    return inside
