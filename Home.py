"""What `streamlit run Home.py` starts: the served desk."""

import streamlit as st
from starlette.middleware import Middleware

from hbcore.web.gate import Gate
from hbcore.web.lifespan import lifespan, on_script_error
from hbcore.web.routes import routes

app = st.App(
    "hbcore/ui/router.py",
    routes=routes(),
    middleware=[Middleware(Gate)],
    lifespan=lifespan,
    on_script_error=on_script_error,
)
