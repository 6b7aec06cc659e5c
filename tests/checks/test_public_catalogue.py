"""Nothing that people outside the desk read is missing in one of the eight languages."""

import re
from datetime import UTC, datetime
from functools import cache

import pytest

from hbcore.domain.application_reasons import FIELD_WORDS, AskReason, RefuseReason
from hbcore.domain.applications import ApplicationState
from hbcore.domain.names import traditional
from hbcore.domain.policy import shipped
from hbcore.domain.vocabulary import Assay, Colour, DocumentKind, Outcome, RowCode
from hbcore.public_sentences import ASKS, ASSAYS, COLOURS, FAULTS, FIELDS, GROUNDS, KINDS, NUMBER_FORMS, OUTCOMES, REFUSED, STATES
from hbcore.public_words import PUBLIC_LANGUAGES, language_of, moment, said
from hbcore.services import drafts
from tests.checks import messages, public_messages
from tests.checks.public_messages import TRANSLATED, catalogue, faults_of, in_template, used
from tests.checks.sources import sources

words_of = cache(public_messages.translated)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_has_its_words_and_every_entry_is_used(language):
    assert faults_of(language) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_stands_in_a_catalogue_twice(language):
    assert messages.twice(catalogue(language).read_text("utf-8")) == []


def test_a_missing_an_unused_and_a_misnamed_entry_are_found(monkeypatch):
    monkeypatch.setattr(public_messages, "used", lambda: {"Until {time}", "Send"})
    monkeypatch.setattr(public_messages, "translated", lambda _: {"Until {time}": "Bis {zeit}", "Old": "Alt"})

    found = faults_of("fr")

    assert found == [
        "fr: no words for: Send",
        "fr: no longer used: Old",
        "fr: other placeholders in words: Until {time}",
    ]


def test_messages_are_found_in_templates():
    assert in_template('{% if a %}<p title="{{ _("One") }}">{{ _("Two {n}", n=3) }}</p>{% endif %} {{ other("Three") }}') == {
        "One",
        "Two {n}",
    }


SIMPLIFIED = set("证请写号码们这为时间电话国区县应会从护监页张问题办审查复办验绿黄红灰")
LETTERS = {"ja": "[぀-ヿ]", "ko": "[가-힯]", "ru": "[а-яё]"}
"""What a sentence in the language has, and none of the others."""


@pytest.mark.parametrize("language", LETTERS)
def test_the_sentences_of_a_catalogue_are_in_its_language(language):
    sentences = [words for english, words in words_of(language).items() if english.endswith(".") and "{time}" not in english]

    assert [words for words in sentences if not re.search(LETTERS[language], words)] == []


def test_traditional_chinese_holds_no_simplified_forms():
    assert [text for text in words_of("zh-Hant").values() if traditional(text) != text and set(text) & SIMPLIFIED] == []


def row_codes_of_drafts() -> set[str]:
    """The codes that reading a form may answer with, as its rooms write them."""
    rooms = [source for source in sources() if source.module in (drafts.__name__, "hbcore.services.public_forms")]
    documents = [source for source in sources() if source.module in ("hbcore.domain.documents", "hbcore.domain.names")]
    return {code for code in RowCode for source in rooms + documents if f"RowCode.{code.name}" in source.text}


def test_every_fault_a_stranger_can_meet_has_a_sentence_of_its_own():
    assert row_codes_of_drafts() - FAULTS.keys() == set()


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (ASKS, AskReason),
        (REFUSED, RefuseReason),
        (COLOURS, Colour),
        (ASSAYS, Assay),
        (OUTCOMES, Outcome),
        (STATES, set(ApplicationState) - {ApplicationState.SECOND_REVIEW}),
        (KINDS, set(DocumentKind) - {DocumentKind.RESIDENT_ID}),
        (NUMBER_FORMS, KINDS),
        (FIELDS, FIELD_WORDS),
    ],
)
def test_every_code_shown_outside_has_its_words(table, codes):
    assert set(table) == {str(code) for code in codes}


LANGUAGES = """
    asked   | browser says            | spoken
    --------+-------------------------+--------
            |                         | zh
    fr      | zh-CN                   | fr
    zh-Hant | en                      | zh-Hant
    ZH-hant | en                      | zh-Hant
    xx      | ko-KR,en;q=0.5          | ko
            | zh-TW,zh;q=0.9          | zh-Hant
            | zh-HK                   | zh-Hant
            | zh-CN,en                | zh
            | de-DE,de,ru;q=0.7       | ru
            | es-MX                   | es
            | <script>,*;q=0.5        | zh
            | eng                     | zh
"""


@pytest.mark.parametrize("line", LANGUAGES.strip().splitlines()[2:])
def test_a_strangers_language_is_the_one_asked_for_or_the_browsers(line):
    asked, browser, spoken = (cell.strip() for cell in line.split("|"))

    assert language_of(asked, browser) == spoken


def test_every_row_that_can_give_an_approved_person_a_colour_is_explained():
    of_an_application = {"grey-mismatch", "grey-asked", "grey-review", "grey-refused"}

    assert {row.id for policy in shipped().values() for row in policy.rows} - of_an_application == set(GROUNDS)


def test_a_message_is_filled_in_each_language():
    spoken = {said("Questions? Call the hotline {hotline}.", language, hotline="027-1") for language in PUBLIC_LANGUAGES}

    assert len(spoken) == 8
    assert all("027-1" in text for text in spoken)


def test_used_messages_come_from_code_and_templates():
    assert {"Passport", "Before you begin"} <= used()


def test_times_are_shanghais_and_say_the_year_where_it_is_another():
    at, later = datetime(2026, 12, 31, 17, 5, tzinfo=UTC), datetime(2026, 12, 31, 15, 0, tzinfo=UTC)

    assert moment(at, "fr", seen_from=at) == "1 janv. 01:05"
    assert moment(at, "zh", seen_from=later) == "2027年1月1日 01:05"
