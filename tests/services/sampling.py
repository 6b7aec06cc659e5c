"""Files of sampling registrations and of tubes, made for tests; everybody in them is invented."""

from hbcore.services.uploads import IncomingFile
from tests.standing import LAB

WHO = (("赵芳飞", "429004196401028020"), ("吴静", "420102200404263580"), ("吴国平", "422801196308248537"))


def samples(*lines: str, institution: str = "", tag: str = "") -> IncomingFile:
    """Lines of `person tube time [site]` (the person's place in `WHO`, the time of 8 November 2022)."""
    rows = [line.split() for line in lines]
    text = [f"## {tag}", "姓名,身份证号,采样时间,试管编号,采样点"]
    text += [",".join((*WHO[int(who)], f"2022-11-08 {at}", tube, "".join(site))) for who, tube, at, *site in rows]
    return IncomingFile("\n".join(text).encode(), "登记.csv", institution)


def tubes(*lines: str, tag: str = "", tested: str = "2022-11-08 14:00") -> IncomingFile:
    """Lines of `tube outcome [status]`."""
    rows = [line.split() for line in lines]
    text = [f"## {tag}", "试管编号,检测结果,检测时间,结果状态"]
    text += [f"{tube},{outcome},{tested},{''.join(status)}" for tube, outcome, *status in rows]
    return IncomingFile("\n".join(text).encode(), "管.csv", LAB)
