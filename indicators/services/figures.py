"""The approved figures of an office for one period: a fixed number of queries, whatever the number of units."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.db.models import F, QuerySet

from departments.choices import FigureState, Measure, Status
from departments.models import Figure, Form, Item, Office, Register, Request, Submission, Window
from departments.periods import Period
from departments.services.organisation import Placement, placements
from departments.services.registers.counts import registers_of
from departments.sheets import cell_of
from expressions.values import MISSING, Value, not_applicable
from indicators.exclusions import ExclusionData
from indicators.models import Sum
from indicators.rollup import Slot, combine_periods, slot_value
from indicators.services.alerts import load_alerts
from indicators.services.beside import Beside
from indicators.services.duty import load_duty
from indicators.services.exclusions import approved_exclusions
from indicators.services.frequency import load_frequency
from indicators.services.names import category_code
from indicators.services.reconciled import load_reconciled
from indicators.services.registers import load_registers
from indicators.services.requests import load_requests, requests_of
from indicators.services.sums import slots_of

Env = dict[str, Value]
# A form filed late by a unit: (unit id, form id, period of the window).
LateKey = tuple[int, int, str]


@dataclass(frozen=True)
class Sources:
    """Where an office's figures come from, read once: forms (with items and sections), registers, requests."""

    office: Office
    forms: Sequence[Form]
    registers: Sequence[Register]
    requests: Sequence[Request]

    @classmethod
    def of(cls, office: Office) -> "Sources":
        return cls(
            office,
            list(office.forms.prefetch_related("items__section")),
            registers_of(office),
            requests_of(office),
        )


@dataclass(frozen=True)
class Figures:
    """Values by unit id and code (`form.item`): `whole` with everything below a unit, `own` what a unit with others
    below it filed itself. `late` are the forms that came in after they were due."""

    period: Period
    sources: Sources
    places: Mapping[int, Placement]
    whole: Mapping[int, Mapping[str, Value]]
    own: Mapping[int, Mapping[str, Value]]
    beside: Beside
    late: frozenset[LateKey]
    sums: Mapping[tuple[int, int], Sequence[Sum]]
    exclusions: Sequence[ExclusionData]

    @cached_property
    def children(self) -> Mapping[int, Sequence[int]]:
        """Units by the unit above them, as the tree was in the period."""
        found: dict[int, list[int]] = defaultdict(list)
        for place in self.places.values():
            if place.parent is not None and place.parent in self.places:
                found[place.parent].append(place.unit)
        return found

    def above(self, place: Placement) -> str | None:
        """Code of the unit above."""
        parent = self.places.get(place.parent) if place.parent is not None else None
        return parent.code if parent else None

    @property
    def tops(self) -> Iterator[int]:
        """Units with nobody above them."""
        return (unit for unit, place in self.places.items() if place.parent not in self.places)

    @cached_property
    def late_forms(self) -> Mapping[int, frozenset[str]]:
        """Codes of the forms that a unit filed late, by unit id."""
        codes = {form.pk: form.code for form in self.sources.forms}
        found: dict[int, set[str]] = defaultdict(set)
        for unit, form, _period in self.late:
            found[unit].add(codes[form])
        return {unit: frozenset(forms) for unit, forms in found.items()}

    def in_time(self, unit: int) -> Env:
        """What a unit without others below it filed up to the due moments; late windows count for nothing."""
        env = dict(self.whole[unit])
        for form in self.sources.forms:
            rows = self.sums.get((form.pk, unit), ())
            kept = [row for row in rows if (unit, form.pk, row.period) not in self.late]
            if len(kept) < len(rows):
                env |= dict(_form_values(form, kept))
        return env


def load_figures(sources: Sources, when: Period, at: dt.datetime) -> Figures:
    """The figures of a period with the tree as it was on its last day; `at`: the moment at which duties are counted."""
    forms = sources.forms
    places = placements(sources.office, when.end)
    beside = (
        load_reconciled(sources.office, when, places)
        | load_duty(when, list(forms), places, at)
        | load_registers(sources.registers, when, places, at)
        | load_requests(sources.requests, when, places, at)
        | load_frequency(sources.registers, when, places, at)
        | load_alerts(sources.office, when, places, at)
    )
    sums = _sums(when, forms)
    exclusions = [row for row in approved_exclusions(forms, when) if _bears(row, sums, forms)]
    whole = _whole(when, forms, places, sums)
    has_children = {place.parent for place in places.values() if place.parent in places}
    own = _own(when, forms, [unit for unit in places if unit in has_children])
    for row in exclusions:
        _exclude(row, whole, own, places)
    return Figures(
        period=when,
        sources=sources,
        places=places,
        whole={unit: {**env, **beside.whole.get(unit, {})} for unit, env in whole.items()},
        own=own,
        beside=beside,
        late=_late(when, forms),
        sums=sums,
        exclusions=exclusions,
    )


def reported_units(when: Period, forms: Iterable[Form]) -> dict[str, frozenset[str]]:
    """Codes of the units with an approved form in the period, by form code."""
    found: dict[str, set[str]] = {form.code: set() for form in forms}
    for form, unit in _approved(when, forms).values_list("window__form__code", "unit__code"):
        found[form].add(unit)
    return {form: frozenset(units) for form, units in found.items()}


def _approved(when: Period, forms: Iterable[Form]) -> QuerySet[Submission]:
    return Submission.objects.filter(
        window__form__in=list(forms),
        status=Status.APPROVED,
        window__ends_on__gte=when.start,
        window__ends_on__lte=when.end,
    )


def _sums(when: Period, forms: Iterable[Form]) -> dict[tuple[int, int], list[Sum]]:
    """Rows by (form, unit): the row of the period itself where there is one, else those of its sub-periods."""
    found: dict[tuple[int, int], list[Sum]] = defaultdict(list)
    for row in Sum.objects.filter(form__in=list(forms), ends_on__gte=when.start, ends_on__lte=when.end):
        if when.contains(Period.parse(row.period)):
            found[row.form_id, row.unit_id].append(row)
    return {key: [row for row in rows if row.period == when.code] or rows for key, rows in found.items()}


def _late(when: Period, forms: Iterable[Form]) -> frozenset[LateKey]:
    rows = _approved(when, forms).filter(handed_in_at__gt=F("window__due_at"), window__is_historical=False)
    return frozenset(rows.values_list("unit", "window__form", "window__period"))


def _whole(
    when: Period,
    forms: Iterable[Form],
    places: Mapping[int, Placement],
    sums: Mapping[tuple[int, int], Sequence[Sum]],
) -> dict[int, Env]:
    """Every unit's value of every item, by unit id and item code."""
    reasons = _reasons(when, forms)
    texts = _texts(when, forms)
    categories = _categories(when, forms, places)
    values: dict[int, Env] = {}
    for unit in places:
        row: Env = {}
        for form in forms:
            row |= dict(_form_values(form, sums.get((form.pk, unit), ()), reasons, unit))
        values[unit] = row | texts.get(unit, {}) | categories.get(unit, {})
    return values


def _form_values(
    form: Form,
    rows: Iterable[Sum],
    reasons: Mapping[tuple[int, int], str] | None = None,
    unit: int = 0,
) -> Iterator[tuple[str, Value]]:
    items = [item for item in form.items.all() if item.slot is not None]
    stored = [(row.starts_on, slots_of(row, items)) for row in rows]
    for item in items:
        value: Value = slot_value(_over_time(item, stored), item.decimals)
        if value == not_applicable():
            value = not_applicable((reasons or {}).get((unit, item.pk), ""))
        yield f"{form.code}.{item.code}", value


def _over_time(item: Item, stored: Sequence[tuple[dt.date, Mapping[int, Slot]]]) -> Slot:
    return combine_periods(
        [(starts_on, slots[item.pk]) for starts_on, slots in stored], item.measure == Measure.FLOW
    )


def _reasons(when: Period, forms: Iterable[Form]) -> dict[tuple[int, int], str]:
    """Why a figure does not apply, by (unit, item); the sums keep only that it does not."""
    rows = Figure.objects.filter(
        submission__in=_approved(when, forms), state=FigureState.NOT_APPLICABLE
    ).values_list("submission__unit", "item", "reason__name")
    return {(unit, item): reason for unit, item, reason in rows}


def _texts(when: Period, forms: Iterable[Form]) -> dict[int, Env]:
    """Every unit's texts by unit id and item code: the period's own, without one the last of a period inside it."""
    rows = (
        Figure.objects.filter(submission__in=_approved(when, forms), state=FigureState.TEXT)
        .order_by("submission__window__ends_on", "submission__window__starts_on")
        .values_list(
            "submission__unit", "item__form__code", "item__code", "text", "submission__window__period"
        )
    )
    inside = [row for row in rows if when.contains(Period.parse(row[-1]))]
    texts: dict[int, Env] = defaultdict(dict)
    for unit, form, item, text, _period in sorted(inside, key=lambda row: row[-1] == when.code):
        texts[unit][f"{form}.{item}"] = text
    return texts


def _categories(when: Period, forms: Iterable[Form], places: Mapping[int, Placement]) -> dict[int, Env]:
    """Every unit's value of every item by category, with the units below it; one query, none without such items."""
    items = [item for form in forms for item in form.items.all() if item.by_category]
    if not items:
        return {}
    rows = (
        Figure.objects.filter(submission__in=_approved(when, forms), item__in=items, category__isnull=False)
        .select_related("item__form", "submission__window", "category", "reason")
        .order_by("submission", "item__order")
    )
    filed: dict[tuple[int, str], dict[Window, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in rows:
        window = figure.submission.window
        if when.contains(window.when) and figure.category is not None:
            code = category_code(figure.item.form, figure.item, figure.category)
            filed[figure.submission.unit_id, code][window].append(figure)
    found: dict[int, Env] = defaultdict(dict)
    for (unit, code), windows in filed.items():
        value = _of_period(windows, when)
        above: int | None = unit
        while above is not None and above in places:
            found[above][code] = _plus(found[above].get(code), value)
            above = places[above].parent
    return found


def _plus(one: Value | None, other: Value) -> Value:
    """Numbers add up; what is no number gives way to one, and stays where there is nothing else."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one + other
    return one if isinstance(one, Fraction) else other


def _own(when: Period, forms: Iterable[Form], units: Sequence[int]) -> dict[int, Env]:
    """What units with others below them filed themselves: for the period, or else for the periods inside it.

    Over time as everywhere: flows add, stocks take the last; rows of categories add up; texts only of the period itself.
    """
    figures = (
        Figure.objects.filter(submission__in=_approved(when, forms).filter(unit__in=units))
        .select_related("item__form", "submission__window", "reason")
        .order_by("submission", "item__order")
    )
    filed: dict[tuple[int, str], dict[Window, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures:
        window = figure.submission.window
        if when.contains(window.when):
            key = f"{figure.item.form.code}.{figure.item.code}"
            filed[figure.submission.unit_id, key][window].append(figure)
    own: dict[int, Env] = defaultdict(dict)
    for (unit, key), windows in filed.items():
        own[unit][key] = _of_period(windows, when)
    return dict(own)


def _of_period(windows: Mapping[Window, list[Figure]], when: Period) -> Value:
    """One item of one unit over the windows it was filed in: the period's own window stands for itself."""
    itself = {window: rows for window, rows in windows.items() if window.period == when.code}
    windows = itself or windows
    parts = {window.starts_on: _added(rows) for window, rows in windows.items()}
    item = next(iter(windows.values()))[0].item
    numbers = {day: value for day, value in parts.items() if isinstance(value, Fraction)}
    if numbers and item.measure == Measure.FLOW:
        return sum(numbers.values(), Fraction(0))
    return parts[max(parts)]


def _added(rows: list[Figure]) -> Value:
    """The figure of one submission; its categories' numbers added."""
    values = [cell_of(row).as_value() for row in rows]
    numbers = [value for value in values if isinstance(value, Fraction)]
    return sum(numbers, Fraction(0)) if numbers else values[0]


def _bears(row: ExclusionData, sums: Mapping[tuple[int, int], Sequence[Sum]], forms: Iterable[Form]) -> bool:
    """Whether a sub-period's exclusion counts in the period: for a stock only where it is the last one that counts."""
    form = next(form for form in forms if form.code == row.form_code)
    item = next(item for item in form.items.all() if item.code == row.item_code)
    stored = sums.get((form.pk, row.unit_id), ())
    counted = [s.period for s in stored]
    if item.measure != Measure.FLOW:
        counted = [s.period for s in sorted(stored, key=lambda s: s.starts_on) if s.filed][-1:]
    return row.period in counted


def _exclude(
    row: ExclusionData, whole: dict[int, Env], own: dict[int, Env], places: Mapping[int, Placement]
) -> None:
    """Lowers the unit's figure and those of all units above it."""
    code = f"{row.form_code}.{row.item_code}"
    if row.unit_id in own:
        _lower(own[row.unit_id], code, row.amount)
    above: int | None = row.unit_id
    while above is not None and above in places:
        _lower(whole[above], code, row.amount)
        above = places[above].parent


def _lower(env: Env, code: str, amount: Fraction) -> None:
    value = env.get(code, MISSING)
    if isinstance(value, Fraction):
        env[code] = value - amount
