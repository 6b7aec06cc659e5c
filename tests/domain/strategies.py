"""People made up by Hypothesis, dated so that instants often coincide or lie one microsecond apart."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from hbcore.domain.known import FactSeen, Known, ResultSeen
from hbcore.domain.vocabulary import Assay, FactKind, Outcome, Registration
from tests.domain.people_in_tables import NOW
from tests.domain.policies_oracle import HUBEI, WUHAN

EDGE = timedelta(microseconds=1)
POLICIES = st.sampled_from((HUBEI, WUHAN))


def instants() -> st.SearchStrategy[datetime]:
    # Few days, and those at which ages and lives of the policies end: rules meet only where instants coincide.
    days = st.sampled_from((-21, -17, -14, -10, -9, -8, -7, -3, -2, -1, 0, 1))
    return st.builds(lambda day, edge: NOW + timedelta(days=day) + edge * EDGE, days, st.sampled_from((-1, 0, 0, 0, 1)))


def results() -> st.SearchStrategy[ResultSeen]:
    assays = st.sampled_from((Assay.NAAT, Assay.NAAT, Assay.NAAT, *Assay))
    return st.builds(ResultSeen, assays, st.sampled_from(Outcome), instants(), st.booleans())


FAMILIES = (
    (FactKind.CONFIRMED, FactKind.RECOVERED, FactKind.CASE_EXCLUDED),
    (FactKind.SUSPECTED, FactKind.POSITIVE_EXCLUDED, FactKind.RECOVERED),
    (FactKind.FEVER, FactKind.SELF_DECLARED, FactKind.CASE_EXCLUDED),
    (FactKind.CENTRAL_QUARANTINE, FactKind.RELEASED, FactKind.CLOSE_CONTACT),
    tuple(FactKind),
)
"""Kinds that open and close one another, so that a person often has both; last, everything."""


def facts() -> st.SearchStrategy[list[FactSeen]]:
    ends = st.none() | st.none() | instants()
    return st.sampled_from(FAMILIES).flatmap(
        lambda kinds: st.lists(st.builds(FactSeen, st.sampled_from(kinds), instants(), ends), max_size=4)
    )


def people() -> st.SearchStrategy[Known]:
    return st.builds(
        Known,
        registration=st.sampled_from((Registration.APPROVED, Registration.APPROVED, *Registration)),
        unit=st.sampled_from((None, "420106", "420902", "420000")),
        results=st.lists(results(), max_size=5).map(tuple),
        facts=facts().map(tuple),
        samples=st.lists(instants(), max_size=2).map(tuple),
    )
