"""Loading PeriodData: a fixed number of queries, whatever the number of units."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from departments.choices import FigureState, Measure, Status
from departments.models import Figure, Form, Item, Office, Submission
from departments.periods import Period
from departments.services.organisation import Placement, expected_units, placements
from departments.sheets import cell_of, item_symbols
from expressions import NUMBER, NameTable, check
from expressions.values import Value, not_applicable
from indicators.dataset import Definition, PeriodData, TargetData, UnitData
from indicators.models import IndicatorVersion, Sum, Target
from indicators.ranking import Direction
from indicators.rollup import Pair, Slot, combine_periods, pooled, slot_value
from indicators.services.sums import slots_of


def load_period(office: Office, period: str) -> PeriodData:
    """The office's approved figures and definitions for a period, with the tree and names as they were on its last day."""
    when = Period.parse(period)
    places = placements(office, when.end)
    forms = list(office.forms.prefetch_related("items__section"))
    definitions = load_definitions(office, when, forms)
    figures = _figures(when, forms, places)
    pairs = _pairs(when, forms, places, figures, definitions)
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
        expected=expected,
        reported=_reported(when, forms),
        item_names={f"{form.code}.{item.code}": item.name for form in forms for item in form.items.all()},
    )


def office_names(forms: Iterable[Form]) -> NameTable:
    """The names of all figures of an office's forms, as indicators and bulletins write them."""
    return NameTable(
        symbol
        for form in forms
        for symbol in item_symbols((item for item in form.items.all() if item.is_entered), f"{form.code}.")
    )


def load_definitions(office: Office, period: Period, forms: Iterable[Form]) -> dict[str, Definition]:
    """The indicators as defined on the period's last day, by code."""
    names = office_names(forms)
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
        forms=frozenset(code.split(".")[0] for code in references),
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
    rows = Figure.objects.filter(submission__in=_approved(when, forms), state=FigureState.TEXT).values_list(
        "submission__unit", "item__form__code", "item__code", "text"
    )
    texts: dict[int, dict[str, Value]] = defaultdict(dict)
    for unit, form, item, text in rows:
        texts[unit][f"{form}.{item}"] = text
    return texts


def _pairs(
    when: Period,
    forms: list[Form],
    places: Mapping[int, Placement],
    figures: Mapping[int, Mapping[str, Value]],
    definitions: Mapping[str, Definition],
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
        env = own.get(unit) if children.get(unit) else figures[unit]
        mine = [] if env is None else [_evaluate(definitions, env)]
        below = [pairs[child] for child in children[unit]]
        parts = [*mine, *below]
        pairs[unit] = (
            parts[0]
            if len(parts) == 1
            else {code: pooled(part[code] for part in parts) for code in definitions}
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


def _own_figures(when: Period, forms: list[Form], units: list[int]) -> dict[int, dict[str, Value]]:
    """Figures that units with others below them filed themselves, for the period itself."""
    figures = (
        Figure.objects.filter(
            submission__in=_approved(when, forms).filter(unit__in=units, window__period=when.code)
        )
        .select_related("item__form", "submission", "reason")
        .order_by("submission", "item__order")
    )
    own: dict[int, dict[str, Value]] = {}
    for figure in figures:
        env = own.setdefault(figure.submission.unit_id, {})
        env[f"{figure.item.form.code}.{figure.item.code}"] = cell_of(figure).as_value()
    return own


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
