"""What a laboratory's own headings and words mean: said by hand, remembered for it, never against what the desk knows itself."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hbcore.domain.cells import CONTROL, clean, coded, word_key
from hbcore.domain.documents import KIND_OF
from hbcore.domain.errors import Refused
from hbcore.domain.headings import LAB, Headings, heading_key
from hbcore.domain.lab_results import ANTIBODIES
from hbcore.domain.outcomes import ASSAYS, NOTHING, OUTCOMES, UNKNOWN, read_antibody, read_assay, read_outcome
from hbcore.domain.vocabulary import Assay, DocumentKind, Outcome

LEFT_OUT = ""
"""Instead of our word: the column is not read."""

GUARDS = frozenset({"testing_institution", "result_status", "pooling", "assay"})
"""Columns that keep results out or hold them back: one that the desk knows by itself is never read as anything else."""

MOST, LONGEST = 200, 100
"""Entries of each list; characters of a heading or word."""


@dataclass(frozen=True)
class WordList:
    """A list of codes. `written`: our words, each as a laboratory writes it; `columns` it stands in.

    `known`: what a word means that is on our own lists; None where it is on none.
    """

    columns: tuple[str, ...]
    written: Mapping[str, str]
    known: Callable[[str], str | None]


def _known_assay(word: str) -> str | None:
    place = read_assay(word)
    return None if place == UNKNOWN else ASSAYS[place] if place >= 0 else "none of ours"


def _known_outcome(word: str) -> str | None:
    place = read_outcome(word)
    return None if place in (UNKNOWN, NOTHING) else OUTCOMES[place]


def _known_ratio(word: str) -> str | None:
    place = read_antibody(word)
    return None if place in (UNKNOWN, NOTHING) else OUTCOMES[place]


LISTS: Mapping[str, WordList] = {
    "document_kinds": WordList(
        ("document_kind",),
        {
            DocumentKind.RESIDENT_ID: "居民身份证",
            DocumentKind.HK_MACAU_PERMIT: "港澳居民来往内地通行证",
            DocumentKind.TAIWAN_PERMIT: "台湾居民来往大陆通行证",
            DocumentKind.TAIWAN_SINGLE_PERMIT: "台湾居民来往大陆一次性通行证",
            DocumentKind.PASSPORT: "护照",
            DocumentKind.FOREIGN_PR_CARD: "外国人永久居留身份证",
            DocumentKind.HMT_RESIDENCE_PERMIT: "港澳台居民居住证",
        },
        lambda word: KIND_OF.get(word_key(word)),
    ),
    "assays": WordList(
        ("assay",),
        {Assay.NAAT: "核酸", Assay.ANTIGEN: "抗原", Assay.IGG: "IgG抗体", Assay.IGM: "IgM抗体"},
        _known_assay,
    ),
    "outcomes": WordList(
        ("outcome", *ANTIBODIES),
        {Outcome.NEGATIVE: "阴性", Outcome.POSITIVE: "阳性", Outcome.INCONCLUSIVE: "可疑", Outcome.INVALID: "无效"},
        _known_outcome,
    ),
}
"""The lists that may be mapped, assays before the outcomes that are read by them. A tube's own positive is told by its tube."""

WORDS = frozenset(LAB.words.values())
"""Our words for the columns of a laboratory's file."""


@dataclass(frozen=True)
class ColumnMapping:
    """Of one laboratory: its headings to our words for columns or `LEFT_OUT`, its words of each list to ours."""

    headings: Mapping[str, str] = field(default_factory=dict)
    document_kinds: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    assays: Mapping[str, str] = field(default_factory=dict)

    def of(self, name: str) -> Mapping[str, str]:
        """One of `LISTS`."""
        lists: Mapping[str, Mapping[str, str]] = vars(self)
        return lists[name]

    @cached_property
    def by_key(self) -> Mapping[str, str]:
        """The headings as they are compared."""
        return {heading_key(heading): word for heading, word in self.headings.items()}

    def to_json(self) -> str:
        """As it is kept; equal mappings read alike."""
        kept = {"headings": dict(self.headings)} | {name: dict(self.of(name)) for name in LISTS}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)


NONE = ColumnMapping()


def read_mapping(content: object) -> ColumnMapping:
    """A mapping as JSON has it: an object with any of `headings`, `document_kinds`, `outcomes`, `assays`.

    What the desk knows by itself and means the same is left away.

    :raises Refused: `bad_mapping` for what is none; `heading_guards` and `word_known` where it would have the desk read
        otherwise what keeps results out or what is on its lists.
    """
    if not isinstance(content, dict) or content.keys() - {"headings", *LISTS}:
        raise Refused("bad_mapping", part=", ".join(("headings", *LISTS)))
    headings = _entries(content, "headings", WORDS | {LEFT_OUT})
    for heading, word in headings.items():
        known = LAB.words.get(heading_key(heading))
        if known in GUARDS and word != known:
            raise Refused("heading_guards", heading=heading)
    lists = {name: _unknown_words(_entries(content, name, of.written.keys()), of) for name, of in LISTS.items()}
    new = {heading: word for heading, word in headings.items() if LAB.words.get(heading_key(heading)) != word}
    return ColumnMapping(headings=new, **lists)


def _entries(content: Mapping[str, object], part: str, ours: Collection[str]) -> dict[str, str]:
    entries = content.get(part, {})
    if not isinstance(entries, dict) or len(entries) > MOST:
        raise Refused("bad_mapping", part=part)
    made = {clean(str(theirs)): word for theirs, word in entries.items()}
    compared = heading_key if part == "headings" else word_key
    sound = all(compared(theirs) and len(theirs) <= LONGEST and not CONTROL.search(theirs) for theirs in made)
    if not sound or not all(isinstance(word, str) and word in ours for word in made.values()):
        raise Refused("bad_mapping", part=part)
    return made


def _unknown_words(entries: Mapping[str, str], of: WordList) -> dict[str, str]:
    for theirs, word in entries.items():
        if of.known(theirs) not in (None, word):
            raise Refused("word_known", word=theirs)
    return {theirs: word for theirs, word in entries.items() if of.known(theirs) is None}


def headings_with(mapping: ColumnMapping, table: Headings = LAB) -> Headings:
    """`table` with the laboratory's own headings in front of it, but for those that guard."""
    if not mapping.headings:
        return table
    own = {key: word for key, word in mapping.by_key.items() if table.words.get(key) not in GUARDS}
    words = {key: word for key, word in {**table.words, **own}.items() if word}
    implied = {key: cells for key, cells in table.implied.items() if words.get(key) == table.words.get(key)}
    return Headings(words, implied, frozenset(key for key, word in own.items() if word))


def in_our_words(columns: Mapping[str, pa.StringArray], mapping: ColumnMapping) -> dict[str, pa.StringArray]:
    """The columns that the mapping's words change, as a laboratory would write them whose words the desk knows.

    A word that is on our own lists keeps its meaning; a number beside an antibody is its ratio, whatever a code may say.
    """
    made: dict[str, pa.StringArray] = {}
    for name, of in LISTS.items():
        words = _words(mapping, name)
        for column in of.columns if words else ():
            if column in columns:
                made[column] = _translated(columns[column], words, _known_ratio if column in ANTIBODIES else of.known)
    if "outcome" in made and "assay" in columns:
        assays = coded(made.get("assay", columns["assay"]), read_assay)
        blood = pa.array(np.isin(assays, list(ANTIBODIES.values())))
        beside = _translated(columns["outcome"], _words(mapping, "outcomes"), _known_ratio)
        made["outcome"] = pc.if_else(blood, beside, made["outcome"])
    return {column: cells for column, cells in made.items() if not cells.equals(columns[column])}


def _words(mapping: ColumnMapping, name: str) -> dict[str, str]:
    return {word_key(theirs): LISTS[name].written[word] for theirs, word in mapping.of(name).items()}


def _translated(cells: pa.StringArray, words: Mapping[str, str], known: Callable[[str], str | None]) -> pa.StringArray:
    encoded = cells.dictionary_encode()
    fresh = [
        words[key] if (key := word_key(cell)) in words and known(cell) is None else cell
        for cell in encoded.dictionary.to_pylist()
    ]
    return pa.array(fresh, pa.string()).take(encoded.indices)


def unknown_words(columns: Mapping[str, pa.StringArray], name: str) -> dict[str, int]:
    """Of one of `LISTS` the words of a file that the desk does not know, each with its rows, the most frequent first."""
    found: dict[str, int] = {}
    for column in LISTS[name].columns:
        known = _known_ratio if column in ANTIBODIES else LISTS[name].known
        counts = columns[column].value_counts() if column in columns else ()
        for one in counts:
            word = clean(one["values"].as_py())
            if word and known(word) is None:
                found[word] = found.get(word, 0) + one["counts"].as_py()
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def missing_words(words: Collection[str]) -> tuple[str, ...]:
    """What a file must have besides; a file that names nobody is one of tubes, which are joined to their registrations."""
    people = () if not {"name", "last_name", "first_names", "document_number"}.intersection(words) else _PEOPLE
    wanted = [group for group in (*people, ("sample_number",), ("outcome", *ANTIBODIES)) if not set(group).intersection(words)]
    return tuple(group[0] for group in wanted)


_PEOPLE = (("name", "last_name", "first_names"), ("document_number",), ("sampled_at",))


@dataclass(frozen=True)
class Drift:
    """How a file's headings differ from those before: some are `gone`, some `new` that nobody has said the meaning of."""

    gone: tuple[str, ...]
    new: tuple[str, ...]


def drift(before: Sequence[Sequence[str]], headings: Iterable[tuple[str, str]], mapping: ColumnMapping) -> Drift | None:
    """Against the layout of `before` that is nearest; None where there is none, or the headings are those of one in any order.

    `headings` of the file, each with our word or itself; `before`: those of files of the laboratory that were taken in.
    """
    now = {heading_key(heading): (heading, word) for heading, word in headings}
    seen = [{heading_key(heading): heading for heading in layout} for layout in before]
    if not seen:
        return None
    nearest = min(seen, key=lambda layout: len(layout.keys() ^ now.keys()))
    gone = tuple(heading for key, heading in nearest.items() if key not in now)
    settled = nearest.keys() | mapping.by_key.keys()
    new = tuple(heading for key, (heading, word) in now.items() if key not in settled and word not in WORDS)
    return Drift(gone, new) if gone or new else None
