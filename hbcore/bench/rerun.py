"""`bench rerun`: a rerun of Applications with 50 lines waiting, beside a Streamlit page that shows 50 constant rows."""

import gc
import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from hbcore.bench.lab_file import INSTITUTION
from hbcore.bench.results_import import fresh_desk, liaison
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, applications
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.applications import Draft
from hbcore.services.clock import now
from hbcore.ui import start

PAGE = Path(__file__).parents[2] / "pages" / "Applications.py"
LINES = 50


def constant_page() -> None:
    """The yardstick: a heading and 50 rows that stand in the code."""
    import streamlit as st

    st.header("50", anchor=False)
    st.dataframe(
        [{"a": f"A261123-{n:05}", "b": "CHAN T***", "c": "H946****", "d": "23:59", "e": "✓ – ✓"} for n in range(50)],
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        key="rows",
    )


def run(times: int = 100) -> dict[str, object]:
    """Each rerun of the two pages in turn, `times` times; medians and their ratio."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # outside a server it warns on every run
    with fresh_desk():
        by = _filled()
        with patch.object(start, "signed_in", lambda *, touch: by):
            ours = AppTest.from_file(str(PAGE), default_timeout=60).run()
            constant = AppTest.from_function(constant_page, default_timeout=60).run()
            if ours.exception or not ours.dataframe or len(ours.dataframe[0].value) != LINES:
                raise AssertionError("Applications does not show 50 lines")
            gc.collect()
            gc.freeze()  # as the desk does when it starts: Streamlit collects after every run
            taken: dict[str, list[float]] = {"applications": [], "constant": []}
            for _turn in range(times):
                for name, page in (("applications", ours), ("constant", constant)):
                    began = perf_counter()
                    page.run()
                    taken[name].append((perf_counter() - began) * 1000)
    ours_p50, constant_p50 = _median(taken["applications"]), _median(taken["constant"])
    return {
        "lines": LINES,
        "applications_p50_ms": round(ours_p50, 2),
        "constant_rows_p50_ms": round(constant_p50, 2),
        "ratio": round(ours_p50 / constant_p50, 2),
    }


def _filled() -> Staff:
    at = now()
    liaison()
    administrator = accounts.staff_named("bench-administrator")
    clerk, reviewer = (
        accounts.add_staff(
            NewAccount(name, Role.DISTRICT_STAFF, unit=INSTITUTION[2]), "a bench's own password", by=administrator, at=at
        )
        for name in ("bench-clerk", "bench-reviewer")
    )
    for place in range(LINES):
        draft = Draft(
            document_kind="hk_macau_permit",
            document_number=f"H{10_000_000 + place}",
            name=f"CHAN TAI {chr(65 + place // 26)}{chr(65 + place % 26)}",
            birth_date="1990-01-01",
            sex="M",
            nationality="CHN",
            email="someone@example.org",
            unit=INSTITUTION[2],
            address="1",
            entry_date=f"{at - timedelta(days=30):%Y-%m-%d}",
            symptoms="no",
            contact="no",
        )
        applications.enter(draft, by=clerk, at=at)
    return reviewer


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
