"""`init`, `serve`, `staff` and `institutions`: what an operator needs before anybody can work."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands import demo
from hbcore.commands.frame import Answer, By, Json, MaybeBy, line, run, say, staff
from hbcore.domain.errors import Refused
from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, institutions, set_up
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now

ROOT = Path(__file__).parents[2]
EVERYWHERE = ("127.0.0.1", "0.0.0.0")  # noqa: S104 - compared with, not bound to

QUIET = ("--no-access-log", "--no-server-header", "--limit-concurrency=200", "--log-level=warning")
"""No line about who asked for what; more at once than the desk can write are told to come again (503)."""

app = typer.Typer()
staff_group = typer.Typer(help="Accounts of staff.")
institution_group = typer.Typer(help="Testing institutions.")
app.add_typer(staff_group, name="staff")
app.add_typer(institution_group, name="institutions")


@app.command("init")
def init(json_wanted: Json = False) -> None:
    """Create or upgrade the database and the keys; print the set-up code of the first administrator."""

    def call() -> Answer:
        code = set_up.init(at=now())
        if code is None:
            return Answer({"setup_code": None}, say("The desk is up to date."))
        return Answer({"setup_code": code}, say("Set-up code of the first administrator, good for one use: {code}", code=code))

    run(call, json_wanted)


@app.command("serve")
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    address: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for every network card.")] = "127.0.0.1",
    demo_wanted: Annotated[bool, typer.Option("--demo", help="Fill an empty desk with an invented province first.")] = False,
    apply_only: Annotated[
        bool, typer.Option("--apply-only", help="Only the public form and its status page, beside a desk that is set up.")
    ] = False,
    json_wanted: Json = False,
) -> None:
    """Start the desk, or the public form alone; Ctrl-C stops it."""
    shown = "localhost" if address in EVERYWHERE else address
    url = f"http://{shown}:{port}"

    def call() -> Answer:
        filled = demo.prepared() if demo_wanted else None
        code = set_up.start(at=now())
        told = [demo.as_text(filled)] if filled else []
        told += [say("Set-up code of the first administrator, good for one use: {code}", code=code)] if code else []
        more = {"demonstration": demo.as_json(filled)} if filled else {}
        return Answer({"url": url, "setup_code": code, **more}, "\n".join([say("The desk answers at {url}", url=url), *told]))

    def call_form() -> Answer:
        if not (set_up.ready() and set_up.has_keys()):
            raise Refused("not_set_up")
        return Answer({"url": f"{url}/apply"}, say("The public form answers at {url}", url=f"{url}/apply"))

    run(call_form if apply_only else call, json_wanted)
    sys.stdout.flush()
    if "HBCORE_HOME" in os.environ:
        os.environ["HBCORE_HOME"] = str(Path(os.environ["HBCORE_HOME"]).resolve())
    os.chdir(ROOT)  # Streamlit looks for `.streamlit/config.toml` where it starts
    served = ["-m", "streamlit", "run", str(ROOT / "Home.py"), "--server.headless=true"]
    served += [f"--server.port={port}", f"--server.address={address}"]
    if apply_only:
        served = ["-m", "uvicorn", "hbcore.web.apply_app:app", f"--port={port}", f"--host={address}", *QUIET]
    os.execv(sys.executable, [sys.executable, *served])  # noqa: S606 - our own file, no shell


@staff_group.command("add")
def add_staff(
    name: str,
    role: Annotated[Role, typer.Option(help="What they do.")],
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="Where they work.")] = None,
    institution: Annotated[list[str] | None, typer.Option(metavar="CODE", help="A liaison's institutions.")] = None,
    full_name: Annotated[str, typer.Option(help="As colleagues know them.")] = "",
    by: MaybeBy = "",
    json_wanted: Json = False,
) -> None:
    """Add an account. The first one asks for the set-up code, then for the password; the others for the password."""

    def call() -> Answer:
        new = NewAccount(name, role, unit, tuple(institution or ()), full_name)
        added = _first(new) if set_up.nobody_yet() else accounts.add_staff(new, line(say("Password")), by=_by(by), at=now())
        shown = {"name": added.name, "role": added.role, "unit": added.unit, "institutions": list(added.institutions)}
        return Answer(shown, say("Account {name} added.", name=added.name))

    run(call, json_wanted)


@staff_group.command("disable")
def disable_staff(name: str, by: By, json_wanted: Json = False) -> None:
    """Close an account and end its sessions at once."""

    def call() -> Answer:
        accounts.disable_staff(name, by=staff(by), at=now())
        return Answer({"name": name, "disabled": True}, say("Account {name} disabled.", name=name))

    run(call, json_wanted)


@institution_group.command("add")
def add_institution(
    code: str,
    name: str,
    unit: Annotated[str, typer.Option(metavar="CODE", help="Where it is.")],
    by: By,
    json_wanted: Json = False,
) -> None:
    """Add a testing institution."""

    def call() -> Answer:
        added = institutions.add(code, name, unit, by=staff(by), at=now())
        return Answer(
            {"code": added.code, "name": added.name, "unit": added.unit}, say("Institution {code} added.", code=added.code)
        )

    run(call, json_wanted)


@institution_group.command("suspend")
def suspend_institution(
    code: str,
    reason: Annotated[str, typer.Option(help="Why its results are no longer taken.")],
    by: By,
    json_wanted: Json = False,
) -> None:
    """Take no more results of a testing institution."""

    def call() -> Answer:
        suspended = institutions.suspend(code, reason, by=staff(by), at=now())
        return Answer({"code": suspended.code, "suspended": True}, say("Institution {code} suspended.", code=suspended.code))

    run(call, json_wanted)


def _first(new: NewAccount) -> Staff:
    if new.role != Role.ADMINISTRATOR:
        raise Refused("administrator_first")
    code, password = line(say("Set-up code")), line(say("Password"))
    return accounts.first_administrator(code, new.name, password, at=now())


def _by(by: str) -> Staff:
    if not by:
        raise typer.BadParameter(say("an administrator's name is needed"), param_hint="--by")
    return staff(by)
