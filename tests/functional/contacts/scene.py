"""An office of 36 departments with contacts, built only through the services."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.test import Client

from departments.choices import ContactKind, Role
from departments.models import Contact, Office, Unit
from departments.services.contacts import Details, approve, propose
from tests import build

NAMES = [
    "发展和改革局",
    "教育局",
    "科学技术局",
    "工业和信息化局",
    "民族宗教事务局",
    "公安分局",
    "民政局",
    "司法局",
    "财政局",
    "人力资源和社会保障局",
    "自然资源和规划分局",
    "生态环境局",
    "住房和城乡建设局",
    "城市管理局",
    "交通运输局",
    "水利局",
    "农业农村局",
    "商务局",
    "文体广电和旅游局",
    "卫生健康局",
    "退役军人事务局",
    "应急管理局",
    "审计局",
    "市场监督管理局",
    "统计局",
    "医疗保障局",
    "行政审批局",
    "地方金融监督管理局",
    "大数据管理局",
    "信访局",
    "税务局",
    "烟草专卖局",
    "气象局",
    "档案局",
    "残疾人联合会",
    "消防救援大队",
]
FIRST = dt.date(2022, 1, 1)


@dataclass
class Contacts:
    """`clerk` is the first unit's, `neighbour` the second's; two administrators, so that one can decide on the other's."""

    office: Office
    units: list[Unit]
    people: dict[str, User] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def proposed(self, unit: int = 0, kind: str = ContactKind.CONTACT, **given: object) -> Contact:
        """By the clerk, of the first unit unless told otherwise."""
        fields = {
            "valid_from": dt.date(2022, 4, 1),
            "user": self.people["clerk"],
            "details": Details("王建国", "科长", "0519-86531001", "13900000001"),
        }
        return propose(unit=self.units[unit], kind=kind, **(fields | given))  # type: ignore[arg-type]

    def approved(self, unit: int = 0, kind: str = ContactKind.CONTACT, **given: object) -> Contact:
        return approve(contact=self.proposed(unit, kind, **given), user=self.people["administrator"])


def make(units: int = 3) -> Contacts:
    office = build.office("wj", "武进区")
    depts = build.group(office, "depts", "区级部门")
    towns = build.group(office, "towns", "驻区单位")
    made = [
        build.unit(office, f"D{n:02}", name, depts if n <= 30 else towns)
        for n, name in enumerate(NAMES[:units], 1)
    ]
    found = Contacts(office, made)
    roles = {
        "clerk": (Role.CLERK, made[0]),
        "head": (Role.UNIT_HEAD, made[0]),
        "neighbour": (Role.CLERK, made[1]),
        "administrator": (Role.ADMINISTRATOR, None),
        "colleague": (Role.ADMINISTRATOR, None),
        "reviewer": (Role.REVIEWER, None),
        "viewer": (Role.VIEWER, None),
    }
    for name, (role, unit) in roles.items():
        found.people[name] = build.person(name, office, role, unit)
    return found


def fill(scene: Contacts) -> None:
    """Everybody named in most units; nobody for the section in every ninth."""
    colleague = scene.people["colleague"]
    for n, unit in enumerate(scene.units):
        for kind, details in (
            (
                ContactKind.LEADER,
                Details(f"{'李王张刘陈'[n % 5]}志{'远强明'[n % 3]}", "副局长", f"0519-8653{1000 + n}"),
            ),
            (ContactKind.SECTION, Details("政务服务管理科", "", f"0519-8653{2000 + n}")),
            (
                ContactKind.CONTACT,
                Details(
                    f"{'赵钱孙周吴'[n % 5]}晓{'燕峰丽'[n % 3]}",
                    "科员",
                    f"0519-8653{3000 + n}",
                    f"1390000{n:04}",
                ),
            ),
        ):
            if kind == ContactKind.SECTION and n % 9 == 4:
                continue
            row = propose(unit=unit, kind=kind, valid_from=FIRST, user=colleague, details=details)
            approve(contact=row, user=scene.people["administrator"])
