"""The live camera: a component of our own, whose pictures are looked at here, a few a second; a hit runs the page."""

from base64 import b64decode
from binascii import Error as NotBase64
from datetime import timedelta
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

from hbcore.services import code_reading
from hbcore.services.clock import now
from hbcore.ui.words import _

NAME, FOLDER = "hbcore.camera", "camera"
HTML = '<div class="finder"><video muted playsinline></video><button type="button" hidden></button></div>'
LONGEST = 400_000
"""Characters of a picture as the component sends it; ours have a quarter."""

STAYS = timedelta(seconds=15)
"""For so long the same code before the camera is the same person who still holds it up."""

HITS, LAST, REFUSED = "camera hits", "camera read last", "camera refused"


def _component() -> ComponentRenderer:
    """The component, served as files of ours: a script in a string would need `blob:` in the content policy (S24)."""
    components = get_bidi_component_manager()
    if components.get_component_asset_root(NAME) is None:
        package, _dot, name = NAME.partition(".")
        manifest = ComponentManifest(package, "1", [ComponentConfig(name, FOLDER)])
        components.register_from_manifest(manifest, Path(__file__).parent)
    return component(NAME, html=HTML, css="camera.css", js="camera.js")


@st.fragment
def show_camera(found: str) -> None:
    """The camera; a text it reads is left in the session under `found`, and the page runs."""
    state = st.session_state
    seen = _component()(
        key="camera",
        data={"hits": state.get(HITS, 0), "wake": _("Touch to scan on"), "turn": state.get("camera turn", 0) + 1},
        on_picture_change=lambda: None,
        on_refused_change=lambda: None,
    )
    state["camera turn"] = state.get("camera turn", 0) + 1
    if seen.refused or state.get(REFUSED):
        state[REFUSED] = True
        st.warning(_("No camera: allow it in the browser, over HTTPS. Until then take a photo, or type the 12 digits."))
    text = code_reading.text_in(_picture(seen.picture)) if seen.picture else None
    if text and _is_news(text):
        state[LAST], state[HITS], state[found] = (text, now()), state.get(HITS, 0) + 1, text
        st.rerun()


def _is_news(text: str) -> bool:
    before, seen_at = st.session_state.get(LAST, (None, None))
    return bool(text != before or now() - seen_at > STAYS)


def _picture(sent: object) -> bytes:
    """The JPEG in what the component sent; nothing where it is none."""
    head, _comma, coded = str(sent)[:LONGEST].partition(",")
    try:
        return b64decode(coded, validate=True) if head == "data:image/jpeg;base64" else b""
    except NotBase64:
        return b""
