"""How one leaf's value becomes points, and the same in words that can be checked by hand: 20 − 1×(95 − 92) = 17."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from expressions.numbers import display, parse_exact
from indicators.targets import Operator, TargetData


class Kind(StrEnum):
    """The rules of points."""

    PROPORTIONAL = "proportional"
    STEPS = "steps"
    PER_POINT = "per_point"
    FULL_OR_NONE = "full_or_none"
    PLACE = "place"
    STATUS = "status"


STATUS_WORDS: Mapping[str, str] = {
    "done": "已完成",
    "on_track": "按计划推进",
    "behind": "进度滞后",
    "not_started": "未启动",
    "not_applicable": "不适用",
}

WITH_TARGET = frozenset({Kind.PROPORTIONAL, Kind.PER_POINT, Kind.FULL_OR_NONE})
# Targets that a value reaches or not: there is no share of them.
WITHOUT_SHARE = frozenset({Operator.PLACE, Operator.YES})
_WITH_TABLE = frozenset({Kind.STEPS, Kind.PLACE, Kind.STATUS})


@dataclass(frozen=True)
class Rule:
    """How points are given; `full` is the most and `floor` the least that a leaf with a value gets.

    `target` (up to `upper` for BETWEEN) is in the indicator's unit of measure, `per_point` the points off per unit of
    measure short of it. `table`: (limit, points) best first for STEPS and PLACE, (status, points) for STATUS; whoever
    reaches no row gets the floor. ValueError (in Chinese, for the person who declares it) when the parts do not fit.
    """

    kind: Kind
    full: Fraction
    target: Fraction | None = None
    operator: Operator = Operator.AT_LEAST
    per_point: Fraction | None = None
    floor: Fraction = Fraction()
    table: tuple[tuple[str, Fraction], ...] = ()
    upper: Fraction | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.floor <= self.full:
            raise ValueError("最低分要在0和满分之间")
        if self.kind == Kind.PER_POINT and (self.per_point is None or self.per_point < 0):
            raise ValueError("扣分制要写明每差1个单位扣几分")
        if self.kind == Kind.PROPORTIONAL and self.operator in WITHOUT_SHARE:
            raise ValueError("名次目标、是否目标不能按比例计分")
        if self.operator == Operator.BETWEEN and self.target is not None and self.upper is None:
            raise ValueError("区间目标要有上限")
        if self.kind in _WITH_TABLE and not self.table:
            raise ValueError("按档次、名次、状态计分要有分值表")
        if any(not 0 <= given <= self.full for _, given in self.table):
            raise ValueError("分值表中的分值要在0和满分之间")
        if self.kind in (Kind.STEPS, Kind.PLACE):
            self._check_order()

    def _check_order(self) -> None:
        limits = [parse_exact(limit) for limit, _ in self.table]
        if self.kind == Kind.STEPS and self.operator not in (Operator.AT_LEAST, Operator.AT_MOST):
            raise ValueError("按档次计分只能用“≥”或“≤”")
        if self.smaller_is_better:
            limits = [-limit for limit in limits]
        steps = list(zip(limits, (given for _, given in self.table), strict=True))
        if any(worse[0] >= better[0] or worse[1] > better[1] for better, worse in pairwise(steps)):
            raise ValueError("分值表要从最好的一档写起，界限和分值依次变差")

    @property
    def smaller_is_better(self) -> bool:
        return self.kind == Kind.PLACE or self.operator == Operator.AT_MOST

    @property
    def goal(self) -> TargetData | None:
        """The target it measures by, None without one (tables, or a target that is still to be set)."""
        if self.kind not in WITH_TARGET or self.target is None:
            return None
        return TargetData(self.operator, self.target, self.upper)

    @property
    def best(self) -> Fraction:
        """The most that can be had: full marks, or the best row of the table."""
        return (
            max((given for _, given in self.table), default=self.full)
            if self.kind in _WITH_TABLE
            else self.full
        )


def points(
    rule: Rule, value: Fraction | None, *, place: int | None = None, status: str | None = None
) -> Fraction:
    """The exact points, floor…full. ValueError when what the rule goes by (value, place, status, target) is not there."""
    if rule.kind in _WITH_TABLE:
        row = _row(rule, value, place, status)
        raw = row[1] if row else rule.floor
    else:
        raw = _by_target(rule, value, place)
    return max(raw, rule.floor)


def missed(
    rule: Rule, value: Fraction | None, *, place: int | None = None, status: str | None = None
) -> bool:
    """Whether the target is missed; by a table, whether less than its best is had. ValueError as `points`."""
    goal = rule.goal
    if goal is None:
        return points(rule, value, place=place, status=status) < rule.best
    return not goal.met(*_held(goal, value, place))


def _held(goal: TargetData, value: Fraction | None, place: int | None) -> tuple[Fraction, int | None]:
    if goal.operator == Operator.PLACE:
        return Fraction(), place
    if value is None:
        raise ValueError("没有数值，不能计分")
    return value, place


def _by_target(rule: Rule, value: Fraction | None, place: int | None) -> Fraction:
    goal = rule.goal
    if goal is None:
        raise ValueError("没有目标值，不能计分")
    held, place = _held(goal, value, place)
    gap = goal.gap(held, place)
    if gap == 0:
        return rule.full
    if rule.kind == Kind.FULL_OR_NONE:
        return Fraction()
    if rule.kind == Kind.PER_POINT:
        return rule.full - (rule.per_point or Fraction()) * gap
    small, large = _share(goal, held)
    # A target of 0 that is missed has no share: nothing is proportional to 0.
    return rule.full * small / large if small > 0 and large > 0 else Fraction()


def _share(goal: TargetData, value: Fraction) -> tuple[Fraction, Fraction]:
    """The two numbers whose quotient is the share reached by a value that is short of the target."""
    over = goal.upper if goal.operator == Operator.BETWEEN and goal.upper is not None else goal.value
    return (over, value) if value > over else (value, goal.value)


def _row(
    rule: Rule, value: Fraction | None, place: int | None, status: str | None
) -> tuple[str, Fraction] | None:
    """The best row of the table that is reached."""
    if rule.kind == Kind.STATUS:
        if status is None:
            raise ValueError("没有确认的办理状态，不能计分")
        return next((row for row in rule.table if row[0] == status), None)
    held = place if rule.kind == Kind.PLACE else value
    if held is None:
        raise ValueError("不参加排名，不能按名次计分" if rule.kind == Kind.PLACE else "没有数值，不能计分")
    for limit, given in rule.table:
        edge = parse_exact(limit)
        if held <= edge if rule.smaller_is_better else held >= edge:
            return limit, given
    return None


def words(rule: Rule, value: Fraction | None, *, place: int | None = None, status: str | None = None) -> str:
    """How the points came about, in Chinese, with the numbers to recompute them. ValueError as `points`.

    Numbers print exactly where four decimals suffice; else half up to four, and the result stands behind ≈.
    """
    given = points(rule, value, place=place, status=status)
    if rule.kind in _WITH_TABLE:
        return f"{_table_words(rule, value, place, status)}，得{number(given)}"
    goal = rule.goal
    assert goal is not None, "points() asks for it"
    held, place = _held(goal, value, place)
    shown = f"第{place}名" if goal.operator == Operator.PLACE else number(held)
    if goal.met(held, place):
        return f"{shown}达到目标（{goal.words(4)}），得满分{number(given)}"
    if rule.kind == Kind.FULL_OR_NONE:
        return f"{shown}未达到目标（{goal.words(4)}），得{number(given)}"
    raw = _by_target(rule, value, place)
    formula, parts = _formula(rule, goal, held, place)
    text = f"{formula} {equals(*parts, raw)} {number(raw)}" if parts else f"{formula}得{number(raw)}"
    return text if raw == given else f"{text}，低于最低分，得{number(given)}"


def _formula(
    rule: Rule, goal: TargetData, value: Fraction, place: int | None
) -> tuple[str, tuple[Fraction, ...]]:
    """The sum that gives the points, and the numbers printed in it."""
    if rule.kind == Kind.PROPORTIONAL:
        small, large = _share(goal, value)
        if not (small > 0 and large > 0):
            return f"{number(value)}未达到目标（{goal.words(4)}），按比例", ()
        return f"{number(rule.full)}×{number(small)}÷{number(large)}", (rule.full, small, large)
    held = Fraction(place) if goal.operator == Operator.PLACE and place is not None else value
    edge = (
        goal.upper if goal.operator == Operator.BETWEEN and goal.upper and held > goal.upper else goal.value
    )
    large, small = max(edge, held), min(edge, held)
    off = rule.per_point or Fraction()
    text = f"{number(rule.full)} − {number(off)}×({number(large)} − {number(small)})"
    return text, (rule.full, off, large, small)


def _table_words(rule: Rule, value: Fraction | None, place: int | None, status: str | None) -> str:
    row = _row(rule, value, place, status)
    if rule.kind == Kind.STATUS:
        word = STATUS_WORDS.get(status or "", status or "")
        return f"办理状态：{word}" if row else f"办理状态：{word}（分值表未列）"
    limit = parse_exact(row[0] if row else rule.table[-1][0])
    if rule.kind == Kind.PLACE:
        return f"第{place}名，{'在' if row else '不在'}前{number(limit)}名以内"
    shown = number(value) if value is not None else ""
    if row:
        return f"{shown} {'≤' if rule.smaller_is_better else '≥'} {number(limit)}"
    return f"{shown}未达到最低一档（{'≤' if rule.smaller_is_better else '≥'}{number(limit)}）"


def number(value: Fraction) -> str:
    """As printed in a sheet: at most four decimals, half up, without idle zeros, − for the minus sign."""
    text = display(value, 4)
    return text.rstrip("0").rstrip(".").replace("-", "−")


def equals(*printed: Fraction) -> str:
    """The sign between numbers printed so: = when all of them are exact, else ≈."""
    return "=" if all((value * 10**4).denominator == 1 for value in printed) else "≈"
