"""The same figure from several sources: do they agree, and how far apart are they? Pure arithmetic, exact.

Source of the rule: how figures are counted, Values and Periods (a period's own form and its sub-periods are reconciled
where both exist). Missing, 0 and not applicable are three different answers; none of them ever agrees with another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from expressions.values import MISSING, Kind, NoValue, Value, not_applicable


class Outcome(StrEnum):
    """What comparing the sources of one unit gives."""

    AGREES = "agrees"
    DIFFERS = "differs"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Tolerance:
    """Largest difference that is let pass: `absolute` in the figures' own unit, `percent` of the largest source (by size)."""

    absolute: Fraction = Fraction()
    percent: Fraction = Fraction()

    def allowed(self, numbers: Iterable[Fraction]) -> Fraction:
        """The wider of the two, in the figures' own unit."""
        return max(self.absolute, self.percent * max(abs(number) for number in numbers) / 100)


@dataclass(frozen=True)
class Verdict:
    """`gap` is the largest number less the smallest, None with fewer than two numbers; `allowed` is what it may be."""

    outcome: Outcome
    gap: Fraction | None = None
    allowed: Fraction | None = None


def reconcile(figures: Sequence[Value], tolerance: Tolerance) -> Verdict:
    """Compares the figures that several sources give for one unit.

    What is there already differs when the gap is wider than the tolerance, or when a number stands beside “not
    applicable”. Otherwise a missing source, or having fewer than two, leaves the comparison incomplete: it never agrees.
    """
    numbers = [figure for figure in figures if isinstance(figure, Fraction)]
    absent = [figure.kind for figure in figures if isinstance(figure, NoValue)]
    gap = allowed = None
    if len(numbers) > 1:
        gap, allowed = max(numbers) - min(numbers), tolerance.allowed(numbers)
    apart = gap is not None and allowed is not None and gap > allowed
    if apart or (numbers and Kind.NOT_APPLICABLE in absent):
        return Verdict(Outcome.DIFFERS, gap, allowed)
    if any(kind is not Kind.NOT_APPLICABLE for kind in absent) or len(figures) < 2:
        return Verdict(Outcome.INCOMPLETE, gap, allowed)
    return Verdict(Outcome.AGREES, gap, allowed)


@dataclass(frozen=True)
class Filed:
    """What one source says about one unit: the figure of the `done` approved answers out of the `due` ones."""

    value: Value
    done: int
    due: int

    @property
    def is_complete(self) -> bool:
        return 0 < self.due <= self.done

    @property
    def compared(self) -> Value:
        """The figure as it is compared: a part of a sum is no figure yet."""
        return self.value if self.is_complete else MISSING


def add_up(values: Iterable[Value]) -> Value:
    """The sum of the numbers; without any, not applicable when every answer says so (its reason if it is one), else missing."""
    values = tuple(values)
    numbers = [value for value in values if isinstance(value, Fraction)]
    if numbers:
        return sum(numbers, Fraction())
    reasons = {value.reason for value in values if isinstance(value, NoValue)}
    if values and all(isinstance(value, NoValue) and value.kind is Kind.NOT_APPLICABLE for value in values):
        return not_applicable(reasons.pop() if len(reasons) == 1 else "")
    return MISSING


def over_time(answers: Sequence[Value | None], *, flow: bool, not_opened: int = 0) -> Filed:
    """The figure of one unit for a period from its sub-periods in time order (None: not approved yet).

    A flow adds up, a stock is the last answer. An approved form whose cell is blank has not answered.
    `not_opened` further sub-periods are still to come: without them the figure is a part only.
    """
    given = [answer for answer in answers if answer is not None and answer != MISSING]
    value = add_up(given) if flow else (given[-1] if given else MISSING)
    return Filed(value, len(given), len(answers) + not_opened)


def over_units(own: Filed | None, below: Sequence[Filed], how: str) -> Filed | None:
    """A unit with those under it, in official order; `how` is a departments.choices.UnitTotal. None: nobody is asked.

    What does not add over units ("none") stays with the unit that entered it.
    """
    parts = [part for part in (own, *below) if part is not None]
    if not parts or not below or how == "none":
        return own
    values = [part.value for part in parts]
    numbers = [value for value in values if isinstance(value, Fraction)]
    if how == "sum" or not numbers:
        total: Value = add_up(values)
    elif how == "max":
        total = max(numbers)
    else:
        total = numbers[-1]
    return Filed(total, sum(part.done for part in parts), sum(part.due for part in parts))


def over_tree(own: Mapping[int, Filed], parents: Mapping[int, int | None], how: str) -> dict[int, Filed]:
    """Every unit that is asked, or has units under it that are, with everything below it; `parents` in official order."""
    children: dict[int, list[int]] = {}
    for unit, parent in parents.items():
        if parent in parents and parent is not None:
            children.setdefault(parent, []).append(unit)
    whole: dict[int, Filed] = {}

    def visit(unit: int) -> None:
        for child in children.get(unit, ()):
            visit(child)
        below = [whole[child] for child in children.get(unit, ()) if child in whole]
        filed = over_units(own.get(unit), below, how)
        if filed is not None:
            whole[unit] = filed

    for unit, parent in parents.items():
        if parent not in parents:
            visit(unit)
    return whole
