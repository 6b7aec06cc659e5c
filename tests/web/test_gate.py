"""The gate: what strangers may reach, what other sites may not, what every answer carries."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, sessions, set_up
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import IDLE, IN_ALL
from hbcore.services.clock import now
from hbcore.storage.engine import engine
from hbcore.storage.tables import StaffSession
from hbcore.web.addresses import leads_nowhere
from hbcore.web.gate import Gate
from hbcore.web.hosts import ours, same_origin
from hbcore.web.routes import routes
from tests.web.asking import Answer, ask

PASSWORD = "correct horse battery"
PAGE = '<!DOCTYPE html>\n<html lang="en"><head></head></html>'


async def anything(request: Request) -> Response:
    """Stands for Streamlit: a page to browsers, else what it saw of the cookies."""
    if request.url.path == "/Staff":
        return HTMLResponse(PAGE, headers={"cache-control": "public"})
    return PlainTextResponse(request.headers.get("cookie", ""))


async def stream(websocket: WebSocket) -> None:
    await websocket.accept()


@pytest.fixture
def app() -> ASGIApp:
    methods = ["GET", "POST", "PUT", "DELETE", "OPTIONS"]
    paths = [WebSocketRoute("/{path:path}", stream), Route("/{path:path}", anything, methods=methods)]
    return Starlette(routes=[*routes(), *paths], middleware=[Middleware(Gate)])


@pytest.fixture
def ticket(database: Path) -> str:
    accounts.first_administrator(set_up.init(at=now()) or "", "chen", PASSWORD, at=now())
    return sessions.sign_in("chen", PASSWORD, place="here", at=now())


@pytest.fixture
def cookie(ticket: str) -> str:
    return sessions.trade(ticket, at=now()) or ""


def enter(app: ASGIApp, ticket: str, scheme: str = "http", **headers: str) -> Answer:
    body = json.dumps({"ticket": ticket}).encode()
    return ask(app, "/enter", method="POST", scheme=scheme, body=body, **{"content_type": "application/json", **headers})


OPEN = ("/", "/Person", "/healthz", "/_stcore/health", "/_stcore/host-config", "/static/js/index.js", "/component/x/index.html")
CLOSED = (
    ("GET", "/media/abc.csv"),
    ("GET", "/media"),
    ("GET", "//media/abc.csv"),
    ("PUT", "/_stcore/upload_file/session/file"),
    ("DELETE", "/_stcore/upload_file/session/file"),
    ("OPTIONS", "/_stcore/upload_file/session/file"),
    ("GET", "/_stcore/metrics"),
    ("GET", "//_stcore//metrics"),
    ("POST", "/_stcore/agent/interact"),
    ("GET", "/_stcore/agent/openapi.json"),
    ("GET", "/_stcore/script-health-check"),
    ("GET", "/_stcore/something-new"),
    ("GET", "/_stcore"),
    ("GET", "/auth/login"),
    ("GET", "/oauth2callback"),
)


@pytest.mark.parametrize("path", OPEN)
def test_strangers_reach_the_program_and_the_sign_in(database, app, path):
    assert ask(app, path).status == 200


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_s11_strangers_get_403_where_files_uploads_and_figures_are(cookie, app, method, path):
    assert ask(app, path, method=method).status == 403
    assert ask(app, path, method=method, cookie="hbcore=planted").status == 403
    assert ask(app, path, method=method, cookie=f"hbcore={cookie}").status == 200


def test_s11_an_ended_session_is_a_stranger(cookie, app):
    sessions.sign_out(by=sessions.holder(cookie, at=now(), touch=False), at=now())

    assert ask(app, "/media/abc.csv", cookie=f"hbcore={cookie}").status == 403


def test_strangers_may_open_the_websocket_of_pages_and_no_other(database, app):
    assert ask(app, "/_stcore/stream", scheme="ws").status == 101
    assert ask(app, "/_stcore/agent/mcp", scheme="ws").status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:1"},
        {"host": "evil.example", "origin": "http://evil.example"},
        {"host": "evil.example"},
        {"host": "localhost@evil.example"},
        {"host": ""},
    ],
)
def test_s11_another_sites_page_and_another_hosts_name_get_403_even_with_a_session(cookie, app, headers):
    signed_in = {"cookie": f"hbcore={cookie}", **headers}

    assert ask(app, "/Person", **signed_in).status == 403
    assert ask(app, "/_stcore/upload_file/a/b", method="PUT", **signed_in).status == 403
    assert ask(app, "/_stcore/stream", scheme="ws", **signed_in).status == 403


HOSTS = """
    host                     | ours
    -------------------------+-----
    localhost:8501           | yes
    127.0.0.1:8501           | yes
    [::1]:8501               | yes
    10.20.30.40              | yes
    desk.hubei.example       | yes
    DESK.hubei.example:443   | yes
    other.hubei.example      | no
    localhost.evil.example   | no
    localhost:x              | no
    a@localhost              | no
"""


@pytest.mark.parametrize("line", HOSTS.strip().splitlines()[2:])
def test_addresses_and_names_in_the_setting_are_ours(monkeypatch, line):
    monkeypatch.setenv("HBCORE_HOSTS", "desk.hubei.example, second.hubei.example")
    host, answer = (cell.strip() for cell in line.split("|"))

    assert ours(host) == (answer == "yes")


def test_a_request_without_an_origin_comes_from_no_page():
    assert same_origin(None, "localhost")
    assert same_origin("https://desk.example:8443", "desk.example:8443")
    assert not same_origin("https://desk.example", "desk.example:8443")


@pytest.mark.parametrize("path", ["/", "/Staff", "/healthz", "/media/x", "/static/js/index.js", "/_stcore/metrics"])
def test_s24_every_answer_carries_the_security_headers(database, app, path):
    answer = ask(app, path)

    policy = answer.header("content-security-policy")
    assert "default-src 'self'; script-src 'self' 'sha256-" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "object-src 'none'; base-uri 'none'; frame-ancestors 'self'" in policy
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "no-referrer"


@pytest.mark.parametrize(("path", "kept"), [("/Staff", "no-store"), ("/media/x", "no-store"), ("/static/js/index.js", None)])
def test_nothing_personal_is_kept_by_browsers(cookie, app, path, kept):
    answer = ask(app, path, cookie=f"hbcore={cookie}")

    assert [value for name, value in answer.headers if name == "cache-control"] == ([kept] if kept else [])


def test_s02_a_ticket_becomes_a_cookie_that_scripts_cannot_read(ticket, app):
    answer = enter(app, ticket)

    secret = answer.header("set-cookie").partition(";")[0].removeprefix("hbcore=")
    assert answer.status == 204
    assert answer.header("set-cookie") == f"hbcore={secret}; Path=/; HttpOnly; SameSite=Strict"
    assert sessions.holder(secret, at=now(), touch=False).role == Role.ADMINISTRATOR


def test_s02_under_tls_the_cookie_is_secure_and_bound_to_this_host(ticket, app):
    answer = enter(app, ticket, "https")

    secret = answer.header("set-cookie").partition(";")[0].removeprefix("__Host-hbcore=")
    assert answer.header("set-cookie") == f"__Host-hbcore={secret}; Path=/; HttpOnly; SameSite=Strict; Secure"
    assert ask(app, "/media/x", scheme="https", cookie=f"__Host-hbcore={secret}").status == 200
    assert ask(app, "/media/x", scheme="https", cookie=f"hbcore={secret}").status == 403


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"ticket": "unknown"}', {}),
        (b'{"ticket": 7}', {}),
        (b"[]", {}),
        (b"{", {}),
        (b'{"ticket": "' + b"x" * 2000 + b'"}', {}),
        (None, {"content_type": "text/plain"}),
        (None, {"content_type": "application/x-www-form-urlencoded"}),
        (None, {"origin": "http://evil.example"}),
    ],
)
def test_no_other_site_and_no_broken_request_trades_a_ticket(ticket, app, body, headers):
    good = json.dumps({"ticket": ticket}).encode()

    answer = ask(app, "/enter", method="POST", body=body or good, **{"content_type": "application/json", **headers})

    assert (answer.status, answer.header("set-cookie")) == (403, None)


def test_the_cookie_is_seen_inside_by_the_name_that_belongs_to_the_connection(cookie, app):
    both = "hbcore=plain; other=1; __Host-hbcore=bound"

    assert ask(app, "/x", cookie=both).body == b"hbcore=plain; other=1"
    assert ask(app, "/x", scheme="https", cookie=both).body == b"other=1; __Host-hbcore=bound"


LANGUAGES = """
    asked         | browser says      | signed in | page is marked
    --------------+-------------------+-----------+---------------
    /Staff         |                   | no        | zh
    /Staff         | fr-FR,en-GB;q=0.5 | no        | en
    /Staff         | zh-CN,en;q=0.5    | no        | zh
    /Staff?lang=en | zh-CN             | no        | en
    /Staff?lang=xx | en                | no        | en
    /Staff?lang=en | en                | yes       | zh
"""


@pytest.mark.parametrize("line", LANGUAGES.strip().splitlines()[2:])
def test_a_page_is_marked_with_its_language(cookie, app, line):
    path, browser, signed_in, marked = (cell.strip() for cell in line.split("|"))
    headers = {"accept": "text/html", "accept_language": browser, "cookie": f"hbcore={cookie}" if signed_in == "yes" else ""}

    answer = ask(app, path, **headers)

    assert answer.body.decode() == PAGE.replace('lang="en"', f'lang="{marked}"')
    assert answer.header("content-length") == str(len(answer.body))


def test_a_cookie_that_died_is_taken_away_when_a_page_is_opened(database, app):
    answer = ask(app, "/Staff", accept="text/html", cookie="hbcore=dead")

    assert answer.header("set-cookie") == "hbcore=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"


@pytest.mark.parametrize(("passed", "word"), [(IDLE, "ended-idle"), (IN_ALL, "ended-longest")])
def test_of_a_session_that_ran_out_the_cookie_keeps_a_word_for_the_sign_in_and_nothing_else(database, app, passed, word):
    code = set_up.init(at=now() - IN_ALL) or ""
    accounts.first_administrator(code, "chen", PASSWORD, at=now() - IN_ALL)
    began = now() - passed
    secret = sessions.trade(sessions.sign_in("chen", PASSWORD, place="here", at=began), at=began) or ""
    if passed == IN_ALL:
        with engine().begin() as connection:
            connection.execute(sa.update(StaffSession).values(seen_at=now()))

    answer = ask(app, "/Staff", accept="text/html", cookie=f"hbcore={secret}")

    assert answer.header("set-cookie") == f"hbcore={word}; Path=/; HttpOnly; SameSite=Strict"
    again = ask(app, "/Staff", accept="text/html", cookie=f"hbcore={word}")
    assert (again.status, again.header("set-cookie")) == (200, None)
    assert ask(app, "/media/x", cookie=f"hbcore={word}").status == 403


def test_of_a_session_ended_on_purpose_no_word_stays(cookie, app):
    sessions.sign_out(by=sessions.holder(cookie, at=now(), touch=False), at=now())

    answer = ask(app, "/Staff", accept="text/html", cookie=f"hbcore={cookie}")

    assert answer.header("set-cookie") == "hbcore=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"


def test_s36_without_its_database_the_desk_lets_nobody_in_and_says_nothing_of_why(cookie, app):
    with engine().begin() as connection:
        connection.execute(sa.text("ALTER TABLE staff_session RENAME TO away"))

    answer = ask(app, "/media/x", cookie=f"hbcore={cookie}")

    assert (answer.status, answer.body) == (503, b"")
    assert answer.header("x-content-type-options") == "nosniff"


def test_healthz_says_whether_the_database_answers(database, app):
    assert ask(app, "/healthz").body == b'{"status":"ok"}'

    with engine().begin() as connection:
        connection.execute(sa.text("ALTER TABLE staff_institution RENAME TO away"))
        connection.execute(sa.text("ALTER TABLE staff RENAME TO gone"))

    assert ask(app, "/healthz").status == 503


WHERE = """
    address           | leads to
    /                 | itself
    /Staff            | itself
    /Staff/           | itself
    /healthz          | itself
    /Overview         | /
    /Overview?lang=en | /?lang=en
    /nowhere          | /
    /Staff/nowhere    | /
    //evil.example    | /
"""


@pytest.mark.parametrize("line", [line.strip() for line in WHERE.strip().splitlines()[1:]])
def test_an_address_without_a_page_leads_to_the_start(database, app, line):
    address, leads_to = (cell.strip() for cell in line.split("|"))

    answer = ask(app, address, accept="text/html")

    assert answer.header("location") == (None if leads_to == "itself" else leads_to)


def test_at_a_gate_the_check_page_is_the_start_and_the_overview_has_an_address(cookie, app):
    administrator = accounts.staff_named("chen")
    new = NewAccount("he.shouzheng", Role.CHECKPOINT_STAFF, unit="420106")
    accounts.add_staff(new, PASSWORD, by=administrator, at=now())
    at_gate = sessions.trade(sessions.sign_in("he.shouzheng", PASSWORD, place="here", at=now()), at=now())

    def led_to(path: str, secret: str | None) -> str | None:
        return ask(app, path, accept="text/html", cookie=f"hbcore={secret}").header("location")

    assert [led_to(path, at_gate) for path in ("/", "/Checkpoint", "/Overview")] == [None, "/", None]
    assert [led_to(path, cookie) for path in ("/", "/Checkpoint", "/Overview")] == [None, None, "/"]


def test_each_of_our_routes_is_known_as_no_page():
    assert all(not leads_nowhere(route.path) for route in routes())


def test_a_page_is_handed_the_theme_of_its_account_and_strangers_the_machines(cookie, database):
    page = PAGE.replace("<head>", '<head><link rel="preload" href="./static/media/SourceSansVF-Upright.ttf.woff2" as="font" />')

    async def streamlit(_request: Request) -> Response:
        return HTMLResponse(page)

    served = Starlette(routes=[Route("/{path:path}", streamlit)], middleware=[Middleware(Gate)])
    with engine().connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.text("UPDATE staff SET theme = 'dark'"))

    def theme(**headers: str) -> bytes:
        return ask(served, "/Staff", accept="text/html", **headers).body.partition(b'data-theme="')[2].partition(b'"')[0]

    assert (theme(cookie=f"hbcore={cookie}"), theme()) == (b"dark", b"system")
