"""Who is short of a register's minimum in the running period, as far as the person may see."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone

from departments.models import Register, Unit
from departments.periods import Period
from departments.permissions import visible
from departments.services.registers.frequency import Shortfall, asks, period_of, short_now

register = template.Library()


@dataclass(frozen=True)
class ShortBlock:
    """One register: its running period, and the units that have too few entries in it so far."""

    register: Register
    period: Period
    short: tuple[Shortfall, ...]


@register.simple_tag
def short_blocks(user: Any) -> list[ShortBlock]:
    """The registers with a minimum; a unit's people see of each only themselves."""
    registers = [one for one in visible(Register.objects.prefetch_related("groups"), user) if asks(one)]
    if not registers:
        return []
    seen = set(visible(Unit.objects.all(), user).values_list("pk", flat=True))
    today = timezone.localdate()
    return [
        ShortBlock(
            one,
            period_of(one, today),
            tuple(short for short in short_now(one) if short.unit.pk in seen),
        )
        for one in registers
    ]
