"""What laboratories write for assays, outcomes, pooling and the status of a line, and our word for each."""

import re

from hbcore.domain.cells import clean, word_key, words
from hbcore.domain.placeholders import is_placeholder
from hbcore.domain.vocabulary import Assay, Outcome, ResultStatus

ASSAYS: tuple[Assay, ...] = tuple(Assay)
OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
STATUSES: tuple[ResultStatus, ...] = tuple(ResultStatus)

NOTHING = -1
"""The cell is empty."""
UNKNOWN = -2
"""A word that is on no list."""
NOT_HANDLED = -3
"""An assay of another disease (model part 7)."""
SEROLOGY = -4
"""Both antibodies at once: only the columns IgG and IgM say which is which."""

_VIRUS = ("", "新冠", "新冠病毒", "新型冠状病毒", "新型冠状病毒(2019-ncov)", "2019-ncov", "sars-cov-2", "covid-19")
_SUBSTANCES = {
    Assay.NAAT: words("核酸 核酸检测 rna orf1ab/n"),
    Assay.ANTIGEN: words("抗原 抗原检测"),
    Assay.IGG: words("igg igg抗体 igg抗体检测 血清igg 血清igg抗体 抗体igg"),
    Assay.IGM: words("igm igm抗体 igm抗体检测 血清igm 血清igm抗体 抗体igm"),
}
_SEROLOGY_WORDS = words("抗体 抗体检测 血清抗体 血清学 总抗体 igg/igm igm/igg igg/igm抗体 igm/igg抗体 igg+igm igm+igg")
_ASSAY_OF = {"pcr": Assay.NAAT, "rt-pcr": Assay.NAAT, "naat": Assay.NAAT, "antigen": Assay.ANTIGEN} | {
    virus + substance: assay for assay, substances in _SUBSTANCES.items() for virus in _VIRUS for substance in substances
}
_SEROLOGY = frozenset(virus + word for virus in _VIRUS for word in _SEROLOGY_WORDS)

_OTHER_DISEASES = words("""
    流感 流感病毒 甲流 乙流 甲型流感 乙型流感 甲型流感病毒 乙型流感病毒 甲/乙型流感病毒 甲型h1n1流感病毒 副流感病毒 呼吸道合胞病毒
    腺病毒 鼻病毒 偏肺病毒 博卡病毒 肺炎支原体 支原体 肺炎衣原体 衣原体 嗜肺军团菌 百日咳 结核 结核分枝杆菌 肠道病毒 手足口
    柯萨奇病毒 轮状病毒 诺如病毒 登革病毒 登革热 汉坦病毒 猴痘病毒 乙肝 乙肝表面 乙肝病毒 丙肝 丙肝病毒 甲肝 戊肝 hiv
    艾滋病病毒 梅毒 梅毒螺旋体 eb病毒 巨细胞病毒
""")
_KINDS_OF_TEST = ("", "抗原", "抗原检测", "核酸", "核酸检测", "抗体", "抗体检测", "igg抗体", "igm抗体", "rna", "dna")
_NOT_HANDLED = frozenset(disease + test for disease in _OTHER_DISEASES for test in _KINDS_OF_TEST)

_OUTCOME_WORDS = {
    Outcome.NEGATIVE: "阴性 阴性(-) (-)阴性 阴 未检出 - (-) neg negative notdetected undetected 260415000",
    Outcome.POSITIVE: "阳性 阳性(+) (+)阳性 阳 检出 + (+) pos positive detected 260373001",
    Outcome.INCONCLUSIVE: "可疑 灰区 复检 待复核 待复检 inconclusive 419984006",
    Outcome.INVALID: "未检 无效 样本不合格 标本不合格 invalid",
}
_OUTCOME_OF = {word: outcome for outcome, line in _OUTCOME_WORDS.items() for word in words(line)}
_RATIO = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", re.ASCII)

_STATUS_WORDS = {
    ResultStatus.FINAL: "终审 正常 已审核 已终审 f final",
    ResultStatus.CORRECTED: "更正 修改 c corrected",
    ResultStatus.WITHDRAWN: "作废 撤销 w withdrawn",
    ResultStatus.PRELIMINARY: "初步 未审核 p preliminary x",
}
_STATUS_OF = {word: status for status, line in _STATUS_WORDS.items() for word in words(line)}

_SINGLE = frozenset(words("单采 单检 单管 单人 单人单管 单样 1混1 1合1 single"))
_SPECIMENS = frozenset(
    words("""
    咽拭子 鼻拭子 鼻咽拭子 口咽拭子 口鼻咽拭子 鼻咽 口咽 咽 鼻 拭子 肛拭子
    痰 痰液 唾液 血清 血浆 全血 血液 静脉血 指尖血 swab blood
""")
)
"""What was taken, which stands in this column as well and says nothing of how many are in the tube."""
_POOLED = frozenset(words("混采 混检 混管 混样 pooled"))
_PEOPLE_TO_ONE = re.compile(r"(?:混采|混检)?([0-9]{1,2})(?:[混合比:]|混采|人混)1(?:混采|混检)?", re.ASCII)

SINGLE = 1
"""The method says that one person is in the tube. 0: the file does not say."""
POOL_OF_UNKNOWN_SIZE = 127


def read_assay(cell: str) -> int:
    """A place in `ASSAYS`, or NOTHING, UNKNOWN, NOT_HANDLED, SEROLOGY. The whole cell is compared, never a part."""
    word = word_key(cell)
    if word in _ASSAY_OF:
        return ASSAYS.index(_ASSAY_OF[word])
    if word in _NOT_HANDLED:
        return NOT_HANDLED
    if word in _SEROLOGY:
        return SEROLOGY
    return UNKNOWN if word else NOTHING


def read_outcome(cell: str) -> int:
    """A place in `OUTCOMES`, or NOTHING or UNKNOWN."""
    word = word_key(cell)
    if word in _OUTCOME_OF:
        return OUTCOMES.index(_OUTCOME_OF[word])
    return UNKNOWN if word else NOTHING


def read_antibody(cell: str) -> int:
    """As `read_outcome`, and S/CO ratios: under 1 negative, 1 and above positive (domain part 4)."""
    ratio = clean(cell)
    if _RATIO.fullmatch(ratio):
        return OUTCOMES.index(Outcome.POSITIVE if float(ratio) >= 1 else Outcome.NEGATIVE)
    return read_outcome(cell)


def read_status(cell: str) -> int:
    """A place in `STATUSES`; a line without a word is final, one with a word we do not know is not."""
    word = word_key(cell)
    return STATUSES.index(_STATUS_OF.get(word, ResultStatus.PRELIMINARY) if word else ResultStatus.FINAL)


def read_pooling(cell: str) -> int:
    """How many people the method puts in a tube: SINGLE, 5, 10, 20 ..., POOL_OF_UNKNOWN_SIZE; 0 where it is not said; UNKNOWN."""
    word = word_key(cell)
    if word in _SINGLE:
        return SINGLE
    if found := _PEOPLE_TO_ONE.fullmatch(word):
        return int(found[1])
    if word in _POOLED:
        return POOL_OF_UNKNOWN_SIZE
    return 0 if not word or word in _SPECIMENS or is_placeholder(word) else UNKNOWN
