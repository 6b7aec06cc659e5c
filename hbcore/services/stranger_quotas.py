"""How much strangers may do from one network, with one document, with one receipt; only keyed hashes of those are kept.

Counted in the store of look-ups, before anything else is done, so that tries at once count and survive a restart. The windows
stand side by side: over the border of two of them twice as much may pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

import sqlalchemy as sa

from hbcore.domain.documents import normal_number
from hbcore.domain.errors import Refused
from hbcore.domain.known import micros
from hbcore.services import audit, form_limits
from hbcore.services.form_limits import BOUNDS, FormLimit
from hbcore.services.proof_of_work import solved
from hbcore.services.together import Together
from hbcore.storage import stranger_rows
from hbcore.storage.engine import engine
from hbcore.storage.sealing import keyed_hash


@dataclass(frozen=True)
class Limit:
    """So often within a window; `code`: what is said beyond it; `setting`: what says `most` where it has been changed."""

    use: str
    most: int
    window: timedelta
    code: str
    setting: FormLimit | None = None


HOUR, DAY = timedelta(hours=1), timedelta(days=1)

WITHOUT_SCRIPT = (
    Limit("plain_hour", 5, HOUR, "proof_of_work_needed"),
    Limit("plain_day", 15, DAY, "proof_of_work_needed"),
)
FROM_NETWORK = (
    Limit("network_hour", BOUNDS[FormLimit.NETWORK_HOUR].usual, HOUR, "too_many_from_here", FormLimit.NETWORK_HOUR),
    Limit("network_day", BOUNDS[FormLimit.NETWORK_DAY].usual, DAY, "too_many_from_here", FormLimit.NETWORK_DAY),
)
OF_DOCUMENT = Limit("document_day", BOUNDS[FormLimit.DOCUMENT_DAY].usual, DAY, "too_many_for_document", FormLimit.DOCUMENT_DAY)

PHOTOS_FROM_NETWORK = (
    Limit("photos_hour", 60, HOUR, "too_many_photos_from_here"),
    Limit("photos_day", 240, DAY, "too_many_photos_from_here"),
)
"""Photos that are held with forms that came back for their faults."""

LETTERS = Limit("letters_day", 3, DAY, "too_many_letters")
"""Letters that an application was received, to one address: nobody can have the desk fill somebody else's box."""

WRONG_FROM_NETWORK = Limit("wrong_network", 10, timedelta(minutes=15), "too_many_tries")
WRONG_FOR_RECEIPT = Limit("wrong_receipt", 60, HOUR, "too_many_tries")
WRONG_FOR_DOCUMENT = Limit("wrong_document", 20, DAY, "too_many_tries")
"""Receipts are numbered: whoever has a passport's number could try them one by one."""

LOOKS = Limit("looks", 240, HOUR, "too_many_tries")
"""Looks at one's own status: each is an event."""

QUEUE_FULL = Limit("queue_full", 0, HOUR, "queue_full")


Counted = tuple[Limit, bytes]


def network_of(address: str) -> str:
    """The network an address stands for: itself, or the 64 bits that an IPv6 provider hands out to one customer."""
    try:
        one = ip_address(address)
    except ValueError:
        return address
    if isinstance(one, IPv6Address):
        return str(one.ipv4_mapped or ip_network((one, 64), strict=False))
    return str(one)


def take(address: str, number: str, proof: str, *, at: datetime) -> None:
    """Count a form sent from an address for a document, before it is looked at further.

    :raises Refused: `proof_of_work_needed` where more would pass with the script's proof; `too_many_from_here`;
        `too_many_for_document`.
    """
    network = keyed_hash("stranger network", network_of(address))
    document = keyed_hash("stranger document", normal_number(number))
    code = _together.do(_Form(network, document, solved(proof, at), at))
    if code:
        raise Refused(code)


@dataclass(frozen=True)
class _Form:
    """What a form is counted by: keyed hashes, and the challenge that its proof solves, with the end of that one's life."""

    network: bytes
    document: bytes
    spent: tuple[bytes, datetime] | None
    at: datetime


def _take(forms: Sequence[_Form]) -> list[str]:
    """Count forms in the order they came; the code of each that is beyond a limit, nothing for the others."""
    with engine().connect() as desk:
        most = form_limits.in_force(desk)
    with audit.look_ups_written() as connection:
        spent = [stranger_rows.Count("proof", form.spent[0], 0, micros(form.spent[1])) for form in forms if form.spent]
        uses = iter(stranger_rows.one_more(connection, spent))
        proven = [form.spent is not None and next(uses) == 1 for form in forms]
        return _count(connection, [(_keys(*one, most), one[0].at) for one in zip(forms, proven, strict=True)])


_together = Together(_take)


def _keys(form: _Form, proven: bool, most: Mapping[FormLimit, int]) -> list[Counted]:
    limits = FROM_NETWORK if proven else WITHOUT_SCRIPT
    counted = [*((limit, form.network) for limit in limits), (OF_DOCUMENT, form.document)]
    return [(replace(limit, most=most[limit.setting]) if limit.setting else limit, key) for limit, key in counted]


def may_hold(address: str, photos: int, *, at: datetime) -> bool:
    """Count photos that came with a form which goes back; whether they are within what a network may have held."""
    key = keyed_hash("stranger network", network_of(address))
    with audit.look_ups_written() as connection:
        one = [(limit, key) for limit in PHOTOS_FROM_NETWORK]
        return not any(_count(connection, [(one, at)] * photos))


def may_write_to(address: str, *, at: datetime) -> bool:
    """Count a letter that an application was received; whether it is within what one e-mail address gets."""
    key = keyed_hash("stranger address", address.casefold())
    with audit.look_ups_written() as connection:
        return not any(_count(connection, [([(LETTERS, key)], at)]))


def note_queue_full(at: datetime) -> None:
    """The first refusal of an hour for a full queue is an event; a flood is one line of the record, not thousands."""
    with audit.look_ups_written() as connection:
        _count(connection, [([(QUEUE_FULL, b"")], at)])


def forget_over(*, at: datetime) -> int:
    """Forget the windows that are over, so that what is kept does not grow with time; how many. The desk's clock does it."""
    with audit.look_ups_read() as connection:
        if not stranger_rows.any_over(connection, micros(at)):
            return 0
    with audit.look_ups_written() as connection:
        return stranger_rows.forget_over(connection, micros(at))


def wrong_keys(address: str, receipt: str | None, number: str) -> list[Counted]:
    """What a wrong pair counts against: where it comes from, the receipt, the document."""
    keys = [(WRONG_FROM_NETWORK, keyed_hash("stranger network", network_of(address)))]
    if receipt:
        keys.append((WRONG_FOR_RECEIPT, keyed_hash("stranger receipt", receipt)))
    if number:
        keys.append((WRONG_FOR_DOCUMENT, keyed_hash("stranger document", normal_number(number))))
    return keys


def throttled(connection: sa.Connection, keys: Sequence[Counted], at: datetime) -> bool:
    """Whether one of these has reached its limit; nothing is counted."""
    return any(stranger_rows.counted(connection, one.use, key, _window(one, at)[0]) >= one.most for one, key in keys)


def note(connection: sa.Connection, keys: Sequence[Counted], at: datetime) -> None:
    """Count one more of each."""
    stranger_rows.one_more(connection, [_one(*key, at) for key in keys])


def _count(connection: sa.Connection, tries: Sequence[tuple[Sequence[Counted], datetime]]) -> list[str]:
    """Count one more of each key of each try; the code of the first that is beyond its limit, nothing for a try within all."""
    reached = iter(stranger_rows.one_more(connection, [_one(*key, at) for keys, at in tries for key in keys]))
    return [_beyond(connection, [(limit, next(reached)) for limit, _ in keys], at) for keys, at in tries]


def _beyond(connection: sa.Connection, counted: Sequence[tuple[Limit, int]], at: datetime) -> str:
    """The code of the first limit that is passed. The first beyond a limit is an event."""
    for one, n in counted:
        if n > one.most:
            if n == one.most + 1:
                figures = {"why": one.code}
                audit.record_own_look_up(connection, audit.Act.STRANGERS_REFUSED, at=at, figures=figures)
            return one.code
    return ""


def _one(limit: Limit, key: bytes, at: datetime) -> stranger_rows.Count:
    return stranger_rows.Count(limit.use, key, *_window(limit, at))


def _window(limit: Limit, at: datetime) -> tuple[int, int]:
    length = int(limit.window.total_seconds()) * 1_000_000
    since = micros(at) // length * length
    return since, since + length
