"""加分 and 扣分: how often each unit earned them, counted in the registers that a scheme names."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from departments.choices import Meaning
from departments.models import Entry, Unit
from departments.periods import Period
from indicators.models import Scheme, SchemeAdjustment


def adjustment_counts(schemes: Sequence[Scheme], when: Period) -> Mapping[tuple[int, str, int], int]:
    """How many entries count by (scheme id, name of the adjustment, unit id); nothing for units without any.

    An entry counts in the period it was handed out in, once its status counts as done, for every adjustment whose type and
    level it has. Two queries, whatever the number of schemes and registers.
    """
    adjustments = list(SchemeAdjustment.objects.filter(scheme__in=schemes))
    if not adjustments:
        return {}
    found: Counter[tuple[int, str, int]] = Counter()
    rows = _finished(adjustments, when).values_list("register_id", "unit_id", "type", "level")
    for register, unit, type_, level in rows:
        for row in adjustments:
            if _counts_for(row, register, type_, level):
                found[row.scheme_id, row.name, unit] += 1
    return found


def adjustment_entries(scheme: Scheme, unit: Unit, when: Period) -> Mapping[str, Sequence[Entry]]:
    """The entries that a unit's bonus and deductions are counted from, by name of the adjustment, oldest first."""
    adjustments = list(scheme.adjustments.all())
    rows = (
        _finished(adjustments, when)
        .filter(unit=unit)
        .select_related("register", "status")
        .order_by("opened_on", "key")
    )
    return {
        row.name: [one for one in rows if _counts_for(row, one.register_id, one.type, one.level)]
        for row in adjustments
    }


def _finished(adjustments: Sequence[SchemeAdjustment], when: Period) -> QuerySet[Entry]:
    return Entry.objects.filter(
        register__in={row.register_id for row in adjustments},
        status__meaning=Meaning.DONE,
        opened_on__range=(when.start, when.end),
    )


def _counts_for(row: SchemeAdjustment, register: int, type_: str, level: str) -> bool:
    return row.register_id == register and row.type in ("", type_) and row.level in ("", level)
