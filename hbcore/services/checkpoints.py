"""Checkpoints: the heads of both chains, signed and kept elsewhere, against which a cut end or an older copy shows (S20)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain.errors import Refused
from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import SHANGHAI
from hbcore.services import audit
from hbcore.services.acting import Staff, acting
from hbcore.storage import chain, sealing

HASH, SIGNATURE = 32, 64


@dataclass(frozen=True)
class Head:
    """The last event of a chain: its number (0: none yet) and its hash."""

    seq: int
    hash: bytes


@dataclass(frozen=True)
class Checkpoint:
    """When it was made, and the head of each chain by name."""

    at: datetime
    heads: Mapping[str, Head]


def make(*, by: Staff, at: datetime) -> str:
    """The heads of both chains as a signed text to keep elsewhere; the event of making it lies below them.

    :raises Refused: those of `acting`.
    """
    with acting(by, Permission.MAKE_CHECKPOINTS, at) as session:
        audit.record(session, audit.Act.CHECKPOINT_MADE, by=by, at=at)
    with audit.chains() as both:
        heads = {}
        for name, connection, table in both:
            seq = chain.newest(connection, table)
            heads[name] = {"event": seq, "hash": (chain.hash_at(connection, table, seq) or chain.START).hex()}
    said = {"at": at.isoformat(), "chains": heads}
    return json.dumps({**said, "signature": sealing.signature(_signed(said)).hex()}, indent=2) + "\n"


def read(text: str) -> Checkpoint:
    """The checkpoint that a text holds.

    :raises Refused: `checkpoint_unreadable`; `checkpoint_not_signed_here` when the text or the key is another.
    """
    try:
        kept = json.loads(text)
        signature = bytes.fromhex(kept.pop("signature"))
        heads = {str(name): Head(int(one["event"]), bytes.fromhex(one["hash"])) for name, one in kept["chains"].items()}
        made = Checkpoint(datetime.fromisoformat(kept["at"]), heads)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused("checkpoint_unreadable") from error
    if not sealing.signed_here(_signed(kept), signature):
        raise Refused("checkpoint_not_signed_here")
    return made


def compare(made: Checkpoint) -> list[Refused]:
    """What has been lost or replaced since; nothing where both chains only went on. Asks for no account, as `audit verify`.

    `chain_cut`: a chain ends before its head of then; `chain_replaced`: another event stands in its place.
    """
    found, seen = [], f"{made.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    with audit.chains() as both:
        for name, connection, table in both:
            head = made.heads.get(name, Head(0, chain.START))
            events = chain.newest(connection, table)
            if events < head.seq:
                found.append(Refused("chain_cut", chain=name, event=head.seq, events=events, time=seen))
            elif head.seq and chain.hash_at(connection, table, head.seq) != head.hash:
                found.append(Refused("chain_replaced", chain=name, event=head.seq, time=seen))
    return found


def _signed(said: Mapping[str, object]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
