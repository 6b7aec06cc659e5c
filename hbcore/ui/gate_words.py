"""What the check page says for codes of its own: how a code was read, what a signed one is worth, the travel verdict."""

from datetime import timedelta

from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.presented import Travel, Way
from hbcore.ui.locale_words import number_here
from hbcore.ui.words import N_, _

WAYS = {Way.WEDGE: N_("Scanner"), Way.CAMERA: N_("Camera"), Way.DIGITS: N_("12 digits")}

TRAVELS = {
    Travel.CODE: N_("Return to work or school: yes, on the code"),
    Travel.PAPER: N_("Return to work or school: yes, on the paper result"),
    Travel.NO: N_("Return to work or school: no"),
}
TRAVELS_SHORT = {Travel.CODE: N_("yes, on the code"), Travel.PAPER: N_("yes, on paper"), Travel.NO: N_("not accepted")}

VERDICTS = {
    CodeVerdict.REGISTERED: N_("Signed and in the register"),
    CodeVerdict.SIGNED_NOT_REGISTERED: N_("Signed, never issued: hold the code and call your unit"),
    CodeVerdict.REVOKED: N_("Revoked: this code is no longer accepted"),
    CodeVerdict.EXPIRED: N_("Expired: the colour below is that of now"),
    CodeVerdict.FOREIGN_VALID: N_("A valid certificate of another issuer, no health code"),
    CodeVerdict.NOT_OURS: N_("Not a code of Hubei"),
    CodeVerdict.INVALID: N_("Damaged or changed: this is no valid code"),
}

EXPIRED_OF_NOBODY = N_("Expired, and it says no longer whose it was: ask for another code")


def tested_line(tested: timedelta | None) -> str:
    """How long ago the latest nucleic-acid test was sampled; from three days on in days."""
    if tested is None:
        return _("No nucleic acid test on record")
    hours = tested // timedelta(hours=1)
    if hours < 1:
        return _("Nucleic acid test: less than an hour ago")
    if hours < 72:
        return _("Nucleic acid test: {n} h ago").format(n=number_here(hours))
    return _("Nucleic acid test: {days} days ago").format(days=number_here(tested // timedelta(days=1)))
