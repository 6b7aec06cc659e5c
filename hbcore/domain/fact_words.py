"""How lists of the disease-control system call the kinds of facts (domain part 4)."""

from collections.abc import Mapping

from hbcore.domain.cells import word_key
from hbcore.domain.vocabulary import FactKind

_K = FactKind
_ALIASES: Mapping[FactKind, str] = {
    _K.CONFIRMED: "确诊病例|确诊|新冠肺炎确诊病例|confirmed case",
    _K.SUSPECTED: "疑似病例|疑似|suspected case",
    _K.ASYMPTOMATIC: "无症状感染者|无症状|asymptomatic case",
    _K.CLOSE_CONTACT: "密切接触者|密接|密接者|密切接触|close contact",
    _K.CONTACT_OF_CONTACT: "次密接|次密切接触者|密接的密接|密切接触者的密切接触者|contact of a contact",
    _K.CENTRAL_QUARANTINE: "集中隔离|集中隔离医学观察|central quarantine",
    _K.HOME_OBSERVATION: "居家观察|居家隔离|居家医学观察|居家健康监测|home observation",
    _K.ARRIVAL: "入境或外地来鄂|入境人员|外地来鄂|来鄂返鄂",
    _K.HIGH_RISK_AREA: "高风险区|高风险地区|高风险区人员|high-risk area",
    _K.MEDIUM_RISK_AREA: "中风险区|中风险地区|中风险区人员|medium-risk area",
    _K.FEVER: "发热|发热病例|发热患者",
    _K.RECOVERED: "治愈出院|治愈|出院|recovery",
    _K.RELEASED: "解除隔离|解除集中隔离|解除观察|release from quarantine",
    _K.CASE_EXCLUDED: "排除病例|排除|case excluded",
    _K.POSITIVE_EXCLUDED: "阳性复核排除|复核排除|positive excluded on review",
    _K.TEST_EXEMPT: "免于常态化检测|免检|exempt from routine testing",
}
_KIND_OF = {word_key(alias): kind for kind, line in _ALIASES.items() for alias in (*line.split("|"), str(kind))}


def read_fact_kind(word: str) -> FactKind | None:
    """The kind that a cell means; None where it means none."""
    return _KIND_OF.get(word_key(word))
