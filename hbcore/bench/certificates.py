"""`bench certificates`: a list printed as one PDF, each with its event and row, beside bare typst pages in the same run."""

import resource
from statistics import median
from time import perf_counter, process_time

from typst import Compiler, Fonts

from hbcore.bench.lab_file import INSTITUTION, lab_csv, resident_numbers
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.vocabulary import Purpose, Role
from hbcore.services import accounts, certificates_many, lab_imports
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.uploads import IncomingFile

SEED, PEOPLE, TIMES = 1, 1_000, 3


def run(count: int) -> dict[str, object]:
    """`count` certificates in lists of 200 at most, three times over: the median, in seconds; memory of the whole process in MB.

    `bare`: an empty page compiled as many times by the same library, without a word, a font or a picture.
    `processor`: what the machine worked for it, whoever else was on it.
    """
    with fresh_desk():
        by = _filled()
        numbers = resident_numbers(PEOPLE, SEED)[:count]
        _printed(numbers[:1], by)
        before = _memory()
        taken = [_printed(numbers, by) for _time in range(TIMES)]
    seconds, processor = (median(one[place] for one in taken) for place in (0, 1))
    _seconds, _processor, made, size = taken[0]
    bare = median(_bare(count) for _time in range(TIMES))
    return {
        "asked": count,
        "made": made,
        "seconds": round(seconds, 3),
        "processor_seconds": round(processor, 3),
        "bare_pages_seconds": round(bare, 3),
        "ratio": round(seconds / bare, 1),
        "kilobytes_each": round(size / max(made, 1) / 1000, 1),
        "memory_before_mb": before,
        "memory_after_mb": _memory(),
    }


def _filled() -> Staff:
    by, at = liaison(), now()
    file = IncomingFile(lab_csv(PEOPLE, seed=SEED), "bench.csv", INSTITUTION[0], by_shell=True)
    lab_imports.commit(file, by=by, at=at)
    new = NewAccount("bench-reviewer", Role.DISTRICT_STAFF, unit=INSTITUTION[2])
    return accounts.add_staff(new, "a bench's own password", by=accounts.staff_named("bench-administrator"), at=at)


def _printed(numbers: list[str], by: Staff) -> tuple[float, float, int, int]:
    """Seconds, those of the processor, how many certificates, bytes."""
    began, worked, made, size = perf_counter(), process_time(), 0, 0
    for first in range(0, len(numbers), certificates_many.AT_ONCE):
        part = numbers[first : first + certificates_many.AT_ONCE]
        done = certificates_many.print_many(part, first="zh", purpose=Purpose.OWN_REQUEST, by=by, at=now())
        made, size = made + done.made, size + (len(done.file.content) if done.file else 0)
    return perf_counter() - began, process_time() - worked, made, size


def _bare(count: int) -> float:
    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False)
    began = perf_counter()
    for page in range(count):
        Compiler(b"#page[] // %d" % page, font_paths=fonts, ignore_system_fonts=True).compile(format="pdf")
    return perf_counter() - began


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
