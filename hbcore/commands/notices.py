"""`notices`: what applicants are told by mail: send what is due, try the mail server, send again, set it up."""

from dataclasses import asdict
from typing import Annotated

import typer

from hbcore.commands.frame import Answer, By, Json, line, run, say, staff
from hbcore.services import mail_settings, outbox
from hbcore.services.clock import now
from hbcore.services.mail_settings import MailSettings, Security

app = typer.Typer()
group = typer.Typer(no_args_is_help=True, help="Notices to applicants.")
app.add_typer(group, name="notices")


@group.command("send")
def send(by: By, json_wanted: Json = False) -> None:
    """Send what is due now; a served desk does so by itself every twenty seconds."""

    def call() -> Answer:
        sent = outbox.send_now(by=staff(by), at=now())
        counts = {str(state): n for state, n in sent.notices.items()}
        faults = {str(fault): n for fault, n in sent.faults.items()}
        said = say("Notices that were due: {n}, sent: {sent}.", n=sum(counts.values()), sent=counts.get("sent", 0))
        return Answer({"notices": counts, "faults": faults}, said)

    run(call, json_wanted)


@group.command("again")
def again(by: By, json_wanted: Json = False) -> None:
    """Put what was given up back to be sent, once the mail server works again."""

    def call() -> Answer:
        n = outbox.try_again(by=staff(by), at=now())
        return Answer({"put_back": n}, say("Put back to be sent: {n}.", n=n))

    run(call, json_wanted)


@group.command("test")
def try_server(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Your own; - reads it from standard input.")],
    by: By,
    json_wanted: Json = False,
) -> None:
    """Send a letter to yourself, to see whether letters leave."""

    def call() -> Answer:
        to = line(say("E-mail address")) if address == "-" else address
        outbox.try_settings(to, by=staff(by), at=now())
        return Answer({"sent": True}, say("The mail server has taken the letter. Look whether it arrives."))

    run(call, json_wanted)


@group.command("server")
def server(
    by: By,
    host: Annotated[str | None, typer.Option(help="The mail server; an empty one ends the sending of letters.")] = None,
    port: Annotated[int, typer.Option()] = 587,
    security: Annotated[Security, typer.Option(help="How the way to it is closed to others.")] = Security.STARTTLS,
    sender: Annotated[str, typer.Option(metavar="ADDRESS", help="Where letters come from.")] = "",
    status_page: Annotated[str, typer.Option(metavar="URL", help="Where applicants look their application up.")] = "",
    user: Annotated[str, typer.Option(help="Only where the server asks for one.")] = "",
    json_wanted: Json = False,
) -> None:
    """Show or change how letters leave. The password is read from HBCORE_MAIL_PASSWORD or the file HBCORE_MAIL_PASSWORD_FILE."""

    def call() -> Answer:
        by_whom, at = staff(by), now()
        if host is not None:
            wanted = MailSettings(host, port, security, sender, status_page, user) if host else None
            mail_settings.change_mail(wanted, by=by_whom, at=at)
        kept = mail_settings.mail_now(by=by_whom, at=at)
        if kept is None:
            return Answer({"server": None}, say("No mail server is set: the status page alone answers."))
        return Answer({"server": asdict(kept)}, say("Letters leave by {host}:{port}.", host=kept.host, port=kept.port))

    run(call, json_wanted)
