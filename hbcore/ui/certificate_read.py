"""A foreign certificate on the screen: what it says, and whether a trusted key stands behind it."""

import streamlit as st

from hbcore.domain.dcc import StatementKind
from hbcore.domain.foreign_tests import ForeignTest
from hbcore.domain.sentence import shipped_words
from hbcore.services import foreign_certificates
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.foreign_certificates import ForeignCertificate, Standing
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.errors import errors_shown
from hbcore.ui.words import N_, _, time_here

LONGEST = 8_192
WORDS = shipped_words("policy_words.json")
KINDS = {
    StatementKind.TEST: N_("A test"),
    StatementKind.VACCINATION: N_("A vaccination, no test"),
    StatementKind.RECOVERY: N_("A recovery, no test"),
}


def standing_words(standing: str, country: str) -> str:
    """Who stands behind a certificate."""
    if standing == Standing.TRUSTED:
        return _("signed by {country} (trusted)").format(country=country)
    return _("certificate unverified")


def result_of(test: ForeignTest) -> str:
    """What was looked for and what came of it."""
    return f"{here(WORDS['assays'][test.assay])} {here(WORDS['outcomes'][test.outcome])}"


def ask_text(key: str) -> str:
    """The box that a scanned or pasted code goes into."""
    return st.text_input(
        _("Code of a foreign test certificate, scanned or pasted, if there is one"),
        max_chars=LONGEST,
        placeholder=_("Begins with HC1:"),
        autocomplete="off",
        key=key,
    ).strip()


def read_text(text: str, staff: Staff) -> ForeignCertificate | None:
    """What a text says; None where it is none, or is refused on the screen."""
    if not text:
        return None
    with errors_shown():
        return foreign_certificates.read(text, by=staff, at=now())
    return None


def show_certificate(read: ForeignCertificate) -> None:
    """Who stands behind it, whose it is, and what it says."""
    with st.container(border=True, gap=None):
        safe.text(("✓ " if read.standing == Standing.TRUSTED else "? ") + standing_words(read.standing, read.country))
        if read.standing == Standing.UNVERIFIED:
            st.caption(_("No trusted key stands behind it, or it is not valid now: it is worth no more than the paper."))
        if read.statement is None:
            st.text(_(KINDS[read.kind]) if read.kind else _("Several statements in one: no evidence of one test"))
            return
        said = read.statement
        safe.text(_("Issued to {name}, born {date}").format(name=f"{said.name} {said.given_name}".strip(), date=said.born or "–"))
        if read.test is None:
            st.text(_("A test of a kind that is not known here"))
        else:
            safe.text(" · ".join((result_of(read.test), _("sampled {time}").format(time=time_here(read.test.sampled_at)))))
            safe.text(f"{read.test.institution} · {read.test.country} · {said.issuer}")
        st.caption(_("Compare name and date of birth with the document that was shown."))
