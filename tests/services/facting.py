"""What tests of facts share: a county, a prefecture and the province, people of the county, lists as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hbcore.domain.documents import with_check_digit
from hbcore.domain.fact_rules import Measure
from hbcore.domain.vocabulary import FactKind, Outcome, Purpose, Role
from hbcore.services import people
from hbcore.services.acting import Staff
from hbcore.services.uploads import IncomingFile
from hbcore.storage import join_rows
from hbcore.storage.engine import engine
from tests import standing
from tests.standing import WUCHANG, Sampled

AT = datetime(2020, 5, 20, 2, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CASE, PAPER, REASON = "WH-2020-12", "武疾控〔2020〕12号", "同住接触"
HEADING = "证件类型,证件号码,姓名,管控类别,起始时间,截止时间,暴露情况,依据文号"


@dataclass(frozen=True)
class Desk:
    """Who works there: two in the county, a supervisor of it, two at the prefecture, two at the province; and three people."""

    clerk: Staff
    county: Staff
    prefecture: Staff
    second: Staff
    province: Staff
    other_province: Staff
    people: tuple[int, ...]


def number(place: int) -> str:
    """The identity card of somebody of the county."""
    return with_check_digit(f"42010619900101{place + 100:03d}")


def desk(people_held: int = 3) -> Desk:
    """A desk on which these people have a negative result and a green code."""
    standing.institution(AT - DAY)
    held = tuple(standing.person(number(place), AT - DAY) for place in range(people_held))
    for person in held:
        standing.result(person, Sampled(Outcome.NEGATIVE, AT - DAY), AT - DAY)
    supervisor = Role.SUPERVISOR
    return Desk(
        standing.staff(Role.DISTRICT_STAFF, AT, name="clerk", unit=WUCHANG),
        standing.staff(supervisor, AT, name="county", unit=WUCHANG),
        standing.staff(supervisor, AT, name="prefecture", unit="420100"),
        standing.staff(supervisor, AT, name="second", unit="420100"),
        standing.staff(supervisor, AT, name="province", unit="420000"),
        standing.staff(supervisor, AT, name="other.province", unit="420000"),
        held,
    )


def looked_up(place: int, by: Staff, at: datetime = AT) -> int:
    """Somebody, looked up for outbreak tracing."""
    card = people.find(number(place), purpose=Purpose.OUTBREAK_TRACING, case=CASE, by=by, at=at)
    assert card
    return card.id


def contact(**changed: object) -> Measure:
    """A close contact of yesterday, for ten days."""
    values: dict[str, object] = {"kind": FactKind.CLOSE_CONTACT, "from_at": AT - DAY, "until_at": AT + 9 * DAY}
    values |= {"evidence": PAPER, "exposure": "5月19日同桌就餐"}
    return Measure(**{**values, **changed})  # type: ignore[arg-type]


def colours(held: Sequence[int], at: datetime = AT) -> list[str | None]:
    """The stored codes of people."""
    with engine().connect() as connection:
        return [join_rows.colour_at(connection, person, at) for person in held]


ROW = {"name": "张三", "kind": "密接", "begins": "2020-05-19", "until": "", "exposure": "同住", "paper": PAPER}


def row(place: int, **changed: str) -> str:
    """A line of a list."""
    return ",".join(["居民身份证", number(place), *{**ROW, **changed}.values()])


def file(*rows: str, name: str = "密接名单.csv") -> IncomingFile:
    """A list as a file."""
    return IncomingFile("\n".join([HEADING, *rows]).encode(), name)
