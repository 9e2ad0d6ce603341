"""A small office with figures of two months, through the services people use: what tests of indicators start from."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from departments.choices import Role
from departments.models import Form, Group, Office, Submission, Unit
from departments.services import submissions as services
from expressions.values import Value
from govsvc import outbox
from indicators.dataset import PeriodData
from indicators.models import Indicator, IndicatorVersion
from indicators.services.dataset import load_period
from indicators.services.definitions import save_indicator, save_version
from tests import build

APRIL, MAY = "2022-04", "2022-05"
DUE = {APRIL: build.at(8, 17, month=5), MAY: build.at(8, 17, month=6)}
NOW = build.at(20, month=6)
BEGIN = dt.date(2022, 1, 1)


@dataclass
class Desk:
    """甲局, 乙局, 丙局 (部门) and 子镇 over 一村 and 二村 (镇村); a monthly form of 应办数 and 已办数."""

    office: Office
    form: Form
    groups: Mapping[str, Group]

    def unit(self, code: str) -> Unit:
        return self.office.units.get(code=code)

    def user(self, code: str):
        return self.unit(code).memberships.get(role=Role.CLERK).user

    @property
    def administrators(self) -> list:
        return [m.user for m in self.office.memberships.filter(role=Role.ADMINISTRATOR).order_by("pk")]

    def file(self, unit: str, period: str, due: object, done: object, *, late: bool = False) -> Submission:
        """Filled in, handed in (a day before it was due, or a day after) and approved."""
        submission = Submission.objects.get(window__form=self.form, window__period=period, unit__code=unit)
        moment = DUE[period] + dt.timedelta(days=1 if late else -1)
        inputs = {
            code: build.CellInput(reason=value[1])
            if isinstance(value, tuple)
            else build.CellInput(str(value))
            for code, value in (("due", due), ("done", done))
        }
        user = self.user(unit)
        services.save_figures(submission=submission, inputs=inputs, user=user, at=moment)
        services.submit(submission=submission, user=user, at=moment)
        services.approve(submission=submission, user=self.administrators[0], at=moment)
        outbox.drain()
        return submission

    def indicator(
        self, code: str, name: str, numerator: str, denominator: str = "1", **fields: Any
    ) -> IndicatorVersion:
        indicator = save_indicator(office=self.office, code=code, name=name, order=Indicator.objects.count())
        given = {"factor": Decimal(1), "unit_of_measure": "", "direction": "higher", **fields}
        return save_version(
            indicator=indicator, valid_from=BEGIN, numerator=numerator, denominator=denominator, **given
        )

    def data(self, period: str = MAY) -> PeriodData:
        return load_period(self.office, period, NOW)

    def value(self, code: str, unit: str, period: str = MAY) -> Value:
        data = self.data(period)
        return data.unit(unit).pairs[code].value(data.definitions[code].factor)

    def values(self, code: str, period: str = MAY) -> dict[str, Fraction | None]:
        """Numbers by unit code, None where there is none."""
        data = self.data(period)
        found = {unit.code: unit.pairs[code].value(data.definitions[code].factor) for unit in data.units}
        return {unit: value if isinstance(value, Fraction) else None for unit, value in found.items()}


def open_desk() -> Desk:
    """Nothing is filed yet."""
    home = build.office()
    groups = {
        "depts": build.group(home),
        "towns": build.group(home, "towns", "镇"),
        "villages": build.group(home, "villages", "村"),
    }
    for code, name in (("A", "甲局"), ("B", "乙局"), ("C", "丙局")):
        build.unit(home, code, name, groups["depts"])
    town = build.unit(home, "T", "子镇", groups["towns"])
    for code, name in (("V1", "一村"), ("V2", "二村")):
        build.unit(home, code, name, groups["villages"], town)
    form = build.form(home, frequency="month", groups=list(groups.values()))
    for unit in home.units.all():
        build.person(f"c{unit.code}", home, Role.CLERK, unit)
    for number in (1, 2):
        build.person(f"admin{number}", home, Role.ADMINISTRATOR)
    for period, due in DUE.items():
        services.open_window(form=form, period=period, opens_at=due - dt.timedelta(days=7), due_at=due)
    return Desk(home, form, groups)
