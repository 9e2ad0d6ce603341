"""How the pages of reconciliation write a row: figures, difference, state in a word and a colour, what counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import CaseState
from departments.models import Comparison, ComparisonSource
from departments.periods import Period
from departments.reconcile import Filed
from departments.services.sides import INCOMPLETE, STATES, Row, Sides, filed_text
from expressions.numbers import display, exact_text
from expressions.values import NoValue

TONES = {
    CaseState.EXPLAINED: "wait",
    CaseState.DIFFERS: "bad",
    INCOMPLETE: "late",
    CaseState.DECIDED: "good",
    CaseState.AGREES: "good",
}


@dataclass(frozen=True)
class Shown:
    """A source's figure on the page; `counts` marks the one that counts, `tone` a missing or partial one."""

    source: ComparisonSource | None
    text: str
    counts: bool = False
    tone: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Line:
    """One unit of the table."""

    row: Row
    figures: tuple[Shown, ...]
    gap: str
    percent: str
    word: str
    tone: str
    counted: Shown
    url: str


@dataclass(frozen=True)
class StateCount:
    """How many units are in a state, and the page that shows just them."""

    state: str
    word: str
    tone: str
    number: int
    url: str


def state_word(state: str) -> str:
    return _("Not every source is in") if state == INCOMPLETE else str(CaseState(state).label)


def state_choices() -> list[tuple[str, str]]:
    return [(str(state), state_word(state)) for state in STATES]


def line(sides: Sides, row: Row, filters: Mapping[str, str]) -> Line:
    figures = tuple(
        _shown(source, figure, row) for source, figure in zip(sides.sources, row.figures, strict=True)
    )
    return Line(
        row=row,
        figures=figures,
        gap="" if row.verdict.gap is None else display(row.verdict.gap, sides.decimals),
        percent=gap_percent(row),
        word=state_word(row.state),
        tone=TONES[row.state],
        counted=Shown(row.counts, filed_text(row.counted, row.counts.item.decimals)),
        url=unit_url(sides.comparison, row, sides.period, filters),
    )


def gap_percent(row: Row) -> str:
    """The difference in % of the largest source, as the tolerance is meant; blank where there is none."""
    numbers = [abs(f.compared) for f in row.figures if f is not None and isinstance(f.compared, Fraction)]
    if not row.verdict.gap or not numbers or not max(numbers):
        return ""
    return f"{display(100 * row.verdict.gap / max(numbers), 1)}%"


def totals(sides: Sides) -> list[Shown]:
    """The total of every source and of what counts; where units are missing it says of how many it is."""
    return [
        Shown(
            None,
            "" if isinstance(total.value, NoValue) else display(total.value, sides.decimals),  # type: ignore[arg-type]
            tone="" if total.done == total.due else "late",
            seen="" if total.done == total.due else f"{total.done}/{total.due}",
        )
        for total in sides.totals
    ]


def state_counts(sides: Sides, filters: Mapping[str, str]) -> list[StateCount]:
    return [
        StateCount(
            state,
            state_word(state),
            TONES[state],
            number,
            sides_url(sides.comparison, sides.period, {**filters, "state": state}),
        )
        for state, number in sides.counts_by_state().items()
    ]


def tolerance_text(comparison: Comparison) -> str:
    """Such as “20 or 5 %”; what is 0 is left out."""
    parts = []
    if comparison.tolerance:
        parts.append(exact_text(Fraction(comparison.tolerance)))
    if comparison.tolerance_percent:
        parts.append(f"{exact_text(Fraction(comparison.tolerance_percent))}%")
    return _(" or ").join(parts) if parts else _("none: any difference counts")


def sides_url(comparison: Comparison, period: Period, filters: Mapping[str, str]) -> str:
    url = reverse("admin:departments_comparison_sides", args=[comparison.pk])
    return f"{url}?{query(period, filters)}"


def unit_url(comparison: Comparison, row: Row, period: Period, filters: Mapping[str, str]) -> str:
    url = reverse("admin:departments_comparison_unit", args=[comparison.pk, row.unit.code])
    return f"{url}?{query(period, filters)}"


def query(period: Period, filters: Mapping[str, str]) -> str:
    """The address keeps the period and the filters of the table."""
    chosen: dict[str, Any] = {name: value for name, value in filters.items() if value}
    return urlencode({**chosen, "period": period.code})


def _shown(source: ComparisonSource, figure: Filed | None, row: Row) -> Shown:
    tone = "none" if figure is None else "" if figure.is_complete else "late"
    then = row.case.seen.get(str(source.pk), "") if row.case and row.changed else ""
    return Shown(source, filed_text(figure, source.item.decimals), row.counts == source, tone, then)
