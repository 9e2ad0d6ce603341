"""Comparisons as people look at them: per unit the figures of every source, how far apart, and which one counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from departments.choices import CaseState
from departments.models import Comparison, ComparisonCase, ComparisonSource, Office, Unit, Window
from departments.periods import Period
from departments.permissions import visible
from departments.reconcile import Filed, Outcome, Tolerance, Verdict, add_up, over_tree, reconcile
from departments.services.organisation import Placement, placements
from departments.services.sources import SourceFigures, load_sources
from expressions.numbers import display
from expressions.values import Kind, NoValue, Value

# Beside the recorded states of a case: some source has no complete figure yet.
INCOMPLETE = "incomplete"
# In the order in which they want attention.
STATES = (CaseState.EXPLAINED, CaseState.DIFFERS, INCOMPLETE, CaseState.DECIDED, CaseState.AGREES)


@dataclass(frozen=True)
class Row:
    """One unit of a comparison; `figures` stand in the order of the sources, None where a source does not ask the unit."""

    unit: Placement
    figures: tuple[Filed | None, ...]
    verdict: Verdict
    case: ComparisonCase | None
    state: str
    # Explained or decided when the figures were others than now.
    changed: bool
    # What counts in indicators: the source and its figure.
    counts: ComparisonSource
    counted: Filed | None
    seen: Mapping[str, str]

    @property
    def mark(self) -> str:
        """What somebody has read who acts on this row: the version of the case and every figure."""
        version = self.case.version if self.case else 0
        return "|".join([str(version), *(f"{source}={text}" for source, text in self.seen.items())])

    @property
    def is_open(self) -> bool:
        """Whether the unit may explain and the office should decide."""
        return self.state in (CaseState.DIFFERS, CaseState.EXPLAINED, INCOMPLETE)


@dataclass(frozen=True)
class Sides:
    """A comparison for a period; `totals` (per source, then of what counts) are over the top units of `rows`.

    Of a total, `due` are the units asked and `done` those whose figure is complete.
    """

    comparison: Comparison
    period: Period
    sources: tuple[ComparisonSource, ...]
    rows: tuple[Row, ...]
    totals: tuple[Filed, ...]
    decimals: int

    def counts_by_state(self) -> dict[str, int]:
        """How many units are in each state, in the order of STATES; states nobody is in are left out."""
        found = {state: sum(row.state == state for row in self.rows) for state in STATES}
        return {str(state): number for state, number in found.items() if number}

    def only(self, rows: Iterable[Row]) -> "Sides":
        """The same comparison with some of its rows, totals accordingly."""
        return _sides(self.comparison, self.period, self.sources, tuple(rows))


def side_by_side(comparison: Comparison, period: str, user: Any) -> Sides:
    """One comparison for a period, with the units the person may see. A fixed number of queries."""
    return side_by_side_all([comparison], period, user)[0]


def side_by_side_all(comparisons: list[Comparison], period: str, user: Any) -> list[Sides]:
    """Several comparisons of one office for one period, in as many queries as one of them."""
    when = Period.parse(period)
    office = comparisons[0].office
    places = placements(office, when.end)
    shown = set(visible(Unit.objects.filter(office=office), user).values_list("pk", flat=True))
    figures = load_sources(comparisons, when, places)
    cases = _cases(comparisons, when)
    found = []
    for comparison in comparisons:
        sources = figures.get(comparison.pk, [])
        mine = {unit: case for (of, unit), case in cases.items() if of == comparison.pk}
        rows = _rows(comparison, sources, mine, places)
        found.append(
            _sides(
                comparison,
                when,
                tuple(one.source for one in sources),
                tuple(row for row in rows if row.unit.unit in shown),
            )
        )
    return found


def counted_figures(
    comparisons: list[Comparison], when: Period, places: Mapping[int, Placement]
) -> dict[int, tuple[dict[int, Filed], dict[int, Filed]]]:
    """What counts, by comparison id: every unit's own figure, and with the units below it, by unit id."""
    figures = load_sources(comparisons, when, places)
    cases = _cases(comparisons, when)
    return {
        comparison.pk: _counted(
            figures[comparison.pk],
            {unit: case for (of, unit), case in cases.items() if of == comparison.pk},
            places,
        )
        for comparison in comparisons
        if figures.get(comparison.pk)
    }


def periods_of(office: Office) -> dict[int, list[str]]:
    """The periods for which each comparison (by id) is made, newest first: those of its form that is filed least often."""
    rows = (
        Window.objects.filter(
            form__items__in=ComparisonSource.objects.filter(comparison__office=office).values("item")
        )
        .values_list("form", "period", "starts_on", "ends_on")
        .distinct()
        .order_by("-ends_on", "starts_on")
    )
    periods: dict[int, list[str]] = {}
    length: dict[int, int] = {}
    for form, period, starts_on, ends_on in rows:
        periods.setdefault(form, []).append(period)
        length[form] = max(length.get(form, 0), (ends_on - starts_on).days)
    forms: dict[int, set[int]] = {}
    for comparison, form in ComparisonSource.objects.filter(comparison__office=office).values_list(
        "comparison", "item__form"
    ):
        forms.setdefault(comparison, set()).add(form)
    return {
        comparison: periods.get(max(used, key=lambda form: (length.get(form, -1), -form)), [])
        for comparison, used in forms.items()
    }


def filed_text(filed: Filed | None, decimals: int) -> str:
    """A source's figure as pages and records write it; a part of the period's answers is named as such."""
    if filed is None:
        return _("not asked")
    text = value_text(filed.value, decimals)
    if filed.is_complete:
        return text
    if filed.due <= 1:
        return _("missing")
    return _("%(figure)s (%(done)s/%(due)s reports)") % {
        "figure": text or _("missing"),
        "done": filed.done,
        "due": filed.due,
    }


def value_text(value: Value, decimals: int) -> str:
    """A number with its decimals, — with the reason where it does not apply, blank where nothing is there."""
    if isinstance(value, Fraction):
        return display(value, decimals)
    if isinstance(value, NoValue) and value.kind is not Kind.MISSING:
        return f"—（{value.reason}）" if value.reason else "—"
    return ""


def _seen(filed: Filed | None, decimals: int) -> str:
    """A source's figure as the record compares it: the same in every language."""
    if filed is None:
        return "/"
    text = value_text(filed.value, decimals)
    return text if filed.is_complete else f"{text} {filed.done}/{filed.due}".strip()


def _cases(comparisons: list[Comparison], when: Period) -> dict[tuple[int, int], ComparisonCase]:
    rows = ComparisonCase.objects.filter(comparison__in=comparisons, period=when.code).select_related(
        "counts", "explained_by", "decided_by"
    )
    return {(case.comparison_id, case.unit_id): case for case in rows}


def _choice(unit: int, cases: Mapping[int, ComparisonCase], places: Mapping[int, Placement]) -> int | None:
    """The source decided for the unit, else for the nearest unit above it; None leaves the first one."""
    step: int | None = unit
    while step is not None and step in places:
        case = cases.get(step)
        if case is not None and case.counts_id is not None:
            return case.counts_id
        step = places[step].parent
    return None


def _counted(
    sources: list[SourceFigures], cases: Mapping[int, ComparisonCase], places: Mapping[int, Placement]
) -> tuple[dict[int, Filed], dict[int, Filed]]:
    by_id = {one.source.pk: one for one in sources}
    own = {}
    for unit in places:
        chosen = by_id.get(_choice(unit, cases, places) or 0, sources[0])
        if unit in chosen.own:
            own[unit] = chosen.own[unit]
    parents = {unit: place.parent for unit, place in places.items()}
    return own, over_tree(own, parents, sources[0].source.item.unit_total)


def _rows(
    comparison: Comparison,
    sources: list[SourceFigures],
    cases: Mapping[int, ComparisonCase],
    places: Mapping[int, Placement],
) -> list[Row]:
    if not sources:
        return []
    tolerance = Tolerance(Fraction(comparison.tolerance), Fraction(comparison.tolerance_percent))
    _own, counted = _counted(sources, cases, places)
    by_id = {one.source.pk: one.source for one in sources}
    rows = []
    for unit, place in places.items():
        asked = any(unit in one.whole for one in sources)
        # A source without any window yet may still ask the unit: its figure is missing, not absent.
        figures = tuple(
            one.whole.get(unit) or (None if one.is_open or not asked else _to_come(one)) for one in sources
        )
        present = [figure for figure in figures if figure is not None]
        case = cases.get(unit)
        if len(present) < 2 and case is None:
            continue
        verdict = reconcile([figure.compared for figure in present], tolerance)
        seen = {
            str(one.source.pk): _seen(figure, one.source.item.decimals)
            for one, figure in zip(sources, figures, strict=True)
        }
        changed = case is not None and case.version > 0 and case.seen != seen
        rows.append(
            Row(
                place,
                figures,
                verdict,
                case,
                _state(verdict, case, changed),
                changed,
                by_id.get(_choice(unit, cases, places) or 0, sources[0].source),
                counted.get(unit),
                seen,
            )
        )
    return rows


def _to_come(one: SourceFigures) -> Filed:
    """What a source says whose windows are still to come."""
    return Filed(NoValue(Kind.MISSING), 0, max(1, one.not_opened))


def _state(verdict: Verdict, case: ComparisonCase | None, changed: bool) -> str:
    """The recorded state as long as the figures are those it was given for; agreeing figures need none."""
    if verdict.outcome is Outcome.AGREES:
        return CaseState.AGREES
    if case is not None and not changed and case.state in (CaseState.EXPLAINED, CaseState.DECIDED):
        return case.state
    if verdict.outcome is Outcome.INCOMPLETE:
        return INCOMPLETE
    return CaseState.DIFFERS


def _sides(
    comparison: Comparison, when: Period, sources: tuple[ComparisonSource, ...], rows: tuple[Row, ...]
) -> Sides:
    inside = {row.unit.unit for row in rows}
    # A unit's figures hold those of the units below it, which a total must not count again.
    top = [row for row in rows if row.unit.parent not in inside]
    columns = [[row.figures[place] for row in top] for place in range(len(sources))]
    columns.append([row.counted for row in top])
    decimals = max((source.item.decimals for source in sources), default=0)
    return Sides(comparison, when, sources, rows, tuple(_total(column) for column in columns), decimals)


def _total(column: Iterable[Filed | None]) -> Filed:
    asked = [filed for filed in column if filed is not None]
    return Filed(
        add_up(filed.value for filed in asked), sum(filed.is_complete for filed in asked), len(asked)
    )
