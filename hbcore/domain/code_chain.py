"""A code's text from its first character to what it states: every step in its order, and the first that fails by name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hbcore.domain import dcc, ddcc, hcert
from hbcore.domain.cbor_reading import Plain
from hbcore.domain.code_verdicts import CodeStep
from hbcore.domain.dcc import StatementKind, TestStatement
from hbcore.domain.hcert import Claims, Hcert, StepFailed
from hbcore.domain.issued_codes import OF_OWN_TEST
from hbcore.domain.signer_keys import SignerKey, named
from hbcore.domain.vocabulary import Colour

OF_EU, OF_WHO_TEST, OF_STATUS = 1, 4, -1
"""Keys under -260: the EU's certificate; WHO's of a test; our live code, a negative number as anyone may use (WHO's HCERT part
3.2.7.1)."""

Keys = Callable[[bytes | None], Iterable[SignerKey]]
"""The keys that are believed, by the id that a code names; all for None."""


@dataclass(frozen=True)
class Walked:
    """How far a text came. `read` from the step `key` on, `key` from `key_usage` on, `claims` from `time` on; they are
    believed only where `failed` is None. Of a revoked key, which is known only by what it has signed, `key` is there at the step
    `key` as well."""

    failed: CodeStep | None
    read: Hcert | None = None
    key: SignerKey | None = None
    claims: Claims | None = None


def walk(text: str, keys: Keys, at: datetime) -> Walked:
    """A text judged at an instant by the keys that are believed, up to `schema`; the register is the desk's own step."""
    read: Hcert | None = None
    key: SignerKey | None = None
    claims: Claims | None = None
    try:
        read = hcert.read(text)
        candidates = _known(read, keys)
        key = candidates[0]
        key = _signer(read, _allowed(read, candidates))
        if key.revoked_at is not None:
            raise StepFailed(CodeStep.KEY)
        claims = hcert.claims(read.payload)
        _judge_time(claims, key, at)
        _judge_schema(claims)
    except StepFailed as failed:
        return Walked(failed.step, read, key, claims)
    return Walked(None, read, key, claims)


def _stated(said: Mapping[int | str, Plain]) -> frozenset[StatementKind]:
    """What a certificate says it states, the EU's or WHO's; empty where it is neither."""
    of_who = frozenset({StatementKind.TEST}) if OF_WHO_TEST in said else frozenset()
    return dcc.kinds(said.get(OF_EU)) | of_who


def test_statement(said: Mapping[int | str, Plain]) -> TestStatement | None:
    """The one test that a certificate states, the EU's or WHO's; None for anything else."""
    return dcc.test_statement(said[OF_EU]) if OF_EU in said else ddcc.test_statement(said.get(OF_WHO_TEST))


def _known(read: Hcert, keys: Keys) -> tuple[SignerKey, ...]:
    """The keys that a code may be signed with: of its id and its algorithm."""
    kid, algorithm = read.message.kid, read.message.algorithm
    candidates = tuple(key for key in named(keys(kid), kid) if key.algorithm == algorithm)
    if not candidates:
        raise StepFailed(CodeStep.KEY)
    return candidates


def _allowed(read: Hcert, candidates: tuple[SignerKey, ...]) -> tuple[SignerKey, ...]:
    kinds = _stated(read.hcert)
    allowed = tuple(key for key in candidates if key.may_state(kinds))
    if not allowed:
        raise StepFailed(CodeStep.KEY_USAGE)
    return allowed


def _signer(read: Hcert, candidates: tuple[SignerKey, ...]) -> SignerKey:
    """The first of the keys whose signature it is: ids are short, two keys may share one."""
    signed, signature = read.message.signed, read.message.signature
    for key in candidates:
        if key.signed(signed, signature):
            return key
    raise StepFailed(CodeStep.SIGNATURE)


def _judge_time(claims: Claims, key: SignerKey, at: datetime) -> None:
    """From its issue, or a later begin, until its end, and while the signer's certificate is valid.

    A certificate's end is its last second, after which it is refused (HCERT, Expiration Time, in seconds); a live code's is the
    first instant at which its colour may be another.
    """
    begins = [one for one in (claims.issued, claims.not_before) if one is not None]
    over = at >= claims.expires if OF_STATUS in claims.hcert else at.replace(microsecond=0) > claims.expires
    if over or any(at < begin for begin in begins) or not key.was_valid(claims.issued or at, at):
        raise StepFailed(CodeStep.TIME)


def _judge_schema(claims: Claims) -> None:
    """A live code or statement of ours and nothing else, or a certificate of the EU's or WHO's, whatever stands beside it."""
    if set(claims.hcert) == {OF_STATUS}:
        holds = _is_status(claims.hcert[OF_STATUS])
    elif set(claims.hcert) == {OF_OWN_TEST}:
        holds = dcc.why_not(claims.hcert[OF_OWN_TEST]) is None
    elif OF_EU in claims.hcert:
        holds = dcc.why_not(claims.hcert[OF_EU]) is None
    else:
        holds = ddcc.test_statement(claims.hcert.get(OF_WHO_TEST)) is not None
    if not holds:
        raise StepFailed(CodeStep.SCHEMA)


def _is_status(said: object) -> bool:
    """A colour and the policy that it is by."""
    match said:
        case [str(colour), str(policy)]:
            return colour in set(Colour) and 0 < len(policy) <= dcc.LONGEST
    return False
