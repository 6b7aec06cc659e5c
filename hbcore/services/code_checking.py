"""A code's text from whoever shows it: what it is, the first step that fails, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from hbcore.domain import cbor_reading, hcert
from hbcore.domain.code_chain import Walked, walk
from hbcore.domain.code_verdicts import CodeStep, CodeVerdict
from hbcore.domain.errors import Refused
from hbcore.domain.hcert import Claims, StepFailed
from hbcore.domain.key_files import KeyFile, keys_of
from hbcore.domain.signer_keys import SignerKey

LARGEST_TRUST = 8 * 1024 * 1024
"""Bytes of a file of keys. The EU's whole list has one."""

_VERDICTS = {CodeStep.TIME: CodeVerdict.EXPIRED, CodeStep.KEY: CodeVerdict.NOT_OURS}
_UNBELIEVED = frozenset({CodeStep.KEY_USAGE, CodeStep.SIGNATURE})
"""A known key is named and has not signed this: what such a text says is not shown."""


@dataclass(frozen=True)
class CodeChecked:
    """What a text is. `said`: its claims as they stand there, by number, as JSON has them; None where they can't be read, or
    where somebody pretends to have a key's signature. They are somebody's word as long as the verdict says nothing better.

    `claims`: the same with their dates, from the step `time` on; `key`: the signer's, where it is known; `kid`: the id named.
    """

    verdict: CodeVerdict
    failed_step: CodeStep | None
    said: Mapping[str, object] | None = None
    claims: Claims | None = None
    kid: bytes | None = None
    key: SignerKey | None = None

    @property
    def cti(self) -> bytes | None:
        """The code's identity, where it has one: all of ours do."""
        return self.claims.cti if self.claims else None


def check(text: str, *, trust: tuple[SignerKey, ...], at: datetime) -> CodeChecked:
    """What a text is at an instant, by keys that the asker trusts. Public: needs no permission and no database."""
    return judged(walk(text, lambda kid: trust, at))


def judged(walked: Walked) -> CodeChecked:
    """The verdict on a foreign code, however far it came."""
    if walked.read is None:
        return CodeChecked(CodeVerdict.INVALID, walked.failed)
    verdict = CodeVerdict.FOREIGN_VALID if walked.failed is None else _VERDICTS.get(walked.failed, CodeVerdict.INVALID)
    if walked.failed == CodeStep.KEY and walked.key is not None:
        verdict = CodeVerdict.REVOKED
    said = None if walked.failed in _UNBELIEVED else cast("Mapping[str, object]", cbor_reading.as_json(walked.read.payload))
    return CodeChecked(verdict, walked.failed, said, _claims(walked), walked.read.message.kid, walked.key)


def trusted_keys(content: bytes) -> KeyFile:
    """The signers' keys of a file. Public: needs no permission.

    :raises Refused: `no_keys_in_file`.
    """
    try:
        if len(content) > LARGEST_TRUST:
            raise ValueError("too large")
        return keys_of(content)
    except ValueError as error:
        raise Refused("no_keys_in_file") from error


def _claims(walked: Walked) -> Claims | None:
    """The claims with their dates; also of a code whose key nobody knows, as far as they are of their kinds."""
    if walked.claims is not None or walked.read is None or walked.failed != CodeStep.KEY:
        return walked.claims
    try:
        return hcert.claims(walked.read.payload)
    except StepFailed:
        return None
