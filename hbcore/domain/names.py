"""Names of people: one key however they are written, what is no name, and what a stranger may see of one."""

import re
import unicodedata
from functools import cache

import pyarrow as pa
from opencc import OpenCC

from hbcore.domain.cells import CONTROL, Codes, cells_of, clean, coded_where, is_one_of, only_of, rewritten, words
from hbcore.domain.placeholders import PLACEHOLDERS, is_placeholder
from hbcore.domain.problems import NUMBER_OF, Mask
from hbcore.domain.vocabulary import RowCode

CUT = 39
"""Letters of a name in a machine-readable zone (ICAO 9303 TD3); other senders cut there too (domain part 4)."""

LONGEST = 200
COMPOUND_SURNAMES = frozenset(
    words("""
    欧阳 歐陽 上官 司马 司馬 诸葛 諸葛 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 司徒 东方 東方 西门 西門 南宫 南宮 夏侯
    独孤 獨孤 长孙 長孫 宇文 轩辕 軒轅 鲜于 鮮于 闻人 聞人 端木 百里 呼延 申屠 太史 钟离 鍾離
    """)
)

_CJK = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_EAST_ASIAN = re.compile(f"[{_CJK}\u1100-\u11ff\uac00-\ud7af]")
_BREAKS = re.compile(r"[\s,，、.\u00b7\u2022\u2027\u2219\u22c5\u30fb\u0387\u16eb\u2e31\u3002_<\-\u2010-\u2015\u2212\u30a0]+")
_HIDDEN = re.compile("[*?\ufffd]")
"""A masked name (张*), or letters that an encoding has lost (??): whose it is cannot be told."""
_OTHER, _LATIN = "\u0370-\u0386\u0388-\u03ff\u0400-\u052f\u1f00-\u1fff", "A-Za-z\u00c0-\u024f"
_LOOK_ALIKE = re.compile(f"[{_OTHER}][{_LATIN}]|[{_LATIN}][{_OTHER}]")
"""Greek or Cyrillic beside Latin letters in one word: it reads as a name and is none that anybody finds (security, S26)."""
_SILENT = re.compile("['`\u00b4\u2018\u2019\u02b9-\u02bf\u0300-\u036f]")
_BLANK_BETWEEN_IDEOGRAPHS = re.compile(f"(?<=[{_CJK}])\\s+(?=[{_CJK}])")
_ONE_LETTER = str.maketrans({"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "t"})
_ZONE = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"}
    | {"ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th"}
)
"""National letters as the zone writes them; ß becomes ss by case folding alone."""

_DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("th", "t"))
_PLAIN = ((0x80, 0xBF), (0xE4, 0xE9))
"""Bytes of names made of U+4000 to U+9FFF only: they are their own key."""


def clean_name(name: str) -> str:
    """A name as we keep and show it: NFKC, single blanks, none between ideographs."""
    return _BLANK_BETWEEN_IDEOGRAPHS.sub("", " ".join(clean(name).split()))


def name_key(name: str) -> str:
    """What two ways of writing a name have in common (domain part 4).

    Case, blanks, accents, apostrophes and every kind of dot and hyphen make no difference; nor does the order of the
    words of a name without East Asian characters: the family name comes first or last.
    """
    parts = _parts(name)
    return "".join(parts if _EAST_ASIAN.search("".join(parts)) else sorted(parts))


def same_name(a: str, b: str) -> bool:
    """Whether two names are one, also where a sender cut one at 39 letters, or one is in traditional and one in simplified forms,

    or one is as a machine-readable zone writes it: ü as ue, ß as ss, ø as oe (ICAO 9303 part 3, section 6).
    Forms are compared here alone: the key is what stored tokens are made of, and they stay as they are.
    """
    key, other = name_key(a), name_key(b)
    if key == other or _simplified(key) == _simplified(other):
        return True
    written = [(one, another) for one in _as_in_zone(a) for another in _as_in_zone(b)]
    return any(name_key(one) == name_key(another) or _cut_alike(one, another) for one, another in written)


def loose_words(name: str) -> list[str]:
    """The words of a name in order of the alphabet, so loosely that every way to write it falls together, and some others too.

    Only good for finding what is then compared: XUE and XU are one here.
    """
    parts = _parts(_as_in_zone(name)[0])
    folded = _simplified(("" if _EAST_ASIAN.search("".join(parts)) else " ").join(parts))
    for two, one in _DIGRAPHS:
        folded = folded.replace(two, one)
    return sorted(folded.split())


def loose_key(name: str) -> str:
    """`loose_words` as one text."""
    return "".join(loose_words(name))


def why_bad_name(name: str) -> RowCode | None:
    """Why a cell is no name: `missing`, `control_character`, `placeholder`, `bad_name`, `mixed_script`; None where it is one."""
    kept = clean(name)
    if not kept:
        return RowCode.MISSING
    if CONTROL.search(kept):
        return RowCode.CONTROL_CHARACTER
    if is_placeholder(kept):
        return RowCode.PLACEHOLDER
    if len(kept) > LONGEST or _HIDDEN.search(kept) or not any(letter.isalpha() for letter in kept):
        return RowCode.BAD_NAME
    return RowCode.MIXED_SCRIPT if _LOOK_ALIKE.search(kept) else None


def in_zone(name: str) -> str:
    """A name in the letters of a machine-readable zone, `<` between its words; empty where it is not written in Latin letters:
    how somebody's passport romanises a name, the name does not tell."""
    letters = unicodedata.normalize("NFKD", _as_in_zone(name)[-1]).upper()
    plain = _SILENT.sub("", letters)
    if not all(letter.isascii() for letter in plain if letter.isalpha()):
        return ""
    return re.sub("[^A-Z]+", "<", plain).strip("<")


def masked_name(name: str) -> str:
    """What a screen shows before a reason is given: 张*, 欧阳**, `CHAN T*** M***`."""
    kept = clean_name(name)
    if _EAST_ASIAN.search(kept):
        shown = 2 if len(kept) > 2 and kept[:2] in COMPOUND_SURNAMES else 1
        return kept[:shown] + "*" * max(1, len(kept) - shown)
    first, *others = kept.split() or [""]
    return " ".join([first, *(f"{part[0]}***" for part in others)]) if others else f"{first[:1]}***"


def odd_names(names: pa.StringArray) -> Mask:
    """Where a name is not of common ideographs alone: only these are looked at one by one."""
    return ~only_of(cells_of(names), *_PLAIN)


def clean_names(names: pa.StringArray, odd: Mask) -> pa.StringArray:
    """`clean_name` of a column with its `odd_names`."""
    return rewritten(names, odd, clean_name)


def name_keys(names: pa.StringArray, odd: Mask) -> pa.StringArray:
    """`name_key` of a column with its `odd_names`, also of those that it had before it was cleaned: others are their own key."""
    return rewritten(names, odd, name_key)


def check_names(names: pa.StringArray, odd: Mask) -> Codes:
    """`why_bad_name` of a column with its `odd_names`, as numbers of `NUMBER_OF`."""
    cells = cells_of(names)
    odd = odd | (cells.lengths == 0) | (cells.lengths > LONGEST) | is_one_of(names, PLACEHOLDERS)
    return coded_where(names, odd, _number_of_fault)


def _number_of_fault(name: str) -> int:
    why = why_bad_name(name)
    return NUMBER_OF[why] if why else 0


@cache
def _forms() -> OpenCC:
    """What knows traditional forms, those of Hong Kong too. What falls together in simplified writing (範, 范) is one here."""
    return OpenCC("hk2s")


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


def traditional(text: str) -> str:
    """`text` of ours, such as the name of a place, in traditional forms."""
    return str(_to_traditional().convert(text))


def _simplified(key: str) -> str:
    return key if key.isascii() else str(_forms().convert(key))


def _parts(name: str) -> list[str]:
    if name.isascii() and name.replace(" ", "").isalpha():
        return name.casefold().split()
    folded = unicodedata.normalize("NFKD", clean(name)).casefold()
    plain = unicodedata.normalize("NFKC", _SILENT.sub("", folded))
    return [word for word in _BREAKS.split(plain) if word]


def _as_in_zone(name: str) -> tuple[str, ...]:
    """A name with its national letters as one letter each, and as the zone writes them, where it has any."""
    if name.isascii():
        return (name,)
    folded = unicodedata.normalize("NFC", name).casefold()
    return tuple(dict.fromkeys((folded.translate(_ONE_LETTER), folded.translate(_ZONE))))


def _cut_alike(a: str, b: str) -> bool:
    """The letters of the zone are counted with the blanks between words by some senders, without by others."""
    pairs = [[between.join(_parts(name)) for name in (a, b)] for between in (" ", "")]
    return any(min(len(one), len(other)) >= CUT - 1 and one[:CUT].strip() == other[:CUT].strip() for one, other in pairs)
