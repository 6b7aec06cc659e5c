"""What was read of a code on the screen: a verdict in a sentence, the step that failed, its claims, what the register knows."""

from collections.abc import Callable, Iterator
from datetime import datetime

import streamlit as st

from hbcore.domain.code_revoking import RevokeReason
from hbcore.domain.code_verdicts import CodeVerdict
from hbcore.domain.issued_codes import CodeKind
from hbcore.domain.permissions import Permission, may
from hbcore.domain.vocabulary import Colour, Purpose
from hbcore.services import code_revoking
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.code_checking import CodeChecked
from hbcore.services.code_reading import CodeRead, Shown
from hbcore.services.colour_words import COLOUR_WORDS, NO_CODE
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.code_picture import SIGNS
from hbcore.ui.code_words import KINDS, MEANINGS, SHOWN, VERDICTS, revoke_reason, step_that_failed
from hbcore.ui.errors import errors_shown, say_after_rerun
from hbcore.ui.links import link_to_person
from hbcore.ui.unit_names import unit_name
from hbcore.ui.words import _, time_here

BELIEVED = (CodeVerdict.REGISTERED, CodeVerdict.FOREIGN_VALID)


def show_read(read: CodeRead, staff: Staff, again: Callable[[], None]) -> None:
    """All of it; `again` reads the same once more, after something was proposed."""
    if read.checked is not None:
        _show_verdict(read.checked)
    elif read.person is None:
        st.warning(_("No person has this look-up number."))
    if read.person is not None:
        _show_person(read, read.person)
    if read.checked is not None and read.checked.claims is not None and read.verdict not in (None, CodeVerdict.INVALID):
        _show_claims(read.checked)
    if read.codes:
        st.subheader(_("In the register"), anchor=False)
        for one in read.codes:
            _show_issued(one, staff, again)
    elif read.checked is None and read.person is not None:
        safe.text(_("No code of this person is good now: none was shown within its time."))


def _show_verdict(checked: CodeChecked) -> None:
    said = _("{verdict}. {meaning}").format(verdict=_(VERDICTS[checked.verdict]), meaning=_(MEANINGS[checked.verdict]))
    # No green: the colour now may be another.
    (st.info if checked.verdict in BELIEVED else st.error)(safe.inert(said))
    if checked.failed_step is not None:
        safe.text(_("First step that failed: {step}.").format(step=step_that_failed(checked.verdict, checked.failed_step)))


def _show_person(read: CodeRead, person: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        safe.text(_("The colour now: {colour}").format(colour=_colour(read.colour)))
        link_to_person(_("Open the person →"), person, Purpose.CODE_QUESTION)


def _colour(colour: Colour | None) -> str:
    return f"{SIGNS[colour]} {here(COLOUR_WORDS[colour])}" if colour else here(NO_CODE)


def _show_claims(checked: CodeChecked) -> None:
    st.subheader(_("What the code says"), anchor=False)
    with st.container(gap=None):
        for line in _claims(checked):
            safe.text(line)


def _claims(checked: CodeChecked) -> Iterator[str]:
    claims = checked.claims
    if claims is None:
        return
    match claims.hcert.get(-1):
        case [str(colour), str(policy)]:
            word = _colour(Colour(colour)) if colour in set(Colour) else colour
            yield _("{colour}, by policy {policy}").format(colour=word, policy=policy)
    if 1 in claims.hcert:
        yield _("A certificate of the European schema")
    if claims.issued is not None:
        yield _("Issued {time}").format(time=time_here(claims.issued))
    yield _("Expires {time}").format(time=time_here(claims.expires))


def _show_issued(one: Shown, staff: Staff, again: Callable[[], None]) -> None:
    code = one.code
    with st.container(border=True):
        with st.container(gap=None):
            for line in _issued_lines(one, now()):
                safe.text(line)
        if code.revoked is None and code.expires_at > now() and may(staff.role, Permission.REVOKE_CODES):
            _offer_revoking(one, staff, again)


def _issued_lines(one: Shown, at: datetime) -> Iterator[str]:
    code = one.code
    then = _("{kind}: {colour} then").format(kind=_(KINDS[code.kind]), colour=_colour(code.colour))
    yield then if code.kind == CodeKind.STATUS else _(KINDS[code.kind])
    where = _(SHOWN[one.via]).format(unit=unit_name(one.unit) or "–") if one.via in SHOWN else one.via
    yield _("Issued {time}, {where}").format(time=time_here(code.issued_at), where=where)
    ended = _("Expired {time}") if code.expires_at <= at else _("Good until {time}")
    yield ended.format(time=time_here(code.expires_at))
    if code.revoked is not None:
        taken = _("Taken back {time}: {reason}")
        yield taken.format(time=time_here(code.revoked.at), reason=revoke_reason(code.revoked.reason))


def _offer_revoking(one: Shown, staff: Staff, again: Callable[[], None]) -> None:
    cti = one.code.cti.hex()
    with st.popover(_("Take it back…")):
        st.text(_("Another person confirms it under Second looks. A new code is made at the next look."))
        reason = st.selectbox(
            _("Reason"),
            [str(each) for each in RevokeReason],
            None,
            revoke_reason,
            placeholder=_("Choose a reason"),
            key=f"why {cti}",
        )
        one_only = st.button(_("Propose: this code"), disabled=reason is None, key=f"one {cti}")
        whole = st.button(_("Propose: all codes of this person"), disabled=reason is None, key=f"all {cti}")
        if (one_only or whole) and reason:
            with errors_shown():
                if one_only:
                    code_revoking.propose(cti, reason, by=staff, at=now())
                else:
                    code_revoking.propose_all(one.code.person, reason, by=staff, at=now())
                again()
                say_after_rerun(_("Proposed: it stands under Second looks until another person confirms it."))
