"""What rules look at beyond the form itself: the unit's last period, its other forms, and its history.

A fixed number of queries for any number of submissions of one form.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from departments.cells import Cell, cell_of
from departments.choices import FigureState, Measure, Status
from departments.models import Figure, Item, Submission, Window
from departments.periods import Period
from departments.sheets import PREVIOUS, Context, Sheet, cell_key, key_of
from expressions.values import MISSING, Value

# 最近12期: as many earlier periods as the chart beside a cell shows.
HISTORY = 12
_HANDED_IN = (Status.CHECKING, Status.SUBMITTED, Status.APPROVED)


def load_context(sheet: Sheet, submission: Submission) -> Context:
    """The context of one submission."""
    return load_contexts(sheet, [submission])[submission.pk]


def load_contexts(sheet: Sheet, submissions: Iterable[Submission]) -> dict[int, Context]:
    """Contexts by submission id; all submissions are of the sheet's form."""
    wanted = list(submissions)
    found: dict[int, Context] = {}
    by_window: dict[int, list[Submission]] = defaultdict(list)
    for submission in wanted:
        by_window[submission.window_id].append(submission)
    for group in by_window.values():
        window = group[0].window
        units = {submission.unit_id for submission in group}
        history = load_history(sheet, window, units)
        values = _outside(sheet, window, units)
        for submission in group:
            unit = submission.unit_id
            found[submission.pk] = Context(
                values.get(unit, {}),
                {key: [value for _label, value in rows] for key, rows in history.get(unit, {}).items()},
            )
    return found


def load_history(
    sheet: Sheet, window: Window, units: Iterable[int]
) -> dict[int, dict[str, list[tuple[str, Fraction]]]]:
    """Approved numbers of up to HISTORY periods before the window: unit id → cell key → [(period label, value)], oldest first."""
    earlier = list(
        Window.objects.filter(form=sheet.form, ends_on__lt=window.starts_on).order_by("-starts_on")[:HISTORY]
    )
    labels = {row.pk: row.when.label for row in earlier}
    # The forms first: joined with figures the database may look at every figure for every form.
    forms = {
        pk: (unit, labels[earlier_window])
        for pk, unit, earlier_window in Submission.objects.filter(
            window__in=labels, unit__in=units, status=Status.APPROVED
        )
        .order_by("window__starts_on")
        .values_list("pk", "unit", "window")
    }
    cells: dict[int, list[tuple[str, Fraction]]] = defaultdict(list)
    for form, item, category, value in Figure.objects.filter(
        submission__in=forms, state=FigureState.NUMBER
    ).values_list("submission", "item__code", "category__code", "value"):
        assert value is not None
        cells[form].append((cell_key(item, category or ""), Fraction(value)))
    found: dict[int, dict[str, list[tuple[str, Fraction]]]] = defaultdict(lambda: defaultdict(list))
    for form, (unit, label) in forms.items():
        for key, number in cells[form]:
            found[unit][key].append((label, number))
    return found


def _outside(sheet: Sheet, window: Window, units: set[int]) -> dict[int, dict[str, Value]]:
    """The figures beyond the form that its rules name, by unit and symbol code; MISSING where there is none."""
    codes = sheet.outside
    found: dict[int, dict[str, Value]] = {unit: dict.fromkeys(codes, MISSING) for unit in units}
    if any(code.startswith(f"{PREVIOUS}.") for code in codes):
        for unit, cells in cells_before(sheet, window, units).items():
            mine = sheet.for_unit(unit)
            for code in codes:
                item = sheet.by_code.get(code.removeprefix(f"{PREVIOUS}."))
                if code.startswith(f"{PREVIOUS}.") and item is not None:
                    found[unit][code] = mine.total(item, cells)
    others = {code for code in codes if not code.startswith(f"{PREVIOUS}.")}
    if others:
        for unit, values in _other_forms(sheet, window, units, others).items():
            found[unit].update(values)
    return found


def cells_before(sheet: Sheet, window: Window, units: set[int]) -> dict[int, dict[str, Cell]]:
    """Cells of the form's period right before the window, by unit and cell key."""
    before = sheet.form.period_before(window.when)
    figures = Figure.objects.filter(
        submission__window__form=sheet.form,
        submission__window__period=before.code,
        submission__unit__in=units,
        submission__status__in=_HANDED_IN,
    ).select_related("item", "category", "reason", "submission")
    found: dict[int, dict[str, Cell]] = defaultdict(dict)
    for figure in figures:
        found[figure.submission.unit_id][key_of(figure)] = cell_of(figure)
    return found


def _other_forms(
    sheet: Sheet, window: Window, units: set[int], codes: set[str]
) -> dict[int, dict[str, Value]]:
    """Figures of other forms for the same unit and period; weekly flows add up to the month or quarter they lie in.

    A unit that has not handed in every one of a form's windows inside the period has no figure: MISSING, so that no rule
    is judged on a part.
    """
    when = window.when
    items = {
        f"{item.form.code}.{item.code}": item
        for item in Item.objects.filter(
            form__office=sheet.form.office_id, form__code__in={code.split(".")[0] for code in codes}
        ).select_related("form")
    }
    forms = {items[code].form_id for code in codes}
    windows = {
        row.pk: row
        for row in Window.objects.filter(form__in=forms, ends_on__gte=when.start, ends_on__lte=when.end)
        if when.contains(row.when)
    }
    asked: dict[tuple[int, int], set[int]] = defaultdict(set)
    given: dict[tuple[int, int], set[int]] = defaultdict(set)
    rows = Submission.objects.filter(window__in=windows, unit__in=units).values_list(
        "unit", "window", "window__form", "status"
    )
    for unit, window_id, form, status in rows:
        asked[unit, form].add(window_id)
        if status in _HANDED_IN:
            given[unit, form].add(window_id)
    numbers: dict[tuple[int, int], dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    wanted = {items[code].pk: code for code in codes}
    figures = Figure.objects.filter(
        submission__window__in=windows,
        submission__unit__in=units,
        item__in=wanted,
        state=FigureState.NUMBER,
    ).values_list("submission__unit", "item", "submission__window", "value")
    for unit, item_id, window_id, value in figures:
        assert value is not None
        numbers[unit, item_id][window_id] += Fraction(value)
    found: dict[int, dict[str, Value]] = defaultdict(dict)
    for (unit, form), window_ids in asked.items():
        if window_ids != given[unit, form]:
            continue
        for code in codes:
            item = items[code]
            mine = numbers.get((unit, item.pk), {})
            if item.form_id == form and set(mine) == window_ids:
                found[unit][code] = _over_time(item, {windows[pk].when: value for pk, value in mine.items()})
    return found


def _over_time(item: Item, values: Mapping[Period, Fraction]) -> Fraction:
    if item.measure == Measure.FLOW:
        return sum(values.values(), Fraction(0))
    return values[max(values)]
