"""An office whose form has everything an annex can print: sums, a maximum, texts, categories, two groups, a city beside."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User

from departments.cells import cell_key
from departments.choices import ItemKind, Role
from departments.models import Form, Submission, Unit
from departments.services import forms
from departments.services.categories import save_category, save_category_list
from govsvc import outbox
from indicators.services import definitions
from reports.models import Bulletin
from reports.services.document import build_document
from reports.services.templates import AnnexSpec, ColumnSpec, GroupSpec, save_bulletin
from tests import build

PERIOD = "2022Q1"
# Unit → group, 应办, 已办, 工时, 满意率 (does not add), 最长天数 (the largest), 备注. 戊 has not reported.
FIGURES: dict[str, tuple[str, dict[str, object]]] = {
    "甲": ("depts", {"due": 10, "done": 9, "hours": 1.5, "good": 90, "days": 3, "remark": "新设"}),
    "乙": ("depts", {"due": 20, "done": 10, "hours": 2, "good": 80, "days": 8}),
    "丙": ("depts", {"due": 10, "done": 9, "hours": 0, "good": 70, "days": 1}),
    "丁": ("towns", {"due": 4, "done": 1, "hours": 10, "good": 60, "days": 2}),
    "戊": ("towns", {}),
    "市": ("", {"due": 100, "done": 60, "hours": 7, "good": 50, "days": 9}),
}
SEQ = ColumnSpec("seq", "序号", "seq")
UNIT = ColumnSpec("unit", "单位", "unit")
RATE = ColumnSpec("rate", "办结率", "rate", "closing", 1)


class AnnexOffice:
    """`codes` by unit name; figures are approved and rolled up."""

    def __init__(self) -> None:
        self.office = build.office()
        self.groups = {
            "depts": build.group(self.office),
            "towns": build.group(self.office, "towns", "镇街道"),
        }
        self.admin = build.person("admin", self.office, Role.ADMINISTRATOR)
        self.units: dict[str, Unit] = {}
        self.clerks: dict[str, User] = {}
        for number, (name, (group, _figures)) in enumerate(FIGURES.items(), 1):
            unit = build.unit(self.office, f"U{number}", f"{name}局", self.groups.get(group))
            self.units[name], self.clerks[name] = (
                unit,
                build.person(f"clerk{number}", self.office, Role.CLERK, unit),
            )
        self.form = self._form()
        build.window(self.form, PERIOD)
        for name, (_group, figures) in FIGURES.items():
            if figures:
                self.report(name, figures)
        outbox.drain()
        indicator = definitions.save_indicator(office=self.office, code="closing", name="办结率")
        definitions.save_version(
            indicator=indicator, valid_from=dt.date(2022, 1, 1), numerator="已办数", denominator="应办数"
        )
        definitions.save_target(
            indicator=indicator, period=PERIOD, value=Decimal(60), group=self.groups["depts"]
        )
        self.indicator = indicator

    def _form(self) -> Form:
        form = build.form(self.office, units=list(self.units.values()))
        whole = {"order": 3, "may_be_blank": True}
        forms.save_item(form=form, code="hours", name="工时", kind=ItemKind.DECIMAL, decimals=1, **whole)
        forms.save_item(form=form, code="good", name="满意率", unit_total="none", **whole)
        forms.save_item(form=form, code="days", name="最长天数", unit_total="max", **whole)
        forms.save_item(form=form, code="remark", name="备注", kind=ItemKind.TEXT, **whole)
        return form

    def report(self, name: str, figures: dict[str, object]) -> None:
        submission = Submission.objects.get(window__form=self.form, unit=self.units[name])
        build.fill(submission, figures, self.clerks[name])
        build.approve(submission, self.admin)

    def licences(self) -> Form:
        """A second form by category: 甲 has a row of its own, one row is every unit's."""
        rows = save_category_list(office=self.office, code="kinds", name="证照", units_may_add=False)
        shared = save_category(list=rows, code="all", name="通用证", order=2)
        own = save_category(list=rows, code="own", name="甲证", order=1, unit=self.units["甲"])
        form = forms.save_form(
            office=self.office,
            code="licences",
            title="证照表",
            frequency="quarter",
            order=2,
            category_list=rows,
        )
        forms.save_item(form=form, code="signed", name="已签", order=1, by_category=True)
        forms.expect(form=form, units=[self.units["甲"], self.units["乙"]])
        build.window(form, PERIOD)
        for name, cells in (("乙", {shared: 5}), ("甲", {own: 0, shared: 7})):
            submission = Submission.objects.get(window__form=form, unit=self.units[name])
            figures: dict[str, object] = {
                cell_key("signed", category.code): number for category, number in cells.items()
            }
            build.fill(submission, figures, self.clerks[name])
            build.approve(submission, self.admin)
        outbox.drain()
        return form

    def bulletin(self, *columns: ColumnSpec, **annex: Any) -> Bulletin:
        """A bulletin with one annex of these columns (a row number and the unit stand before them)."""
        fields: dict[str, Any] = {"number": 1, "title": "情况表", "form": self.form} | annex
        return save_bulletin(
            office=self.office, code="monthly", group=self.groups["depts"], name="通报", title="通报",
            number_format="某〔{year}〕{number}号", signature="某办", printed_by="某办", sections=[],
            annexes=[AnnexSpec(columns=(SEQ, UNIT, *columns), **fields)],
        )  # fmt: skip

    def annex(self, *columns: ColumnSpec, **annex: Any) -> dict[str, Any]:
        document, _source, _names = build_document(self.bulletin(*columns, **annex), PERIOD)
        [built] = document["annexes"]
        return built

    def rows(self, *columns: ColumnSpec, **annex: Any) -> list[str]:
        """Every printed row as one text, its cells separated by “|”."""
        return ["|".join(row["cells"]) for row in self.annex(*columns, **annex)["rows"]]

    def of(self, group: str, label: str = "", subtotal: str = "") -> GroupSpec:
        return GroupSpec(self.groups[group], label, subtotal)
