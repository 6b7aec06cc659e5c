"""Laboratory files from a shell."""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from hbcore.commands import watching
from hbcore.commands.frame import Answer, By, Json, heard, incoming, language, run, say, say_n, staff
from hbcore.commands.wording import changes_said, problems_said
from hbcore.domain.column_mapping import ColumnMapping, read_mapping
from hbcore.domain.errors import Refused
from hbcore.domain.problems import RowProblem
from hbcore.domain.vocabulary import Encoding, FileCode, FileKind
from hbcore.sentences import of_row, sentence
from hbcore.services import institutions, lab_imports, own_uploads, recall_seen, recalls
from hbcore.services.clock import now
from hbcore.services.import_report import ImportReport
from hbcore.services.recall_record import RECALLED, Recalled, RecallReason
from hbcore.services.slicing import Said
from hbcore.trouble import log_trouble

MAPPING_HELP = "JSON: what the file's headings and words mean, for this run; without it, what is remembered of the institution."

app = typer.Typer()
results = typer.Typer(no_args_is_help=True, help="Laboratory results.")
app.add_typer(results, name="results")


def report_json(report: ImportReport, sort: str = "results") -> dict[str, object]:
    """The report as the contract has it: each problem with its sentence in both languages; notes where there are any."""
    shown = {**asdict(report), "problems": [problem_json(one, sort) for one in report.problems]}
    del shown["receipts"], shown["notes"], shown["fingerprint"], shown["headings"], shown["turnaround"], shown["over_full"]
    if report.notes:
        shown["notes"] = [{"code": note.code, "text": sentence(note.code, note.values)} for note in report.notes]
    return shown


def problem_json(one: RowProblem, sort: str = "results") -> dict[str, object]:
    """One problem with its sentence in both languages."""
    return {"row": one.row, "column": one.column, "code": str(one.code), "text": sentence(of_row(one.code, sort))}


def report_text(report: ImportReport, sort: str = "results") -> str:
    """The report for people: its rows in a line, whose codes change, each note, and each fault with its rows."""
    rows = say_n(
        "{batch} {status}: {n} row read, {recorded} recorded, {already_held} already held, {held} held, {refused} refused.",
        "{batch} {status}: {n} rows read, {recorded} recorded, {already_held} already held, {held} held, {refused} refused.",
        report.rows["read"],
        **{**report.rows, "batch": report.batch or "-", "status": _status(report.status)},
    )
    codes = [] if report.status == "applying" else [changes_said(report.codes, done=report.status != "preview")]
    notes = (sentence(note.code, note.values)[language()] for note in report.notes)
    return "\n".join((rows, *codes, *notes, *problems_said(report.problems, sort)))


def _status(status: str) -> str:
    words = {
        "preview": say("preview"),
        "committed": say("committed"),
        "already_committed": say("was committed before"),
        "applying": say("is being recorded"),
        "proposed": say("waits for a second person"),
        "recalled": say("recalled"),
    }
    return words.get(status, status)


def mapping_in(path: Path) -> ColumnMapping:
    """A mapping as a file has it, instead of the one that is remembered; it is not remembered itself.

    :raises Refused: `no_such_file`; those of `read_mapping`.
    """
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise Refused("no_such_file") from error
    except (ValueError, RecursionError) as error:
        raise Refused("bad_mapping", part="JSON") from error
    return read_mapping(content)


@results.command("import")
def import_results(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    by: By,
    institution: Annotated[str, typer.Option(metavar="CODE", help="The testing institution the file comes from.")],
    preview: Annotated[bool, typer.Option("--preview", help="Say what would happen and change nothing.")] = False,
    encoding: Annotated[Encoding | None, typer.Option(help="How a text file is written; without it, the file shows it.")] = None,
    mapping: Annotated[Path | None, typer.Option(metavar="FILE", help=MAPPING_HELP)] = None,
    json_wanted: Json = False,
) -> None:
    """Read, judge and take in a laboratory file."""

    def call() -> Answer:
        do, read_by = (lab_imports.preview if preview else lab_imports.commit), mapping_in(mapping) if mapping else None
        # Named nowhere here: it is let go of once it is read.
        report = do(replace(incoming(file, institution, encoding), mapping=read_by), by=staff(by), at=now())
        return Answer(report_json(report), report_text(report))

    run(call, json_wanted)


def tried() -> Said:
    """Says how far a large upload was gone through for what a recall changes."""
    return heard(lambda done, lines: say("Gone through {done} of {lines} people; nothing is changed yet", done=done, lines=lines))


def carried_out() -> Said:
    """Says how far a recall is carried out."""
    return heard(lambda done, lines: say("Carried out for {done} of {lines} people", done=done, lines=lines))


@results.command("recall")
def recall(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="The upload's number.")],
    by: By,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=f"One of {', '.join(RecallReason)}; or why in a few words.")],
    preview: Annotated[bool, typer.Option("--preview", help="Say what would happen and change nothing.")] = False,
    json_wanted: Json = False,
) -> None:
    """Take a whole upload back. Where a positive goes or comes by that, the same call by a second person carries it out."""

    def call() -> Answer:
        who, at = staff(by), now()
        if preview:
            return recall_answer(Recalled(batch, "preview", recalls.preview(batch, by=who, at=at, tried=tried())))
        waiting = recall_seen.proposed_by_another(batch, by=who, at=at)
        if waiting is not None and recall_seen.standing(batch, by=who, at=at).status != RECALLED:
            return recall_answer(recalls.confirm(waiting, by=who, at=at, tried=tried(), said=carried_out()))
        known = reason in set(RecallReason)
        code, note = (reason, None) if known else (RecallReason.OTHER, reason)
        return recall_answer(recalls.recall(batch, code, note, by=who, at=at, tried=tried(), said=carried_out()))

    run(call, json_wanted)


@results.command("put-back")
def put_back(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="The number of an upload that is recalled.")],
    by: By,
    json_wanted: Json = False,
) -> None:
    """Undo the recall of an upload; by two people as the recall."""

    def call() -> Answer:
        who, at = staff(by), now()
        waiting = recall_seen.proposed_by_another(batch, by=who, at=at)
        if waiting is not None and recall_seen.standing(batch, by=who, at=at).status == RECALLED:
            return recall_answer(recalls.confirm(waiting, by=who, at=at, tried=tried(), said=carried_out()))
        return recall_answer(recalls.put_back(batch, by=who, at=at, tried=tried(), said=carried_out()))

    run(call, json_wanted)


def recall_answer(done: Recalled) -> Answer:
    """What came of a recall or of putting an upload back, or would: its results, positives and codes."""
    about, changed = {"batch": done.number, "status": _status(done.status)}, done.changed
    said = [say_n("{batch} {status}: {n} result.", "{batch} {status}: {n} results.", changed.results, **about)]
    if changed.positives_gone:
        said.append(say("Positives that go: {n}", n=changed.positives_gone))
    if changed.positives_back:
        said.append(say("Positives that come back: {n}", n=changed.positives_back))
    said.append(changes_said(changed.codes, done=done.status not in ("preview", "proposed")))
    figures = asdict(changed)
    del figures["beside"]  # whose samples were looked at besides is nobody's
    return Answer({"batch": done.number, "status": done.status, **figures}, "\n".join(said))


@results.command("problems")
def problems(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="The upload's number.")],
    by: By,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write it; it must not be there yet.")],
    json_wanted: Json = False,
) -> None:
    """Their own file back with the refused and held rows alone and one more column: to put right and upload again.

    It is what FILE ends in, .xlsx (of text cells) or .csv; else an XLSX of a workbook and a CSV of anything else.
    """

    def call() -> Answer:
        kind = next((one for one in FileKind if to.suffix.lower() == f".{one}"), None)
        made = own_uploads.problem_file(batch, language(), by=staff(by), at=now(), kind=kind)
        write_new(to, made.content)
        said = say_n("{n} line written.", "{n} lines written.", made.rows)
        return Answer({"batch": batch, "to": str(to), "kind": made.kind, "bytes": len(made.content)}, said)

    run(call, json_wanted)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet: nothing is overwritten.

    :raises Refused: `file_exists` or `file_not_written`.
    """
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise Refused("file_exists") from error
    except OSError as error:
        raise Refused("file_not_written") from error


@results.command("watch")
def watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where files are delivered.")],
    by: By,
    institution: Annotated[str, typer.Option(metavar="CODE", help="The testing institution the files come from.")],
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 10.0,
    once: Annotated[bool, typer.Option("--once", help="Look twice, take what is there whole, and end: for cron.")] = False,
    json_wanted: Json = False,
) -> None:
    """Import what arrives whole in a folder, once, and move it to done/ or refused/ with its report; Ctrl+C ends it."""

    def call() -> Answer:
        told = watching.Told()
        theirs = {one.code: one.suspended_at for one in institutions.own(by=staff(by), at=now())}
        if institution not in theirs:  # told now, not with the first file in the night
            raise Refused(FileCode.OTHER_INSTITUTION)
        if theirs[institution] is not None:
            raise Refused(FileCode.INSTITUTION_SUSPENDED)
        try:
            with watching.ended_politely():
                ready = watching.made_ready(folder)
                watching.watched(ready, every, once, lambda path: take_one(path, told, institution, by, json_wanted))
        except KeyboardInterrupt:
            pass
        said = say_n(
            "Stopped: {n} file taken in, {refused} refused.",
            "Stopped: {n} files taken in, {refused} refused.",
            told.taken,
            refused=told.refused,
        )
        return Answer(asdict(told), said)

    run(call, json_wanted)


def take_one(path: Path, told: watching.Told, institution: str, by: str, quiet: bool) -> None:
    """Take one file in and say what came of it, without its name: files are named after people, too."""

    def commit(path: Path) -> tuple[str, dict[str, object]]:
        report = lab_imports.commit(watching.read_whole(path, institution), by=staff(by), at=now())
        if not quiet:
            print(report_text(report), file=sys.stderr)
        return str(report.batch), report_json(report)

    try:
        why = watching.take(path, told, commit)
    except Refused:
        raise
    except Exception as error:  # a busy or full disk: it is tried again at the next look
        log_trouble(error)
        why = Refused("failed")
    if why and not quiet:
        print(sentence(why.code, why.values)[language()], file=sys.stderr)
