"""The people of the demonstration: every kind of document, with numbers whose check digits are right; nobody is real."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from hbcore.domain.documents import UNKNOWN_COUNTRY, with_check_digit
from hbcore.domain.vocabulary import DocumentKind
from hbcore.services.demo.names import FOREIGN, RARE, foreign_name, hong_kong_name, resident_name, taiwanese_name
from hbcore.services.demo.places import UNITS

_K = DocumentKind
SHARES = {
    _K.RESIDENT_ID: 720,
    _K.PASSPORT: 120,
    _K.HK_MACAU_PERMIT: 70,
    _K.TAIWAN_PERMIT: 40,
    _K.HMT_RESIDENCE_PERMIT: 25,
    _K.FOREIGN_PR_CARD: 15,
    _K.TAIWAN_SINGLE_PERMIT: 10,
}
"""Of a thousand people."""

PASSPORT_FORMS = {
    "FRA": "99AA99999",
    "DEU": "C9A9AA999",
    "GBR": "999999999",
    "USA": "A99999999",
    "ITA": "YA9999999",
    "RUS": "799999999",
    "JPN": "TK9999999",
    "KOR": "M99999999",
    "IND": "Z9999999",
    "PAK": "AB9999999",
    "NGA": "B99999999",
    "ETH": "EP9999999",
    "VNM": "C9999999",
    "THA": "AA9999999",
    "BRA": "FX999999",
    "KAZ": "N99999999",
}
"""How a country writes its numbers: 9 for a digit, A behind the first place for a letter."""

_LETTERS = "ABCDFGHJKLMNPRTVXYZ"


@dataclass(frozen=True)
class Holder:
    """Somebody with a document; `country` issued it (`XXX` where the kind says so already)."""

    kind: DocumentKind
    number: str
    country: str
    name: str
    born: date
    sex: str
    unit: str
    phone: str

    @property
    def nationality(self) -> str:
        """As the application form asks for it."""
        if self.kind in (_K.PASSPORT, _K.FOREIGN_PR_CARD):
            return self.country
        hong_kong = self.number[0] == "H" or self.number[:2] == "81"
        macau = self.number[0] == "M" or self.number[:2] == "82"
        return "HKG" if hong_kong else "MAC" if macau else "TWN"


def make_people(count: int, drawn: Random) -> list[Holder]:
    """`count` different people; the first have the rare names, every kind of document is there."""
    kinds = _kinds(count)
    taken: set[str] = set()
    made = [_holder(kind, drawn, taken) for kind in kinds]
    residents = [place for place, kind in enumerate(kinds) if kind is _K.RESIDENT_ID]
    for place, name in zip(residents, RARE, strict=False):
        made[place] = replace(made[place], name=name)
    return made


def _kinds(count: int) -> list[DocumentKind]:
    few = {kind: max(2, count * share // 1000) for kind, share in SHARES.items() if kind is not _K.RESIDENT_ID}
    return [_K.RESIDENT_ID] * (count - sum(few.values())) + [kind for kind, n in few.items() for _ in range(n)]


def _holder(kind: DocumentKind, drawn: Random, taken: set[str]) -> Holder:
    born = date(1945, 1, 1) + timedelta(days=drawn.randrange(26_000 if kind is _K.RESIDENT_ID else 21_000))
    country = drawn.choice(list(FOREIGN)) if kind in (_K.PASSPORT, _K.FOREIGN_PR_CARD) else UNKNOWN_COUNTRY
    unit = drawn.choices(list(UNITS), list(UNITS.values()))[0]
    sex = drawn.choice(("female", "male"))
    while (number := NUMBERS[kind](drawn, country, born, sex)) in taken:
        pass
    taken.add(number)
    return Holder(kind, number, country, _name(kind, number, country, drawn), born, sex, unit, _phone(kind, drawn))


def _name(kind: DocumentKind, number: str, country: str, drawn: Random) -> str:
    if country != UNKNOWN_COUNTRY:
        return foreign_name(country, drawn)
    if kind is _K.RESIDENT_ID:
        return resident_name(drawn)
    if kind is _K.HK_MACAU_PERMIT:
        return hong_kong_name(drawn)
    return hong_kong_name(drawn) if number[:2] in ("81", "82") else taiwanese_name(drawn)


def _phone(kind: DocumentKind, drawn: Random) -> str:
    if kind is _K.HK_MACAU_PERMIT:
        return f"+852 9{drawn.randrange(1000):03d} {drawn.randrange(10_000):04d}"
    return f"1{drawn.choice('3589')}{drawn.randrange(10**9):09d}"


def new_number(holder: Holder, drawn: Random) -> str:
    """A number that a new document of this kind and of this person might have."""
    return NUMBERS[holder.kind](drawn, holder.country, holder.born, holder.sex)


def eighteen(area: str, born: date, sex: str, drawn: Random) -> str:
    """Six digits of area, birth date, a sequence (odd: male) and the check digit (GB 11643)."""
    sequence = drawn.randrange(0, 999, 2) + (sex == "male")
    return with_check_digit(f"{area}{born:%Y%m%d}{sequence:03d}")


def _passport(drawn: Random, country: str, _born: date, _sex: str) -> str:
    form = PASSPORT_FORMS[country]
    return _fill(form[0], drawn) + "".join(drawn.choice(_LETTERS) if one == "A" else _fill(one, drawn) for one in form[1:])


def _fill(one: str, drawn: Random) -> str:
    return str(drawn.randrange(1, 10)) if one == "9" else one


def _of_form(*starts: str, digits: int) -> Callable[[Random, str, date, str], str]:
    return lambda drawn, *_: drawn.choice(starts) + "".join(str(drawn.randrange(10)) for _ in range(digits))


NUMBERS: dict[DocumentKind, Callable[[Random, str, date, str], str]] = {
    _K.RESIDENT_ID: lambda drawn, _, born, sex: eighteen(drawn.choice(list(UNITS)), born, sex, drawn),
    _K.PASSPORT: _passport,
    _K.HK_MACAU_PERMIT: _of_form("H0", "H1", "M0", "M1", "HA", digits=7),
    _K.TAIWAN_PERMIT: _of_form("0", "1", digits=7),
    _K.TAIWAN_SINGLE_PERMIT: _of_form("T2", "L2", digits=9),
    _K.FOREIGN_PR_CARD: lambda drawn, country, born, sex: (
        f"{country}4201{born:%y%m%d}{drawn.randrange(100):02d}"
        if drawn.random() < 0.6
        else eighteen("9" + drawn.choice(list(UNITS))[:5], born, sex, drawn)
    ),
    _K.HMT_RESIDENCE_PERMIT: lambda drawn, _, born, sex: eighteen(drawn.choice(("810000", "820000", "830000")), born, sex, drawn),
}
"""A number of each kind (domain part 2), for a country, a birth date and a sex."""
