"""Photos on the public form: handed on as they came, kept with an application, and held when the form comes back."""

import gc
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from hbcore.domain.public_form import PublicForm
from hbcore.services import form_photos, photos, public_applications, stranger_quotas
from hbcore.services.clock import now
from tests.services.applying import reviewer, rows
from tests.web.sending import FORM, post, post_files, public_app, receipt_of, text, value

pytestmark = pytest.mark.usefixtures("database")
PHOTOS = {"photo": ("a.jpg", b"\xff\xd8first"), "entry_photo": ("b.jpg", b"")}
WRONG = FORM | {"name": ""}
RECEIVED = "Photo received."


@pytest.fixture
def app(monkeypatch):
    return public_app(monkeypatch)


def picture(colour: str = "navy") -> bytes:
    made = BytesIO()
    Image.new("RGB", (60, 40), colour).save(made, "PNG")
    return made.getvalue()


def both() -> dict[str, tuple[str, bytes]]:
    return {"photo": ("IMG 0001", picture()), "entry_photo": ("x.png", picture("red"))}


def with_application() -> int:
    return int(rows("SELECT count(*) FROM application_photo")[0][0])


def held() -> int:
    return int(rows("SELECT count(*) FROM form_photo")[0][0])


def colours() -> list[str]:
    """The colours of the pictures of the only application, as staff see them."""
    ((id_,),) = rows("SELECT id FROM application")
    seen = photos.photo_of(id_, by=reviewer("somebody"), at=now())
    return ["red" if Image.open(BytesIO(one.content)).getpixel((5, 5))[0] > 128 else "navy" for one in seen]


def test_photos_are_handed_on_as_they_came(app, monkeypatch):
    seen = []
    monkeypatch.setattr(public_applications, "submit", lambda form, **_: seen.append((form.photo, form.entry_photo)) or 1 / 0)

    post_files(app, "/apply", FORM, PHOTOS)

    assert seen == [(b"\xff\xd8first", None)]


def test_a_photo_is_kept_and_what_is_none_is_a_fault_at_its_field(app):
    no_photo = post_files(app, "/apply?lang=en", FORM, {"photo": ("passport.exe", b"MZ not a picture")})
    kept_before = with_application()
    taken = post_files(app, "/apply?lang=en", FORM, both())

    assert (no_photo.status, taken.status) == (422, 200)
    assert 'id="fault-photo">This file cannot be read as a photo.' in no_photo.body.decode()
    assert (kept_before, with_application()) == (0, 2)


@pytest.mark.parametrize(
    "sent",
    [{"do": "send", "name": ""}, {"do": "", "speak": "en"}, {"do": "zone", "zone": "no zone"}],
    ids=["fault", "language", "zone"],
)
def test_a_form_that_comes_back_has_its_photos_and_they_go_with_the_next(app, sent):
    back = post_files(app, "/apply?lang=en", FORM | sent, both())

    assert text(back).count(RECEIVED) == 2
    assert "could not be kept" not in text(back)
    assert held() == 2

    taken = post(app, "/apply?lang=en", FORM | {"once": value(back, "once")} | {"held": "photo"})
    assert taken.status == 200
    assert (with_application(), held()) == (1, 0)


def test_both_photos_that_are_held_go_with_the_form_and_one_chosen_anew_replaces_its_own(app):
    post_files(app, "/apply?lang=en", WRONG, both())

    taken = post_files(
        app, "/apply?lang=en", FORM, {"photo": ("y.png", picture("red"))}, more=[("held", "photo"), ("held", "entry_photo")]
    )

    assert taken.status == 200
    assert colours() == ["red", "red"]
    assert held() == 0


def test_a_photo_that_is_replaced_while_the_form_comes_back_again_is_the_new_one(app):
    post_files(app, "/apply?lang=en", WRONG, both())
    post_files(app, "/apply?lang=en", WRONG | {"held": "photo"}, {"photo": ("y.png", picture("red"))})

    post(app, "/apply?lang=en", FORM | {"held": "photo"})

    assert colours() == ["red"]


def test_what_is_no_photo_is_told_with_the_other_faults_and_the_good_one_is_held(app):
    back = post_files(app, "/apply?lang=en", WRONG, both() | {"photo": ("x.exe", b"MZ")})

    assert 'id="fault-photo">This file cannot be read as a photo.' in back.body.decode()
    assert 'href="#name"' in back.body.decode()
    assert 'name="held" value="entry_photo"' in back.body.decode()
    assert 'name="held" value="photo"' not in back.body.decode()


def test_photos_of_a_large_camera_are_faults_at_their_fields_and_all_that_was_typed_stays(app):
    large = picture() + bytes(20 * 1024 * 1024)

    back = post_files(app, "/apply?lang=en", FORM, {"photo": ("a.jpg", large), "entry_photo": ("b.jpg", large)})

    assert back.status == 422
    assert back.body.decode().count("This photo is larger than 8 MB.") == 4
    assert value(back, "address") == FORM["address"]


def test_of_a_photo_that_was_to_be_replaced_the_old_one_is_not_sent_in_its_place(app):
    post_files(app, "/apply?lang=en", WRONG, both())

    back = post_files(app, "/apply?lang=en", WRONG | {"held": "photo"}, {"photo": ("x.exe", b"MZ")})

    assert 'id="fault-photo"' in back.body.decode()
    assert 'name="held" value="photo"' not in back.body.decode()


def test_a_photo_that_is_held_no_longer_is_asked_for_again_and_never_left_out_in_silence(app, monkeypatch):
    post_files(app, "/apply?lang=en", WRONG, both())
    assert form_photos.delete_over(at=now() + timedelta(minutes=59)) == 0
    assert form_photos.delete_over(at=now() + timedelta(minutes=61)) == 2

    back = post_files(app, "/apply?lang=en", FORM, {}, more=[("held", "photo"), ("held", "entry_photo")])

    assert back.status == 422
    assert back.body.decode().count("is no longer here. Please choose it again.") == 4  # at each field, and in the list above
    assert 'name="held"' not in back.body.decode()
    assert post(app, "/apply?lang=en", FORM).status == 200


def test_an_hour_is_the_end_even_before_the_clock_has_deleted_it(app, monkeypatch):
    post_files(app, "/apply?lang=en", WRONG, both())
    monkeypatch.setattr(form_photos, "LASTS", timedelta(0))

    back = post(app, "/apply?lang=en", FORM | {"held": "photo"})

    assert back.status == 422
    assert "is no longer here" in text(back)


def test_another_form_does_not_reach_them(app):
    post_files(app, "/apply?lang=en", WRONG, both())

    answer = post(app, "/apply?lang=en", FORM | {"once": "another-form", "held": "photo"})

    assert answer.status == 422
    assert "is no longer here" in text(answer)
    assert held() == 2


def test_they_are_sealed_and_the_form_is_not_named_with_them(app):
    post_files(app, "/apply?lang=en", WRONG, both())

    kept = rows("SELECT form_key, sealed FROM form_photo")

    assert all(b"JFIF" not in bytes(sealed) and FORM["once"].encode() not in bytes(key) for key, sealed in kept)


@pytest.mark.parametrize("limit", ["network", "room"])
def test_beyond_the_quota_and_beyond_the_room_photos_are_lost_and_the_page_says_so(app, monkeypatch, limit):
    if limit == "network":
        few = stranger_quotas.Limit("photos_hour", 1, timedelta(hours=1), "too_many_photos_from_here")
        monkeypatch.setattr(stranger_quotas, "PHOTOS_FROM_NETWORK", (few,))
    else:
        monkeypatch.setattr(form_photos, "MOST", 1)

    back = post_files(app, "/apply?lang=en", WRONG, both())

    assert "Your photos could not be kept: please choose them again." in text(back)
    assert (held(), 'name="held"' in back.body.decode()) == (0, False)


def test_a_database_that_does_not_answer_costs_the_photos_and_not_the_page(app, monkeypatch):
    monkeypatch.setattr("hbcore.storage.form_photo_rows.keep", lambda *_: 1 / 0)

    back = post_files(app, "/apply?lang=en", WRONG, both())

    assert back.status == 422
    assert "Your photos could not be kept" in text(back)
    assert value(back, "address") == FORM["address"]


def test_a_form_without_photos_counts_nothing_of_them(app, monkeypatch):
    monkeypatch.setattr(stranger_quotas, "may_hold", lambda *_, **__: 1 / 0)

    back = post(app, "/apply?lang=en", WRONG)

    assert "could not be kept" not in text(back)
    assert RECEIVED not in text(back)


def test_photos_with_corrections_are_held_too(app):
    from hbcore.services import applications

    given = receipt_of(post(app, "/apply?lang=en", FORM))
    ((id_,),) = rows("SELECT id FROM application")
    applications.ask(id_, ["photo_missing"], by=reviewer("asks"), at=now())
    asked = post(app, "/apply/status?lang=en", given)
    corrections = FORM | {"pass": value(asked, "pass"), "do": "answer", "once": value(asked, "once")}

    back = post_files(app, "/apply/status?lang=en", corrections | {"birth_date": "x"}, {"photo": ("a.png", picture("red"))})
    sent = post(app, "/apply/status?lang=en", corrections | {"pass": value(back, "pass"), "held": "photo"})

    assert RECEIVED in text(back)
    assert "Sent. Staff go on with your application." in text(sent)
    assert (colours(), held()) == (["red"], 0)


def forms_with_photo() -> int:
    return sum(isinstance(one, PublicForm) and one.photo is not None for one in gc.get_objects())


BROKEN = {"do": "send", "address": "this one breaks"}


@pytest.mark.parametrize(
    "sent",
    [WRONG, FORM, FORM | {"do": "", "speak": "fr"}, FORM | {"do": "zone", "zone": "x"}, FORM | BROKEN],
    ids=["fault", "photo that is none", "language", "zone", "trouble"],
)
def test_forms_that_were_answered_do_not_pile_up_in_memory_until_circles_are_looked_for(app, monkeypatch, sent):
    if sent["address"] == BROKEN["address"]:
        monkeypatch.setattr(public_applications, "take_in", lambda *_: 1 / 0)
    files = {"photo": ("a.jpg", picture()), "entry_photo": ("b.jpg", b"MZ" if sent is FORM else picture())}
    gc.collect()
    gc.disable()
    before = forms_with_photo()
    try:
        for _ in range(4):
            post_files(app, "/apply?lang=en", sent, files)
        left = forms_with_photo()
    finally:
        gc.enable()

    assert left - before <= 1  # a thread may have the last one in hand still
