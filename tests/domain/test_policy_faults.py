"""A faulty table of a policy is refused, and the fault named with its row."""

import copy
import json
from typing import Any

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.policy import load_policy
from hbcore.domain.sentence import TABLES
from tests.domain.policies_oracle import HUBEI


def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads((TABLES / "policies" / f"{HUBEI}.json").read_text(encoding="utf-8"))
    return table


def _with(table: dict[str, Any], path: list[Any], value: object) -> dict[str, Any]:
    changed = copy.deepcopy(table)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


FAULTS: list[tuple[list[Any], object, Any, str]] = [
    (["rows", 0, "when", 0, "is"], "typed_in", {"fault": "unknown_word", "word": "typed_in"}, "1"),
    (["rows", 0, "when", 0, "kinds"], ["flu"], {"fault": "unknown_word", "word": "flu"}, "1"),
    (["rows", 0, "when", 0, "kinds"], ["fl\ud800" * 30], {"fault": "unknown_word", "word": "fl�" * 13 + "f"}, "1"),
    (["rows", 0, "when", 0, "kinds"], ["fever", "fever"], "bad_list", "1"),
    (["rows", 0, "when", 0, "kinds"], ["test_exempt"], {"fault": "kind_without_length", "kind": "test_exempt"}, "1"),
    (["rows", 13, "when", 1, "of"], [], "bad_condition", "14"),
    (["rows", 13, "when", 1, "of", 0], {"is": "any_of", "of": [{"is": "open_igm"}]}, "bad_condition", "14"),
    (["rows", 13, "when", 1, "of"], [{"is": "open_igm"}] * 16, {"fault": "too_many", "most": "16"}, "14"),
    (["rows", 0, "when", 0, "colour"], "red", {"fault": "unknown_key", "key": "colour"}, "1"),
    (["rows", 0, "when", 0, "hours"], 24, {"fault": "unknown_key", "key": "hours"}, "1"),
    (["rows", 0, "when", 0], {"iss": "open_igm"}, {"fault": "unknown_key", "key": "iss"}, "1"),
    (["rows", 0, "when", 0], {"kinds": ["fever"]}, "bad_condition", "1"),
    (["rows", 0, "when", 0, "assay"], "naat", "bad_condition", "1"),
    (["rows", 8, "when", 0, "within_hours"], 0, "bad_number", "9"),
    (["rows", 8, "when", 0, "within_hours"], True, "bad_number", "9"),
    (["rows", 8, "when", 0, "within_hours"], 87_601, {"fault": "number_too_large", "most": "87600"}, "9"),
    (["rows", 2, "when", 1, "unit"], "武汉", "bad_unit", "3"),
    (["rows", 1, "colour"], "blue", {"fault": "unknown_word", "word": "blue"}, "2"),
    (["rows", 1, "en"], "Positive {date}\n{institution}", {"fault": "bad_sentence", "most": "300"}, "2"),
    (["rows", 0, "zh"], "\ud800", {"fault": "bad_sentence", "most": "300"}, "1"),
    (["rows", 0, "zh"], "阳" * 301, {"fault": "bad_sentence", "most": "300"}, "1"),
    (["no_code", "en"], "No\0code", {"fault": "bad_sentence", "most": "300"}, "-"),
    (["rows", 2, "id"], "../../etc", "bad_id", "3"),
    (["rows", 1, "en"], " ", "sentence_missing", "2"),
    (["rows", 1, "en"], "Positive on {date}", "bad_values", "2"),
    (["rows", 3, "zh"], "至 {until.__class__}", "bad_values", "4"),
    (["rows", 1, "against"], "yes", "bad_row", "2"),
    (["rows", 1, "id"], "red-case", "row_repeated", "2"),
    (["rows"], [], "last_row_must_catch_all", "-"),
    (["rows", 15, "when"], [{"is": "open_igm"}], "last_row_must_catch_all", "16"),
    (["rows"], [{}] * 61, {"fault": "too_many", "most": "60"}, "-"),
    (["id"], "a" * 65, "bad_id", "-"),
    (["id"], "hubei\n", "bad_id", "-"),
    (["version"], 10_000, {"fault": "number_too_large", "most": "9999"}, "-"),
    (["valid_form"], "2020-04-25", {"fault": "unknown_key", "key": "valid_form"}, "-"),
    (["facts", "fever", "days"], -1, "bad_number", "-"),
    (["facts", "fever", "days"], 3_651, {"fault": "number_too_large", "most": "3650"}, "-"),
    (["travel", "hours"], 10**12, {"fault": "number_too_large", "most": "87600"}, "-"),
    (["travel", "ground"], "\ud800", "bad_travel", "-"),
    (["travel", "igg"], None, "bad_travel", "-"),
    (["valid_from"], "2020-04-25T00:00:00", "not_an_instant", "-"),
]


@pytest.mark.parametrize(("path", "value", "fault", "row"), FAULTS)
def test_a_faulty_table_is_refused_with_its_row(path: list[Any], value: object, fault: Any, row: str) -> None:
    table = _with(_table(), path, value)

    with pytest.raises(Refused) as refused:
        load_policy(table)

    told = fault if isinstance(fault, dict) else {"fault": fault}
    assert (refused.value.code, refused.value.values) == ("bad_policy", {**told, "row": row})
