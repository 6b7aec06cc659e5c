"""One application on its way: who applies, what was typed, who works on it, where it stands."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from hbcore.domain.vocabulary import DocumentKind
from hbcore.services.acting import Staff
from hbcore.services.application_adding import Receipt
from hbcore.services.applications import Draft
from hbcore.services.demo.fates import Fate, Filed
from hbcore.services.demo.files import KIND_WORDS, Row
from hbcore.services.demo.people import Holder
from hbcore.services.demo.timeline import shanghai

STREETS = ("滨江路", "解放大道", "人民路", "学府街", "东湖南路", "长虹路", "沿河大道", "文昌街")
FILINGS_AT = 9.2
"""When the day's list of filings comes, Shanghai's clock."""


@dataclass
class Case:
    """`filing_at`: when its filing is in; None: it never comes, or the document needs none. `id` 0: not entered yet.

    `online`: by the public form; `receipt`: what that answered, of an applicant who keeps it.
    """

    holder: Holder
    fate: Fate
    filed: Filed
    submitted_at: datetime
    at_counter: bool
    draft: Draft
    filing_at: datetime | None
    clerk: Staff
    decider: Staff
    late: bool
    online: bool = False
    receipt: Receipt | None = None
    id: int = 0
    proposal: int = 0

    @property
    def passport(self) -> bool:
        """Whether the police must have filed it."""
        return self.holder.kind is DocumentKind.PASSPORT

    def put_right(self) -> Draft:
        """What the applicant types after being asked."""
        born = f"{self.holder.born:%Y-%m-%d}"
        return replace(self.draft, name=self.holder.name, birth_date=born, address=self.draft.address or "人民路1号")


def stated(holder: Holder, submitted_at: datetime, unit_name: str, drawn: Random, *, unwell: bool) -> Draft:
    """A form filled in without a slip. `unwell`: it declares symptoms."""
    entered = submitted_at - timedelta(days=drawn.randint(20, 200))
    mail = drawn.random() < 0.4
    return Draft(
        document_kind=KIND_WORDS[holder.kind],
        document_number=holder.number,
        country=holder.country if holder.kind is DocumentKind.PASSPORT else "",
        name=holder.name,
        birth_date=f"{holder.born:%Y-%m-%d}",
        sex=holder.sex,
        nationality=holder.nationality,
        phone="" if mail else holder.phone,
        email=f"applicant{drawn.randrange(10**6):06d}@example.org" if mail else "",
        unit=holder.unit,
        address=f"{unit_name}{drawn.choice(STREETS)}{drawn.randint(1, 320)}号{drawn.randint(1, 32)}-{drawn.randint(101, 2804)}",
        entry_date=f"{entered:%Y-%m-%d}",
        symptoms="yes" if unwell else "no",
        contact="yes" if drawn.random() < 0.02 else "no",
    )


def slipped(draft: Draft, born: date, drawn: Random, *, names: bool) -> Draft:
    """The form with one slip in it: day and month of birth, a year, or (with `names`) a letter of the name.

    A name put right later differs from the one held since the first form came: that takes a second person.
    """
    slip = drawn.randrange(3 if names else 2)
    if slip == 0 and born.day <= 12 and born.day != born.month:
        return replace(draft, birth_date=f"{born:%Y-%d-%m}")
    if slip < 2:
        return replace(draft, birth_date=f"{born.year + 1}-{born:%m}-{min(born.day, 28):02d}")
    family, *given = draft.name.split()
    return replace(draft, name=" ".join([family, *given[:-1], given[-1][:-1]]) if given else draft.name + "A")


def filing_row(case: Case) -> Row:
    """What the police have on paper."""
    holder = case.holder
    return {
        "document_number": holder.number,
        "country": holder.country,
        "name": holder.name,
        "birth_date": f"{holder.born:%Y-%m-%d}",
        "sex": holder.sex,
        "entry_date": case.draft.entry_date,
        "address": case.draft.address,
    }


def filing_arrives(submitted_at: datetime, filed: Filed, ends: datetime, drawn: Random) -> datetime | None:
    """The list it comes with: mostly one before the application, else the next one, if that still comes before `ends`."""
    days = 1 if drawn.random() < 0.3 else -drawn.randint(1, 4)
    if filed is Filed.MISSING:
        return None
    next_list = shanghai(submitted_at, FILINGS_AT, days=days)
    return next_list if next_list < ends - timedelta(hours=1) else shanghai(submitted_at, FILINGS_AT, days=-1)
