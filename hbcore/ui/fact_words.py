"""Facts in words: kinds, what a list does and how it stands, whose codes change."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from hbcore.domain.staying import Stays, how_many_longer
from hbcore.domain.vocabulary import Colour, FactKind, FactSource
from hbcore.services.colour_words import COLOUR_WORDS
from hbcore.services.fact_files import FactFile
from hbcore.services.fact_list_lines import ON_RECORD, OVER
from hbcore.services.fact_lists import Confirmed, EffectSeen
from hbcore.services.fact_proposing import Effect
from hbcore.services.second_look import What
from hbcore.ui.application_words import here
from hbcore.ui.locale_words import as_heading, number_here
from hbcore.ui.person_words import WORDS
from hbcore.ui.words import N_, N_n, _, _n, time_here

WHATS = {What.FACTS: N_("Record"), What.END_FACT: N_("End early"), What.EXTEND_FACT: N_("Extend")}
CONFIRMED = {
    What.FACTS: N_n("Confirmed: {n} fact is on record. {codes}", "Confirmed: {n} facts are on record. {codes}"),
    What.END_FACT: N_n("Confirmed: {n} fact has ended. {codes}", "Confirmed: {n} facts have ended. {codes}"),
    What.EXTEND_FACT: N_n("Confirmed: {n} fact goes on. {codes}", "Confirmed: {n} facts go on. {codes}"),
}
"""What a confirmation did."""

STATES = {
    "waiting": N_("waits for its confirmation"),
    "confirmed": N_("confirmed"),
    "declined": N_("declined"),
    "withdrawn": N_("withdrawn"),
    "expired": N_("void: nobody settled it in time"),
}
SOURCES = {
    FactSource.DECLARED: N_("declared on the application"),
    FactSource.DESK: N_("entered at the desk"),
    FactSource.CASE_LIST: N_("list from the disease-control system"),
    FactSource.RECOLOURING: N_("recolouring request"),
}
PARTS = {
    "document_kind": N_("Document kind"),
    "document_number": N_("Document number"),
    "name": N_("Name"),
    "kind": N_("Kind of fact"),
    "from": N_("From"),
    "until": N_("Until"),
    "exposure": N_("Exposure"),
    "evidence_number": N_("Evidence number"),
}
"""The parts of a measure, as the form and a list's columns call them."""


LEFT_OUT = {
    ON_RECORD: N_("on record by another confirmation"),
    OVER: N_("over by now"),
}
"""Why nothing is recorded of somebody on a list."""


def fact_name(kind: FactKind) -> str:
    """A kind in the session's language."""
    return here(WORDS["facts"][kind])


def fact_heading(kind: FactKind) -> str:
    """`fact_name` where a line begins with it."""
    return as_heading(fact_name(kind))


def kinds_words(kinds: Mapping[FactKind, int]) -> str:
    """How many of each kind, the most first."""
    ordered = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    return " · ".join(_("{kind} ({n})").format(kind=fact_name(kind), n=number_here(n)) for kind, n in ordered)


def changes_words(changes: Mapping[str, int], stays: Sequence[Sequence[Stays]] = ()) -> str:
    """Whose codes change, and which stay for how long: `3 would get a red code · 1 would keep a yellow code for longer`."""
    said = [_turns(colour, people) for colour, people in _after(changes)]
    return " · ".join([*said, *_staying(stays)]) or _("No code changes.")


def _staying(stays: Sequence[Sequence[Stays]]) -> Iterator[str]:
    """Of one person from which end to which; of more how many."""
    if len(stays) == 1:
        yield from map(_ends, stays[0])
        return
    first = (next((one for one in of_person if one.longer), of_person[0]) for of_person in stays)
    kept = Counter((one.colour, one.longer, one.begins is not None) for one in first)
    for (colour, longer, turns), people in sorted(kept.items()):
        words = _("{n} would keep a {colour} for longer") if longer else _("{n} would keep a {colour} for less long")
        if turns:
            words = _("{n} would get a {colour} later")
        yield words.format(n=number_here(people), colour=_code(colour))


def _ends(one: Stays) -> str:
    begins, was, until = (time_here(end) if end else "" for end in (one.begins, one.was, one.until))
    return _ends_how(one).format(colour=_code(one.colour), begins=begins, until=until, was=was)


def _ends_how(one: Stays) -> str:
    if one.begins:
        if one.until is None:
            return _("1 would get a {colour} later: from {begins}, no end in sight")
        return _("1 would get a {colour} later: from {begins}, until {until}")
    if one.longer:
        if one.until is None:
            return _("1 would keep a {colour} for longer: no end in sight, instead of until {was}")
        return _("1 would keep a {colour} for longer: until {until} instead of {was}")
    if one.was is None:
        return _("1 would keep a {colour} for less long: until {until}, where no end was in sight")
    return _("1 would keep a {colour} for less long: until {until} instead of {was}")


def effect_words(seen: Effect | EffectSeen | FactFile) -> list[str]:
    """Whose codes change once it is confirmed, and whose when what begins later has begun; a line each.

    Of one person the first says all of it, with its times.
    """
    said = [_("Once confirmed: {changes}").format(changes=changes_words(seen.changes, seen.stays))]
    ahead = seen.ahead
    if ahead and (len(seen.stays) != 1 or sum(ahead.changes.values()) > 1):
        later = _("Once all of it has begun, {time}: {changes}")
        said.append(later.format(time=time_here(ahead.at), changes=changes_words(ahead.changes)))
    return said


def confirmed_words(what: What, done: Confirmed) -> str:
    """What a confirmation did, by the figures of its event: of how many facts, and whose codes are others now."""
    said = _turned_all(done.changes)
    if longer := how_many_longer(done.stays):
        said.append(_("{n} yellow or red for longer, or only later").format(n=number_here(longer)))
    left_out = [_("{n} left out").format(n=number_here(done.left_out))] if done.left_out else []
    codes = " · ".join([*left_out, *(said or [_("No code changed.")])])
    return _n(*CONFIRMED[what], done.people).format(n=number_here(done.people), codes=codes)


def turned_words(changes: Mapping[str, int]) -> str:
    """Whose codes are others now."""
    return " · ".join(_turned_all(changes)) or _("No code changed.")


def left_out_words(seen: EffectSeen) -> list[str]:
    """How many of a list no longer fit and why, and what confirming still does; nothing where all of it fits."""
    if not seen.left_out:
        return []
    why = " · ".join(f"{_(LEFT_OUT[code])} {number_here(n)}" for code, n in sorted(Counter(seen.left_out.values()).items()))
    said = _("! No longer fitting since it was proposed, and left out: {why}. Confirming records the other {rest}.")
    return [said.format(why=why, rest=number_here(seen.people))]


def _after(changes: Mapping[str, int]) -> list[tuple[str, int]]:
    """How many come to each colour, or to none."""
    after: Counter[str] = Counter()
    for change, people in changes.items():
        after[change.partition(">")[2]] += people
    return [(colour, after[colour]) for colour in (*map(str, Colour), "none") if after[colour]]


def _turned_all(changes: Mapping[str, int]) -> list[str]:
    return [_turned(colour, people) for colour, people in _after(changes)]


def _turns(colour: str, people: int) -> str:
    if colour == "none":
        return _("{n} would have no code").format(n=number_here(people))
    return _("{n} would get a {colour}").format(n=number_here(people), colour=_code(Colour(colour)))


def _turned(colour: str, people: int) -> str:
    if colour == "none":
        return _("{n} without a code").format(n=number_here(people))
    return _("{n} with a {colour} now").format(n=number_here(people), colour=_code(Colour(colour)))


def _code(colour: Colour) -> str:
    return here(COLOUR_WORDS[colour]).lower()
