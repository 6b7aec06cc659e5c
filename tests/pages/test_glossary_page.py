"""The glossary: every word, found in either language, linked to by its key."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Role
from hbcore.services.clock import now
from hbcore.ui import start
from hbcore.ui.glossary_words import GLOSSARY
from tests import standing

PAGE = Path(__file__).parents[2] / "pages" / "Glossary.py"


@pytest.fixture
def visit(database, monkeypatch):
    there = standing.staff(Role.CHECKPOINT_STAFF, now())

    def opened(language="zh", **address):
        monkeypatch.setattr(start, "signed_in", lambda *, touch: replace(there, language=language))
        page = AppTest.from_file(str(PAGE), default_timeout=20)
        page.query_params.update(address)
        return page.run()

    return opened


def test_every_word_stands_there_with_its_meaning_and_in_english_by_the_alphabet(visit):
    shown = visit("en").dataframe[0].value

    assert len(shown) == len(GLOSSARY)
    assert list(shown.columns) == ["English", "Chinese", "Meaning"]
    assert shown["English"].tolist() == sorted(shown["English"], key=str.casefold)


@pytest.mark.parametrize("sought", ["混检", "pooled POS", "待单采复核"])
def test_a_word_is_found_in_either_language_and_by_its_meaning(visit, sought):
    page = visit()

    page.text_input[0].set_value(sought).run()

    assert page.dataframe[0].value["中文"].tolist() == ["混检阳性"]


def test_a_link_opens_one_word_and_what_fits_nothing_says_so(visit):
    assert visit(word="pooled-positive").dataframe[0].value["中文"].tolist() == ["混检阳性"]

    page = visit(word="zzz")

    assert not page.dataframe
    assert [text.value for text in page.text] == ["没有找到这个词。"]
