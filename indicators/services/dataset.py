"""Loading PeriodData: a fixed number of queries, whatever the number of units."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from django.utils import timezone

from departments.choices import FigureState, Measure, Status
from departments.models import Figure, Form, Item, Office, Register, Request, Submission, Window
from departments.periods import Period
from departments.services.organisation import Placement, expected_units, placements
from departments.services.registers.counts import registers_of
from departments.sheets import cell_of, item_symbols
from expressions import NUMBER, NameTable, check
from expressions.values import Value, not_applicable
from indicators.dataset import Definition, PeriodData, TargetData, UnitData
from indicators.models import IndicatorVersion, Sum, Target
from indicators.ranking import Direction
from indicators.rollup import Pair, Slot, combine_periods, pooled, slot_value
from indicators.services.alerts import alert_symbols, load_alerts
from indicators.services.beside import Beside
from indicators.services.duty import coverage_of, duty_symbols, load_duty
from indicators.services.frequency import frequency_symbols, load_frequency
from indicators.services.reconciled import form_of, load_reconciled, reconciled_symbols
from indicators.services.registers import load_registers, register_symbols
from indicators.services.requests import load_requests, request_symbols, requests_of
from indicators.services.sums import slots_of


def load_period(office: Office, period: str, at: dt.datetime | None = None) -> PeriodData:
    """The office's approved figures and definitions for a period, with the tree and names as they were on its last day.

    `at` (default now) is the moment at which late and missing forms and answers and the entries of registers are counted.
    """
    when, at = Period.parse(period), at or timezone.now()
    places = placements(office, when.end)
    forms = list(office.forms.prefetch_related("items__section"))
    registers, requests = registers_of(office), requests_of(office)
    definitions = load_definitions(office, when, forms, registers, requests)
    figures = _figures(when, forms, places)
    beside = (
        load_reconciled(office, when, places)
        | load_duty(when, forms, places, at)
        | load_registers(registers, when, places, at)
        | load_requests(requests, when, places, at)
        | load_frequency(registers, when, places, at)
        | load_alerts(office, when, places, at)
    )
    figures = {unit: {**row, **beside.whole.get(unit, {})} for unit, row in figures.items()}
    pairs = _pairs(when, forms, places, figures, definitions, beside)
    expected = {
        form.code: frozenset(expected_units(form, when).values_list("code", flat=True)) for form in forms
    }
    return PeriodData(
        period=when,
        units=tuple(
            UnitData(
                place.unit,
                place.code,
                place.short_name,
                place.group,
                places[place.parent].code if place.parent in places else None,
                figures[place.unit],
                pairs[place.unit],
            )
            for place in places.values()
        ),
        groups=dict(office.groups.values_list("code", "name")),
        definitions=definitions,
        targets=_targets(office, when),
        expected=expected | dict(beside.expected),
        reported=_reported(when, forms) | dict(beside.reported),
        item_names={f"{form.code}.{item.code}": item.name for form in forms for item in form.items.all()}
        | dict(beside.names),
    )


def office_names(
    office: Office,
    forms: Iterable[Form] | None = None,
    registers: Iterable[Register] | None = None,
    requests: Iterable[Request] | None = None,
) -> NameTable:
    """The names of all figures of an office, as indicators and bulletins write them.

    Forms (with items and sections), registers and requests are all of the office's, if they have been read already.
    """
    forms = list(office.forms.prefetch_related("items__section") if forms is None else forms)
    registers = registers_of(office) if registers is None else registers
    items = [
        symbol
        for form in forms
        for symbol in item_symbols((item for item in form.items.all() if item.is_entered), f"{form.code}.")
    ]
    requests = requests_of(office) if requests is None else requests
    beside = [*reconciled_symbols(forms), *duty_symbols(forms), *register_symbols(registers)]
    warned = [*frequency_symbols(registers), *alert_symbols()]
    return NameTable([*items, *beside, *request_symbols(requests), *warned])


def load_definitions(
    office: Office,
    period: Period,
    forms: Iterable[Form],
    registers: Iterable[Register],
    requests: Iterable[Request],
) -> dict[str, Definition]:
    """The indicators as defined on the period's last day, by code."""
    names = office_names(office, forms, registers, requests)
    versions = (
        IndicatorVersion.objects.on(period.end)
        .filter(indicator__office=office)
        .select_related("indicator")
        .order_by("indicator__order", "indicator__code")
    )
    return {version.indicator.code: _definition(version, names) for version in versions}


def _definition(version: IndicatorVersion, names: NameTable) -> Definition:
    numerator = check(version.numerator, names, want=NUMBER)
    denominator = check(version.denominator, names, want=NUMBER)
    references = (*numerator.references, *denominator.references)
    return Definition(
        code=version.indicator.code,
        name=version.indicator.name,
        version=version.number,
        numerator=numerator,
        denominator=denominator,
        factor=Fraction(version.factor),
        decimals=version.decimals,
        unit_of_measure=version.unit_of_measure,
        direction=Direction(version.direction),
        recipe=version.recipe,
        minimum_denominator=None
        if version.minimum_denominator is None
        else Fraction(version.minimum_denominator),
        forms=frozenset(coverage_of(code) or form_of(code) for code in references),
        version_id=version.pk,
    )


def _sums(when: Period, forms: list[Form]) -> dict[tuple[int, int], list[Sum]]:
    """Rows by (form, unit): the row of the period itself where there is one, else those of its sub-periods."""
    found: dict[tuple[int, int], list[Sum]] = defaultdict(list)
    for row in Sum.objects.filter(form__in=forms, ends_on__gte=when.start, ends_on__lte=when.end):
        if when.contains(Period.parse(row.period)):
            found[row.form_id, row.unit_id].append(row)
    return {key: [row for row in rows if row.period == when.code] or rows for key, rows in found.items()}


def _figures(when: Period, forms: list[Form], places: Mapping[int, Placement]) -> dict[int, dict[str, Value]]:
    """Every unit's value of every number item, by unit id and item code."""
    sums = _sums(when, forms)
    reasons = _reasons(when, forms)
    texts = _texts(when, forms)
    values: dict[int, dict[str, Value]] = {}
    for unit in places:
        row: dict[str, Value] = {}
        for form in forms:
            items = [item for item in form.items.all() if item.slot is not None]
            stored = [(s.starts_on, slots_of(s, items)) for s in sums.get((form.pk, unit), ())]
            for item in items:
                slot = _over_time(item, stored)
                value: Value = slot_value(slot, item.decimals)
                if value == not_applicable():
                    value = not_applicable(reasons.get((unit, item.pk), ""))
                row[f"{form.code}.{item.code}"] = value
        values[unit] = row | texts.get(unit, {})
    return values


def _over_time(item: Item, stored: list) -> Slot:
    return combine_periods(
        [(starts_on, slots[item.pk]) for starts_on, slots in stored], item.measure == Measure.FLOW
    )


def _approved(when: Period, forms: list[Form]):
    return Submission.objects.filter(
        window__form__in=forms,
        status=Status.APPROVED,
        window__ends_on__gte=when.start,
        window__ends_on__lte=when.end,
    )


def _reasons(when: Period, forms: list[Form]) -> dict[tuple[int, int], str]:
    """Why a figure does not apply, by (unit, item); the sums keep only that it does not."""
    rows = Figure.objects.filter(
        submission__in=_approved(when, forms), state=FigureState.NOT_APPLICABLE
    ).values_list("submission__unit", "item", "reason__name")
    return {(unit, item): reason for unit, item, reason in rows}


def _texts(when: Period, forms: list[Form]) -> dict[int, dict[str, Value]]:
    """Every unit's texts by unit id and item code: the period's own, without one the last of a period inside it."""
    rows = (
        Figure.objects.filter(submission__in=_approved(when, forms), state=FigureState.TEXT)
        .order_by("submission__window__ends_on", "submission__window__starts_on")
        .values_list(
            "submission__unit", "item__form__code", "item__code", "text", "submission__window__period"
        )
    )
    inside = [row for row in rows if when.contains(Period.parse(row[-1]))]
    texts: dict[int, dict[str, Value]] = defaultdict(dict)
    for unit, form, item, text, _period in sorted(inside, key=lambda row: row[-1] == when.code):
        texts[unit][f"{form}.{item}"] = text
    return texts


def _pairs(
    when: Period,
    forms: list[Form],
    places: Mapping[int, Placement],
    figures: Mapping[int, Mapping[str, Value]],
    definitions: Mapping[str, Definition],
    beside: Beside,
) -> dict[int, dict[str, Pair]]:
    """Numerator and denominator of every unit: its own, pooled with those of the units under it (semantics “Roll-up”)."""
    children: dict[int, list[int]] = defaultdict(list)
    for place in places.values():
        if place.parent is not None and place.parent in places:
            children[place.parent].append(place.unit)
    own = _own_figures(when, forms, [unit for unit in places if unit in children])
    pairs: dict[int, dict[str, Pair]] = {}

    def visit(unit: int) -> None:
        for child in children[unit]:
            visit(child)
        if not children[unit]:
            pairs[unit] = _evaluate(definitions, figures[unit])
            return
        mine = _own_pairs(definitions, own.get(unit), beside.own.get(unit, {}))
        parts = [*([mine] if mine else []), *(pairs[child] for child in children[unit])]
        pairs[unit] = (
            parts[0]
            if len(parts) == 1
            else {code: pooled(part[code] for part in parts if code in part) for code in definitions}
        )

    for unit, place in places.items():
        if place.parent not in places:
            visit(unit)
    return pairs


def _evaluate(definitions: Mapping[str, Definition], env: Mapping[str, Value]) -> dict[str, Pair]:
    return {
        code: Pair(definition.numerator.evaluate(env), definition.denominator.evaluate(env))
        for code, definition in definitions.items()
    }


def _own_pairs(
    definitions: Mapping[str, Definition], filed: Mapping[str, Value] | None, beside: Mapping[str, Value]
) -> dict[str, Pair]:
    """What a unit with others below it adds itself; without a form of its own only what it has beside its forms."""
    if filed is not None:
        return _evaluate(definitions, {**filed, **beside})
    known = {code: d for code, d in definitions.items() if any(name in beside for name in d.operands)}
    return _evaluate(known, beside)


def _own_figures(when: Period, forms: list[Form], units: list[int]) -> dict[int, dict[str, Value]]:
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
    own: dict[int, dict[str, Value]] = defaultdict(dict)
    for (unit, key), windows in filed.items():
        itself = {window: rows for window, rows in windows.items() if window.period == when.code}
        own[unit][key] = _own_value(itself or windows)
    return dict(own)


def _own_value(windows: Mapping[Window, list[Figure]]) -> Value:
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


def _reported(when: Period, forms: list[Form]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {form.code: set() for form in forms}
    for form, unit in _approved(when, forms).values_list("window__form__code", "unit__code"):
        found[form].add(unit)
    return {form: frozenset(units) for form, units in found.items()}


def _targets(office: Office, when: Period) -> dict[tuple[str, str], TargetData]:
    rows = Target.objects.filter(indicator__office=office, period=when.code).select_related(
        "indicator", "group"
    )
    return {
        (row.indicator.code, row.group.code if row.group else ""): TargetData(
            row.operator, Fraction(row.value), row.source
        )
        for row in rows
    }
