"""A page's twin: what the page drew goes in, a Streamlit script comes out that draws the same as constants."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest

from hbcore.bench.twin import deltas, kinds, script

ROWS = [{"name": "张*", "n": 3}, {"name": "CHAN T***", "n": 5}]


@pytest.fixture
def said() -> list[ForwardMsg]:
    """A heading; two columns, a text and a table in them; a form with a box and its button; an expander; a progress bar."""
    made: list[ForwardMsg] = []

    def at(*path: int) -> ForwardMsg:
        made.append(ForwardMsg())
        made[-1].metadata.delta_path.extend(path)
        return made[-1]

    heading = at(0, 0).delta.new_element.heading
    heading.tag, heading.body = "h2", "申领审核"
    at(0, 1).delta.add_block.flex_container.SetInParent()
    for place in (0, 1):
        at(0, 1, place).delta.add_block.column.weight = 0.5
    at(0, 1, 0, 0).delta.new_element.text.body = "it's “quoted”"
    table = pa.BufferOutputStream()
    with pa.ipc.new_stream(table, pa.Table.from_pylist(ROWS).schema) as writer:
        writer.write_table(pa.Table.from_pylist(ROWS))
    at(0, 1, 1, 0).delta.new_element.dataframe.arrow_data.data = table.getvalue().to_pybytes()
    at(0, 2).delta.add_block.form.form_id = "search"
    at(0, 2, 0).delta.new_element.text_input.label = "号码"
    button = at(0, 2, 1).delta.new_element.button
    button.label, button.type, button.is_form_submitter = "查询", "primary", True
    at(0, 3).delta.add_block.expandable.label = "逐条说明"
    at(0, 3, 0).delta.new_element.progress.value = 40
    return made


def texts(page: AppTest) -> Iterator[str]:
    yield from (one.value for one in (*page.header, *page.text))


def test_the_twin_draws_the_same_words_and_rows(said: list[ForwardMsg]) -> None:
    twin = AppTest.from_string(script(deltas(said))).run()

    assert not twin.exception
    assert list(texts(twin)) == ["申领审核", "it's “quoted”"]
    assert twin.dataframe[0].value.to_dict("records") == ROWS
    assert [one.label for one in (*twin.text_input, *twin.button, *twin.expander)] == ["号码", "查询", "逐条说明"]
    assert len(twin.columns) == 2


def test_an_element_without_a_call_is_sent_as_the_page_sent_it(said: list[ForwardMsg]) -> None:
    (progress,) = AppTest.from_string(script(deltas(said))).run().get("progress")

    assert progress.proto.value == 40


def test_elements_and_blocks_are_counted_by_kind(said: list[ForwardMsg]) -> None:
    counted = kinds([*said, ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)])

    assert counted == {"heading": 1, "flex_container": 1, "column": 2, "text": 1, "dataframe": 1, "form": 1} | {
        "text_input": 1,
        "button": 1,
        "expandable": 1,
        "progress": 1,
    }
