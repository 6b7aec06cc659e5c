"""What a text read at a gate is: 12 digits, a signed text, or what an input method has left of one."""

import pytest

from hbcore.domain.errors import Refused
from hbcore.domain.numbers import look_up_number
from hbcore.domain.presented import LONGEST, Presented, presented

NUMBER = look_up_number("10452678931")
SIGNED = "HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC%OQHIZC4.OI1RM8ZA.A5:S9MKN4NN3F85QNCY0"


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        f" {NUMBER[:3]} {NUMBER[3:6]} {NUMBER[6:9]} {NUMBER[9:]}\n",
        f"{NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}",
        NUMBER.translate({ord(digit): chr(0xFEE0 + ord(digit)) for digit in NUMBER}),
        f"{NUMBER[:6]}\u3000{NUMBER[6:]}",
    ],
)
def test_twelve_digits_are_read_with_blanks_hyphens_and_full_width(typed: str) -> None:
    assert presented(typed) == Presented(number=NUMBER)


@pytest.mark.parametrize(
    "read",
    [
        SIGNED,
        SIGNED.lower(),
        f"{SIGNED}\r\n",
        "".join(chr(0xFEE0 + ord(one)) if "!" <= one <= "~" else "\u3000" if one == " " else one for one in SIGNED),
        SIGNED.replace(".", "。").replace(":", "：").replace("$", "￥"),
    ],
)
def test_a_signed_text_is_read_and_what_an_input_method_did_to_it_is_undone_where_it_can_be(read: str) -> None:
    assert presented(read) == Presented(signed=SIGNED)


REFUSED = {
    "": "nothing_read",
    " \u3000\n": "nothing_read",
    NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10): "wrong_check_digit",
    "420106199001011231": "not_a_code",
    "E12345678": "not_a_code",
    "A201123-00042-7": "not_a_code",
    "https://example.org/1": "not_a_code",
    "：6%3058 -5 *05925+$ --%%4.18.5:9458503": "input_method",
    "１:6 +70:58 5*0 592+$ 4.18": "input_method",
    "和平6部分3的58使5号0": "input_method",
    "HC1:" + "A" * LONGEST: "not_a_code",
}


@pytest.mark.parametrize(("read", "code"), REFUSED.items())
def test_what_is_no_code_is_refused_with_what_to_do(read: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        presented(read)

    assert refused.value.code == code
