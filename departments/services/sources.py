"""The figures that the sources of comparisons give, for every unit of an office and one period: five queries in all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from departments.choices import FigureState, Frequency, Measure, Status
from departments.models import Comparison, ComparisonSource, Figure, Form, Submission, Window
from departments.periods import Period
from departments.reconcile import Filed, add_up, over_time, over_tree
from departments.services.organisation import Placement
from expressions.values import MISSING, Value, not_applicable

# Submission and item → its approved answers (several where the item is asked per category).
Answers = Mapping[tuple[int, int], list[Value]]


@dataclass(frozen=True)
class SourceFigures:
    """One source: what each unit filed itself (`own`) and with the units below it (`whole`), by unit id.

    Units that the source does not ask are in neither. `is_open`: a window of the period exists at all; before that
    nobody can tell whom it will ask.
    """

    source: ComparisonSource
    own: Mapping[int, Filed]
    whole: Mapping[int, Filed]
    is_open: bool
    not_opened: int


@dataclass(frozen=True)
class _Asked:
    """The windows of one form inside the period in time order, and how many of its sub-periods have none yet."""

    windows: tuple[int, ...]
    not_opened: int


def load_sources(
    comparisons: Iterable[Comparison], when: Period, places: Mapping[int, Placement]
) -> dict[int, list[SourceFigures]]:
    """The sources of each comparison (by its id) in order; all comparisons are of the office of `places`.

    A form filed for the period itself stands for itself; otherwise its sub-periods inside the period count.
    """
    sources = list(
        ComparisonSource.objects.filter(comparison__in=list(comparisons))
        .select_related("item__form", "comparison")
        .order_by("comparison", "order", "pk")
    )
    forms = {source.item.form_id: source.item.form for source in sources}
    asked = _asked(forms, when)
    windows = [window for one in asked.values() for window in one.windows]
    submissions = {
        (window, unit): (pk, status)
        for pk, window, unit, status in Submission.objects.filter(window__in=windows).values_list(
            "pk", "window", "unit", "status"
        )
    }
    answers = _answers(windows, [source.item_id for source in sources])
    parents = {unit: place.parent for unit, place in places.items()}
    found: dict[int, list[SourceFigures]] = defaultdict(list)
    for source in sources:
        one = asked[source.item.form_id]
        own = _own(source, one, submissions, answers)
        whole = over_tree({u: f for u, f in own.items() if u in places}, parents, source.item.unit_total)
        found[source.comparison_id].append(
            SourceFigures(source, own, whole, bool(one.windows), one.not_opened)
        )
    return found


def _asked(forms: Mapping[int, Form], when: Period) -> dict[int, _Asked]:
    rows: dict[int, list[Window]] = {form: [] for form in forms}
    for window in Window.objects.filter(
        form__in=forms, ends_on__gte=when.start, ends_on__lte=when.end
    ).order_by("starts_on", "ends_on"):
        if when.contains(Period.parse(window.period)):
            rows[window.form_id].append(window)
    found = {}
    for form, windows in rows.items():
        exact = [window for window in windows if window.period == when.code]
        used = exact or windows
        left = 0 if exact else _not_opened(forms[form], when, used)
        found[form] = _Asked(tuple(window.pk for window in used), left)
    return found


def _not_opened(form: Form, when: Period, windows: list[Window]) -> int:
    """Sub-periods after the last one that has a window; those before the form's first window were never asked."""
    if form.frequency == Frequency.SPAN:
        return 0
    first = windows[-1].ends_on + dt.timedelta(days=1) if windows else when.start
    step, count = Period.containing(first, form.frequency), 0
    while step.end <= when.end:
        count += when.contains(step)
        step = Period.containing(step.end + dt.timedelta(days=1), form.frequency)
    return count


def _answers(windows: list[int], items: list[int]) -> Answers:
    found: dict[tuple[int, int], list[Value]] = defaultdict(list)
    rows = Figure.objects.filter(
        submission__window__in=windows, submission__status=Status.APPROVED, item__in=items
    ).values_list("submission", "item", "state", "value", "reason__name")
    for submission, item, state, value, reason in rows:
        if state == FigureState.NUMBER and value is not None:
            found[submission, item].append(Fraction(value))
        elif state == FigureState.NOT_APPLICABLE:
            found[submission, item].append(not_applicable(reason or ""))
    return found


def _own(
    source: ComparisonSource,
    asked: _Asked,
    submissions: Mapping[tuple[int, int], tuple[int, str]],
    answers: Answers,
) -> dict[int, Filed]:
    """What each unit filed itself, by unit id."""
    mine = set(asked.windows)
    filed: dict[int, list[Value | None]] = {}
    for unit in {unit for window, unit in submissions if window in mine}:
        filed[unit] = []
        for window in asked.windows:
            if (window, unit) not in submissions:
                continue
            submission, status = submissions[window, unit]
            cells = answers.get((submission, source.item_id), ())
            filed[unit].append((add_up(cells) if cells else MISSING) if status == Status.APPROVED else None)
    flow = source.item.measure == Measure.FLOW
    return {unit: over_time(values, flow=flow, not_opened=asked.not_opened) for unit, values in filed.items()}
