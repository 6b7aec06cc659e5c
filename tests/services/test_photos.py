"""Pictures from the public form: drawn anew, sealed, shown to who decides with an event, deleted after the decision."""

import struct
import zlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from cryptography.exceptions import InvalidTag
from PIL import Image

from hbcore.domain.applicants import PhotoKind
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import applications, form_photos, photos, public_applications, settings
from hbcore.services.settings import Kept
from hbcore.storage.engine import engine
from tests.services.applying import AT, JIANGAN, acts, look_ups, reviewer, rows
from tests.services.strangers import HERE, PASSPORT_FORM, PERMIT_FORM, submit
from tests.standing import staff

pytestmark = pytest.mark.usefixtures("database")

DAYS = timedelta(days=1)
MARK = b"CANARY 30.5928N 114.3055E"


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200), colour: str = "navy", **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def bomb(side: int) -> bytes:
    """A PNG that says it is as large as this, and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def sent(**more: bytes):
    return submit(replace(PASSPORT_FORM, **more))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew_and_nothing_of_the_file_survives(kind):
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()
    receipt = sent(photo=picture(kind, (4_000, 1_000), exif=exif.tobytes()) + MARK)

    (seen,) = photos.photo_of(receipt.id, by=reviewer("reviewer"), at=AT)

    with Image.open(BytesIO(seen.content), formats=("JPEG",)) as drawn:
        assert (drawn.size, drawn.getexif()) == ((1_600, 400), {})
    assert MARK not in seen.content
    assert seen.kind is PhotoKind.DOCUMENT


@pytest.mark.parametrize(
    ("field", "content", "code"),
    [
        ("photo", b"", "empty_picture"),
        ("photo", b"%PDF-1.7", "not_a_picture"),
        ("entry_photo", picture("GIF"), "not_a_picture"),
        ("entry_photo", picture()[:200], "not_a_picture"),
        ("photo", bytes(8 * 1024 * 1024 + 1), "picture_too_large"),
        ("photo", bomb(5_000), "picture_too_many_pixels"),
        ("photo", bomb(30_000), "not_a_picture"),
    ],
    ids=["empty", "pdf", "gif", "cut", "heavy", "wide", "bomb"],
)
def test_what_is_no_picture_or_made_to_harm_is_refused_by_its_field_and_nothing_is_kept(field, content, code):
    with pytest.raises(Refused, match=code) as refused:
        sent(**{field: content})

    assert refused.value.values["field"] == field
    assert rows("SELECT * FROM application") == rows("SELECT * FROM application_photo") == []


def test_a_picture_is_sealed_to_its_row():
    receipt = sent(photo=picture(), entry_photo=picture(colour="red"))
    kept = rows("SELECT id, sealed FROM application_photo ORDER BY kind")
    assert not any(b"JFIF" in bytes(sealed) for _, sealed in kept)
    swapped = "UPDATE application_photo SET sealed = (SELECT sealed FROM application_photo WHERE kind = 'entry')"
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql(f"{swapped} WHERE kind = 'document'")

    with pytest.raises(InvalidTag):
        photos.photo_of(receipt.id, by=reviewer("reviewer"), at=AT)


def test_opening_the_pictures_is_one_look_up_for_who_may_see_the_application():
    receipt = sent(photo=picture(), entry_photo=picture())
    before = look_ups()

    seen = photos.photo_of(receipt.id, by=reviewer("reviewer"), at=AT)
    with pytest.raises(Refused, match="not_your_unit"):
        photos.photo_of(receipt.id, by=reviewer("elsewhere", JIANGAN), at=AT)
    with pytest.raises(Refused, match="not_allowed"):
        photos.photo_of(receipt.id, by=staff(Role.AUDITOR, AT, name="auditor"), at=AT)

    assert [one.kind for one in seen] == [PhotoKind.DOCUMENT, PhotoKind.ENTRY]
    assert look_ups() == before + 1


def test_a_picture_sent_again_takes_the_place_of_the_first_and_the_other_stays():
    receipt = sent(photo=picture(), entry_photo=picture())
    first = photos.photo_of(receipt.id, by=reviewer("reviewer"), at=AT)
    applications.ask(receipt.id, ["photo_unclear"], by=reviewer("second"), at=AT)

    again = replace(PASSPORT_FORM, photo=picture(colour="white"))
    public_applications.answer(receipt.number, receipt.secret, again, address=HERE, at=AT + DAYS)

    second = photos.photo_of(receipt.id, by=reviewer("third"), at=AT)
    assert second[0].content != first[0].content
    assert second[1] == first[1]


def test_pictures_are_deleted_some_days_after_the_decision_and_never_before():
    decided, waiting = sent(photo=picture()), submit(replace(PERMIT_FORM, photo=picture()))
    applications.refuse(decided.id, ["not_in_hubei"], by=reviewer("reviewer"), at=AT + DAYS)

    early = photos.delete_old(at=AT + 8 * DAYS - timedelta(seconds=1))
    gone = photos.delete_old(at=AT + 8 * DAYS)
    again = photos.delete_old(at=AT + 90 * DAYS)

    assert (early, gone, again) == (0, 1, 0)
    assert rows("SELECT application_id FROM application_photo") == [(waiting.id,)]
    assert acts()[-1] == "photos_deleted"


def test_an_application_from_the_public_form_is_clean_with_a_photo_of_the_document_alone():
    with_both, with_entry = sent(photo=picture(), entry_photo=picture()), submit(replace(PERMIT_FORM, entry_photo=picture()))
    by = reviewer("reviewer")

    seen = [applications.one(receipt.id, by=by, at=AT) for receipt in (with_both, with_entry)]

    found = [next(str(one.finding) for one in view.line.findings if one.check == "photo") for view in seen]
    assert found == ["photo_there", "photo_missing"]


def test_how_many_days_is_a_setting_of_who_keeps_the_units():
    receipt = sent(photo=picture())
    public_applications.withdraw(receipt.number, receipt.secret, address=HERE, at=AT)
    keeper = staff(Role.ADMINISTRATOR, AT, name="keeper")

    with pytest.raises(Refused, match="bad_days"):
        settings.change_days(Kept.PHOTOS, 91, by=keeper, at=AT)
    with pytest.raises(Refused, match="nothing_changed"):
        settings.change_days(Kept.PHOTOS, 7, by=keeper, at=AT)
    with pytest.raises(Refused, match="not_allowed"):
        settings.change_days(Kept.PHOTOS, 1, by=reviewer("reviewer"), at=AT)
    settings.change_days(Kept.PHOTOS, 1, by=keeper, at=AT)

    assert (photos.delete_old(at=AT), photos.delete_old(at=AT + DAYS)) == (0, 1)


def test_a_form_with_held_photos_that_was_sent_already_is_told_so_and_another_that_its_photo_is_gone():
    form = replace(PASSPORT_FORM, once="one form", photo=picture())
    assert form_photos.hold(form, address=HERE, at=AT).fields == {"photo"}
    form = replace(form, photo=None, held=frozenset({"photo"}))
    sent_first = submit(form)
    before = rows("SELECT id, person_id FROM application"), acts()

    with pytest.raises(Refused, match="duplicate"):
        submit(form)
    with pytest.raises(Refused, match="photo_gone"):
        submit(replace(form, name="SOMEBODY ELSE"))
    with pytest.raises(Refused, match="photo_gone"):
        submit(replace(form, document_number="X1234567"))

    assert (rows("SELECT id, person_id FROM application"), acts()) == (before[0], [*before[1], "refused"])
    assert rows("SELECT count(*) FROM person") == [(1,)]
    assert before[0][0][0] == sent_first.id
