"""What events are about, in words: shown, and understood again when somebody types what the screen said."""

import re
from collections.abc import Mapping

from hbcore.domain.permissions import Permission
from hbcore.ui.alarm_words import KINDS
from hbcore.ui.permission_words import PERMISSIONS
from hbcore.ui.unit_names import unit_name, unit_named
from hbcore.ui.words import N_, _

SUBJECTS = {
    "application": N_("Application {id}"),
    "person": N_("Person {id}"),
    "recolouring": N_("Recolouring request {id}"),
    "export": N_("Export {id}"),
    "outside_result": N_("Result from outside Hubei {id}"),
    "staff": N_("Account {id}"),
    "upload": N_("Upload {id}"),
    "institution": N_("Institution {id}"),
    "unit": N_("Unit {id}"),
    "trust": N_("List of foreign keys {id}"),
    "result": N_("Result {id}"),
    "mark": N_("Mark {id}"),
    "event": N_("Event {id}"),
    "proposal": N_("Proposal {id}"),
    "view": N_("View {id}"),
    "policy": N_("Policy {id}"),
    "fact": N_("Fact {id}"),
    "fact_list": N_("List of facts {id}"),
    "code": N_("Signed code {id}"),
    "key": N_("Key {id}"),
    "temperature": N_("Temperature {id}"),
    "national_entry": N_("National-code entry {id}"),
}
"""By the first word of a subject; the rest is our own number or code."""

ALONE = {
    "application": N_("An application"),
    "codes": N_("Expired codes"),
    "applications": N_("Several applications"),
    "events": N_("Events as a file"),
    "key": N_("A key of codes"),
    "fact_list": N_("A list of facts"),
    "filings": N_("A file of filings"),
    "gate": N_("A gate"),
    "held rows": N_("Held rows of several uploads"),
    "nobody": N_("No account of ours"),
    "notices": N_("Notices to applicants"),
    "policy": N_("A policy"),
    "samples": N_("A file of sampling registrations"),
    "saved view": N_("A view"),
    "setting hotline": N_("The hotline"),
    "setting photo_days": N_("Days until applicants' photos are deleted"),
    "setting reading_days": N_("Days until normal temperatures are deleted"),
    "setting code_days": N_("Days until expired codes leave the register"),
    "setting form_network_hour": N_("What the public form takes from one network in an hour"),
    "setting form_network_day": N_("What the public form takes from one network in a day"),
    "setting form_document_day": N_("What the public form takes with one document in a day"),
    "setting form_waiting": N_("What may wait at once of the public form"),
    "setting mail": N_("The mail server"),
    "shift": N_("A shift"),
    "staff": N_("An account"),
    "temperatures": N_("Temperatures at a gate"),
    "national_entry": N_("An entry on the national code"),
}
"""Subjects without a number."""

LONGER = {
    "alarms of unit {unit}": N_("Alarms of {unit}"),
    "facts of unit {unit}": N_("Facts of {unit}"),
    "held rows of unit {unit}": N_("Held rows of {unit}"),
    "temperatures of unit {unit}": N_("Temperatures of {unit}"),
    "report {unit} {day}": N_("Day's report of {unit}, {day}"),
    "unit {unit} {day}": N_("Overdue in {unit}, {day}"),
    "institution {institution} {day}": N_("Files of institution {institution}, {day}"),
    "uploads of account {staff} {unit} {day}": N_("Uploads of account {staff}, {unit}, {day}"),
    "row {row} of upload {id}": N_("Row {row} of upload {id}"),
    "alarm {kind} {about}": N_("Alarm “{kind}”: {about}"),
}
"""Subjects of several parts."""


def subject_words(subject: str, accounts: Mapping[int, str]) -> str:
    """What it was about; one of the `accounts` by its name, a permission that was refused by what it allows."""
    if subject in set(Permission):
        return _(PERMISSIONS[Permission(subject)])
    if subject in ALONE:
        return _(ALONE[subject])
    for written, said in LONGER.items():
        if parts := _parts(written, subject):
            return _(said).format(**{name: _part(name, part, accounts) for name, part in parts.items()})
    kind, space, number = subject.partition(" ")
    if kind == "staff" and number.isdigit():
        number = accounts.get(int(number), number)
    return _(SUBJECTS[kind]).format(id=number) if space and kind in SUBJECTS else subject


def subject_typed(words: str, accounts: Mapping[int, str]) -> str:
    """What somebody typed who copied `subject_words` from the screen; anything else as it is."""
    words = words.strip()
    for subject, said in (*PERMISSIONS.items(), *ALONE.items()):
        if words.casefold() == _(said).casefold():
            return str(subject)
    for written, said in LONGER.items():
        if parts := _parts(_(said), words):
            return written.format(**{name: _part_typed(name, part, accounts) for name, part in parts.items()})
    for kind, said in SUBJECTS.items():
        begin = _(said).format(id="")
        if words.casefold().startswith(begin.casefold()):
            number = words[len(begin) :]
            named = next((str(id_) for id_, name in accounts.items() if kind == "staff" and name == number), number)
            return f"{kind} {named}"
    return words


def _parts(pattern: str, text: str) -> Mapping[str, str]:
    """What stands in `text` where `pattern` has its names; nothing where they do not fit."""
    fitting = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(pattern))
    found = re.fullmatch(fitting, text, re.IGNORECASE)
    return found.groupdict() if found else {}


def _part(name: str, part: str, accounts: Mapping[int, str]) -> str:
    match name:
        case "unit":
            return unit_name(part)
        case "kind" if part in KINDS:
            return _(KINDS[part])  # type: ignore[index]
        case "about":
            return subject_words(part, accounts)
        case "staff" if part.isdigit():
            return accounts.get(int(part), part)
    return part


def _part_typed(name: str, part: str, accounts: Mapping[int, str]) -> str:
    match name:
        case "unit":
            return unit_named(part) or part
        case "kind":
            return next((str(kind) for kind, words in KINDS.items() if _(words) == part), part)
        case "about":
            return subject_typed(part, accounts)
        case "staff":
            return next((str(id_) for id_, called in accounts.items() if called == part), part)
    return part
