"""A file dropped just as a run begins is asked for: the server's answer outlives the emptying of the queue."""

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from hbcore.web.file_addresses import _clear, keep_file_addresses


def waiting(*, fragments: list[str] | None = None) -> list[str | None]:
    """What still goes to the browser when a run begins behind an answer and something drawn."""
    queue, answer, drawn = ForwardMsgQueue(), ForwardMsg(), ForwardMsg()
    answer.file_urls_response.response_id = "1"
    drawn.delta.new_element.text.body = "old"
    drawn.delta.fragment_id = "one"
    drawn.metadata.delta_path.append(0)
    queue.enqueue(answer)
    queue.enqueue(drawn)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=fragments)
    return [one.WhichOneof("type") for one in queue.flush()]


def test_the_library_alone_loses_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it no longer does, `keep_file_addresses` can go."""
    monkeypatch.setattr(ForwardMsgQueue, "clear", _clear)
    assert waiting() == []


@pytest.mark.parametrize("fragments", [None, ["one"]], ids=["whole run", "fragment"])
def test_an_answer_outlives_the_run_that_begins_and_goes_once(
    monkeypatch: pytest.MonkeyPatch, fragments: list[str] | None
) -> None:
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    keep_file_addresses()
    assert waiting(fragments=fragments) == ["file_urls_response"]


def test_what_a_session_that_ends_was_told_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    keep_file_addresses()
    queue, answer = ForwardMsgQueue(), ForwardMsg()
    answer.file_urls_response.response_id = "1"
    queue.enqueue(answer)
    queue.clear()
    assert queue.flush() == []
