"""A hundred people tell us who they are; nothing we keep beside the sealed blobs repeats it (S21, S40)."""

import logging
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest

from hbcore.domain.errors import FileRefused, Refused
from hbcore.domain.vocabulary import Purpose, Role
from hbcore.services import applications, lab_imports, people
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from tests import standing
from tests.services.applying import AT, PERMIT, reviewer

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RECORDED, REFUSED, HELD, ANOTHER_NAME, APPLYING = range(40), range(40, 55), range(55, 70), range(70, 80), range(80, 100)
HEADINGS = "姓名,身份证号,手机号,采样时间,样本编号,检测结果,结果状态,备注"


@dataclass(frozen=True)
class Canary:
    """Somebody invented, whose every word is found nowhere else."""

    name: str
    number: str
    phone: str


def resident_number(place: int) -> str:
    body = f"42010619{70 + place % 30}0{1 + place % 9}{10 + place % 18}{131 + place}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


NAMES = ["".join(part) for part in product(("诸葛", "欧阳", "尉迟", "澹台"), "霁骧翀珩璟", "瀚昱翯淼騄")]
PEOPLE = [Canary(name, resident_number(place), f"139{71000000 + 7919 * place}") for place, name in enumerate(NAMES)]
PERMITS = {place: replace(PEOPLE[place], number=f"H{10000000 + 7919 * place}") for place in APPLYING}


def line(place: int, outcome: str = "阴性", status: str = "终审", name: str | None = None, sample: str = "S") -> str:
    one = PEOPLE[place]
    cells = (name or one.name, one.number, one.phone, "2020-04-26 09:00", f"{sample}{place}", outcome, status, f"致电{one.phone}")
    return ",".join(cells)


def file(*lines: str, name: str = "results.csv") -> IncomingFile:
    return IncomingFile("\n".join((HEADINGS, *lines)).encode("gb18030"), name, standing.LAB)


@pytest.fixture
def staff(database: Path) -> tuple[Staff, Staff]:
    standing.institution(AT)
    return standing.staff(Role.LAB_LIAISON, AT, name="liaison", institutions=[standing.LAB]), reviewer("reviewer")


def upload(liaison: Staff) -> dict[str, int]:
    """Rows recorded, refused and held; then the same people under another name; then a file refused as a whole."""
    first = file(
        *(line(place) for place in (*RECORDED, *ANOTHER_NAME)),
        *(line(place, outcome="良好") for place in REFUSED),
        *(line(place, status="作废") for place in HELD),
    )
    lab_imports.preview(first, by=liaison, at=AT)
    rows = lab_imports.commit(first, by=liaison, at=AT).rows
    differing = file(*(line(place, name=PEOPLE[place - 40].name, sample="T") for place in ANOTHER_NAME))
    assert lab_imports.commit(differing, by=liaison, at=AT).rows["held"] == len(ANOTHER_NAME)
    with pytest.raises(FileRefused):
        lab_imports.commit(IncomingFile("\n".join(map(line, RECORDED)).encode(), "x.csv", standing.LAB), by=liaison, at=AT)
    return dict(rows)


def apply(clerk: Staff) -> None:
    """Applications entered, one entered twice, one refused for its faults; people looked up by number and in vain."""
    for one in PERMITS.values():
        draft = replace(PERMIT, document_number=one.number, name=one.name, phone=one.phone, address=f"中南路{one.phone}号")
        applications.enter(draft, by=clerk, at=AT)
        with pytest.raises(Refused):
            applications.enter(draft, by=clerk, at=AT)
        with pytest.raises(applications.DraftRefused):
            applications.enter(replace(draft, birth_date="yesterday"), by=clerk, at=AT)
        assert people.find(one.number, purpose=Purpose.CODE_QUESTION, by=clerk, at=AT)
    assert people.find(PEOPLE[REFUSED[0]].number, purpose=Purpose.CODE_QUESTION, by=clerk, at=AT) is None


def found_in(kept: bytes) -> list[str]:
    """Which words of whom stand there, however written."""
    folded = kept.lower()
    words = {word for one in (*PEOPLE, *PERMITS.values()) for word in (one.name, one.number, one.phone)}
    return sorted(word for word in words if any(word.lower().encode(encoding) in folded for encoding in ENCODINGS))


@pytest.mark.sqlite_only  # reads the files that SQLite keeps
def test_a_hundred_canaries_are_found_nowhere(
    staff: tuple[Staff, Staff], database: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    liaison, clerk = staff
    caplog.set_level(logging.DEBUG)

    rows = upload(liaison)
    apply(clerk)

    assert (rows["recorded"], rows["refused"], rows["held"]) == (50, 15, 15)
    kept = {file: file.read_bytes() for file in database.rglob("*") if file.is_file() and file.parent.name != "keys"}
    assert {"hbcore.db", "hbcore.db-wal", "access.db", "access.db-wal"} <= {file.name for file in kept}
    assert all(kept[database / name] for name in ("hbcore.db-wal", "access.db-wal")), "what was just written is still in there"
    assert {file.name: found_in(text) for file, text in kept.items() if found_in(text)} == {}
    said = "".join((caplog.text, *capfd.readouterr()))
    assert found_in(said.encode()) == []


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("word", [PEOPLE[0].name, PEOPLE[0].number, PEOPLE[0].phone, PERMITS[80].number.lower()])
def test_a_canary_that_stands_somewhere_is_found(word: str, encoding: str) -> None:
    assert found_in(b"\x00\x01" + word.encode(encoding) + b"\xff")
