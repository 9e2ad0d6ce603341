"""A month's tick: at least two days in every week, from a form that is filed every day (semantics “Indicators”)."""

import datetime as dt

import pytest

from departments.choices import ItemKind, Role
from departments.models import Submission
from departments.periods import Period
from departments.services import forms, submissions
from departments.sheets import CellInput
from govsvc import outbox
from indicators.services.dataset import load_period
from indicators.services.definitions import save_indicator, save_version
from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

APRIL = Period.parse("2022-04")
# Days ticked in each of the four weeks that end in April, by unit; the last unit files no day of the third week.
TICKED = {"甲局": (2, 3, 2, 7), "乙局": (2, 3, 1, 7), "丙局": (2, 3, None, 7)}


def test_two_days_in_every_week() -> None:
    home = build.office()
    depts = build.group(home)
    units = {name: build.unit(home, f"U{n}", name, depts) for n, name in enumerate(TICKED)}
    admin = build.person("admin", home, Role.ADMINISTRATOR)
    form = forms.save_form(office=home, code="daily", title="每日巡查", frequency="day", order=1)
    forms.save_item(form=form, code="tick", name="勾选", kind=ItemKind.TICK, order=1)
    forms.expect(form=form, groups=[depts])
    clerks = {
        name: build.person(f"clerk-{unit.code}", home, Role.CLERK, unit) for name, unit in units.items()
    }
    for number, week in enumerate(APRIL.subperiods("week")):
        for place, day in enumerate(week.subperiods("day")):
            submissions.open_window(
                form=form, period=day.code, opens_at=build.at(1, 8, month=3), due_at=build.at(30, 17, month=4)
            )
            for name, weeks in TICKED.items():
                ticked = weeks[number]
                if ticked is None:
                    continue
                filed = Submission.objects.get(unit=units[name], window__period=day.code)
                cell = {"tick": CellInput("是" if place < ticked else "否")}
                submissions.save_figures(submission=filed, inputs=cell, user=clerks[name], at=build.at(25))
                submissions.submit(submission=filed, user=clerks[name], at=build.at(25))
                submissions.approve(submission=filed, user=admin, at=build.at(26))
    outbox.drain()
    indicator = save_indicator(office=home, code="done", name="月份打勾")
    save_version(
        indicator=indicator,
        valid_from=dt.date(2022, 1, 1),
        numerator="如果(每个都(计数(勾选 = 1，“日”) ≥ 2，“周”)，1，0)",
        denominator="1",
    )
    data = load_period(home, APRIL.code, at=build.at(30))
    found = {unit.name: unit.pairs["done"].numbers() for unit in data.units}
    assert found == {"甲局": (1, 1), "乙局": (0, 1), "丙局": None}
