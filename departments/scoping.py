"""Who may do what with the rows of a model, declared on the model itself (see ADR 0003)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from departments.choices import Role

ACTIONS = ("view", "add", "change", "delete")


@dataclass(frozen=True)
class Scope:
    """How rows of a model belong to an office and a unit, and which roles may act on them.

    `office` and `unit` are lookup paths from the model ("" = the model itself, None = does not belong to one).
    `view`, `add`, `change`, `delete` are sets of roles. A unit's role reaches a row only through `unit`, unless
    `open_to_units` says that everybody of the office may see it (names of units, forms, issued bulletins).
    With `down_the_tree` a unit's role reaches the rows of the units below it too (a town sees what its villages file).
    """

    office: str
    unit: str | None = None
    view: frozenset[Role] = field(default_factory=frozenset)
    add: frozenset[Role] = field(default_factory=frozenset)
    change: frozenset[Role] = field(default_factory=frozenset)
    delete: frozenset[Role] = field(default_factory=frozenset)
    open_to_units: bool = False
    down_the_tree: bool = False

    def roles(self, action: str) -> frozenset[Role]:
        if action not in ACTIONS:
            raise ValueError(f"unknown action {action!r}")
        return getattr(self, action)


EVERYBODY = frozenset(Role)
OFFICE_STAFF = frozenset({Role.ADMINISTRATOR, Role.REVIEWER, Role.ISSUER, Role.VIEWER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


def configuration(office: str, *, view: Iterable[Role] = OFFICE_STAFF, open_to_units: bool = False) -> Scope:
    """The usual scope of what an office sets up: its staff reads it, its administrators write it."""
    return Scope(
        office=office,
        view=frozenset(view) | ADMINISTRATORS,
        add=ADMINISTRATORS,
        change=ADMINISTRATORS,
        delete=ADMINISTRATORS,
        open_to_units=open_to_units,
    )
