"""Test certificates as a PDF: tagged, the font in it, the same bytes for the same papers; no name is printed with a gap."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import manimgx_fonts_cjk
from fontTools.ttLib import TTFont
from typst import Compiler, Fonts

from hbcore.domain.errors import Refused
from hbcore.domain.qr_symbol import symbol
from hbcore.domain.sentence import Sentence

if TYPE_CHECKING:
    from typst import PDFStandard

TEMPLATE = Path(__file__).with_suffix(".typ")
FONT = Path(manimgx_fonts_cjk.__file__).with_name("NotoSansCJK-VF.otf.ttc")
FACE, PLACE = "Noto Sans CJK SC", 2
"""The face for simplified characters, and its place among the five of the file."""

STANDARDS: "list[PDFStandard]" = ["ua-1", "a-2a"]
"""Read aloud by machines (PDF/UA-1), and readable in many years (PDF/A-2a); typst refuses what would break either."""

FEW = 10
REMEMBERED = 10
"""typst remembers how it set a page until so many compilations made no use of it: 0.35 MB a page, with the words on it. Of a list
that is more than the whole desk needs, and nobody prints the same page again."""

LANGUAGES = ("zh", "en")
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Line:
    """What something is called, and what it is; the same text in both languages where it is a name or a number."""

    label: Sentence
    value: Sentence


@dataclass(frozen=True)
class Paper:
    """One certificate, in words: all that stands on its page. `code`: the signed text; `digits`: the look-up number.

    `number`: the certificate's own; `described`: what the picture is, for who cannot see it.
    """

    desk: Sentence
    title: Sentence
    number: str
    lines: Sequence[Line]
    assay: Sentence
    outcome: Sentence
    code: str
    described: Sentence
    look_up: Sentence
    digits: str
    checking: Sequence[Sentence]
    notes: Sequence[Sentence]


def certificates_pdf(papers: Sequence[Paper], first: str, title: str, author: str, at: datetime) -> bytes:
    """The papers as one PDF, a page each; `first`: the language that comes first on it, `zh` or `en`.

    :raises Refused: `glyph_missing` where the font lacks a character of any of them.
    """
    for one in papers:
        refuse_missing(_words_of(one))
    values = {
        "papers": json.dumps([_values(one) for one in papers], ensure_ascii=False),
        "first": first,
        "title": title,
        "author": author,
    }
    with _ONE_AT_A_TIME:  # a compiler serves one at a time, and keeps the font for the next
        made = _compiler().compile(format="pdf", sys_inputs=values, pdf_standards=STANDARDS, timestamp=int(at.timestamp()))
        if len(papers) > FEW:
            _forget()
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def refuse_missing(texts: Iterable[str]) -> None:
    """Nothing is printed with a gap in it, and least of all a name.

    :raises Refused: `glyph_missing`; which character, the refusal does not say: it is a part of a name.
    """
    if not _drawable().issuperset("".join(texts)):
        raise Refused("glyph_missing")


@cache
def _drawable() -> frozenset[str]:
    """The characters that the face has."""
    with TTFont(FONT, fontNumber=PLACE, lazy=True) as face:
        if face["name"].getBestFamilyName() != FACE:
            raise LookupError(FACE)
        return frozenset(map(chr, face.getBestCmap()))


@cache
def _compiler() -> Compiler:
    # It takes folders alone, and without a font it would print pages without a word.
    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT.parent])
    if FACE not in fonts.families():
        raise LookupError(FACE)
    return Compiler(TEMPLATE, TEMPLATE.parent, fonts, ignore_system_fonts=True)


def _forget() -> None:
    """Nothing is left in memory of what was set: 50 ms. The next page takes twice its time, as the first of a day does."""
    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False)
    for _ in range(REMEMBERED + 1):
        Compiler(b"#page[]", font_paths=fonts, ignore_system_fonts=True).compile(format="pdf")


def _words_of(one: Paper) -> Iterable[str]:
    sentences = [one.desk, one.title, one.assay, one.outcome, one.look_up, *one.checking, *one.notes]
    sentences += [words for line in one.lines for words in (line.label, line.value)]
    return [one.number, one.digits, *(text for words in sentences for text in (words.zh, words.en))]


def _values(one: Paper) -> dict[str, object]:
    drawn = symbol(one.code)  # without the white around it that scanners need: paper has it
    return {
        **{name: _both(getattr(one, name)) for name in ("desk", "title", "assay", "outcome", "described", "look_up")},
        "number": one.number,
        "digits": one.digits,
        "lines": [{"label": _both(line.label), "value": _both(line.value)} for line in one.lines],
        "checking": [_both(note) for note in one.checking],
        "notes": [_both(note) for note in one.notes],
        "size": drawn.size,
        "dark": drawn.path(0, 0),
    }


def _both(words: Sentence) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
