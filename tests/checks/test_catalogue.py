"""Nothing on the screen is in one language only: code, sentences of codes and the Chinese catalogue agree."""

import ast

import pytest

from hbcore.domain.permissions import Permission
from hbcore.domain.vocabulary import FileCode, RowCode
from hbcore.sentences import SENTENCES, sentence
from hbcore.services.audit import Act
from hbcore.ui.event_words import ACTS
from hbcore.ui.permission_words import PERMISSIONS
from hbcore.words import translate, translate_n
from tests.checks import messages
from tests.checks.messages import (
    LIKE,
    called,
    faults,
    messages_in,
    placeholders,
    quoted,
    says_one_in_the_plural,
    translated,
    used,
)
from tests.checks.sinks import untranslated
from tests.checks.sources import Source, sources


def test_every_message_has_its_chinese_and_every_entry_is_used():
    assert faults(used(), translated()) == []


def test_to_propose_is_one_word_in_chinese():
    assert [chinese for chinese in translated().values() if any(other in chinese for other in ("提出", "提议"))] == []


def test_no_message_says_of_one_what_is_said_of_many():
    assert [text for text in sorted(used()) if says_one_in_the_plural(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{n} rows", True),
        ("Take {n} of these; {more} other held results stay", True),
        ("{n} people wait", True),
        ("{done} of {people} people", False),
        ("At most {most} photos", False),
        ("Upload {number} is recalled: its results end", False),
        (f"{{n}} row{LIKE}{{n}} rows", False),
    ],
)
def test_a_count_before_a_plural_is_found(text, found):
    assert says_one_in_the_plural(text) is found


def test_one_and_many_are_said_apart_in_english_and_alike_in_chinese():
    said = [[translate_n("{n} row", "{n} rows", n, language, n=n) for n in (0, 1, 2)] for language in ("en", "zh")]

    assert said == [["0 rows", "1 row", "2 rows"], ["0 行", "1 行", "2 行"]]


def test_no_message_stands_in_the_catalogue_twice():
    assert messages.twice(messages.CATALOGUE.read_text("utf-8")) == []


def test_a_second_chinese_of_a_message_is_found():
    assert messages.twice('msgid "A"\nmsgstr "甲"\n\nmsgstr "乙"\n\nmsgid "B"\nmsgstr "丙"\n') == ['"乙"']


def test_a_second_entry_of_a_message_is_found():
    assert messages.twice('msgid "A"\nmsgstr "甲"\n\nmsgid "A"\nmsgstr "乙"\n\nmsgid "B"\nmsgstr "丙"\n') == ['"A"\n']


@pytest.mark.parametrize(
    ("english", "entries", "fault"),
    [
        ("Approve", {}, "no Chinese for: Approve"),
        ("Approve", {"Approve": ""}, "no Chinese for: Approve"),
        ("{count} rows", {"{count} rows": "{n} 行"}, "other placeholders in Chinese: {count} rows"),
    ],
)
def test_a_message_without_fitting_chinese_is_found(english, entries, fault):
    assert faults({english}, entries) == [fault]


def test_an_entry_nobody_uses_is_found():
    assert faults(set(), {"Old words": "旧词"}) == ["no longer used: Old words"]


def test_messages_are_found_in_each_kind_of_call():
    source = Source(
        "pages/Example.py", '_("a"); N_("b"); words.translate("c", "zh"); both("d"); say("e"); print("f"); _(g); _n("h", "hs", 2)'
    )

    assert messages_in(source) == {"a", "b", "c", "d", "e", f"h{LIKE}hs"}


def test_a_catalogue_line_can_hold_any_text():
    assert quoted('say "no" \\ go\n') == '"say \\"no\\" \\\\ go\\n"'


def test_missing_messages_get_an_empty_entry_and_nothing_else_changes(tmp_path, monkeypatch):
    catalogue = tmp_path / "hbcore.po"
    catalogue.write_text('msgid "Approve"\nmsgstr "通过"\n', encoding="utf-8")
    monkeypatch.setattr(messages, "CATALOGUE", catalogue)
    both = f"{{n}} row{LIKE}{{n}} rows"
    monkeypatch.setattr(messages, "used", lambda: {"Approve", '{count} "rows"', both})

    added = messages.add_missing()

    assert added == ['{count} "rows"', both]
    assert translated() == {"Approve": "通过", '{count} "rows"': "", both: ""}


def test_no_literal_reaches_the_screen_untranslated():
    assert [fault for source in sources("pages", "hbcore/ui") for fault in untranslated(source)] == []


@pytest.mark.parametrize(
    "code",
    ['st.button("Approve")', 'left.text("Waiting")', 'st.text_input(_("Name"), placeholder="Number")', 'st.caption(f"Rows {n}")'],
)
def test_an_untranslated_literal_is_found(code):
    assert untranslated(Source("pages/Example.py", code)) == ["pages/Example.py:1"]


@pytest.mark.parametrize("code", ['st.button(_("Approve"), key="approve-1")', 'st.text("—")', 'log.error("Broken")'])
def test_translated_words_signs_and_the_log_are_left_alone(code):
    assert untranslated(Source("pages/Example.py", code)) == []


@pytest.mark.parametrize("code", [*FileCode, *RowCode])
def test_every_code_of_a_file_or_row_says_what_is_wrong_in_both_languages(code):
    words = sentence(code)

    assert code in SENTENCES
    assert words["zh"] != words["en"]
    assert "{" not in words["zh"] + words["en"]  # problems carry no values


def refusals(source: Source) -> list[tuple[str, set[str]]]:
    """Each code that a file refuses with, where it is written out, and the names of the values it gives."""
    found = []
    for call in source.calls():
        if called(call) not in ("Refused", "FileRefused") or not call.args:
            continue
        code, given = call.args[0], {keyword.arg for keyword in call.keywords if keyword.arg}
        if isinstance(code, ast.Constant):
            found.append((str(code.value), given))
        elif isinstance(code, ast.Attribute) and ast.unparse(code.value) in ("FileCode", "RowCode"):
            found.append((code.attr.lower(), given))
    return found


def test_every_refusal_has_a_sentence_and_gives_the_values_it_needs():
    every = {(source.path, code, *sorted(given)) for source in sources("hbcore", "pages") for code, given in refusals(source)}

    wanting = [one for one in every if one[1] not in SENTENCES or not placeholders(SENTENCES[one[1]]) <= set(one[2:])]

    assert wanting == []


def test_refusals_are_read_from_the_source():
    source = Source(
        "hbcore/example.py", 'raise Refused("bad_policy", fault=1)\nraise FileRefused(FileCode.ARCHIVE)\nraise Refused(code)'
    )

    assert refusals(source) == [("bad_policy", {"fault"}), ("archive", set())]


def test_an_unknown_code_says_that_something_broke():
    assert sentence("never_heard_of", {"value": 1}) == sentence("failed")


@pytest.mark.parametrize(("table", "codes"), [(ACTS, Act), (PERMISSIONS, Permission)])
def test_every_act_and_every_permission_has_words_of_its_own_in_both_languages(table, codes):
    assert set(table) == set(codes)
    for language in ("zh", "en"):
        said = [translate(text, language) for text in table.values()]
        assert len(set(said)) == len(said)
