"""What a laboratory's own headings and words mean: said once, read everywhere, never against what the desk knows by itself."""

import pyarrow as pa
import pytest

from hbcore.domain.column_mapping import (
    LISTS,
    NONE,
    ColumnMapping,
    drift,
    headings_with,
    in_our_words,
    missing_words,
    read_mapping,
    unknown_words,
)
from hbcore.domain.errors import Refused
from hbcore.domain.headings import LAB, match_headings, twice_named
from hbcore.domain.vocabulary import Assay, DocumentKind

HEADINGS = [
    # the file's headings; what somebody has said; read as
    ("受检者,送检编码,结论", {"送检编码": "sample_number"}, {"name": 0, "sample_number": 1}),
    ("受检者,送 检 编 码*,结论", {"送检编码": "sample_number"}, {"name": 0, "sample_number": 1}),
    ("姓名,结果,判读", {"结果": "", "判读": "outcome"}, {"name": 0, "outcome": 2}),
    ("姓名,联系人姓名", {"联系人姓名": ""}, {"name": 0}),
    ("姓名,身份证号", {"身份证号": ""}, {"name": 0}),
    ("采样时间,采样日期", {}, {"sampled_at": 0}),
]


@pytest.mark.parametrize(("headings", "said", "expected"), HEADINGS)
def test_a_laboratorys_own_headings_come_before_ours(headings, said, expected):
    assert match_headings(headings.split(","), headings_with(read_mapping({"headings": said}))) == expected


def test_a_heading_that_means_something_else_implies_no_document_kind():
    assert "身份证号" in LAB.implied
    assert "身份证号" not in headings_with(read_mapping({"headings": {"身份证号": "sample_number"}})).implied


def test_two_headings_for_one_word_are_told_where_somebody_has_said_one_of_them():
    own = headings_with(ColumnMapping(headings={"判读": "outcome"}))

    assert twice_named(["姓名", "检测结果", "判读"], own) == ("检测结果", "判读")
    assert twice_named(["姓名", "判读"], own) == ()
    assert twice_named(["采样时间", "采样日期"], LAB) == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([], "bad_mapping"),
        ({"heading": {}}, "bad_mapping"),
        ({"headings": {"判读": "result"}}, "bad_mapping"),
        ({"headings": {"判读": None}}, "bad_mapping"),
        ({"headings": {"**": "outcome"}}, "bad_mapping"),
        ({"headings": {"判\u202e读": "outcome"}}, "bad_mapping"),
        ({"headings": {"判" * 101: "outcome"}}, "bad_mapping"),
        ({"headings": {f"列{n}": "" for n in range(201)}}, "bad_mapping"),
        ({"outcomes": {"N": "pooled_positive"}}, "bad_mapping"),
        ({"outcomes": ["N"]}, "bad_mapping"),
        ({"document_kinds": {"P": "green"}}, "bad_mapping"),
        ({"headings": {"检测机构": ""}}, "heading_guards"),
        ({"headings": {"结果状态": ""}}, "heading_guards"),
        ({"headings": {"混检方式": "sampling_site"}}, "heading_guards"),
        ({"headings": {"检测项目": ""}}, "heading_guards"),
        ({"outcomes": {"阳性": "negative"}}, "word_known"),
        ({"document_kinds": {"护照": "resident_id"}}, "word_known"),
        ({"assays": {"流感病毒核酸": "naat"}}, "word_known"),
        ({"assays": {"抗体检测": "igg"}}, "word_known"),
    ],
)
def test_what_is_no_mapping_or_would_overrule_the_desk_is_refused(content, code):
    with pytest.raises(Refused, match=code):
        read_mapping(content)


def test_what_the_desk_knows_and_means_the_same_is_left_away():
    content = {"headings": {"姓名": "name", "判读": "outcome"}, "outcomes": {"阴性": "negative", "N": "negative"}}

    assert read_mapping(content) == ColumnMapping(headings={"判读": "outcome"}, outcomes={"N": "negative"})


@pytest.mark.parametrize("name", LISTS)
def test_each_word_of_ours_is_written_as_the_desk_reads_it(name):
    assert all(LISTS[name].known(written) == word for word, written in LISTS[name].written.items())
    assert set(LISTS["document_kinds"].written) == set(DocumentKind)
    assert set(LISTS["assays"].written) == set(Assay)


def column(*cells: str) -> pa.StringArray:
    return pa.array(cells, pa.string())


MAPPING = ColumnMapping(
    document_kinds={"PP": "passport"},
    outcomes={"N": "negative", "1": "negative", "2": "positive"},
    assays={"新冠G": "igg", "新冠PCR法": "naat"},
)


def test_words_of_a_laboratory_are_read_as_ours_and_others_stay():
    columns = {"document_kind": column("pp", "护照", "XX"), "outcome": column("n", "1", "阳性"), "name": column("N", "N", "N")}

    made = in_our_words(columns, MAPPING)

    assert {word: cells.to_pylist() for word, cells in made.items()} == {
        "document_kind": ["护照", "护照", "XX"],
        "outcome": ["阴性", "阴性", "阳性"],
    }
    assert in_our_words({"name": column("N")}, MAPPING) == {}
    assert in_our_words(columns, NONE) == {}


def test_a_ratio_of_an_antibody_is_never_a_code():
    columns = {"igg": column("1", "N", "0.5"), "assay": column("新冠G", "新冠PCR法", "IgG"), "outcome": column("1", "1", "2")}

    made = in_our_words(columns, MAPPING)

    assert made["igg"].to_pylist() == ["1", "阴性", "0.5"]
    assert made["outcome"].to_pylist() == ["1", "阴性", "2"]
    assert made["assay"].to_pylist() == ["IgG抗体", "核酸", "IgG"]


def test_unknown_words_are_counted_the_most_frequent_first():
    columns = {"outcome": column("B", "阴性", "A", "A", ""), "igg": column("1.2", "B", "B", "", "")}

    assert list(unknown_words(columns, "outcomes").items()) == [("B", 3), ("A", 2)]
    assert unknown_words(columns, "document_kinds") == {}


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("name document_number sampled_at sample_number outcome", ""),
        ("last_name first_names document_number sampled_at sample_number igg", ""),
        ("sample_number outcome", ""),
        ("name phone", "document_number sampled_at sample_number outcome"),
        ("document_number outcome", "name sampled_at sample_number"),
        ("", "sample_number outcome"),
    ],
)
def test_what_a_file_lacks_is_named(words, missing):
    assert " ".join(missing_words(words.split())) == missing


OLD = ("姓名", "条码号", "核酸结果", "科室")
DRIFTS = [
    ([], OLD, None),
    ([OLD], OLD, None),
    ([OLD], ("科室", "姓名*", "核酸结果", "条码号"), None),
    ([OLD], ("姓名", "条码号", "科室"), (("核酸结果",), ())),
    ([OLD], (*OLD, "床号"), ((), ("床号",))),
    ([OLD], (*OLD, "年龄"), None),
    ([OLD], (*OLD, "判读"), None),
    ([("姓名", "IgG"), OLD], OLD, None),
    ([("姓名", "IgG"), OLD], (*OLD[:3], "床号"), (("科室",), ("床号",))),
]


@pytest.mark.parametrize(("before", "now", "expected"), DRIFTS)
def test_a_layout_drifts_by_headings_that_are_gone_or_new_and_unknown(before, now, expected):
    mapping = read_mapping({"headings": {"判读": ""}})
    words = match_headings(now, headings_with(mapping))
    named = {place: word for word, place in words.items()}

    found = drift(before, [(heading, named.get(place, heading)) for place, heading in enumerate(now)], mapping)

    assert (found and (found.gone, found.new)) == expected


def test_columns_of_no_rows_stay_as_they_are():
    assert in_our_words({"outcome": column(), "assay": column()}, MAPPING) == {}
