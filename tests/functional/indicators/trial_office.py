"""An office with two quarters of figures for trials and targets: four departments, 办结率 and 办件量, built through the services."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import User
from django.test import Client

from departments.choices import Role
from departments.models import Group, Office, Submission, Unit
from govsvc import outbox
from indicators.models import Indicator
from indicators.services import definitions
from tests import build

FIRST = dt.date(2022, 1, 1)
# Unit → (应办数, 已办数) by quarter, or the reason why both do not apply.
FIGURES: dict[str, dict[str, tuple[int, int] | str]] = {
    "2022Q1": {"甲局": (10, 9), "乙局": (4, 4), "丙局": (20, 10), "丁局": "none"},
    "2022Q2": {"甲局": (10, 8), "乙局": (4, 3), "丙局": (20, 19), "丁局": (1, 1)},
}


@dataclass
class Desk:
    """The office and its people: `admin` and `checker` are its administrators, `clerk` is 乙局's."""

    office: Office
    group: Group
    units: dict[str, Unit]
    people: dict[str, User]
    rate: Indicator
    count: Indicator

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def target(self, indicator: Indicator, period: str, value: object, **fields: object) -> None:
        definitions.save_target(indicator=indicator, period=period, value=Decimal(str(value)), **fields)


def make(code: str = "o", figures: dict[str, dict[str, tuple[int, int] | str]] | None = None) -> Desk:
    figures = FIGURES if figures is None else figures
    home = build.office(code, f"{code}区")
    group = build.group(home)
    names = list(dict.fromkeys(name for quarter in figures.values() for name in quarter))
    units = {name: build.unit(home, f"{code}U{n}", name, group) for n, name in enumerate(names, 1)}
    people = {
        "admin": build.person(f"{code}-admin", home, Role.ADMINISTRATOR),
        "checker": build.person(f"{code}-checker", home, Role.ADMINISTRATOR),
        "viewer": build.person(f"{code}-viewer", home, Role.VIEWER),
    }
    clerks = {
        name: build.person(f"{code}-clerk-{n}", home, Role.CLERK, unit)
        for n, (name, unit) in enumerate(units.items())
    }
    people["clerk"] = clerks[names[1]]
    form = build.form(home, groups=[group])
    for period, rows in figures.items():
        build.window(form, period)
        for name, row in rows.items():
            submission = Submission.objects.get(unit=units[name], window__period=period)
            given = ("na", row) if isinstance(row, str) else None
            values = {"due": given or row[0], "done": given or row[1]}
            build.approve(build.fill(submission, values, clerks[name]), people["checker"])
    outbox.drain()
    rate = definitions.save_indicator(office=home, code="rate", name="办结率", order=1)
    definitions.save_version(indicator=rate, valid_from=FIRST, numerator="已办数", denominator="应办数")
    count = definitions.save_indicator(office=home, code="count", name="办件量", order=2)
    definitions.save_version(
        indicator=count,
        valid_from=FIRST,
        numerator="已办数",
        denominator="1",
        factor=Decimal(1),
        unit_of_measure="件",
        decimals=0,
    )
    definitions.save_ranking(office=home, code="rate", indicator=rate, group=group, name="办结率排名")
    definitions.save_ranking(office=home, code="count", indicator=count, group=group, name="办件量排名")
    return Desk(home, group, units, people, rate, count)
