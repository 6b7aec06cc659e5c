"""Each page has its help, its title and its symbol; the glossary names each word once."""

from collections import Counter

import pytest
from streamlit.material_icon_names import ALL_MATERIAL_ICONS

from hbcore.domain.permissions import PAGES
from hbcore.ui.glossary_words import GLOSSARY
from hbcore.ui.help_texts import HELP
from hbcore.ui.page_help import KEYS_EVERYWHERE
from hbcore.ui.words import PAGE_ICONS, PAGE_TITLES

TO_ADD = "page {page!r}: add {what} in hbcore/ui/{file}"


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_help_a_title_and_a_symbol_that_is_shipped(page):
    assert page in HELP, TO_ADD.format(page=page, what="its purpose, numbers and troubles to HELP", file="help_texts.py")
    assert HELP[page].purpose, TO_ADD.format(page=page, what="what it is for to its PageHelp", file="help_texts.py")
    assert page in PAGE_TITLES, TO_ADD.format(page=page, what="its title to PAGE_TITLES", file="words.py")
    assert PAGE_ICONS.get(page) in ALL_MATERIAL_ICONS, TO_ADD.format(
        page=page, what="a Material symbol that Streamlit ships to PAGE_ICONS", file="words.py"
    )


def test_the_keys_of_every_page_say_how_a_row_of_a_table_is_chosen_without_a_pointer():
    assert "row of a table" in dict(KEYS_EVERYWHERE)["Shift Space"]


def test_the_help_is_for_pages_that_have_a_name():
    assert HELP.keys() <= PAGE_TITLES.keys()


def test_a_word_of_the_glossary_stands_once_in_each_language():
    for names in ([one.key for one in GLOSSARY], [one.zh for one in GLOSSARY], [one.en for one in GLOSSARY]):
        assert [name for name, times in Counter(names).items() if times > 1] == []
