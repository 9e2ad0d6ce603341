"""The district office of Yindu with the published figures of its first annex, as they were before one item was left out."""

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User

from departments.choices import Measure, Role
from departments.models import Form, Item, Office, Submission, Unit
from departments.services import forms, organisation, submissions
from departments.sheets import CellInput
from govsvc import outbox
from indicators.models import Exclusion
from indicators.services import exclusions
from indicators.services.definitions import save_indicator, save_ranking, save_version
from tests import build

PERIOD = "2023-06"
POLICE, REASON = "殷都区公安分局", "不在本单位权限内"
ANNEX = Path(__file__).parents[2] / "truth" / "yindu" / "annex1.csv"


def moment(day: int, hour: int = 9) -> dt.datetime:
    return build.at(day, hour, month=7, year=2023)


def annex_rows() -> list[tuple[str, int, int]]:
    """Department, 事项总数 and 即办件事项数; 公安分局 as it reported: with the item that the annex leaves out."""
    with ANNEX.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["row_type"] == "data"]
    return [
        (row["单位"], int(row["事项总数"]) + (row["单位"] == POLICE), int(row["即办件事项数"]))
        for row in rows
    ]


@dataclass
class Yindu:
    office: Office
    form: Form
    top: Unit
    units: dict[str, Unit]
    people: dict[str, User]

    @property
    def total(self) -> Item:
        return self.form.items.get(code="total")

    @property
    def police(self) -> Unit:
        return self.units[POLICE]

    def submission(self, unit: str = POLICE) -> Submission:
        return Submission.objects.get(unit=self.units[unit], window__period=PERIOD)

    def ask(self, **changes: Any) -> Exclusion:
        given = {
            "item": self.total,
            "unit": self.police,
            "period": PERIOD,
            "amount": Decimal(1),
            "reason": REASON,
            "user": self.people["asker"],
            "at": moment(6),
        }
        return exclusions.ask_exclusion(**(given | changes))

    def approved(self, **changes: Any) -> Exclusion:
        return exclusions.approve_exclusion(
            exclusion=self.ask(**changes), user=self.people["approver"], at=moment(7)
        )


def build_yindu(only: Iterable[str] = ()) -> Yindu:
    """All departments of the annex (or `only` some) under the district, filed by one clerk and approved."""
    office = build.office("yindu", "殷都区政务服务和大数据中心")
    depts = build.group(office)
    top = build.unit(office, "TOP", "殷都区")
    form = _form(office)
    wanted = set(only)
    rows = [row for row in annex_rows() if not wanted or row[0] in wanted]
    units = {
        name: build.unit(office, f"U{n:02}", name, depts, top)
        for n, (name, _total, _instant) in enumerate(rows, 1)
    }
    forms.expect(form=form, groups=[depts])
    people = _people(office, units)
    submissions.open_window(form=form, period=PERIOD, opens_at=moment(1, 8), due_at=moment(5, 17))
    for name, total, instant in rows:
        submission = Submission.objects.get(unit=units[name])
        cells = {"total": CellInput(str(total)), "instant": CellInput(str(instant))}
        submissions.save_figures(submission=submission, inputs=cells, user=people["filler"], at=moment(3))
        submissions.submit(submission=submission, user=people["filler"], at=moment(3, 10))
        submissions.approve(submission=submission, user=people["approver"], at=moment(4))
    outbox.drain()
    indicator = save_indicator(office=office, code="instant", name="即办件事项占比")
    save_version(
        indicator=indicator,
        valid_from=dt.date(2023, 1, 1),
        numerator="即办件事项数",
        denominator="事项总数",
        decimals=2,
    )
    save_ranking(office=office, code="instant", name="即办件排名", indicator=indicator, group=depts)
    return Yindu(office, form, top, units, people)


def _form(office: Office) -> Form:
    form = forms.save_form(
        office=office, code="items", title="不见面审批、即办件情况统计表", frequency="month"
    )
    for order, (code, name) in enumerate([("total", "事项总数"), ("instant", "即办件事项数")], 1):
        forms.save_item(
            form=form, code=code, name=name, order=order, measure=Measure.STOCK, unit_of_measure="项"
        )
    return form


def _people(office: Office, units: dict[str, Unit]) -> dict[str, User]:
    roles = {
        "asker": (Role.ADMINISTRATOR, "李建国"),
        "approver": (Role.ADMINISTRATOR, "周文静"),
        "reviewer": (Role.REVIEWER, "吴海涛"),
        "issuer": (Role.ISSUER, "郑国强"),
        "viewer": (Role.VIEWER, "何静"),
    }
    people = {}
    for key, (role, name) in roles.items():
        people[key] = build.person(key, office, role)
        people[key].last_name = name
        people[key].save()
    people["clerk"] = build.person("clerk", office, Role.CLERK, units[POLICE])
    other = next(unit for name, unit in units.items() if name != POLICE)
    people["neighbour"] = build.person("neighbour", office, Role.CLERK, other)
    people["filler"] = build.person("filler", office, Role.CLERK, other)
    for unit in units.values():
        if unit != other:
            organisation.grant(user=people["filler"], office=office, role=Role.CLERK, unit=unit)
    people["stranger"] = build.person("stranger", build.office("other", "他区"), Role.ADMINISTRATOR)
    return people
