"""A test certificate as it comes from the printer: the page that would be printed, drawn as a picture."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typst import Compiler

from hbcore.domain.vocabulary import Colour, Purpose
from hbcore.services import accounts, certificates, people
from hbcore.services.certificate_issuing import choices, wanted_of
from hbcore.services.clock import now
from hbcore.services.demo.gate_checks import numbers_of
from hbcore.services.people import PersonCard
from hbcore.storage.engine import engine
from hbcore.storage.writers import certificate

BY = "district_staff"
POINTS = 100
"""Dots an inch."""


class Drawing:
    """The compiler of certificates, with a picture as its answer instead of a PDF."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler

    def compile(self, *, sys_inputs: dict[str, str], **_of_a_pdf: Any) -> bytes:
        """The first page as a PNG."""
        made = self.compiler.compile(format="png", ppi=POINTS, sys_inputs=sys_inputs)
        return made if isinstance(made, bytes) else made[0]


def somebody_certified() -> PersonCard:
    """The card of somebody green with a result to certify, just looked up."""
    by = accounts.staff_named(BY)
    with engine().connect() as connection:
        numbers = numbers_of(connection, Colour.GREEN, now() - timedelta(seconds=1))
    for number in numbers:
        card = people.find(number, purpose=Purpose.CODE_QUESTION, by=by, at=now())
        if card and any(why is None for _shown, why in choices(card)):
            return card
    raise LookupError("a demonstration has somebody with a negative result")


def take_paper(folder: Path) -> None:
    """The same certificate with each language first."""
    folder.mkdir(parents=True, exist_ok=True)
    by, card = accounts.staff_named(BY), somebody_certified()
    wanted = next(wanted_of(shown) for shown, why in choices(card) if why is None)
    drawing = Drawing(certificate._compiler())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificate, "_compiler", lambda: drawing)
        for first in certificate.LANGUAGES:
            paper = certificates.print_one(card.id, wanted, first=first, place=card.place, by=by, at=now())
            (folder / f"certificate_{first}.png").write_bytes(paper.content)
