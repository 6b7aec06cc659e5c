"""Signed codes in words: what a text is, where a check of it ended, of what kind it is, why it is taken back."""

from collections.abc import Mapping

from hbcore.domain.code_revoking import KeyRevokeReason, RevokeReason
from hbcore.domain.code_verdicts import CodeStep, CodeVerdict
from hbcore.domain.issued_codes import CodeKind
from hbcore.ui.words import N_, _

VERDICTS: Mapping[str, str] = {
    CodeVerdict.REGISTERED: N_("Ours, in the register, and good"),
    CodeVerdict.SIGNED_NOT_REGISTERED: N_("Signed with our key, but never issued"),
    CodeVerdict.REVOKED: N_("Ours, but taken back"),
    CodeVerdict.EXPIRED: N_("Rightly signed, but not valid now"),
    CodeVerdict.FOREIGN_VALID: N_("Of another signer who is trusted here, and valid"),
    CodeVerdict.NOT_OURS: N_("Signed by a key that is not known here"),
    CodeVerdict.INVALID: N_("Not a valid code"),
}
MEANINGS: Mapping[str, str] = {
    CodeVerdict.REGISTERED: N_("The desk issued it just so, and it may be believed. What counts is the colour now."),
    CodeVerdict.SIGNED_NOT_REGISTERED: N_(
        "Do not believe it, and tell whoever runs the desk at once: somebody else has a key of ours."
    ),
    CodeVerdict.REVOKED: N_("Do not believe it. Its holder gets a new code by looking at the status page again."),
    CodeVerdict.EXPIRED: N_("It was good once. Ask for the code as it is now: the status page draws it anew."),
    CodeVerdict.FOREIGN_VALID: N_("It is evidence of what it says, and no code of this desk."),
    CodeVerdict.NOT_OURS: N_("It is signed, but nobody here can say by whom. Ask for the 12 digits or the document."),
    CodeVerdict.INVALID: N_("The text is damaged, was changed, or is something else. Scan it again, or type the 12 digits."),
}
STEPS: Mapping[str, str] = {
    CodeStep.PREFIX: N_("it does not begin as a health certificate does (HC1:)"),
    CodeStep.BASE45: N_("it has characters that such a code never has"),
    CodeStep.ZLIB: N_("it does not unpack: part of it is missing or was changed"),
    CodeStep.CBOR: N_("what it holds is not written as such codes are"),
    CodeStep.COSE: N_("it is not put together as a signed message"),
    CodeStep.KEY: N_("the key it names is not known here"),
    CodeStep.KEY_USAGE: N_("its key may not sign such a statement"),
    CodeStep.SIGNATURE: N_("the signature does not fit what it says"),
    CodeStep.CLAIMS: N_("something that every code says is missing"),
    CodeStep.TIME: N_("it is not valid at this time"),
    CodeStep.SCHEMA: N_("what it states is not what such a code states"),
    CodeStep.REGISTER: N_("what the register says of it"),
}
KINDS: Mapping[str, str] = {CodeKind.STATUS: N_("Live code"), CodeKind.CERTIFICATE: N_("Test certificate")}
REASONS: Mapping[str, str] = {
    RevokeReason.WRONG_PERSON: N_("It was given to another person"),
    RevokeReason.LOST: N_("The paper or telephone is lost"),
    RevokeReason.COPIED: N_("Somebody else uses it"),
    RevokeReason.WRONG_STATEMENT: N_("What it says is wrong"),
    RevokeReason.ON_REQUEST: N_("Its holder asks for it"),
}
KEY_REASONS: Mapping[str, str] = {
    KeyRevokeReason.STOLEN: N_("Somebody has taken it"),
    KeyRevokeReason.EXPOSED: N_("Somebody may have seen it"),
    KeyRevokeReason.FORGED: N_("Codes were seen that the desk never issued"),
}
SHOWN: Mapping[str, str] = {
    "desk": N_("on the desk, to staff of {unit}"),
    "shell": N_("by shell"),
    "applicant": N_("to its holder, on the status page"),
}


def step_that_failed(verdict: str, step: str) -> str:
    """Where a check ended, in the session's language: the step `key` is of a key that nobody knows, or of a revoked one."""
    if (verdict, step) == (CodeVerdict.REVOKED, CodeStep.KEY):
        return _("the key that signed it was revoked, and nothing of it is believed")
    return _(STEPS[step])


def revoke_reason(reason: str) -> str:
    """Why a code is taken back, in the session's language."""
    return _(REASONS[reason])
