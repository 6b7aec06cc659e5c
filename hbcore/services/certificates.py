"""Test certificates on paper: of whom was looked up; each with its event and its row in the register, or not at all."""

from datetime import datetime

from hbcore.domain.permissions import Permission
from hbcore.domain.sentence import Sentence, same
from hbcore.services import audit
from hbcore.services.acting import Staff, reading
from hbcore.services.certificate_issuing import Printed, Wanted, enter, keep_within, printed, ready_of, refuse_too_many, signed
from hbcore.services.certificate_words import lines_of
from hbcore.services.looked_up import look_up_of, subject_of
from hbcore.services.person_cards import card_of
from hbcore.services.refusals import refusals_recorded


def print_one(person: int, wanted: Wanted, *, first: str, place: int, by: Staff, at: datetime) -> Printed:
    """The certificate of somebody looked up within the hour; `first`: the language that comes first, `place`: which document.

    Its event and the register's row are written in one transaction, and before anything is signed.

    :raises Refused: `look_up_first`, `certificate_no_result`, a code of `why_no_certificate`, `glyph_missing`,
        `no_signing_key`, `certificates_enough`, `look_up_not_recorded`, and those of `reading`.
    """
    with refusals_recorded(by, at, subject_of(person)), reading(by, Permission.PRINT_CERTIFICATES, at) as session:
        look_up = look_up_of(person, by=by, at=at)
        most = refuse_too_many(session, 1, by=by, at=at)
        ready = ready_of(session, person, wanted, place, look_up, by=by, at=at)
    with refusals_recorded(by, at, subject_of(person)), audit.look_ups_written() as look_ups:
        keep_within(look_ups, 1, most, by=by, at=at)
        row = enter(look_ups, ready, by=by, at=at)
    return printed([signed(ready, row)], first, at)


def preview(person: int, wanted: Wanted, *, place: int, by: Staff, at: datetime) -> tuple[tuple[Sentence, Sentence], ...]:
    """What will stand on it, masked as the card is: label and value of each line. Part of the look-up.

    :raises Refused: as `print_one`.
    """
    with reading(by, Permission.PRINT_CERTIFICATES, at) as session:
        ready = ready_of(session, person, wanted, place, look_up_of(person, by=by, at=at), by=by, at=at)
        card = card_of(session, person, place, at=at)
    lines = lines_of(ready.stated, at)
    name, document = lines[0], lines[1]
    number = ready.stated.result.document.number
    shown = Sentence(
        document.value.zh.replace(number, card.document_number), document.value.en.replace(number, card.document_number)
    )
    return ((name.label, same(card.name)), (document.label, shown), *((one.label, one.value) for one in lines[2:]))
