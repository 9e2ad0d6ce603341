"""殷都区's office with its real units and three of its annex forms: attendance, supervision (three levels), certificates."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from departments.choices import EntryMode, ItemKind, Role, UnitTotal
from departments.models import Category, CategoryList, Form, Office, Unit, UnitAlias, Window
from departments.services import forms, organisation, submissions
from tests import build
from tests.unit.tables.annexes import YINDU, transcription, yindu_rows

WHOLE, DECIMAL, COMPUTED = ItemKind.WHOLE, ItemKind.DECIMAL, ItemKind.COMPUTED
ATTENDANCE: list[tuple[str, str, dict[str, Any]]] = [
    ("staff", "入驻总人数", {}),
    ("leave", "请假人数", {}),
    (
        "leave_rate",
        "请假人数比例",
        {"kind": COMPUTED, "expression": "leave / staff * 100", "decimals": 2, "unit_of_measure": "%"},
    ),
    ("leave_days", "累计请假天数", {"kind": DECIMAL, "decimals": 1, "unit_of_measure": "天"}),
    ("late", "迟到人数", {}),
    ("late_times", "累计迟到次数", {}),
    ("missed", "缺卡人数", {}),
    ("missed_times", "累计缺卡次数", {}),
    ("absent", "旷工人数", {}),
    ("absent_days", "累计旷工天数", {"kind": DECIMAL, "decimals": 1}),
    ("out", "公出人数", {}),
    ("out_hours", "累计公出", {"kind": DECIMAL, "decimals": 1, "unit_of_measure": "小时"}),
]
KINDS = (("check", "行政检查"), ("punish", "行政处罚"), ("force", "行政强制"), ("other", "其他"))


@dataclass
class Yindu:
    """The office, its people (two administrators: one enters, one approves) and its windows by form code."""

    office: Office
    units: dict[str, Unit]
    people: dict[str, User]
    windows: dict[str, Window] = field(default_factory=dict)

    def window(self, code: str) -> Window:
        return self.windows[code]


def names_in(annex: int) -> list[str]:
    """The units an annex names, in its order."""
    column = {3: "单位名称", 5: "区划/部门", 8: "单位"}[annex]
    return list(dict.fromkeys(row[column] for row in yindu_rows(annex) if row["row_type"] == "data"))


def build_yindu(*codes: str) -> Yindu:
    """With the windows of the named forms of June 2023 open: attendance, supervision, licences."""
    office = build.office("yindu", "殷都区政务服务办")
    units = {}
    for order, row in enumerate(transcription(YINDU / "departments.csv"), 1):
        if row["canonical"] in ("安阳市", "殷都区"):
            continue
        unit = build.unit(office, row["unit_id"], row["canonical"], order=order)
        aliases = set(row["all_aliases"].split("|")) - {row["canonical"]}
        UnitAlias.objects.bulk_create(UnitAlias(unit=unit, name=alias) for alias in aliases)
        units[row["canonical"]] = unit
    people = {
        "enters": build.person("liu", office, Role.ADMINISTRATOR),
        "approves": build.person("wang", office, Role.ADMINISTRATOR),
        "clerk": build.person("clerk", office, Role.CLERK, units["教育局"]),
        "viewer": build.person("viewer", office, Role.VIEWER),
    }
    for key, name in (("enters", "刘敏"), ("approves", "王建国")):
        people[key].last_name = name
        people[key].save()
    yindu = Yindu(office, units, people)
    makers = {"attendance": attendance, "supervision": supervision, "licences": licences}
    for code in codes:
        form, annex = makers[code](office)
        names = organisation.UnitNames(office)
        forms.expect(form=form, units=[names.find(name) for name in names_in(annex)])
        now = timezone.now()
        yindu.windows[code] = submissions.open_window(
            form=form,
            period="2023-06",
            opens_at=now - dt.timedelta(days=1),
            due_at=now + dt.timedelta(days=5),
        )
    return yindu


def known(yindu: Yindu, name: str) -> Unit:
    return organisation.UnitNames(yindu.office).find(name)


def attendance(office: Office) -> tuple[Form, int]:
    form = forms.save_form(
        office=office,
        code="attendance",
        title="政务服务大厅各单位派驻人员考勤情况",
        frequency="month",
        entered_by=EntryMode.OFFICE,
    )
    for order, (code, name, changes) in enumerate(ATTENDANCE, 1):
        forms.save_item(form=form, code=code, name=name, order=order, **changes)
    forms.save_rule(
        form=form, code="leave_le_staff", expression="leave <= staff", message="请假人数不能大于入驻总人数"
    )
    forms.save_rule(
        form=form,
        code="absent",
        expression="absent = 0",
        message="有人旷工，请说明",
        severity="warning",
        order=2,
    )
    return form, 8


def supervision(office: Office) -> tuple[Form, int]:
    """Annex 5: 子项数 over four kinds over three counts; the rate of the lower level adds over the four kinds."""
    form = forms.save_form(
        office=office,
        code="supervision",
        title="“互联网+监管”数据汇集情况",
        frequency="month",
        entered_by=EntryMode.OFFICE,
    )
    items: list[tuple[Any, str, str, dict[str, Any]]] = [
        (None, "main", "事项主项数", {}),
        (None, "main_covered", "主项覆盖数", {}),
        (None, "main_rate", "主项覆盖率", rate("main_covered / main * 100")),
    ]
    top = forms.save_section(form=form, code="sub", name="子项数", order=1)
    for order, (code, name) in enumerate(KINDS, 1):
        section = forms.save_section(form=form, code=code, name=name, parent=top, order=order)
        for part, label in (("count", "个数"), ("covered", "覆盖数"), ("pooled", "汇聚数")):
            items.append((section, f"{code}_{part}", label, {}))
    covered, counted = (" + ".join(f"{code}_{part}" for code, _n in KINDS) for part in ("covered", "count"))
    items.append((None, "sub_rate", "子项覆盖率", rate(f"({covered}) / ({counted}) * 100")))
    for order, (section, code, name, changes) in enumerate(items, 1):
        forms.save_item(form=form, code=code, name=name, section=section, order=order, **changes)
    return form, 5


def rate(expression: str) -> dict[str, Any]:
    return {"kind": COMPUTED, "expression": expression, "decimals": 2, "unit_of_measure": "%"}


def licences(office: Office) -> tuple[Form, int]:
    """Annex 3: one row per unit and kind of certificate; every kind is its unit's own."""
    kinds = CategoryList.objects.create(office=office, code="licences", name="证照类型")
    names = organisation.UnitNames(office)
    rows = [row for row in yindu_rows(3) if row["row_type"] == "data"]
    for order, row in enumerate(rows, 1):
        Category.objects.create(
            list=kinds,
            unit=names.find(row["单位名称"]),
            code=f"L{order}",
            name=row["证照类型名称"],
            order=order,
        )
    form = forms.save_form(
        office=office,
        code="licences",
        title="电子证照制作完成情况",
        frequency="month",
        entered_by=EntryMode.OFFICE,
        category_list=kinds,
    )
    for order, (code, name) in enumerate((("signed", "已签章数量"), ("unsigned", "未签章数量")), 1):
        forms.save_item(form=form, code=code, name=name, order=order, by_category=True)
    return form, 3


def wide_form(office: Office, columns: int, units: Sequence[Unit]) -> Window:
    """A form of many columns for all units, to see that the grid stays usable."""
    form = forms.save_form(
        office=office, code="wide", title="宽表", frequency="month", entered_by=EntryMode.OFFICE
    )
    for number in range(1, columns + 1):
        forms.save_item(
            form=form, code=f"i{number}", name=f"指标{number}", order=number, unit_total=UnitTotal.SUM
        )
    forms.expect(form=form, units=units)
    now = timezone.now()
    return submissions.open_window(
        form=form, period="2023-06", opens_at=now - dt.timedelta(days=1), due_at=now + dt.timedelta(days=5)
    )
