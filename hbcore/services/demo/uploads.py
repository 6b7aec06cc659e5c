"""The laboratories' days: specimens gathered into files, files uploaded by the liaisons, some looked at before."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import institutions, lab_imports
from hbcore.services.clock import day_of
from hbcore.services.demo.files import KIND_WORDS, Row, laboratory_file, local
from hbcore.services.demo.places import FIRST, LABORATORIES, SUSPENDED, Laboratory
from hbcore.services.demo.province import Province
from hbcore.services.demo.specimens import SUSPENDED_DAYS, Specimen
from hbcore.services.demo.timeline import shanghai
from hbcore.services.uploads import IncomingFile

LATE_EVERY = 3
"""The institution that is suspended sends only every third day."""


def plan_uploads(province: Province, specimens: Iterable[Specimen]) -> None:
    """Put every laboratory's files down in the time-line; what comes after the last of them is not sent yet."""
    of: dict[str, list[Specimen]] = defaultdict(list)
    for one in specimens:
        of[one.laboratory.code].append(one)
    for laboratory in LABORATORIES:
        times = list(_times(province, laboratory))
        batches: dict[datetime, list[Specimen]] = defaultdict(list)
        for one in _numbered(laboratory, of[laboratory.code]):
            place = bisect_left(times, one.sent_from)
            if place < len(times):
                batches[times[place]].append(one)
        for at, batch in sorted(batches.items()):
            part = 1 + sum(day_of(other) == day_of(at) for other in batches if other < at)
            province.timeline.put(at, partial(_upload, province, laboratory, batch, part))
    closes = province.days.back(SUSPENDED_DAYS, 10.5)
    province.timeline.put(closes, partial(_suspend, province))


def _times(province: Province, laboratory: Laboratory) -> Iterator[datetime]:
    """When a laboratory uploads: every evening, the larger ones on working days at noon, too."""
    drawn, days = province.chance(f"uploads {laboratory.code}"), province.days
    late = laboratory is SUSPENDED[0]
    last = days.count - SUSPENDED_DAYS - 1 if late else days.count
    for day in range(last + 1):
        noon, evening = (shanghai(days.begins, hour + drawn.random(), days=day) for hour in (12.2, 18.5 + 2.5 * drawn.random()))
        if laboratory.noon and noon.weekday() < 5:
            yield noon
        if not late or day % LATE_EVERY == 2 or day == last:
            yield evening


def _numbered(laboratory: Laboratory, specimens: Sequence[Specimen]) -> Iterator[Specimen]:
    """Numbers in the order of sampling, from 1 on every day; where several share a tube, ten in a row."""
    serials: dict[str, int] = defaultdict(int)
    given: dict[tuple[str, datetime], str] = {}
    for one in sorted(specimens, key=lambda specimen: (specimen.sampled_at, specimen.sent_from)):
        if not one.number:
            this = (one.holder.number, one.sampled_at)
            if this not in given:  # a row that comes again has the tube it had
                day = f"{one.sampled_at.astimezone(SHANGHAI):%m%d}"
                size = 10 if one.pooling == laboratory.pool != "" else 1
                given[this] = f"{laboratory.prefix}{day}{serials[day] // size + 1:04d}{'H' if size > 1 else ''}"
                serials[day] += 1
            one = replace(one, number=given[this])
        yield one


def _upload(province: Province, laboratory: Laboratory, batch: Sequence[Specimen], part: int, at: datetime) -> None:
    rows = [_row(laboratory, one, at) for one in batch]
    name, content = laboratory_file(laboratory, day_of(at), part, rows)
    file, by = IncomingFile(content, name, laboratory.code), province.staff[laboratory.liaison]
    if part == 1 and at.astimezone(SHANGHAI).day % 3 == 0:
        lab_imports.preview(file, by=by, at=at - timedelta(microseconds=500))
    lab_imports.commit(file, by=by, at=at)


def _row(laboratory: Laboratory, one: Specimen, at: datetime) -> Row:
    cells = {
        "name": one.holder.name,
        "document_kind": KIND_WORDS[one.holder.kind],
        "document_number": one.holder.number,
        "sampled_at": local(one.sampled_at),
        "sample_number": one.number,
        "assay": one.assay,
        "outcome": one.outcome,
    }
    if laboratory.style == "gb18030_title":
        tested = one.sampled_at + (at - one.sampled_at) * 0.6
        cells |= {"phone": one.holder.phone, "tested_at": local(tested), "reported_at": local(at - timedelta(minutes=12))}
        cells |= {"testing_institution": laboratory.name, "sampling_site": f"{one.sampled_at.minute % 7 + 1}号采样点"}
    if one.pooling:
        cells["pooling"] = one.pooling
    if one.status:
        cells["result_status"] = one.status
    return {**cells, **one.changes}


def _suspend(province: Province, at: datetime) -> None:
    laboratory, reason = SUSPENDED
    institutions.suspend(laboratory.code, reason, by=province.staff[FIRST], at=at)
