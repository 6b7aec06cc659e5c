"""Where the demonstration takes place and who works there: units as they are, institutions and accounts invented."""

from dataclasses import dataclass

from hbcore.domain.vocabulary import Role
from hbcore.services.accounts import NewAccount

UNITS = {
    "420106": 36,
    "420202": 5,
    "420302": 4,
    "420502": 11,
    "420606": 8,
    "420704": 3,
    "420802": 3,
    "420902": 6,
    "421002": 6,
    "421102": 4,
    "421202": 3,
    "421303": 3,
    "422801": 5,
    "429004": 3,
}
"""The fourteen counties where people live, one in each prefecture and Xiantao; of a hundred people, how many live there."""


@dataclass(frozen=True)
class Laboratory:
    """An institution and how it writes its files. `prefix` begins its sample numbers; `pool`: its usual method."""

    code: str
    name: str
    unit: str
    style: str
    prefix: str
    liaison: str
    pool: str = ""
    noon: bool = False


LABORATORIES = (
    Laboratory("420106L01", "武昌中北医学检验所", "420106", "gb18030_title", "WC", "lab_liaison", noon=True),
    Laboratory("420502L01", "宜昌西坝医学检验中心", "420502", "workbook", "YC", "liaison_yichang", noon=True),
    Laboratory("420606L01", "襄阳檀溪医学检验所", "420606", "utf8_pooled", "XY", "liaison_xiangyang", pool="10混1"),
    Laboratory("420902L01", "孝感槐荫医院检验科", "420902", "utf8_bom", "XG", "lab_liaison"),
    Laboratory("421002L01", "荆州章华医院检验科", "421002", "workbook_english", "JZ", "liaison_yichang"),
    Laboratory("422801L01", "恩施清江医学检验所", "422801", "gb18030_title", "ES", "liaison_enshi"),
)
WUCHANG, YICHANG, XIANGYANG, XIAOGAN, JINGZHOU, ENSHI = LABORATORIES

NEAREST = {
    "420106": (WUCHANG,),
    "420202": (WUCHANG,),
    "420302": (XIANGYANG,),
    "420502": (YICHANG,),
    "420606": (XIANGYANG,),
    "420704": (WUCHANG,),
    "420802": (YICHANG, JINGZHOU),
    "420902": (XIAOGAN,),
    "421002": (JINGZHOU,),
    "421102": (WUCHANG,),
    "421202": (WUCHANG,),
    "421303": (XIAOGAN, XIANGYANG),
    "422801": (ENSHI,),
    "429004": (XIAOGAN, WUCHANG),
}
"""Where people of a unit go to be tested."""

SUSPENDED = (ENSHI, "连续三周报告迟报，整改期间暂停接收结果")

FIRST = "administrator"
_R = Role
_OTHERS: tuple[tuple[str, Role, str | None, str], ...] = (
    ("security_officer", _R.SECURITY_OFFICER, None, "郑远航"),
    ("auditor", _R.AUDITOR, None, "沈墨言"),
    ("auditor_second", _R.AUDITOR, None, "顾怀清"),
    ("district_staff", _R.DISTRICT_STAFF, "420100", "李静禾"),
    ("reviewer_wuchang", _R.DISTRICT_STAFF, "420106", "陈思远"),
    ("reviewer_yichang", _R.DISTRICT_STAFF, "420500", "向晚舟"),
    ("reviewer_province", _R.DISTRICT_STAFF, "420000", "周若川"),
    ("reviewer_second", _R.DISTRICT_STAFF, "420000", "胡听雨"),
    ("supervisor", _R.SUPERVISOR, "420000", "吴怀瑾"),
    ("supervisor_second", _R.SUPERVISOR, "420000", "许长安"),
    ("supervisor_wuhan", _R.SUPERVISOR, "420100", "彭知夏"),
    ("checkpoint_staff", _R.CHECKPOINT_STAFF, "420106", "何守正"),
)
_LIAISONS = (
    ("lab_liaison", "龚晓溪"),
    ("liaison_yichang", "谭望舒"),
    ("liaison_xiangyang", "袁北辰"),
    ("liaison_enshi", "田春生"),
)
ACCOUNTS: tuple[NewAccount, ...] = (
    *(NewAccount(name, role, unit, (), full_name) for name, role, unit, full_name in _OTHERS),
    *(
        NewAccount(name, _R.LAB_LIAISON, None, tuple(one.code for one in LABORATORIES if one.liaison == name), full_name)
        for name, full_name in _LIAISONS
    ),
)
"""Every account but the first administrator's; each role has one that is called like it."""

REVIEWERS = {
    "420106": ("reviewer_wuchang", "district_staff", "reviewer_second"),
    "420502": ("reviewer_yichang", "reviewer_province"),
}
"""Who works on the applications of a unit; elsewhere `REVIEWERS_OF_THE_PROVINCE`."""

REVIEWERS_OF_THE_PROVINCE = ("reviewer_province", "reviewer_second")
IMPORTS = "reviewer_province"
