"""Yindu's annex 6 (May 2023) as three monthly forms and one comparison, entered and approved through the services."""

import csv
import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from departments.choices import Role
from departments.models import Comparison, ComparisonSource, Form, Office, Submission, Unit
from departments.services import comparisons, forms, organisation, submissions
from departments.sheets import CellInput
from tests import build

PERIOD = "2023-05"
TRUTH = Path(__file__).resolve().parents[2] / "truth" / "yindu" / "annex6.csv"
SOURCES = (
    ("reported", "部门报送", "部门报送数据"),
    ("monitored", "电子监察", "电子监察数据"),
    ("counter", "综窗", "综窗办理数据"),
)


def published(*, total: bool = False) -> list[dict[str, str]]:
    """The printed rows, or the printed total."""
    with TRUTH.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if (row["row_type"] == "total") == total]


@dataclass(frozen=True)
class Annex6:
    """The office with its 31 units; `clerk` and `head` act for 人社局, `administrator` and `second` for the office."""

    office: Office
    comparison: Comparison
    sources: list[ComparisonSource]
    units: dict[str, Unit]
    filler: User
    clerk: User
    head: User
    administrator: User
    second: User

    def fill(self, source: str, figures: dict[str, str], *, approve: bool = True) -> None:
        """Enters figures (unit name → figure, or "na") in the form of a source, and has them approved."""
        found = Submission.objects.filter(
            window__form__code=source, window__period=PERIOD, unit__name__in=figures
        ).select_related("unit", "window__form")
        for submission in found:
            text = figures[submission.unit.name]
            given = CellInput(reason="none") if text == "na" else CellInput(text)
            submissions.save_figures(submission=submission, inputs={"volume": given}, user=self.filler)
            submissions.submit(submission=submission, user=self.filler)
            if approve:
                submissions.approve(submission=submission, user=self.administrator)


def build_annex6(
    sources: Iterable[str] = ("reported", "monitored", "counter"), only: Collection[str] = ()
) -> Annex6:
    """With the figures of the named sources entered and approved as printed; of the units named alone, if any."""
    office = build.office("yindu", "殷都区行政审批和政务信息管理局")
    group = build.group(office, "depts", "区直部门")
    rows = [row for row in published() if not only or row["单位名称"] in only]
    units = {
        row["单位名称"]: build.unit(office, f"D{int(row['序号']):02}", row["单位名称"], group) for row in rows
    }
    people = {
        name: organisation.save_account(username=f"y-{name}", name=shown)
        for name, shown in (
            ("filler", "录入"),
            ("clerk", "李文静"),
            ("head", "王建国"),
            ("administrator", "张敏"),
            ("second", "赵志强"),
        )
    }
    for unit in units.values():
        organisation.grant(user=people["filler"], office=office, role=Role.CLERK, unit=unit)
    organisation.grant(user=people["clerk"], office=office, role=Role.CLERK, unit=units["人社局"])
    organisation.grant(user=people["head"], office=office, role=Role.UNIT_HEAD, unit=units["人社局"])
    for name in ("administrator", "second"):
        organisation.grant(user=people[name], office=office, role=Role.ADMINISTRATOR)
    forms.save_reason(office=office, code="none", name="无此业务")
    comparison = comparisons.save_comparison(office=office, code="volume", name="办件量核对")
    made = [
        comparisons.save_source(
            comparison=comparison,
            item=_form(office, code, f"{name}办件量").items.get(code="volume"),
            name=name,
            order=order,
        )
        for order, (code, name, _column) in enumerate(SOURCES)
    ]
    for form in Form.objects.filter(office=office):
        forms.expect(form=form, groups=[group])
        now = dt.datetime.now(ZoneInfo("Asia/Shanghai"))
        submissions.open_window(
            form=form, period=PERIOD, opens_at=now - dt.timedelta(days=3), due_at=now + dt.timedelta(days=3)
        )
    annex = Annex6(office, comparison, made, units, **people)
    for code, _name, column in SOURCES:
        if code in set(sources):
            annex.fill(code, {row["单位名称"]: row[column] for row in rows})
    return annex


def _form(office: Office, code: str, title: str) -> Form:
    form = forms.save_form(office=office, code=code, title=title, frequency="month")
    forms.save_item(form=form, code="volume", name="办件量", unit_of_measure="件", may_not_apply=True)
    return form
