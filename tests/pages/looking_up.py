"""The Person page opened and searched as a member of staff does it, and what is then on the screen."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from hbcore.domain.vocabulary import Purpose

PERSON = str(Path(__file__).parents[2] / "pages" / "Person.py")
RESIDENT = "420106199001011231"


def page(**address: str) -> AppTest:
    """The page, with this in its address."""
    shown = AppTest.from_file(PERSON, default_timeout=20)
    shown.query_params.update(address)
    return shown.run()


def search(shown: AppTest, text: str, purpose: Purpose | None = Purpose.CODE_QUESTION) -> AppTest:
    """Look up by a number or receipt."""
    shown.selectbox[0].set_value(purpose)
    shown.text_input(key="number sought").set_value(text)
    shown.button[0].click()
    return shown.run()


def said(shown: AppTest) -> str:
    """Everything on the screen that is text."""
    kinds = (shown.text, shown.subheader, shown.info, shown.warning, shown.error, shown.header)
    return "\n".join(element.value for kind in kinds for element in kind)


def press(shown: AppTest, label: str) -> AppTest:
    next(one for one in shown.button if one.label == label).click()
    return shown.run()


def sections(shown: AppTest, number: str, section: str) -> AppTest:
    """Look up and open one section below the card."""
    shown = search(shown, number)
    shown.segmented_control[0].set_value(section).run()
    return shown
