"""同类重复: which entries of a unit are the second, third … of their type. Reads only; an entry without a type repeats nothing."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from departments.choices import Meaning
from departments.models import Entry, Register


def numbered(register: Register) -> QuerySet[Any]:
    """The register's entries that count, with `nth`: the how-many-eth of its unit and type by the day of handing out."""
    return (
        Entry.objects.filter(register=register)
        .exclude(type="")
        .exclude(status__meaning=Meaning.VOID)
        .annotate(
            nth=Window(
                RowNumber(),
                partition_by=[F("unit"), F("type")],
                order_by=[F("opened_on").asc(), F("pk").asc()],
            )
        )
        .order_by()
    )


def repeated(register: Register) -> QuerySet[Any]:
    """The entries that are not the first of their unit and type."""
    return numbered(register).filter(nth__gt=1)


def times(register: Register, entries: Iterable[Entry]) -> dict[int, int]:
    """Entry id → its number among its unit's entries of the type, for those that are not the first; one query."""
    shown = [entry for entry in entries if entry.type]
    if not shown:
        return {}
    # Only whole partitions may be left out before the rows are numbered.
    rows = repeated(register).filter(
        unit__in={entry.unit_id for entry in shown}, type__in={entry.type for entry in shown}
    )
    return dict(rows.values_list("pk", "nth"))


def earlier(entry: Entry) -> QuerySet[Entry]:
    """The unit's entries of the same type handed out before this one, oldest first."""
    if not entry.type:
        return Entry.objects.none()
    before = Q(opened_on__lt=entry.opened_on) | Q(opened_on=entry.opened_on, pk__lt=entry.pk)
    return (
        Entry.objects.filter(before, register=entry.register_id, unit=entry.unit_id, type=entry.type)
        .exclude(status__meaning=Meaning.VOID)
        .select_related("status")
        .order_by("opened_on", "pk")
    )
