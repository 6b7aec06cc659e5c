"""The gate: one middleware before pages, websocket, uploads and media (model part 9; security part 1)."""

from collections.abc import Iterable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hbcore.domain.vocabulary import Role
from hbcore.services import session_ends, sessions
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from hbcore.services.sessions import COOKIE, SECURE_COOKIE
from hbcore.trouble import log_trouble
from hbcore.web.addresses import PUBLIC, leads_nowhere
from hbcore.web.headers import PUBLIC_HEADERS, security_headers
from hbcore.web.hosts import ours, same_origin
from hbcore.web.page_language import with_language
from hbcore.words import language_of

CLOSED = ("media", "auth", "oauth2callback")
"""First parts of an address that only staff may reach; `auth` and `oauth2callback` are the library's own sign-in, unused."""

OPEN_CORE = ("health", "host-config", "stream", "bidi-components")
"""What strangers may reach below `/_stcore`: on the websocket the router shows them the sign-in alone."""

KEPT_BY_BROWSERS = ("static", "component", "apply.css", "apply.js", ".well-known")
"""Parts of the program itself, and what is published; everything else may be personal and is never kept."""

NOT_FOR_STRANGERS = 403


def for_staff_only(path: str) -> bool:
    """Whether an address is closed to strangers."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return False
    if parts[0] == "_stcore":
        return len(parts) < 2 or parts[1] not in OPEN_CORE
    return parts[0] in CLOSED


class Gate:
    """Lets through what may pass and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, websocket or start of the server."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        visit = Visit(scope)
        answer = visit.with_headers(send)
        try:
            may_pass = visit.from_here and (not for_staff_only(scope["path"]) or await visit.staff() is not None)
            await visit.prepare()
        except Exception as error:  # the database is out of reach: say so without a trace of why
            log_trouble(error)
            await _refuse(scope, receive, answer, 503)
            return
        if may_pass and visit.leads_nowhere:
            await RedirectResponse(visit.start)(scope, receive, answer)
        elif may_pass:
            await self.app(visit.scope_inside(), receive, answer)
        else:
            await _refuse(scope, receive, answer, NOT_FOR_STRANGERS)


class Visit:
    """What the gate wants to know of one request or websocket."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.headers = Headers(scope=scope)
        self.secure = scope.get("scheme") in ("https", "wss")
        self.first = scope["path"].split("/")[1] if scope["path"].startswith("/") else ""
        self.cookies = _cookies(self.headers.getlist("cookie"))
        self.language = "zh"
        self.theme = "system"
        self.role: Role | None = None
        self.instead: str | None = None

    @property
    def from_here(self) -> bool:
        """Whether it is meant for this desk and comes from its own pages or from no page (S11)."""
        host = self.headers.get("host")
        return ours(host) and same_origin(self.headers.get("origin"), host)

    @property
    def cookie(self) -> str:
        """The name of our cookie here: `__Host-` where the connection is encrypted (S02)."""
        return SECURE_COOKIE if self.secure else COOKIE

    @property
    def is_for_page(self) -> bool:
        """Whether a browser opens an address."""
        return self.scope["type"] == "http" and "text/html" in self.headers.get("accept", "")

    @property
    def leads_nowhere(self) -> bool:
        """Whether a browser opens an address at which there is no page."""
        return self.is_for_page and leads_nowhere(self.scope["path"], self.role)

    @property
    def is_public(self) -> bool:
        """Whether it is about the pages that are for everybody: they have a language, headers and no session of their own."""
        return self.first == "apply"

    @property
    def start(self) -> str:
        """The start, with what was asked for besides (`?lang=en`); for who is nobody's staff the form."""
        asked = self.scope["query_string"].decode("latin-1")
        start = PUBLIC[0] if self.is_public else "/"
        return f"{start}?{asked}" if asked else start

    async def staff(self) -> Staff | None:
        """Who is signed in; asking is not working, so the session is not touched."""
        secret = self.cookies.get(self.cookie)
        return await run_in_threadpool(sessions.holder, secret, at=now(), touch=False) if secret else None

    async def prepare(self) -> None:
        """For a page: its language, and what becomes of a cookie that has died."""
        if self.first in KEPT_BY_BROWSERS or self.is_public or not self.is_for_page:
            return
        staff = await self.staff()
        if staff is None and (dead := self.cookies.get(self.cookie)) is not None:
            self.instead = await run_in_threadpool(session_ends.last_word, dead, at=now())
        asked = QueryParams(self.scope["query_string"]).get("lang")
        self.theme = str(staff.theme) if staff else self.theme
        self.role = staff.role if staff else None
        self.language = staff.language if staff else language_of(asked, self.headers.get("accept-language"))

    def scope_inside(self) -> Scope:
        """The scope as pages see it: no cookie of ours by its other name, and pages uncompressed, so that they can be marked."""
        other = COOKIE if self.secure else SECURE_COOKIE
        dropped = {b"cookie"} if self.first in KEPT_BY_BROWSERS or self.is_public else {b"cookie", b"accept-encoding"}
        kept = [(name, value) for name, value in self.scope["headers"] if name not in dropped]
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items() if name != other)
        return {**self.scope, "headers": [*kept, (b"cookie", cookies.encode("latin-1"))] if cookies else kept}

    def with_headers(self, send: Send) -> Send:
        """`send`, putting headers on the answer and its language on a page."""
        is_page = False

        async def answer(message: Message) -> None:
            nonlocal is_page
            if message["type"] == "http.response.start":
                is_page = not self.is_public and any(
                    name == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"]
                )
                message = {**message, "headers": [*self._kept(message["headers"]), *self._added()]}
            elif message["type"] == "http.response.body" and is_page:
                message = {**message, "body": with_language(message.get("body", b""), self.language, self.theme)}
            await send(message)

        return answer

    def _kept(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        replaced = {name for name, _ in self._added()} - {b"set-cookie"}
        return [(name, value) for name, value in headers if name not in replaced]

    def _added(self) -> list[tuple[bytes, bytes]]:
        added = list(PUBLIC_HEADERS if self.is_public else security_headers())
        if self.first not in KEPT_BY_BROWSERS:
            added.append((b"cache-control", b"no-store"))
        if self.instead is not None and self.instead != self.cookies.get(self.cookie):
            added.append((b"set-cookie", cookie_header(self.cookie, self.instead, secure=self.secure)))
        return added


def cookie_header(name: str, value: str, *, secure: bool) -> bytes:
    """The `Set-Cookie` line of our cookie; an empty value takes it away. It ends with the browser or with its session."""
    ends = "" if value else "; Max-Age=0"
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}{ends}".encode("latin-1")


def _cookies(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in "; ".join(lines).split(";"):
        name, _, value = pair.strip().partition("=")
        if name:
            found.setdefault(name, value)
    return found


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await PlainTextResponse("", status_code=status)(scope, receive, send)
