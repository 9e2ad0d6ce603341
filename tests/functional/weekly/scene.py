"""武进区's office as it files every week and once a quarter; the units are real, villages, people and weekly figures are not."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml
from django.contrib.auth.models import User

from departments.choices import ApprovalPath, DayBasis, Role
from departments.models import Form, Group, Office, ReminderRule, Unit
from departments.services import comparisons, forms, organisation
from departments.services.reminders import default_rules
from departments.services.schedules import save_schedule
from tests.weekly import MARK
from tests.weekly.published import ROOT, WHOLE, Reporter, reporters, whole

GROUPS = {
    "district": "全区汇总",
    "depts": "区级部门",
    "towns": "镇（街道）",
    "villages": "村",
    "hitech": "高新区",
}
# The rule that opens both forms' windows stands for the first quarter only.
_FIRST, _LAST = dt.date(2022, 1, 1), dt.date(2022, 3, 31)


@dataclass
class Wujin:
    """The office, its units by code, and its people: "T01" + "clerk" or "head"; two administrators."""

    office: Office
    groups: Mapping[str, Group]
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[tuple[str, str], User] = field(default_factory=dict)
    administrators: list[User] = field(default_factory=list)

    @property
    def weekly(self) -> Form:
        return self.office.forms.get(code="weekly")

    @property
    def quarterly(self) -> Form:
        return self.office.forms.get(code="daily")

    def filler(self, unit: str) -> User:
        """Who fills in the unit's forms: its clerk, or else its head."""
        return self.people.get((unit, "clerk")) or self.people[unit, "head"]

    def decider(self, unit: str) -> User:
        """Who decides on the unit's weekly form: the head of the unit above; at the top an administrator."""
        above = self.above(unit)
        return self.people[above, "head"] if above else self.administrators[0]

    def above(self, unit: str) -> str | None:
        return next(reporter.parent for reporter in reporters() if reporter.code == unit)


def build_wujin() -> Wujin:
    """Units, people and both forms with their timetable, reminders of the weekly one; nothing is open yet."""
    office = Office.objects.create(
        code="wujin",
        name="武进区政务服务管理办公室",
        phone="0519-86310000",
        synthetic=f"{MARK}：按公布的附件3拆分到周和单位",
    )
    groups = {
        code: Group.objects.create(office=office, code=code, name=name, order=order)
        for order, (code, name) in enumerate(GROUPS.items())
    }
    wujin = Wujin(office, groups)
    for order, reporter in enumerate((whole(), *reporters()), 1):
        _add_unit(wujin, reporter, order)
    for number in (1, 2):
        account = organisation.save_account(username=f"wj-admin{number}", name=f"{MARK}管理员{number}")
        organisation.grant(user=account, office=office, role=Role.ADMINISTRATOR)
        wujin.administrators.append(account)
    _add_forms(wujin)
    return wujin


def add_comparisons(wujin: Wujin) -> None:
    """Every item of the quarter's form beside the same item filed every week."""
    for order, item in enumerate(wujin.quarterly.items.order_by("order")):
        comparison = comparisons.save_comparison(
            office=wujin.office, code=item.code, name=f"{item.name}核对", order=order
        )
        comparisons.save_source(comparison=comparison, item=item, name="季报", order=0)
        weekly = wujin.weekly.items.get(code=item.code)
        comparisons.save_source(comparison=comparison, item=weekly, name="周报累计", order=1)


def _add_unit(wujin: Wujin, reporter: Reporter, order: int) -> None:
    unit = organisation.save_unit(
        office=wujin.office,
        code=reporter.code,
        full_name=reporter.full_name,
        short_name=reporter.name,
        protocol_order=order,
        group=wujin.groups[reporter.group],
        parent=wujin.units[reporter.parent] if reporter.parent else None,
    )
    wujin.units[reporter.code] = unit
    roles = {"clerk": (Role.CLERK, "填报员"), "head": (Role.UNIT_HEAD, "负责人")}
    if not reporter.has_clerk:
        del roles["clerk"]
    for name, (role, title) in roles.items():
        # Without an address nothing is carried out of the house: the inbox is what is counted.
        account = organisation.save_account(
            username=f"wj-{reporter.code.lower()}-{name}", name=f"{reporter.name}{title}（{MARK}）"
        )
        organisation.grant(user=account, office=wujin.office, role=role, unit=unit)
        wujin.people[reporter.code, name] = account


def _add_forms(wujin: Wujin) -> None:
    """The quarter's form as the pack has it, and the same items every week, decided up the tree."""
    asked = yaml.safe_load((ROOT / "packs" / "wujin" / "forms" / "daily.yaml").read_text("utf-8"))
    quarterly = forms.save_form(
        office=wujin.office, code="daily", title=asked["title"], frequency="quarter", order=1
    )
    weekly = forms.save_form(
        office=wujin.office,
        code="weekly",
        title="每日办件周报",
        frequency="split_week",
        order=2,
        notes=f"{MARK}。每周一12:00前报送上周办件量；跨月的周按月分两次报送。",
        contact="区政务服务管理办公室管理员",
        approval=ApprovalPath.PARENT,
        unit_head_step=True,
        children_first=True,
        allows_nil=True,
    )
    for form in (quarterly, weekly):
        for order, item in enumerate(asked["items"], 1):
            forms.save_item(form=form, order=order, **item)
        for order, rule in enumerate(asked["rules"], 1):
            forms.save_rule(form=form, order=order, **rule)
    forms.expect(form=quarterly, groups=[wujin.groups[code] for code in asked["expected"]["groups"]])
    forms.expect(form=weekly, groups=[group for code, group in wujin.groups.items() if code != "district"])
    dates = {"valid_from": _FIRST, "valid_to": _LAST}
    save_schedule(form=quarterly, due_basis=DayBasis.WORKING_DAY, due_number=5, **dates)
    save_schedule(
        form=weekly,
        due_basis=DayBasis.WEEKDAY,
        due_number=1,
        due_time=dt.time(12),
        closes_days=2,
        **dates,
    )
    default_rules(weekly)
    assert ReminderRule.objects.filter(form=weekly).count() == 5
    assert wujin.units[WHOLE].name == "区级部门"
