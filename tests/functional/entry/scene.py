"""A monthly form with every kind of cell and 63 rows by licence type, a year of history behind it; all through services."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from departments.choices import EntryMode, ItemKind, Measure, Role, Severity
from departments.models import Form, Submission, Unit, Window
from departments.services import categories, forms, organisation, submissions
from departments.sheets import CellInput, cells_of, describe_cell
from tests import build

LICENCES = (
    "营业执照", "食品经营许可证", "食品生产许可证", "药品经营许可证", "医疗器械经营许可证", "特种设备使用登记证",
    "道路运输经营许可证", "危险化学品经营许可证", "出版物经营许可证", "娱乐经营许可证", "公共场所卫生许可证",
    "医疗机构执业许可证", "民办学校办学许可证", "人力资源服务许可证", "劳务派遣经营许可证", "建筑业企业资质证书",
    "安全生产许可证", "排污许可证", "取水许可证", "林木种子生产经营许可证", "动物防疫条件合格证",
)  # fmt: skip
STEPS = ("", "（变更）", "（注销）")
FIRST = dt.date(2021, 3, 1)
NOW = "2022-03"

# Code, name, code of the section ("" without) and further fields of items.
Items = tuple[tuple[str, str, str, dict[str, Any]], ...]
ITEMS: Items = (
    ("total", "事项总数", "work", {"measure": Measure.STOCK}),
    ("online", "网办事项数", "work", {"measure": Measure.STOCK, "may_not_apply": True}),
    (
        "rate",
        "网办率",
        "work",
        {
            "kind": ItemKind.COMPUTED,
            "expression": "online / total * 100",
            "decimals": 1,
            "unit_of_measure": "%",
        },
    ),
    ("accepted", "受理量", "work", {"unit_of_measure": "件", "note": "本月受理的全部办件，含网上和窗口。"}),
    ("satisfied", "满意率", "quality", {"kind": ItemKind.PERCENT, "decimals": 1, "unit_total": "none"}),
    (
        "days",
        "平均办结时长",
        "quality",
        {"kind": ItemKind.DECIMAL, "decimals": 1, "unit_of_measure": "天", "unit_total": "none"},
    ),
    ("connected", "是否接入省平台", "system", {"kind": ItemKind.TICK, "measure": Measure.STOCK}),
    ("since", "接入日期", "system", {"kind": ItemKind.DATE, "may_be_blank": True, "unit_total": "none"}),
    (
        "channel",
        "主要渠道",
        "system",
        {"kind": ItemKind.CHOICE, "options": "窗口\n网上\n自助机", "may_be_blank": True, "unit_total": "none"},
    ),
    ("remark", "说明", "system", {"kind": ItemKind.TEXT, "may_be_blank": True, "unit_total": "none"}),
    ("issued", "本期发证", "new", {"by_category": True, "may_be_blank": True}),
    ("cancelled", "本期注销", "new", {"by_category": True, "may_be_blank": True}),
    (
        "stock",
        "存量证照",
        "kept",
        {"by_category": True, "may_be_blank": True, "measure": Measure.STOCK},
    ),
    (
        "digital",
        "已电子化",
        "kept",
        {"by_category": True, "may_be_blank": True, "may_not_apply": True, "measure": Measure.STOCK},
    ),
    (
        "share",
        "电子化率",
        "kept",
        {
            "by_category": True,
            "kind": ItemKind.COMPUTED,
            "expression": "digital / stock * 100",
            "decimals": 1,
            "unit_of_measure": "%",
        },
    ),
)  # fmt: skip
SECTIONS = {
    "work": "事项办理",
    "quality": "办理质量",
    "system": "系统对接",
    "new": "本期新增",
    "kept": "证照存量",
}
RULES = (
    ("online_le_total", Severity.ERROR, "网办事项数 <= 事项总数", "网办事项数不能大于事项总数"),
    ("digital_le_stock", Severity.ERROR, "已电子化 <= 存量证照", "已电子化不能大于存量证照"),
    ("jump", Severity.WARNING, "受理量 <= 上期.受理量 * 2", "受理量比上期增加一倍以上，请说明原因"),
)
# What is filled in every month; the flow alone changes.
USUAL = {
    "total": "420",
    "online": "396",
    "satisfied": "99.2",
    "days": "2.5",
    "connected": "是",
    "stock@c01": "12800",
    "digital@c01": "12640",
    "issued@c01": "310",
    "stock@c02": "5120",
}


@dataclass
class EntryScene:
    """One unit's form of this month, still blank, and the people around it."""

    form: Form
    unit: Unit
    window: Window
    clerk: User
    head: User
    administrator: User
    colleague: User
    neighbour: User
    viewer: User

    @property
    def submission(self) -> Submission:
        return Submission.objects.select_related("window__form__office", "unit__office").get(
            window=self.window, unit=self.unit
        )

    @property
    def stored(self) -> dict[str, str]:
        return {key: describe_cell(cell) for key, cell in cells_of(self.submission).items()}

    def save(self, **cells: str) -> Submission:
        """By the clerk; names of cells with @ come in a dictionary: save(**{"stock@c01": "3"})."""
        inputs = {key: CellInput(text) for key, text in cells.items()}
        submissions.save_figures(submission=self.submission, inputs=inputs, user=self.clerk)
        return self.submission

    def submit(self, **changes: str) -> Submission:
        self.save(**(USUAL | {"accepted": "900"} | changes))
        return submissions.submit(submission=self.submission, user=self.clerk)


# A paragraph, for the tests that want one, and what was written in it in every earlier month.
PARAGRAPH: Items = (
    ("report", "月度工作情况", "", {"kind": ItemKind.PARAGRAPH, "may_be_blank": True, "unit_total": "none"}),
)
WRITTEN = "一、推进证照电子化，新增 3 类证照上线。\n二、与省平台数据核对一致。"


def build_scene(
    months: int = 2,
    categories_: int = 63,
    more: Items = (),
    usual: dict[str, str] = USUAL,
    **form_fields: Any,
) -> EntryScene:
    """The scene with the last `months` before this one approved and `categories_` rows in the category list.

    `more`: items asked besides; `usual`: what was filled in every month.
    """
    office = build.office("zwb", "武进区政务服务管理办公室")
    office.phone = "0519-86510000"
    office.save()
    group = build.group(office)
    unit = build.unit(office, "D14", "市场监督管理局", group)
    other = build.unit(office, "D15", "人力资源和社会保障局", group)
    form = _form(office, categories_, (*ITEMS, *more), form_fields)
    forms.expect(form=form, groups=[group])
    people = {
        name: _person(name, label, office, role, of)
        for name, label, role, of in (
            ("clerk", "填报员甲", Role.CLERK, unit),
            ("head", "负责人乙", Role.UNIT_HEAD, unit),
            ("neighbour", "填报员丙", Role.CLERK, other),
            ("viewer", "查看员丁", Role.VIEWER, unit),
            ("administrator", "管理员戊", Role.ADMINISTRATOR, None),
            ("colleague", "管理员己", Role.ADMINISTRATOR, None),
        )
    }
    for back in range(months, 0, -1):
        _approved_month(form, unit, people, back, usual)
    now = timezone.now()
    window = submissions.open_window(
        form=form, period=NOW, opens_at=now - dt.timedelta(days=5), due_at=now + dt.timedelta(days=3)
    )
    return EntryScene(form=form, unit=unit, window=window, **people)


def _form(office: Any, rows: int, items: Items, fields: dict[str, Any]) -> Form:
    licences = categories.save_category_list(
        office=office, code="licences", name="证照类型", units_may_add=True
    )
    names = [f"{name}{step}" for step in STEPS for name in LICENCES]
    for order, name in enumerate(names[:rows], 1):
        categories.save_category(list=licences, code=f"c{order:02}", name=name, order=order)
    form = forms.save_form(
        office=office,
        code="licences",
        title="证照电子化情况表",
        frequency="month",
        category_list=licences,
        **{"entered_by": EntryMode.UNIT, "notes": "按月填报，数据截至当月末。", **fields},
    )
    forms.save_reason(office=office, code="none", name="无此业务")
    forms.save_reason(office=office, code="off", name="系统未对接")
    sections = {
        code: forms.save_section(form=form, code=code, name=name, order=order)
        for order, (code, name) in enumerate(SECTIONS.items())
    }
    for order, (code, name, section, more) in enumerate(items):
        forms.save_item(form=form, code=code, name=name, section=sections.get(section), order=order, **more)
    for order, (code, severity, expression, message) in enumerate(RULES):
        forms.save_rule(
            form=form, code=code, severity=severity, expression=expression, message=message, order=order
        )
    return form


def _person(name: str, label: str, office: Any, role: Role, of: Unit | None) -> User:
    user = organisation.save_account(username=name, name=label)
    organisation.grant(user=user, office=office, role=role, unit=of)
    return user


def _approved_month(
    form: Form, unit: Unit, people: dict[str, User], back: int, usual: dict[str, str]
) -> None:
    month = FIRST.month - 1 + 12 - back
    period = f"{FIRST.year + month // 12}-{month % 12 + 1:02}"
    now = timezone.now()
    window = submissions.open_window(
        form=form, period=period, opens_at=now - dt.timedelta(days=40), due_at=now - dt.timedelta(days=20)
    )
    submission = Submission.objects.get(window=window, unit=unit)
    cells = usual | {"accepted": str(760 + 17 * (back * 7 % 12))}
    inputs = {key: CellInput(text) for key, text in cells.items()}
    submissions.save_figures(submission=submission, inputs=inputs, user=people["clerk"])
    submissions.submit(submission=submission, user=people["clerk"])
    submissions.approve(submission=submission, user=people["administrator"])
