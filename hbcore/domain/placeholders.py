"""Cells that stand for nothing, and rows that are of no person: control wells, environment, goods."""

import re

from hbcore.domain.cells import word_key, words

PLACEHOLDERS = words(r"""
    无 没有 空 测试 不详 不明 未知 暂无 无名 待补 待定 保密 匿名 test n/a na null none nil nan replaceme
    - -- --- / // \ ? ?? ??? * ** *** . … …… #n/a #ref! #value! #null!
""")
"""Whole cells, compared after `word_key` (model part 7)."""

REPEATED = "x{2,}|0{3,}"
_REPEATED = re.compile(REPEATED)
_WORDS = frozenset(PLACEHOLDERS)
_WELL = re.compile(
    r"(?:nc|pc|ntc|qc|blank|negativecontrol|positivecontrol|质控|质控品|室内质控|[阴阳]性对照|弱阳性对照|[阴阳]性质控|弱阳性质控"
    r"|[阴阳]控|空白|空白孔|空白对照)[-_#]?[0-9]{0,3}"
)
_NO_PERSON = re.compile(r"(?:物表|物体表面|环境|外环境|冷链)")
NO_PERSON_BEGINS = ("物", "环", "外", "冷")
"""How the names of no person begin."""


def is_placeholder(cell: str) -> bool:
    """Whether a cell such as xxx, 无, 测试, N/A or replaceMe stands where a name or number should."""
    word = word_key(cell)
    return word in _WORDS or _REPEATED.fullmatch(word) is not None


def is_control_well(cell: str) -> bool:
    """Whether a name or sample number is that of a control well or blank (NC, PC, NTC, QC, 质控, 空白): the run's own check."""
    return _WELL.fullmatch(word_key(cell)) is not None


def is_environment(cell: str) -> bool:
    """Whether a name begins like that of a surface, a room or frozen goods: 物表, 环境, 冷链 (model part 7)."""
    return _NO_PERSON.match(word_key(cell)) is not None
