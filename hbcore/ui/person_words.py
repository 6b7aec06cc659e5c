"""A person's card in words: purposes, assays, outcomes, registration, the travel verdict."""

from datetime import datetime

from hbcore.domain.outside_results import OUTSIDE
from hbcore.domain.sentence import shipped_words
from hbcore.domain.travel import IGG_GROUND, Travel
from hbcore.domain.vocabulary import Assay, Colour, FactSource, Purpose
from hbcore.services.people import CodeShown, PersonCard, ResultShown, SamplingShown
from hbcore.ui.application_words import here, moment
from hbcore.ui.words import N_, _

WORDS = shipped_words("policy_words.json")
PURPOSES = {
    Purpose.CODE_QUESTION: N_("Question about a code"),
    Purpose.OWN_REQUEST: N_("At the person's own request"),
    Purpose.CORRECT_RESULT: N_("Correcting a result"),
    Purpose.APPLICATION: N_("Work on an application"),
    Purpose.RECOLOURING: N_("Recolouring request"),
    Purpose.CHECKPOINT: N_("Check at a checkpoint"),
    Purpose.COUNT_CHECK: N_("Checking counts"),
    Purpose.OUTBREAK_TRACING: N_("Outbreak tracing (needs a case number)"),
}
MISSING = {
    "no_result": N_("there is no result that counts at the time of arrival"),
    "colour_red": N_("the code is red"),
    "colour_yellow": N_("the code is yellow"),
}

FACT_SOURCES = {
    FactSource.DECLARED: N_("declared on the application"),
    FactSource.DESK: N_("proposed at the desk"),
    FactSource.CASE_LIST: N_("from a case or contact list"),
    FactSource.RECOLOURING: N_("from a recolouring request"),
}


def purpose_name(purpose: Purpose) -> str:
    """A purpose as the select shows it."""
    return _(PURPOSES[purpose])


def institution_name(institution: str) -> str:
    """The testing institution by its name; of a result that came from outside, that two people stand for it."""
    return _("outside Hubei, confirmed by two") if institution == OUTSIDE else institution


def result_line(one: ResultShown, at: datetime) -> str:
    """One result on one line: assay, outcome, when sampled, by whom, when reported."""
    sampled = _("sampled {time}").format(time=moment(one.sampled_at, at))
    reported = _("reported {time}").format(time=moment(one.reported_at, at)) if one.reported_at else ""
    found = f"{here(WORDS['assays'][one.assay])} {here(WORDS['outcomes'][one.outcome])}"
    return " · ".join(
        part for part in (found, sampled, institution_name(one.institution), reported, recheck_words(one, at)) if part
    )


def recheck_words(one: ResultShown, at: datetime) -> str:
    """That a result is to be looked at again; nothing where it is not."""
    if one.recheck_since is None:
        return ""
    return _("under re-check: the institution is suspended since {time}").format(time=moment(one.recheck_since, at))


def latest_line(card: PersonCard, assay: Assay, at: datetime) -> str:
    """The latest result of an assay; a dash where there is none."""
    one = card.latest.get(assay)
    return result_line(one, at) if one else f"{here(WORDS['assays'][assay])} —"


def awaited_line(one: SamplingShown, at: datetime) -> str:
    """A sampling whose result has not come: when, where, which tube."""
    parts = (
        _("Sampled, result pending"),
        _("sampled {time}").format(time=moment(one.sampled_at, at)),
        _("sampled at {place}").format(place=one.site) if one.site else "",
        _("sample number {number}").format(number=one.sample_number),
    )
    return " · ".join(part for part in parts if part)


def registration_line(card: PersonCard, at: datetime) -> str:
    """Where the registration stands, and since when."""
    state = here(WORDS["registrations"][card.registration])
    return f"{state} · {_('since {time}').format(time=moment(card.registered_at, at))}" if card.registered_at else state


def why_line(card: PersonCard, code: CodeShown, at: datetime) -> str:
    """The reason with the number of its rule; before a green code's the latest nucleic-acid result, which the notice asks for."""
    latest = card.latest.get(Assay.NAAT) if code.colour == Colour.GREEN else None
    tested = ""
    if latest:
        found = f"{here(WORDS['assays'][latest.assay])} {here(WORDS['outcomes'][latest.outcome])}"
        tested = _("{result}, sampled {time}, {institution}; ").format(
            result=found, time=moment(latest.sampled_at, at), institution=institution_name(latest.institution)
        )
    why = _("Why: {tested}{reason} (rule {number} of {policy})")
    return why.format(tested=tested, reason=here(code.reason), number=code.number, policy=code.policy)


def travel_line(verdict: Travel, at: datetime) -> str:
    """Whether the person may travel on it, on what ground, until when."""
    if verdict.accepted_by == "no":
        return _("No: {missing}.").format(missing=_(MISSING[verdict.missing or "no_result"]))
    by = _("Yes, on the code") if verdict.accepted_by == "code" else _("Yes, on the paper result")
    if verdict.ground == IGG_GROUND:
        return _("{verdict} (a past positive IgG)").format(verdict=by)
    until = moment(verdict.until, at) if verdict.until else ""
    return _("{verdict} (negative result in time; arrival before {time})").format(verdict=by, time=until)
