"""What `streamlit run Home.py` starts: the served desk."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from hbcore.web.gate import Gate
from hbcore.web.lifespan import lifespan, on_script_error
from hbcore.web.routes import routes

app = st.App(
    Path(__file__).parent / "hbcore" / "ui" / "router.py",
    routes=routes(),
    middleware=[Middleware(Gate)],
    lifespan=lifespan,
    on_script_error=on_script_error,
)
