"""The public form as a process of its own: the form and its status page, and nothing that staff use."""

import asyncio

import pytest

from hbcore.web.apply_app import app, lifespan
from tests.web.asking import ask

PAGE = {"accept": "text/html"}


@pytest.mark.parametrize("path", ["/apply", "/apply/status", "/apply.css", "/apply.js", "/healthz"])
def test_what_strangers_need_is_there(database, path):
    assert ask(app, path, **PAGE).status == 200


def test_the_host_alone_leads_to_the_form(database):
    answer = ask(app, "/", **PAGE)

    assert (answer.status, answer.header("location")) == (307, "/apply")


@pytest.mark.parametrize("path", ["/Person", "/enter", "/desk.js", "/_stcore/stream", "/_stcore/upload_file/a", "/media/a"])
def test_nothing_that_staff_use_is_there(database, path):
    assert ask(app, path, **PAGE).status in (403, 404)


def test_another_host_and_another_sites_form_are_turned_away(database):
    assert ask(app, "/apply", host="elsewhere.example").status == 403
    assert ask(app, "/apply", method="POST", origin="https://elsewhere.example").status == 403


def test_it_does_not_start_on_a_desk_that_is_not_set_up(home):
    async def started() -> None:
        async with lifespan(app):
            pass

    with pytest.raises(RuntimeError, match="not set up"):
        asyncio.run(started())


def test_it_starts_beside_a_desk_and_leaves_it_as_it_is(database):
    async def started() -> None:
        async with lifespan(app):
            pass

    before = {file.name: file.read_bytes() for file in database.rglob("*") if file.is_file() and "-" not in file.name}
    asyncio.run(started())

    assert before == {file.name: file.read_bytes() for file in database.rglob("*") if file.is_file() and "-" not in file.name}
