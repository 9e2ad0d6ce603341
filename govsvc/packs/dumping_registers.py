"""Registers and contacts as the content of their files; the inverse of loading. Entries and requests are work and stay out."""

from typing import Any

from departments.choices import ContactState
from departments.models import Contact, Office, Register
from govsvc.packs import schema
from govsvc.packs.dumping_forms import fields_of, in_order


def register_of(row: Register) -> schema.RegisterFile:
    """One register; statuses and moves are always written out, so that the file means the same in a later version."""
    return schema.RegisterFile(
        **fields_of(row, "title", "kind", "notes", "contact", "order", "key_label", "name_label"),
        **fields_of(row, "due_days", "escalate_days", "units_may_add", "least_times", "least_per"),
        types=row.type_names,
        levels=row.level_names,
        groups=tuple(row.groups.order_by("order", "code").values_list("code", flat=True)),
        statuses=tuple(in_order(row.statuses.order_by("order", "code"), _status)),
        moves=tuple(
            in_order(
                row.moves.select_related("source", "target").order_by("order", "source", "target"), _move
            )
        ),
        columns=tuple(in_order(row.columns.order_by("order", "code"), _column)),
        counts=tuple(in_order(row.counts.select_related("column").order_by("order", "code"), _count)),
    )


def _status(row: Any, order: int | None) -> schema.StatusSpec:
    return schema.StatusSpec(order=order, **fields_of(row, "code", "name", "meaning"))


def _move(row: Any, order: int | None) -> schema.MoveSpec:
    return schema.MoveSpec(
        source=row.source.code,
        target=row.target.code,
        order=order,
        **fields_of(row, "by", "name", "needs_text", "needs_file"),
    )


def _column(row: Any, order: int | None) -> schema.RegisterColumnSpec:
    return schema.RegisterColumnSpec(
        options=row.choices,
        order=order,
        **fields_of(row, "code", "name", "kind", "required", "personal", "by"),
    )


def _count(row: Any, order: int | None) -> schema.RegisterCountSpec:
    return schema.RegisterCountSpec(
        statuses=tuple(row.statuses.split()),
        types=tuple(row.types.splitlines()),
        levels=tuple(row.levels.splitlines()),
        column=row.column.code if row.column else "",
        order=order,
        **fields_of(row, "code", "name", "basis", "equals"),
    )


def contacts_of(office: Office) -> list[schema.ContactRow]:
    """Who was and is in force; proposals are work."""
    rows = Contact.objects.filter(unit__office=office, state=ContactState.APPROVED).select_related("unit")
    return [
        schema.ContactRow(
            unit=row.unit.code, **fields_of(row, "kind", "name", "post", "phone", "mobile", "valid_from")
        )
        for row in rows.order_by("unit__protocol_order", "unit__code", "kind", "valid_from")
    ]
