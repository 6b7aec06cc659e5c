"""`bench codes`: a code signed and a text checked, beside bare ECDSA of the same key in the same run."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter_ns

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlmodel import Session

from hbcore.bench.results_import import fresh_desk
from hbcore.domain.code_chain import walk
from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.issued_codes import CodeKind, life, status_claims
from hbcore.domain.vocabulary import Colour
from hbcore.services import codes_presented, set_up
from hbcore.services.clock import now
from hbcore.services.code_keys_kept import believed
from hbcore.storage import code_keys
from hbcore.storage.engine import engine

WARM_UP = 50
AT_MOST_MS = {"sign": 0.2, "check": 1.0}


def run(times: int) -> dict[str, object]:
    """`times` live codes signed and checked: medians in milliseconds, the yardsticks, and the ratios.

    `check`: the chain of steps by the desk's own keys, `check_in_register`: with the desk's look into its register.
    """
    with fresh_desk():
        at = now()
        set_up.init(at=at)
        lasts = life(CodeKind.STATUS, at)
        with engine().connect() as connection, Session(connection) as session:
            kid = code_keys.signs_now(connection, CodeKind.STATUS)
            if kid is None or lasts is None:
                raise AssertionError("a fresh desk has a key")
            claims = status_claims(Colour.GREEN, "hubei-2020-04", lasts, bytes(16))
            text, keys = code_keys.signed(kid, claims), believed(session, kid)
            if codes_presented.presented(session, text, at=at).verdict != CodeVerdict.SIGNED_NOT_REGISTERED:
                raise AssertionError("the desk does not know its own signature")
            private = ec.generate_private_key(ec.SECP256R1())
            signature, public = private.sign(bytes(300), ec.ECDSA(SHA256())), private.public_key()
            ways: dict[str, Callable[[], object]] = {
                "bare_sign": lambda: private.sign(bytes(300), ec.ECDSA(SHA256())),
                "sign": lambda: code_keys.signed(kid, claims),
                "bare_verify": lambda: public.verify(signature, bytes(300), ec.ECDSA(SHA256())),
                "check": lambda: walk(text, lambda _kid: keys, at),
                "check_in_register": lambda: codes_presented.presented(session, text, at=at),
            }
            return _figures(_measured(ways, times), times)


def _measured(ways: Mapping[str, Callable[[], object]], times: int) -> dict[str, float]:
    """The median of each, in turns, so that what else the machine does falls on all alike."""
    taken: dict[str, list[int]] = {name: [] for name in ways}
    for turn in range(WARM_UP + times):
        for name, way in ways.items():
            began = perf_counter_ns()
            way()
            if turn >= WARM_UP:
                taken[name].append(perf_counter_ns() - began)
    return {name: median(one) / 1e6 for name, one in taken.items()}


def _figures(taken: Mapping[str, float], times: int) -> dict[str, object]:
    figures: dict[str, object] = {"times": times, **{f"{name}_ms": round(one, 4) for name, one in taken.items()}}
    for name, bare in (("sign", "bare_sign"), ("check", "bare_verify"), ("check_in_register", "bare_verify")):
        figures[f"{name}_ratio"] = round(taken[name] / taken[bare], 2)
    return figures | {f"{name}_within": taken[name] < most for name, most in AT_MOST_MS.items()}
