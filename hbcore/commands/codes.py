"""`code …`: what a scanned code's text is; the keys that sign ours, and a new one."""

from base64 import b64encode
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, incoming, line, run, say, staff
from hbcore.domain.code_revoking import KeyRevokeReason
from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.errors import Refused
from hbcore.services import code_checking, code_keys_kept, code_keys_revoking, codes_presented, set_up
from hbcore.services.clock import now
from hbcore.services.code_checking import CodeChecked
from hbcore.services.code_keys_kept import KeySeen

app = typer.Typer()
code = typer.Typer(help="Codes in the hand.", no_args_is_help=True)
app.add_typer(code, name="code")


@code.callback()
def about() -> None:
    """Codes in the hand."""


@code.command("check")
def check(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text as scanned; - reads it from standard input.")],
    trust: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A foreign signer's certificate (PEM, DER), JWK or list of keys.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="As at then; without a zone in UTC, as codes have it; a day is its end.")
    ] = None,
    json_wanted: Json = False,
) -> None:
    """What a code's text is: verdict, the first step that fails, what it says. Needs no account."""

    def call() -> Answer:
        scanned = line(say("Text of the code")) if text == "-" else text
        keys = code_checking.trusted_keys(incoming(trust).content).keys if trust else ()
        moment = read_instant(at) if at else now()
        if set_up.has_keys() and set_up.ready():
            found = codes_presented.check_here(scanned, trust=keys, at=moment)
        else:  # there is no desk here, and nothing is ours
            found = code_checking.check(scanned, trust=keys, at=moment)
        return Answer(_as_json(found), _as_text(found))

    run(call, json_wanted)


@code.command("keys")
def keys(by: By, json_wanted: Json = False) -> None:
    """The keys that sign codes, the newest first, with their dates."""

    def call() -> Answer:
        kept = code_keys_kept.listed(by=staff(by), at=now())
        return Answer({"keys": [_key_as_json(one) for one in kept]}, "\n".join(map(_key_as_text, kept)))

    run(call, json_wanted)


@code.command("rotate")
def rotate(
    use: Annotated[str, typer.Argument(metavar="USE", help="status or certificate: what the new key signs.")],
    by: By,
    json_wanted: Json = False,
) -> None:
    """Begin a new key; the one before is believed until its last code has expired."""

    def call() -> Answer:
        made = code_keys_kept.rotate(use, by=staff(by), at=now())
        return Answer(_key_as_json(made), _key_as_text(made))

    run(call, json_wanted)


@code.command("revoke-key")
def revoke_key(
    kid: Annotated[str, typer.Argument(metavar="KEY", help="The key's number, as `code keys` says it.")],
    by: By,
    reason: Annotated[str, typer.Option(metavar="CODE", help=f"One of {', '.join(KeyRevokeReason)}.")],
    json_wanted: Json = False,
) -> None:
    """Refuse every code under a key that somebody else has; the same call by a second administrator carries it out."""

    def call() -> Answer:
        done = code_keys_revoking.revoke(kid, reason, by=staff(by), at=now())
        status = "revoked" if done else "proposed"
        said = say("The key {key} is revoked.", key=kid) if done else say("Proposed: another administrator makes the same call.")
        return Answer({"kid": kid, "status": status}, said)

    run(call, json_wanted)


def _key_as_json(key: KeySeen) -> dict[str, object]:
    return {
        "kid": key.kid,
        "use": str(key.use),
        "from": _iso(key.since),
        "signs_until": _iso(key.signs_until),
        "until": _iso(key.until),
        "revoked": _iso(key.revoked),
    }


def _key_as_text(key: KeySeen) -> str:
    dates = " ".join(filter(None, map(_iso, (key.since, key.signs_until, key.until))))
    revoked = say("revoked {time}", time=_iso(key.revoked) or "") if key.revoked else ""
    return " ".join(filter(None, (key.kid, str(key.use), dates, revoked)))


def read_instant(text: str) -> datetime:
    """An instant, in UTC where no zone is given: so codes say it, and so scanners export it. A day alone is its end, so that
    what was issued on it has begun.

    :raises Refused: `not_an_instant`.
    """
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused("not_an_instant") from error


def _as_json(found: CodeChecked) -> dict[str, object]:
    claims = found.claims
    return {
        "verdict": str(found.verdict),
        "failed_step": str(found.failed_step) if found.failed_step else None,
        "claims": found.said,
        "issuer": claims.issuer if claims else None,
        "issued_at": _iso(claims.issued) if claims else None,
        "expires_at": _iso(claims.expires) if claims else None,
        "cti": found.cti.hex() if found.cti else None,
        "kid": b64encode(found.kid).decode() if found.kid else None,
        "country": found.key.country if found.key else None,
    }


def _as_text(found: CodeChecked) -> str:
    verdict = _verdict(found.verdict)
    return f"{verdict} ({found.failed_step})" if found.failed_step else verdict


def _verdict(verdict: CodeVerdict) -> str:
    return {
        CodeVerdict.REGISTERED: say("Ours, and in the register"),
        CodeVerdict.SIGNED_NOT_REGISTERED: say("Signed with our key, but never issued"),
        CodeVerdict.REVOKED: say("Ours, but taken back"),
        CodeVerdict.EXPIRED: say("Rightly signed, but not valid at this time"),
        CodeVerdict.FOREIGN_VALID: say("Foreign: signed by a trusted key, and valid"),
        CodeVerdict.NOT_OURS: say("Signed by a key that is not known here"),
        CodeVerdict.INVALID: say("Not a valid code"),
    }[verdict]


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
