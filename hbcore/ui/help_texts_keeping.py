"""The help of the pages on which the desk itself is kept: accounts, units, keys, events. English; translated when shown."""

from hbcore.ui.page_help import PageHelp
from hbcore.ui.words import N_

KEEPING = {
    "Code_keys": PageHelp(
        N_("The keys that sign codes: one for live codes, one for test certificates, each with its dates."),
        (
            (N_("Signs"), N_("From then until then new codes were signed with it.")),
            (N_("Believed until"), N_("When the last code it signed has expired.")),
        ),
        (),
        (
            N_("Whoever checks codes reads the keys at /.well-known/jwks.json, and needs nothing else."),
            N_("A key that somebody else has is revoked by two administrators: every code under it is refused at once."),
        ),
    ),
    "Staff": PageHelp(
        N_("The accounts of those who work here: add one, give a one-time password, close one."),
        trouble=(
            N_("Closing an account signs its holder out at once. What they did stays on record."),
            N_("Never let two people share an account: every event names who acted."),
        ),
    ),
    "Units": PageHelp(
        N_("The units of the province, from prefectures to counties, and who is responsible in each."),
    ),
    "Institutions": PageHelp(
        N_("The testing institutions whose results are taken: add one, suspend one, open it again."),
        trouble=(N_("The results of a suspended institution are refused from that moment; what it sent before stays."),),
    ),
    "Trusted_signers": PageHelp(
        N_("Whose certificates from outside are believed: the public keys of foreign signers, imported as lists."),
        (
            (N_("List"), N_("Its name is yours to choose. A file imported under the same name takes the whole list's place.")),
            (
                N_("Public keys"),
                N_("A certificate counts as signed by a trusted key while the signer's own certificate is valid."),
            ),
        ),
        trouble=(N_("Take lists only from where their publisher says, and compare the fingerprint with the published one."),),
    ),
    "Events": PageHelp(
        N_("What was done and who looked at whom, in the order of the chain. Nobody can change or remove a line."),
        (
            (N_("Chain"), N_("Each event carries the digest of the one before it: a changed line breaks all that follow.")),
            (N_("Random id"), N_("People appear under a number of ours, never by name or document.")),
        ),
        trouble=(N_("If a chain is broken, keep the files as they are and tell the security officer at once."),),
    ),
    "Account": PageHelp(
        N_("Your own account: language, theme, password, and where you are signed in."),
        trouble=(N_("A session you do not know? End it and change the password."),),
    ),
}
