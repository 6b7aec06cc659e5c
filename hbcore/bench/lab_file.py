"""Laboratory files of invented people, of any length, the same for the same seed."""

import csv
from io import StringIO

import numpy as np

from hbcore.services.units import SHIPPED

HEADINGS = ("姓名", "证件类型", "证件号码", "手机号", "采样时间", "检测机构", "样本编号", "检测项目", "检测结果")
INSTITUTION = ("420106L01", "武昌医学检验所", "420106")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文玉兰红波斌"
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


def resident_numbers(count: int, seed: int) -> list[str]:
    """`count` different resident identity numbers of Hubei with right check digits (GB 11643)."""
    drawn = np.random.default_rng(seed)
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        areas = np.array([int(unit["code"]) for unit in csv.DictReader(file) if unit["level"] == "county"])
    # Who shares an area and a sequence has another birthday: no number comes twice.
    place = np.arange(count)
    days = np.datetime64("1950-01-01") + (
        (drawn.integers(0, 20_000, len(areas) * 1_000)[place % (len(areas) * 1_000)] + place // (len(areas) * 1_000)) % 20_000
    ).astype("timedelta64[D]")
    births = np.char.replace(np.datetime_as_string(days), "-", "").astype(np.int64)
    stems = areas[np.arange(count) % len(areas)] * 10**11 + births * 10**3 + (np.arange(count) // len(areas)) % 1000
    digits = stems[:, None] // 10 ** np.arange(16, -1, -1) % 10
    checks = (12 - (digits @ _WEIGHTS) % 11) % 11
    return [f"{stem}{'X' if check == 10 else check}" for stem, check in zip(stems.tolist(), checks.tolist(), strict=True)]


def lab_csv(count: int, *, seed: int = 1, on: str = "2022-11-08", tag: str = "L", in_a_tube: int = 1) -> bytes:
    """A UTF-8 laboratory file: `count` single negative nucleic-acid results of different people, sampled `on` a day.

    Sample numbers begin with `tag`, and `in_a_tube` people share each; the first people of a seed are the same for any count.
    """
    drawn = np.random.default_rng(seed)
    names = drawn.integers(0, (len(_SURNAMES), len(_GIVEN), len(_GIVEN)), (count, 3)).tolist()
    minutes = drawn.integers(7 * 60, 19 * 60, count).tolist()
    phones = drawn.integers(13_000_000_000, 19_999_999_999, count).tolist()
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADINGS)
    for place, number in enumerate(resident_numbers(count, seed)):
        surname, first, second = names[place]
        hour, minute = divmod(minutes[place], 60)
        rows.writerow(
            (
                _SURNAMES[surname] + _GIVEN[first] + _GIVEN[second],
                "居民身份证",
                number,
                phones[place],
                f"{on} {hour:02d}:{minute:02d}:00",
                INSTITUTION[1],
                f"{tag}{seed:03d}{place // in_a_tube:09d}",
                "新冠病毒核酸",
                "阴性",
            )
        )
    return text.getvalue().encode()
