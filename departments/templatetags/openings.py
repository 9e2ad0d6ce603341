"""What was opened because of an entry, beside the entry."""

from dataclasses import dataclass
from typing import Any

from django import template

from departments.choices import RegisterKind
from departments.models import Entry
from departments.services.registers.openings import opened_for, registers_for
from departments.views.openings import entry_cause_key

register = template.Library()


@dataclass(frozen=True)
class Consequences:
    """The entries the person sees that were opened because of this one, and whether the person may open more."""

    entries: list[Entry]
    may_open: bool


@register.simple_tag
def opened_because_of(user: Any, entry: Entry) -> Consequences:
    """Only events have consequences: an entry that is itself to be dealt with opens nothing."""
    if entry.register.kind != RegisterKind.EVENT:
        return Consequences([], False)
    key = entry_cause_key(entry)
    return Consequences(
        opened_for(user, [key]).get(key, []), bool(registers_for(user, entry.register.office))
    )
