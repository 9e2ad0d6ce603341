"""Setting up forms. Packs and the admin both save through these, so slots and checks are the same."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from departments.choices import MAX_SLOTS, ItemKind, Measure, UnitTotal
from departments.models import (
    Expectation,
    Form,
    Group,
    Item,
    NotApplicableReason,
    Office,
    Rule,
    Section,
    Unit,
)
from departments.sheets import check_expression


@transaction.atomic
def save_form(*, office: Office, code: str, **fields: Any) -> Form:
    """Creates or changes a form's own fields (title, frequency, notes, contact, order)."""
    form = Form.objects.filter(office=office, code=code).first() or Form(office=office, code=code)
    return _save(form, fields)


@transaction.atomic
def save_section(*, form: Form, code: str, **fields: Any) -> Section:
    section = Section.objects.filter(form=form, code=code).first() or Section(form=form, code=code)
    return _save(section, fields)


@transaction.atomic
def save_item(*, form: Form, code: str, **fields: Any) -> Item:
    """Creates or changes an item and gives a number its slot; a used slot is never given to another item."""
    Form.objects.select_for_update().get(pk=form.pk)
    item = Item.objects.filter(form=form, code=code).first() or Item(form=form, code=code)
    for name, value in fields.items():
        setattr(item, name, value)
    assign_slot(item)
    return _save(item, {})


def assign_slot(item: Item) -> None:
    """Gives a number item without a slot the next free one; ValidationError when the form is full.

    A percentage never adds up, over units or over time, whatever was chosen.
    """
    if item.kind == ItemKind.PERCENT:
        item.measure = Measure.STOCK
        item.unit_total = UnitTotal.NONE if item.unit_total == UnitTotal.SUM else item.unit_total
    if not item.is_number or item.slot is not None:
        return
    last = Item.objects.filter(form=item.form).aggregate(last=Max("slot"))["last"]
    item.slot = 0 if last is None else last + 1
    if item.slot >= MAX_SLOTS:
        raise ValidationError({"form": f"{item.form}: {MAX_SLOTS}"})


@transaction.atomic
def save_rule(*, form: Form, code: str, **fields: Any) -> Rule:
    rule = Rule.objects.filter(form=form, code=code).first() or Rule(form=form, code=code)
    return _save(rule, fields)


@transaction.atomic
def save_reason(*, office: Office, code: str, **fields: Any) -> NotApplicableReason:
    reason = NotApplicableReason.objects.filter(office=office, code=code).first()
    return _save(reason or NotApplicableReason(office=office, code=code), fields)


@transaction.atomic
def expect(
    *, form: Form, groups: Iterable[Group] = (), units: Iterable[Unit] = (), exempt: Iterable[Unit] = ()
) -> None:
    """Replaces who must fill the form."""
    form.expectations.all().delete()
    rows = [Expectation(form=form, group=group) for group in groups]
    rows += [Expectation(form=form, unit=unit) for unit in units]
    rows += [Expectation(form=form, unit=unit, exempt=True) for unit in exempt]
    Expectation.objects.bulk_create(rows)


def check_expressions(form: Form) -> list[str]:
    """Faults of the form's computed items and rules, each naming its place; empty when all is well."""
    faults = [
        (item.code, check_expression(form, item.expression, boolean=False))
        for item in form.items.filter(kind=ItemKind.COMPUTED)
    ]
    faults += [
        (rule.code, check_expression(form, rule.expression, boolean=True)) for rule in form.rules.all()
    ]
    return [f"{code}: {fault}" for code, fault in faults if fault]


def _save(instance: Any, fields: dict[str, Any]) -> Any:
    for name, value in fields.items():
        setattr(instance, name, value)
    instance.full_clean()
    instance.save()
    return instance
