"""CertLogic as its specification (1.3) says it, compiled to functions: an evaluator for tests, and a strict one."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

Evaluated = Callable[[Any], Any]


class WrongExpression(ValueError):
    """The expression or what it was given is not what the specification allows."""


class Moment(int):
    """A date-time in milliseconds since 1970: no whole number, and nothing to be true or false."""


def compiled(expression: Any) -> Evaluated:
    """The function of an expression: a data context in, a value out."""
    if isinstance(expression, str | bool | int):
        return lambda data: expression
    if isinstance(expression, list):
        items = [compiled(item) for item in expression]
        return lambda data: [item(data) for item in items]
    if not isinstance(expression, dict) or len(expression) != 1:
        raise WrongExpression(expression)
    ((operation, operands),) = expression.items()
    if operation == "var":
        return _var(operands)
    if not isinstance(operands, list) or not operands:
        raise WrongExpression(expression)
    if operation in OPERATIONS:
        return OPERATIONS[operation](*operands)
    raise WrongExpression(operation)


def _var(path: Any) -> Evaluated:
    if not isinstance(path, str):
        raise WrongExpression(path)
    fragments = [int(part) if part.isdigit() else part for part in path.split(".")] if path else []

    def read(data: Any) -> Any:
        for fragment in fragments:
            if isinstance(data, list):
                data = data[fragment] if isinstance(fragment, int) and fragment < len(data) else None
            elif isinstance(data, dict):
                data = data.get(str(fragment))
            else:
                return None
        return data

    return read


def holds(value: Any) -> bool:
    """Whether a value is truthy; a date-time and the like are neither truthy nor falsy."""
    if isinstance(value, Moment) or not isinstance(value, bool | int | str | list | dict | None):
        raise WrongExpression(value)
    return bool(value)


def _if(guard: Any, then: Any, otherwise: Any) -> Evaluated:
    asked, yes, no = compiled(guard), compiled(then), compiled(otherwise)
    return lambda data: yes(data) if holds(asked(data)) else no(data)


def _and(*operands: Any) -> Evaluated:
    if len(operands) < 2:
        raise WrongExpression("and")
    tests = [compiled(one) for one in operands]

    def test(data: Any) -> Any:
        # All of them first: an implementation may do so, and none may break then.
        values = [one(data) for one in tests]
        return next((value for value in values if not holds(value)), values[-1])

    return test


def _not(operand: Any) -> Evaluated:
    asked = compiled(operand)
    return lambda data: not holds(asked(data))


def _equal(one: Any, other: Any) -> Evaluated:
    left, right = compiled(one), compiled(other)

    def equal(data: Any) -> bool:
        first, second = left(data), right(data)
        if isinstance(first, Moment) or isinstance(second, Moment):
            raise WrongExpression("=== of date-times")
        return type(first) is type(second) and first == second

    return equal


def _in(one: Any, other: Any) -> Evaluated:
    member, of = compiled(one), compiled(other)

    def found(data: Any) -> bool:
        several = of(data)
        if not isinstance(several, list):
            raise WrongExpression("in")
        return member(data) in several

    return found


def _plus(one: Any, other: Any) -> Evaluated:
    left, right = compiled(one), compiled(other)
    return lambda data: _of(int, left(data)) + _of(int, right(data))


def _of(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise WrongExpression(value)
    return value


def _comparing(compare: Callable[[Any, Any], bool], kind: type) -> Callable[..., Evaluated]:
    def build(*operands: Any) -> Evaluated:
        if len(operands) not in (2, 3):
            raise WrongExpression(operands)
        values = [compiled(one) for one in operands]

        def test(data: Any) -> bool:
            given = [_of(kind, value(data)) for value in values]
            return all(compare(one, other) for one, other in pairwise(given))

        return test

    return build


WRITTEN = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{1,2}?)(?::?(\d{2}))?)?)?)?)?"
)


@lru_cache(maxsize=200_000)
def moment(text: str) -> Moment:
    """A date-time from its text: rounded down to the millisecond; a partial date is the last day it may mean."""
    match = WRITTEN.fullmatch(text)
    if match is None:
        raise WrongExpression(text)
    year, month = int(match[1]), int(match[2] or 12)
    day = int(match[3] or monthrange(year, month)[1])
    at = datetime(year, month, day, int(match[4] or 0), int(match[5] or 0), int(match[6] or 0), tzinfo=UTC)
    ahead = timedelta(hours=int(match[9] or 0), minutes=int(match[10] or 0)) * (-1 if match[8] == "-" else 1)
    whole = (at - ahead - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    return Moment(whole * 1000 + int((match[7] or "").ljust(3, "0")[:3]))


def _plus_time(operand: Any, amount: Any, unit: Any) -> Evaluated:
    text = compiled(operand)
    if type(amount) is not int or unit not in ("year", "month", "day", "hour"):
        raise WrongExpression((amount, unit))
    return lambda data: _moved(moment(_of(str, text(data))), amount, unit)


def _moved(at: Moment, amount: int, unit: str) -> Moment:
    if unit in ("hour", "day"):
        return Moment(at + amount * 3_600_000 * (24 if unit == "day" else 1))
    begun = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(at))
    months = begun.year * 12 + begun.month - 1 + amount * (12 if unit == "year" else 1)
    # A day that the month has not goes over into the next.
    moved = begun.replace(year=months // 12, month=months % 12 + 1, day=1) + timedelta(days=begun.day - 1)
    return Moment((moved - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))


def _reduce(operand: Any, function: Any, initial: Any) -> Evaluated:
    several, step, first = compiled(operand), compiled(function), compiled(initial)

    def fold(data: Any) -> Any:
        value, items = first(data), several(data)
        if not isinstance(items, list | None):
            raise WrongExpression("reduce")
        for item in items or ():
            value = step({"current": item, "accumulator": value})
        return value

    return fold


def _extract(operand: Any, index: Any) -> Evaluated:
    text = compiled(operand)

    def extract(data: Any) -> Any:
        value = text(data)
        fragments = [] if value is None else re.split("[/#:]", _of(str, value).removeprefix("URN:UVCI:"))
        return fragments[index] if 0 <= index < len(fragments) else None

    return extract


OPERATIONS: dict[str, Callable[..., Evaluated]] = {
    "if": _if,
    "and": _and,
    "!": _not,
    "===": _equal,
    "in": _in,
    "+": _plus,
    "<": _comparing(lambda one, other: one < other, int),
    ">": _comparing(lambda one, other: one > other, int),
    "<=": _comparing(lambda one, other: one <= other, int),
    ">=": _comparing(lambda one, other: one >= other, int),
    "before": _comparing(lambda one, other: one < other, Moment),
    "after": _comparing(lambda one, other: one > other, Moment),
    "not-after": _comparing(lambda one, other: one <= other, Moment),
    "not-before": _comparing(lambda one, other: one >= other, Moment),
    "plusTime": _plus_time,
    "reduce": _reduce,
    "extractFromUVCI": _extract,
}
