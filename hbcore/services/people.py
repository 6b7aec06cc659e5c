"""Looking one person up: whose the text is, what they have now and why; one look-up event before anything is shown."""

from dataclasses import replace
from datetime import datetime

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.travel import refuse_too_far
from hbcore.domain.vocabulary import Purpose
from hbcore.services import audit, issued_codes, units
from hbcore.services.acting import Staff, reading
from hbcore.services.issued_codes import Means
from hbcore.services.looked_up import LookUp, look_up_of, subject_of
from hbcore.services.person_cards import CodeShown as CodeShown
from hbcore.services.person_cards import PersonCard as PersonCard
from hbcore.services.person_cards import ResultShown as ResultShown
from hbcore.services.person_cards import SamplingShown as SamplingShown
from hbcore.services.person_cards import card_of as card_of
from hbcore.services.person_cards import known_of as known_of
from hbcore.services.purposes import case_number
from hbcore.services.refusals import refusals_recorded
from hbcore.services.sought import NOTHING, sought
from hbcore.storage import look_up_rows, proposal_rows


def find(
    text: str,
    *,
    purpose: Purpose,
    case: str | None = None,
    arrival: datetime | None = None,
    by: Staff,
    at: datetime,
) -> PersonCard | None:
    """The card of the one person whose receipt, look-up number, document or sample `text` is; None where there is nobody.

    Exact identifiers are found province-wide (model part 3). The colour is what `decide` says at `at`, not the stored chain
    (model part 8); `arrival` is when the travel verdict is asked for (None: now). Exactly one look-up event is written, and
    before anything is handed out (S16); an event that finds nobody holds no trace of the text.

    :raises Refused: `case_needed`, `several_people`, `arrival_too_far`, `look_up_not_recorded`, and those of `reading`.
    """
    case = case_number(purpose, case)
    refuse_too_far(arrival, at)
    wanted = sought(text)
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        found = tuple(look_up_rows.people_sought(session.connection(), wanted.rows))
        card = card_of(session, found[0], wanted, arrival, at=at) if len(found) == 1 else None
        means = issued_codes.means(session, card.id, at=at) if card else None
    if card and means:
        return _shown(card, means, LookUp(purpose, case), by, at)
    audit.record_look_up(audit.Act.NOBODY_FOUND, by=by, at=at, subject="", figures=LookUp(purpose, case).figures)
    if len(found) > 1:
        raise Refused("several_people")
    return None


def _shown(
    card: PersonCard,
    means: Means,
    look_up: LookUp,
    by: Staff,
    at: datetime,
    act: audit.Act = audit.Act.PERSON_LOOKED_UP,
) -> PersonCard:
    """The card with its live code, once both the event and the code's row in the register are written, in one transaction."""
    with audit.look_ups_written() as access:
        event = audit.look_up(access, act, by=by, at=at, subject=subject_of(card.id), figures=look_up.figures)
        entry = issued_codes.enter(access, card.id, card.code, means, look_up=event, by=by.id, at=at)
    return replace(card, live=issued_codes.signed(entry))


def open_by_id(person: int, *, purpose: Purpose, case: str | None = None, by: Staff, at: datetime) -> PersonCard:
    """The card of somebody in a list of one's own unit, by our id; one look-up event, as `find`.

    An id is no identifier that the person gave: beyond one's own unit and those below it opens nobody (model part 3) but whom
    a proposal is about that waits there for its second person. Of somebody joined to another it opens that other.

    :raises Refused: `unknown_person`, `not_your_unit`, `case_needed`, `look_up_not_recorded`, and those of `reading`.
    """
    case = case_number(purpose, case)
    with refusals_recorded(by, at, subject_of(person)), reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        found = look_up_rows.pointed_to(session.connection(), person)
        if found is None:
            raise Refused("unknown_person")
        own = found.unit in units.units_below(session, by.unit or "")
        if not own and not proposal_rows.waits_about(session.connection(), subject_of(found.id), by.unit or "", at):
            raise Refused("not_your_unit")
        card = card_of(session, found.id, at=at)
        means = issued_codes.means(session, card.id, at=at)
    return _shown(card, means, LookUp(purpose, case), by, at)


def again(person: int, *, place: int | None = None, arrival: datetime | None = None, by: Staff, at: datetime) -> PersonCard:
    """The card of somebody looked up within the hour, as it is now: the same look-up, no event of its own.

    The live code stays the one that was shown; where it says something else by now or soon ends, another one is made, and that is
    an event for the look-up's purpose. `place`: the document that was shown.

    :raises Refused: `look_up_first`, `joined_meanwhile` where the row points to another by now, `arrival_too_far`, and those of
        `reading`.
    """
    refuse_too_far(arrival, at)
    with reading(by, Permission.LOOK_UP_PEOPLE, at) as session:
        look_up = look_up_of(person, by=by, at=at)
        found = look_up_rows.pointed_to(session.connection(), person)
        if found is None or found.id != person:
            raise Refused("joined_meanwhile")
        card = card_of(session, person, place if place is not None else NOTHING, arrival, at=at)
        card = replace(card, newest=(audit.newest(session), audit.newest_look_up()))
        means = issued_codes.means(session, person, at=at)
    serves = issued_codes.kept(person, card.code, means, at=at)
    if serves is not None or card.code is None or means.key is None:
        return replace(card, live=issued_codes.signed(serves))
    return _shown(card, means, look_up, by, at, audit.Act.CODE_DRAWN_ANEW)
