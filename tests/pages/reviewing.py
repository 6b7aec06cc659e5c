"""Applications on their page as a reviewer works on them: what is pressed, what is said, what the queue shows."""

from dataclasses import replace
from datetime import timedelta

from hbcore.services import applications
from hbcore.services.clock import now
from tests.services.applying import PERMIT, rows

NUMBERS = ("H94684388", "H94684380", "H94684381")
NAMES = ("CHAN TAI MAN", "LEE WAI KIT", "WONG KA YAN")


def permit(by, place=0, **more):
    """A permit application of the first, second or third applicant, submitted so that they come in this order."""
    draft = replace(PERMIT, document_number=NUMBERS[place], name=NAMES[place], **more)
    return applications.enter(draft, by=by, at=now() - timedelta(minutes=30 - place))


def said(page):
    """What stands on the page as text, letter by letter."""
    return "\n".join(element.value for element in page.text)


def button(page, label):
    """The button of these words, with or without dots."""
    return next(one for one in page.button if one.label.rstrip("…") == label)


def press(page, label):
    button(page, label).click().run()
    assert not page.exception
    return page


def in_dialog(page, opener, done, filled=lambda _page: None):
    """Open a dialog, fill it in and press its button. AppTest runs the whole page: the opening button is pressed with it."""
    press(page, opener)
    filled(page)
    press(page, opener)
    button(page, opener).click()
    buttons = [one for one in page.button if one.label.rstrip("…") == done and one is not button(page, opener)]
    buttons[-1].click()
    page.run()
    assert not page.exception
    return page


def open_at(page, id_):
    """Follow a link to an application."""
    page.query_params["application"] = str(id_)
    return page.run()


def states():
    """The states of all applications, in the order they came."""
    return [state for (state,) in rows("SELECT state FROM application ORDER BY submitted_at")]


def select(page, row):
    """Click on a line of the queue."""
    key, _rows = page.session_state["application at first"]
    page.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return page.run()


def receipts(page):
    """The receipts of the queue's lines."""
    tables = [table.value for table in page.dataframe if "回执号" in table.value.columns]
    return list(tables[0]["回执号"]) if tables else []
