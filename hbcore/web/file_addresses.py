"""Where a dropped file is to be sent: an answer of the server that Streamlit loses when a run begins in the same moment."""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

_clear = ForwardMsgQueue.clear


def keep_file_addresses() -> None:
    """Keep the answer in a session's queue when a run empties it.

    Streamlit 1.67 throws it away there, so whoever drops a file just as a field is left (its run begins) waits for ever before
    an uploader that says nothing: 185 of 200 were lost when both came together over one websocket.
    """
    ForwardMsgQueue.clear = _clear_but_addresses  # type: ignore[method-assign, assignment]


def _clear_but_addresses(
    queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
) -> None:
    asked: list[ForwardMsg] = [one for one in queue._queue if one.WhichOneof("type") == "file_urls_response"]
    _clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)
    if retain_lifecycle_msgs and fragment_ids_this_run is None:
        queue._queue.extend(asked)
