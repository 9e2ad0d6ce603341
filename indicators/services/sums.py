"""Keeping the wide Sum rows: after one approval only the unit and its ancestors, level by level; or all of a form anew.

Both ways end in the same rows, whatever the order of events: a row is always its own figures combined with its
children's rows, and the arithmetic is exact (indicators.rollup).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from departments.choices import FigureState, Status
from departments.models import Figure, Form, Item, Submission, Window
from departments.periods import Period
from departments.services.organisation import placements
from indicators.models import Sum
from indicators.models.sums import SLOT_COLUMNS
from indicators.rollup import EMPTY, OverUnits, Slot, combine_units, tree_rollup

# Item id → its slot of one unit and period.
Slots = Mapping[int, Slot]


@transaction.atomic
def roll_up(*, unit_id: int, form_id: int, period: str) -> int:
    """Brings the rows of a unit and its ancestors up to date; returns how many rows were written."""
    # Two approvals under one parent must not both miss the other: one at a time per form and period.
    window = (
        Window.objects.select_for_update(of=("self",))
        .select_related("form__office")
        .get(form=form_id, period=period)
    )
    items = list(window.form.items.filter(slot__isnull=False).order_by("slot"))
    parents = {p.unit: p.parent for p in placements(window.form.office, Period.parse(period).end).values()}
    chain: list[int] = []
    step: int | None = unit_id
    while step is not None:
        chain.append(step)
        step = parents.get(step)
    own = _own(window, items, chain)
    below = [unit for unit, parent in parents.items() if parent in chain]
    rows: dict[int, Slots] = dict(_stored(window, items, below))
    for step in chain:
        children = [rows[unit] for unit in below if parents[unit] == step and unit in rows]
        rows[step] = _combine(items, [own.get(step, {}), *children])
    _write(window, items, {unit: rows[unit] for unit in chain})
    return len(chain)


@transaction.atomic
def rebuild(*, form: Form, period: str) -> int:
    """Writes every row of a form and period anew from the approved figures; returns how many rows there are."""
    window = (
        Window.objects.select_for_update(of=("self",))
        .select_related("form__office")
        .get(form=form, period=period)
    )
    items = list(form.items.filter(slot__isnull=False).order_by("slot"))
    parents = {p.unit: p.parent for p in placements(form.office, Period.parse(period).end).values()}
    own = _own(window, items, None)
    parents |= {unit: None for unit in own if unit not in parents}
    names = {str(unit): str(parent) if parent else None for unit, parent in parents.items()}
    rows: dict[int, dict[int, Slot]] = {unit: {} for unit in parents}
    for item in items:
        slots = {str(unit): cells[item.pk] for unit, cells in own.items()}
        for unit, slot in tree_rollup(slots, names, _over_units(item)).items():
            rows[int(unit)][item.pk] = slot
    Sum.objects.filter(form=form, period=period).delete()
    _write(window, items, rows)
    return Sum.objects.filter(form=form, period=period).count()


def slots_of(row: Sum, items: Iterable[Item]) -> dict[int, Slot]:
    """The stored row as slots by item id."""
    return {
        item.pk: Slot(
            getattr(row, f"v{item.slot}"),
            getattr(row, f"n{item.slot}"),
            getattr(row, f"a{item.slot}"),
            row.filed,
        )
        for item in items
    }


def _over_units(item: Item) -> OverUnits:
    return OverUnits(item.unit_total)


def _own(window: Window, items: list[Item], units: list[int] | None) -> dict[int, dict[int, Slot]]:
    """What units filed themselves and had approved, by unit id and item id (two queries)."""
    approved = Submission.objects.filter(window=window, status=Status.APPROVED)
    if units is not None:
        approved = approved.filter(unit__in=units)
    own = {
        unit: {item.pk: Slot(None, 0, 0, 1) for item in items}
        for unit in approved.values_list("unit", flat=True)
    }
    figures = Figure.objects.filter(submission__in=approved, item__in=items).values_list(
        "submission__unit", "item", "state", "value", "item__decimals"
    )
    for unit, item, state, value, decimals in figures:
        own[unit][item] = _with(own[unit][item], state, value, decimals)
    return own


def _with(slot: Slot, state: str, value: Decimal | None, decimals: int) -> Slot:
    """The slot of one submission with one more of its figures: an item asked per category has several, which add up."""
    if state == FigureState.NUMBER and value is not None:
        return Slot((slot.total or 0) + int(value.scaleb(decimals)), 1, 0, 1)
    if state == FigureState.NOT_APPLICABLE and not slot.numbers:
        return Slot(None, 0, 1, 1)
    return slot


def _stored(window: Window, items: list[Item], units: list[int]) -> dict[int, dict[int, Slot]]:
    rows = Sum.objects.filter(form=window.form, period=window.period, unit__in=units)
    return {row.unit_id: slots_of(row, items) for row in rows}


def _combine(items: list[Item], parts: list[Any]) -> dict[int, Slot]:
    combined = {}
    for item in items:
        how = _over_units(item)
        slots = [part[item.pk] for part in parts if part]
        # What does not add over units stays with the unit that entered it.
        combined[item.pk] = (
            parts[0].get(item.pk, EMPTY) if how is OverUnits.NONE else combine_units(slots, how)
        )
    return combined


def _write(window: Window, items: list[Item], rows: Mapping[int, Slots]) -> None:
    """One delete of rows nobody filed for, one upsert of the others."""
    keep, gone = [], []
    for unit, slots in rows.items():
        filed = max((slot.filed for slot in slots.values()), default=0)
        if not filed:
            gone.append(unit)
            continue
        row = Sum(
            unit_id=unit,
            form=window.form,
            period=window.period,
            starts_on=window.starts_on,
            ends_on=window.ends_on,
            filed=filed,
        )
        for item in items:
            slot = slots[item.pk]
            setattr(row, f"v{item.slot}", slot.total)
            setattr(row, f"n{item.slot}", slot.numbers)
            setattr(row, f"a{item.slot}", slot.not_applicable)
        keep.append(row)
    if gone:
        Sum.objects.filter(form=window.form, period=window.period, unit__in=gone).delete()
    Sum.objects.bulk_create(
        keep,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["unit", "form", "period"],
        update_fields=["starts_on", "ends_on", "filed", *SLOT_COLUMNS],
    )


def sums_within(form: Form, first: dt.date, last: dt.date) -> Any:
    """The rows of a form whose periods lie inside two days (a week counts by its last day)."""
    rows = Sum.objects.filter(form=form, ends_on__gte=first, ends_on__lte=last)
    return rows if form.frequency == "week" else rows.filter(starts_on__gte=first)
