"""An office in June 2023 with three departments, a register to be dealt with and one of events; built through the services."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from departments.choices import MoveBy, RegisterKind, Role
from departments.models import Alert, Entry, Group, Notice, Office, Register, Unit
from departments.services import organisation
from departments.services.registers.definitions import save_register
from departments.services.registers.life import create_entry, move_entry
from tests import build

NAMES = ("区人社局", "区市场监管局", "湖塘镇")


def june(day: int, hour: int = 9, minute: int = 0, month: int = 6, year: int = 2023) -> dt.datetime:
    """A moment of June 2023. The 22nd to 24th are holidays, Sunday the 25th is worked."""
    return dt.datetime(year, month, day, hour, minute, tzinfo=build.SHANGHAI)


def date(day: int, month: int = 6, year: int = 2023) -> dt.date:
    return dt.date(year, month, day)


@dataclass
class Scene:
    office: Office
    group: Group
    register: Register
    units: list[Unit]
    clerks: list[User]
    heads: list[User]
    administrator: User

    def entry(self, key: str, unit: int = 0, **fields: Any) -> Entry:
        """An entry handed out on 1 June unless told otherwise."""
        values: dict[str, Any] = {
            "register": self.register,
            "unit": self.units[unit],
            "key": key,
            "name": f"窗口未公示办事指南{key}",
            "user": self.administrator,
            "opened_on": date(1),
            "at": june(1),
        }
        return create_entry(**(values | fields))

    def answers(self, entry: Entry, at: dt.datetime) -> Entry:
        """The unit's clerk says it is mended."""
        entry.refresh_from_db()
        return move_entry(
            entry=entry,
            target=entry.register.statuses.get(code="answered"),
            user=self.clerks[self.units.index(entry.unit)],
            text="已整改",
            at=at,
        )

    def told(self, who: User, what: str = "entries") -> list[str]:
        """The titles of somebody's notices of the morning (`entries` or `alerts`), oldest first."""
        return [notice.title for notice in mornings(what).filter(user=who)]

    def alerts(self, unit: int = 0) -> list[Alert]:
        return list(Alert.objects.filter(unit=self.units[unit]).order_by("pk"))


def mornings(what: str = "entries") -> QuerySet[Notice]:
    """The notices the clock has written in the mornings, oldest first; other notices tell what people did."""
    return Notice.objects.filter(key__startswith=f"{what}:").order_by("at", "pk")


def person(username: str, name: str, office: Office, role: Role, unit: Unit | None = None) -> User:
    user = organisation.save_account(username=username, name=name, email=f"{username}@example.test")
    organisation.grant(user=user, office=office, role=role, unit=unit)
    return user


def make(code: str = "o", names: tuple[str, ...] = NAMES) -> Scene:
    """The register: five working days to answer, escalated after two."""
    home = build.office(code, "武进区")
    home.phone = "0519-86310000"
    home.save()
    group = build.group(home)
    units = [build.unit(home, f"{code}U{n}", name, group) for n, name in enumerate(names)]
    clerks = [
        person(f"{code}-clerk{n}", f"{unit.name}填报员", home, Role.CLERK, unit)
        for n, unit in enumerate(units)
    ]
    heads = [
        person(f"{code}-head{n}", f"{unit.name}负责人", home, Role.UNIT_HEAD, unit)
        for n, unit in enumerate(units)
    ]
    administrator = person(f"{code}-admin", "王管理", home, Role.ADMINISTRATOR)
    register = save_register(office=home, code="mending", title="整改台账", due_days=5, escalate_days=2)
    assert register.moves.filter(by=MoveBy.OWNER).exists()
    return Scene(home, group, register, units, clerks, heads, administrator)


def events(scene: Scene, **fields: Any) -> Register:
    """信息报送: every unit of the group at least twice a week."""
    values: dict[str, Any] = {
        "title": "信息报送",
        "kind": RegisterKind.EVENT,
        "least_times": 2,
        "least_per": "week",
    }
    return save_register(office=scene.office, code="news", groups=[scene.group], **(values | fields))
