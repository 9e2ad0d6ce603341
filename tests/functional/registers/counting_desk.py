"""The office whose entries are counted: a register over departments, and a town over two villages."""

import datetime as dt
from fractions import Fraction

from departments.choices import Role
from departments.models import Entry, RegisterStatus
from departments.periods import Period
from departments.services.registers.definitions import save_register
from departments.services.registers.life import create_entry, move_entry
from indicators.services.dataset import load_period
from tests import build

MARCH, APRIL = Period.parse("2022-03"), Period.parse("2022-04")
LATER = build.at(1, month=12)


def on(month: int, day: int, hour: int = 10) -> dt.datetime:
    return build.at(day, hour, month)


class Desk:
    """A register of an office with three departments, a town over two villages, its administrators and clerks."""

    def __init__(self) -> None:
        self.office = build.office()
        departments, towns = build.group(self.office), build.group(self.office, "towns", "镇")
        for code, name in (("A", "甲局"), ("B", "乙局"), ("C", "丙局")):
            build.unit(self.office, code, name, departments)
        town = build.unit(self.office, "T", "子镇", towns)
        for code, name in (("V1", "一村"), ("V2", "二村")):
            build.unit(self.office, code, name, None, town)
        self.units = {unit.code: unit for unit in self.office.units.all()}
        self.clerks = {
            code: build.person(f"c{code}", self.office, Role.CLERK, unit) for code, unit in self.units.items()
        }
        self.admin = build.person("admin", self.office, Role.ADMINISTRATOR)
        self.register = save_register(
            office=self.office, code="bad", title="差评台账", types="态度\n时限", levels="严重\n一般"
        )

    def status(self, code: str) -> RegisterStatus:
        return self.register.statuses.get(code=code)

    def enter(self, key: str, unit: str, day: dt.date, due: dt.date | None = None, **fields) -> Entry:
        moment = dt.datetime.combine(day, dt.time(9), tzinfo=build.SHANGHAI)
        return create_entry(
            register=self.register, unit=self.units[unit], key=key, name=f"事{key}", user=self.admin,
            opened_on=day, due_on=due, at=moment, **fields,
        )  # fmt: skip

    def answer(self, entry: Entry, moment: dt.datetime) -> Entry:
        clerk = self.clerks[Entry.objects.get(pk=entry.pk).unit.code]
        return move_entry(entry=entry, target=self.status("answered"), user=clerk, text="已改", at=moment)

    def move(self, entry: Entry, status: str, moment: dt.datetime, day: dt.date | None = None) -> Entry:
        return move_entry(
            entry=entry, target=self.status(status), user=self.admin, text="核", effective_on=day, at=moment
        )

    def figures(self, unit: str, period: str = "2022-03", at: dt.datetime = LATER) -> dict[str, Fraction]:
        """The counts that are not 0."""
        found = load_period(self.office, period, at).unit(unit).figures
        return {
            name.removeprefix("bad."): value
            for name, value in found.items()
            if name.startswith("bad.") and isinstance(value, Fraction) and value
        }
