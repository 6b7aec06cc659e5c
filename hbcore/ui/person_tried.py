"""Every condition tried, row by row in the policy's order; neighbours that failed stand together, none left out."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import streamlit as st

from hbcore.domain.conditions import Word
from hbcore.domain.sentence import Sentence, shipped_words
from hbcore.domain.why import LineTried, RowTried
from hbcore.services.colour_words import COLOUR_WORDS
from hbcore.services.people import PersonCard
from hbcore.ui import safe
from hbcore.ui.application_words import here
from hbcore.ui.words import _

AND = shipped_words("why_words.json")["list"]["and"]
NOTHING = shipped_words("policy_words.json")["found"]["nothing"]


def show_tried(card: PersonCard) -> None:
    """The rows in the policy's order, the decisive one marked; folded until it is opened."""
    with st.expander(_("Every condition tried")), st.container(gap="xsmall"):
        for block in blocks(card.rows):
            safe.text("\n".join(_alone(block[0]) if len(block) == 1 else _together(block)))
        if card.code is None:
            safe.text(_("→ None of them holds, and without a registration the other rules are not tried: no code."))


def blocks(rows: Sequence[RowTried]) -> list[list[RowTried]]:
    """Rows that failed by one condition each stand together with their neighbours: those of evidence, those of registration."""
    return [list(group) for _why, group in groupby(rows, _why_it_failed)]


def _why_it_failed(row: RowTried) -> tuple[object, ...]:
    failed = _failing(row)
    several = row.number if row.decisive or len(failed) != 1 else None
    return several, any(line.word is Word.REGISTRATION for line in failed)


def _failing(row: RowTried) -> list[LineTried]:
    return [line for line in row.lines if not line.holds]


def _alone(row: RowTried) -> Iterator[str]:
    form = _("→ Rule {number} · {colour} · holds") if row.decisive else _("– Rule {number} · {colour} · does not hold")
    yield form.format(number=row.number, colour=here(COLOUR_WORDS[row.colour]))
    if not row.lines:
        yield _("It asks for nothing: what no rule before it caught comes here.")
    for line in row.lines:
        wanted = _("{wanted} (one such is enough)").format(wanted=here(line.wanted)) if line.either else here(line.wanted)
        found = _("found: {what}").format(what=here(line.found))
        yield f"   {'✓' if line.holds else '–'} {wanted} · {found}"


def _together(block: Sequence[RowTried]) -> Iterator[str]:
    """What was found is said once; a row of which something else was found says so itself."""
    found = {line.found for row in block for line in _failing(row)}
    common = found.pop() if len(found) == 1 else NOTHING
    said = _("– Rules {first}–{last} · do not hold · found: {what}")
    mixed = _("– Rules {first}–{last} · do not hold · nothing on record, unless it says so")
    yield (mixed if found else said).format(first=block[0].number, last=block[-1].number, what=here(common))
    for row in block:
        wanted = here(AND).join(_wanted(line, common) for line in row.lines)
        words = _("{number}. {colour}: {wanted}")
        yield f"   {words.format(number=row.number, colour=here(COLOUR_WORDS[row.colour]), wanted=wanted)}"


def _wanted(line: LineTried, common: Sentence) -> str:
    if line.holds:
        return _("{wanted} (✓ {what})").format(wanted=here(line.wanted), what=here(line.found))
    if line.found != common:
        return _("{wanted} (found: {what})").format(wanted=here(line.wanted), what=here(line.found))
    return here(line.wanted)
