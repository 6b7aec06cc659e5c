"""The machine-readable zone: ICAO's specimens, how people paste it, and how little its check digits prove."""

from datetime import date

import pytest

from hbcore.domain.mrz import Zone, ZonePart, check_digit, read_zone

ON = date(2026, 11, 30)
FIRST = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
SECOND = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
PASSPORT = f"{FIRST}\n{SECOND}"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
LONG_NUMBER = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
"""ICAO 9303 parts 4 to 6; the last is part 5's card with a number of more than nine characters."""

ANNA = ("ERIKSSON ANNA MARIA", "UTO", "F", date(1974, 8, 12), date(2012, 4, 15))


def said(zone: Zone) -> tuple[object, ...]:
    return (zone.name, zone.nationality, zone.sex, zone.birth_on, zone.expires_on)


@pytest.mark.parametrize(
    ("text", "code", "number"), [(PASSPORT, "P", "L898902C3"), (TD1, "I", "D23145890"), (TD2, "I", "D23145890")]
)
def test_icaos_specimens_are_read(text, code, number):
    zone = read_zone(text, ON)

    assert (zone.code, zone.issuer, zone.number) == (code, "UTO", number)
    assert said(zone) == ANNA
    assert zone.failed == ()


def test_a_cards_long_number_goes_on_behind_the_filler():
    zone = read_zone(LONG_NUMBER, ON)

    assert (zone.number, zone.name, zone.failed) == ("D23145890734", "STEVENSON PETER JOHN", ())
    assert read_zone(LONG_NUMBER.replace("7349", "7348"), ON).failed == (ZonePart.NUMBER, ZonePart.WHOLE)


@pytest.mark.parametrize(
    "text",
    [
        FIRST + SECOND,
        PASSPORT.lower(),
        PASSPORT.replace("<<", "«"),
        f"  {FIRST} \r\n\r\n {SECOND[:20]} {SECOND[20:]}\n",
        PASSPORT.translate(str.maketrans("<0123456789", "＜０１２３４５６７８９")),
    ],
)
def test_a_zone_is_read_however_it_was_pasted(text):
    assert read_zone(text, ON) == read_zone(PASSPORT, ON)


@pytest.mark.parametrize("text", ["", "P<UTO", PASSPORT + "<", PASSPORT.replace("UTO", "ÜTO"), FIRST, "٣" * 88])
def test_what_is_no_zone_is_none(text):
    assert read_zone(text, ON) is None


@pytest.mark.parametrize(
    ("place", "part"),
    [(0, ZonePart.NUMBER), (13, ZonePart.BIRTH), (21, ZonePart.EXPIRY), (30, ZonePart.WHOLE), (43, ZonePart.WHOLE)],
)
def test_a_wrong_character_is_found_where_it_stands(place, part):
    wrong = SECOND[:place] + ("2" if SECOND[place] != "2" else "3") + SECOND[place + 1 :]

    assert part in read_zone(FIRST + wrong, ON).failed


def test_check_digits_prove_little():
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
    changed = [SECOND[:at] + one + SECOND[at + 1 :] for at in range(44) for one in letters if one != SECOND[at]]

    passed = [one for one in changed if not read_zone(FIRST + one, ON).failed]

    assert (len(changed), len(passed)) == (1584, 249)


DAYS = """
    birth and expiry | born       | expires
    -----------------+------------+-----------
    740812 120415    | 1974-08-12 | 2012-04-15
    261130 361130    | 2026-11-30 | 2036-11-30
    261201 991231    | 1926-12-01 | 1999-12-31
    <<<<<< 300101    | None       | 2030-01-01
    7408<< 320230    | None       | None
"""


@pytest.mark.parametrize("line", DAYS.strip().splitlines()[2:])
def test_two_digits_of_a_year_are_read_as_people_live(line):
    both, born, expires = (cell.strip() for cell in line.split("|"))
    birth, expiry = both.split()
    second = f"L898902C36UTO{birth}{check_digit(birth)}F{expiry}{check_digit(expiry)}{SECOND[28:]}"

    zone = read_zone(FIRST + second, ON)

    assert (str(zone.birth_on), str(zone.expires_on)) == (born, expires)


def test_germanys_code_has_one_letter():
    zone = read_zone(FIRST.replace("UTO", "D<<") + SECOND.replace("UTO", "D<<"), ON)

    assert (zone.issuer, zone.nationality) == ("D", "D")
