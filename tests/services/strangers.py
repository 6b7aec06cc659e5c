"""Forms as strangers send them, and shortcuts that tests of the public form share; everybody here is invented."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count

from PIL import Image

from hbcore.domain.public_form import PublicForm
from hbcore.services import applications, proof_of_work, public_applications
from hbcore.services.application_adding import Receipt
from hbcore.services.proof_of_work import challenge
from hbcore.services.public_status import ApplicationStatus
from hbcore.storage.engine import access_engine
from tests.services.applying import AT, PASSPORT, PERMIT, reviewer

LATER = AT + timedelta(minutes=5)
HERE, THERE = "203.0.113.7", "198.51.100.9"
PERMIT_FORM = PublicForm(**asdict(PERMIT), consent=True)
PASSPORT_FORM = PublicForm(**asdict(PASSPORT), consent=True)


def form_of(place: int, **more: object) -> PublicForm:
    """Another applicant's form."""
    letters = f"{chr(65 + place % 26)}{chr(65 + place // 26 % 26)}"
    return replace(PERMIT_FORM, document_number=f"H{20_000_000 + place}", name=f"CHAN {letters}", **more)


def submit(form: PublicForm = PERMIT_FORM, *, address: str = HERE, at: datetime = AT, language: str = "en") -> Receipt:
    """A form sent."""
    return public_applications.submit(form, language=language, address=address, at=at)


def approved(form: PublicForm = PERMIT_FORM) -> Receipt:
    """A form sent and approved."""
    receipt = submit(form)
    applications.approve(receipt.id, by=reviewer("reviewer"), at=LATER)
    return receipt


def status(receipt: Receipt, *, at: datetime = LATER, **more: str) -> ApplicationStatus:
    """What an applicant is shown for the receipt with its secret, or with what is named in its place."""
    return public_applications.status(receipt.number, **(more or {"secret": receipt.secret}), address=HERE, at=at)


def looks_by_applicants() -> list[tuple[str, str, str]]:
    """Each look-up on record: the act, its subject, by which way."""
    with access_engine().connect() as connection:
        asked = "SELECT act, subject, via FROM look_up_event ORDER BY seq"
        return [tuple(row) for row in connection.exec_driver_sql(asked)]


def proof(at: datetime = AT) -> str:
    """A challenge, solved as the page's script would."""
    return solution(challenge(at))


def solution(given: str) -> str:
    """Something that looks like a challenge, and the number that solves it."""
    tried = (f"{given}:{number}" for number in count())
    return next(one for one in tried if not int.from_bytes(sha256(one.encode()).digest(), "big") >> (256 - proof_of_work.BITS))


def picture() -> bytes:
    """A picture as a telephone would send it."""
    out = BytesIO()
    Image.new("RGB", (300, 200), "navy").save(out, "JPEG")
    return out.getvalue()
