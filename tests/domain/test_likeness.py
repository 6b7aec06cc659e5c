"""Who may be one person: by table, as an official would judge it; names as they are written by different hands."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hbcore.domain.documents import Document
from hbcore.domain.likeness import BECAUSE_WORDS, Because, Traits, alike, near_dates, of_document, token_texts, traits
from hbcore.domain.names import loose_key, same_name
from hbcore.domain.vocabulary import DocumentKind
from tests.domain.people_in_tables import lines

APPLICANT = "MARTIN ANNA MARIE | 1988-03-12 | FRA | C50078212 | +33612345678"

# The applicant is APPLICANT. What is left open is not known of who is held.
HELD = """
    name               | born       | of  | passport  | phone        | because
    -------------------+------------+-----+-----------+--------------+-------------------------------------------------------------
    MARTIN ANNA MARIE  | 1988-03-12 | FRA | 20AB12345 | -            | same_name same_birth same_nationality other_document
    Anna-Marie Martin  | 1988-03-12 | FRA | 20AB12345 | -            | same_name same_birth same_nationality other_document
    Märtin Anna Marie  | 1988-03-12 | FRA | 20AB12345 | -            | same_name same_birth same_nationality other_document
    MARTIN ANNA MARIE  | 1988-12-03 | FRA | 20AB12345 | -            | same_name near_birth same_nationality other_document
    MARTIN ANNA MARIE  | 1988-03-21 | FRA | 20AB12345 | -            | same_name near_birth same_nationality other_document
    MARTIN ANNA MARIE  | 1989-03-12 | FRA | 20AB12345 | -            | same_name near_birth same_nationality other_document
    MARTIN ANNA MARIE  | 1988-03-12 | BEL | 20AB12345 | -            | same_name same_birth other_document
    MARTIN ANNA MARIE  | 1989-03-12 | BEL | 20AB12345 | -            | -
    MARTIN ANNA        | 1988-03-12 | FRA | 20AB12345 | -            | similar_name same_birth same_nationality other_document
    MARTEN ANNA MARIE  | 1988-03-12 | FRA | 20AB12345 | -            | similar_name same_birth same_nationality other_document
    MARTEN ANNA MARIE  | 1988-03-12 | BEL | 20AB12345 | -            | -
    MARTEN ANNA MARIE  | 1988-12-03 | FRA | 20AB12345 | -            | -
    MARTIN ANNA MARIE  | -          | -   | 20AB12345 | -            | -
    MARTIN ANNA MARIE  | -          | -   | C50078221 | -            | same_name near_number
    MARTIN ANNA MARIE  | -          | -   | C5007821  | -            | same_name near_number
    MARTIN ANNA MARIE  | -          | -   | 20AB12345 | +33612345678 | same_name same_phone other_document
    MARTEN ANNA MARIE  | -          | -   | 20AB12345 | +33612345678 | similar_name same_phone other_document
    DUPONT CLAIRE      | 1988-03-12 | FRA | 20AB12345 | +33612345678 | -
    MARTIN ANNA MARIE  | 1970-01-01 | FRA | 20AB12345 | -            | -
"""


def somebody(name, born, nationality, number, phone):
    """A row of the table as traits."""
    document = Document(DocumentKind.PASSPORT, number)
    births = () if born == "-" else (date.fromisoformat(born),)
    return traits((name,), (document,), births, () if nationality == "-" else (nationality,), () if phone == "-" else (phone,))


@pytest.mark.parametrize(("name", "born", "nationality", "number", "phone", "because"), lines(HELD))
def test_two_may_be_one_for_these_reasons_and_no_others(name, born, nationality, number, phone, because):
    applicant = somebody(*(cell.strip() for cell in APPLICANT.split("|")))

    found = alike(applicant, somebody(name, born, nationality, number, phone))

    assert " ".join(found) == because.replace("-", "")


SAME = """
    one                     | the other
    ------------------------+-------------------------
    MÜLLER JÖRG             | MUELLER JOERG
    Müller, Jörg            | JORG MULLER
    STRAUß EVA              | STRAUSS EVA
    SØREN ÅBERG             | SOEREN AABERG
    SØREN ÅBERG             | SOREN ABERG
    ŁUKASZ NOWAK            | LUKASZ NOWAK
    ÞÓR JÓN                 | THOR JON
    陳大文                  | 陈大文
    陳 大文                 | 陈大文
    O’NEIL MARY             | ONEIL MARY
    VAN DER BERG-SMITH JAN  | Jan van der Berg Smith
"""


@pytest.mark.parametrize(("one", "other"), lines(SAME))
def test_a_name_is_one_however_a_hand_or_a_machine_writes_it_and_is_found_by_it(one, other):
    assert same_name(one, other)
    assert same_name(other, one)
    assert loose_key(one) == loose_key(other)


RESEMBLING = [("LI XUE", "LI XU"), ("MUELLER JAN", "MULLER JAN"), ("LI NA", "LI NAN"), ("王芳", "王方")]


@pytest.mark.parametrize(("one", "other"), RESEMBLING)
def test_names_that_only_resemble_each_other_are_not_one(one, other):
    assert not same_name(one, other)


def test_a_zones_cut_of_39_letters_is_the_same_name_with_its_letters_written_out():
    long = "GRÜNEWALD-SCHÖNHAUSEN MAXIMILIANE FRIEDERIKE"

    assert same_name(long, "GRUENEWALD SCHOENHAUSEN MAXIMILIANE FRIEDERIKE"[:39])


DATES = """
    one        | the other  | near
    -----------+------------+-----
    1988-03-12 | 1988-12-03 | yes
    1988-03-12 | 1988-03-21 | yes
    1988-03-12 | 1988-03-13 | yes
    1988-03-12 | 1978-03-12 | yes
    1988-03-12 | 1898-03-12 | yes
    1988-03-12 | 1988-03-12 | no
    1988-05-05 | 1988-05-05 | no
    1988-03-12 | 1988-04-13 | no
    1988-03-12 | 1979-03-12 | no
"""


@pytest.mark.parametrize(("one", "other", "near"), lines(DATES))
def test_a_date_is_near_where_one_slip_makes_it(one, other, near):
    assert near_dates(date.fromisoformat(one), date.fromisoformat(other)) == (near == "yes")


def test_a_residence_permit_says_birth_date_and_region_itself():
    permit = Document(DocumentKind.HMT_RESIDENCE_PERMIT, "830000199001011015")

    assert of_document(permit) == (date(1990, 1, 1), "TWN")
    assert of_document(Document(DocumentKind.PASSPORT, "X1234567", "DEU")) == (None, "DEU")


NAMES = st.text("ABCDEFGHIJ ", min_size=1, max_size=20).filter(str.strip)
DAYS = st.dates(date(1930, 1, 1), date(2020, 1, 1))


@given(NAMES, DAYS, st.sampled_from(["FRA", "DEU"]), NAMES, DAYS)
def test_whoever_is_alike_bears_a_token_of_the_other_where_no_phone_or_number_says_so(name, born, nationality, other, born_too):
    one, another = (traits((who,), (), (day,), (nationality,)) for who, day in ((name, born), (other, born_too)))

    if alike(one, another):
        assert set(token_texts(one)) & set(token_texts(another))
    assert alike(one, another) == alike(another, one)


def test_nothing_is_known_of_nobody():
    assert alike(Traits(frozenset()), Traits(frozenset())) == ()


def test_every_reason_has_its_words():
    assert set(BECAUSE_WORDS) == set(map(str, Because))
