"""What the steps of one loading share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from departments.exceptions import DepartmentsError
from departments.models import CategoryList, Form, Group, Office, Register, Unit
from govsvc.packs.faults import Fault
from govsvc.packs.pack import Pack, Placed
from indicators.models import Indicator, Ranking, Scheme


@dataclass
class Loading:
    """The pack, the office it is loaded into, what has been saved so far by code, and the faults found."""

    pack: Pack
    office: Office
    faults: list[Fault] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    category_lists: dict[str, CategoryList] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    registers: dict[str, Register] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    rankings: dict[str, Ranking] = field(default_factory=dict)

    @contextmanager
    def at(self, row: Placed[Any]) -> Iterator[None]:
        """A refusal of the database's own rules becomes a fault of the entry."""
        try:
            with transaction.atomic():
                yield
        except ValidationError as error:
            self.faults += [row.fault(message) for message in error.messages]
        except DepartmentsError as error:
            self.faults.append(row.fault(str(error)))

    def unit(self, name: str) -> Unit:
        """The unit of that code or name; checked when the pack was read."""
        return self.units[self.pack.unit_code(name)]
