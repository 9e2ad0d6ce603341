"""An office with a small scheme after 涪城's framework: two leaves of figures, three in words, a bonus and a deduction."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from departments.choices import RegisterKind, Role
from departments.models import Group, Office, Register, Unit
from departments.services import organisation
from departments.services.registers import definitions as registers
from indicators.choices import RunStatus, ScoreRule
from indicators.models import Indicator, LeafReport, Run, Scheme, SchemeNode, Score
from indicators.services.definitions import save_indicator, save_target, save_version
from indicators.services.leaf_reports import report_leaf
from indicators.services.schemes import save_adjustment, save_grade, save_node, save_scheme
from tests import build

NAMES = ("区教体局", "区住建局", "区卫健局", "石塘街道")
PERIOD = "2023-05"
STATUSES = [["done", "10"], ["on_track", "6"], ["behind", "2"], ["not_started", "0"]]


def may(day: int, hour: int = 9) -> dt.datetime:
    return build.at(day, hour, month=5, year=2023)


def pdf(name: str = "照片.pdf", text: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n" + text.encode() + b"\n%EOF\n", "application/pdf")


@dataclass
class Desk:
    """Three departments and a street, each with a clerk and a head (clerk0, head0, …); the office's people beside them."""

    office: Office
    groups: list[Group]
    units: list[Unit]
    scheme: Scheme
    rate: Indicator
    register: Register
    people: dict[str, User] = field(default_factory=dict)

    def node(self, key: str) -> SchemeNode:
        return self.scheme.nodes.get(key=key)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def report(self, key: str, unit: int, status: str = "done", **more: Any) -> LeafReport:
        given: dict[str, Any] = {
            "period": PERIOD, "text": "已完成建设并投入使用", "user": self.people[f"clerk{unit}"], "at": may(26), **more
        }  # fmt: skip
        return report_leaf(node=self.node(key), unit=self.units[unit], status=status, **given)

    def freeze(self, period: str = PERIOD) -> None:
        """As an issued bulletin leaves it: a frozen run with the scheme's scores."""
        run = Run.objects.create(office=self.office, period=period, status=RunStatus.FROZEN, at=may(30))
        Score.objects.create(
            run=run, scheme=self.scheme, group=self.groups[0], unit=self.units[0], display="90"
        )


def make_desk(names: tuple[str, ...] = NAMES) -> Desk:
    office = build.office("fc", "涪城区")
    office.synthetic = "合成数据"
    office.save()
    groups = [build.group(office, "depts", "区级部门"), build.group(office, "streets", "镇街道")]
    units = [build.unit(office, f"U{n}", name, groups[n == len(names) - 1]) for n, name in enumerate(names)]
    build.form(office, "work", "month", groups=groups)
    rate = save_indicator(office=office, code="rate", name="按时办结率")
    save_version(
        indicator=rate, valid_from=dt.date(2023, 1, 1), numerator="work.done", denominator="work.due"
    )
    save_target(indicator=rate, period="2023", value=Decimal(95))
    register = registers.save_register(
        office=office,
        code="news",
        title="信息宣传台账",
        kind=RegisterKind.EVENT,
        types="刊发\n通报",
        levels="省级\n市级",
    )
    scheme = save_scheme(
        office=office,
        code="fc2023",
        name="建设服务型政府考核方案",
        groups=groups,
        valid_from=dt.date(2023, 1, 1),
    )
    desk = Desk(office, groups, units, scheme, rate, register)
    _plant(desk)
    _people(desk)
    return desk


def _plant(desk: Desk) -> None:
    scheme, street = desk.scheme, desk.groups[1]
    per_point: dict[str, Any] = {"rule": ScoreRule.PER_POINT, "indicator": desk.rate, "per_point": Decimal(1)}
    full: dict[str, Any] = {"rule": ScoreRule.FULL_OR_NONE, "indicator": desk.rate}
    words: dict[str, Any] = {"rule": ScoreRule.STATUS, "table": STATUSES}
    save_node(scheme=scheme, key="1", name="统一服务入口")
    save_node(scheme=scheme, key="1.1", parent="1", name="窗口建设")
    save_node(
        scheme=scheme,
        key="1.1.1",
        parent="1.1",
        name="统一入口",
        task="编制进驻清单，统一进驻政务服务大厅。",
        lead="区行政审批局",
        responsible="区级各部门",
        points=Decimal(10),
        deadline=dt.date(2023, 5, 31),
        **words,
    )
    save_node(scheme=scheme, key="1.1.2", parent="1.1", name="做实综窗", points=Decimal(10), **words)
    save_node(
        scheme=scheme,
        key="1.1.3",
        parent="1.1",
        name="便民服务站",
        points=Decimal(10),
        applies_to_groups=[street],
        **words,
    )
    save_node(scheme=scheme, key="2", name="办件质效")
    save_node(scheme=scheme, key="2.1", parent="2", name="按时办结", points=Decimal(20), **per_point)
    save_node(scheme=scheme, key="2.2", parent="2", name="全部办结", points=Decimal(50), **full)
    save_adjustment(
        scheme=scheme,
        name="市级刊发",
        register=desk.register,
        type="刊发",
        level="市级",
        points=Decimal(2),
        cap=Decimal(6),
    )
    save_adjustment(
        scheme=scheme, name="被通报", register=desk.register, type="通报", points=Decimal("-1.5"), order=1
    )
    for name, limit in (("优秀", Decimal(90)), ("良好", Decimal(80)), ("较差", None)):
        save_grade(scheme=scheme, name=name, at_least=limit)


def _person(desk: Desk, key: str, name: str, role: Role, unit: Unit | None = None) -> None:
    user = organisation.save_account(username=key, name=name, email=f"{key}@fucheng.example")
    organisation.grant(user=user, office=desk.office, role=role, unit=unit)
    desk.people[key] = user


def _people(desk: Desk) -> None:
    for n, unit in enumerate(desk.units):
        _person(desk, f"clerk{n}", f"{unit.name}李工", Role.CLERK, unit)
        _person(desk, f"head{n}", f"{unit.name}张局", Role.UNIT_HEAD, unit)
    for key, name, role in (
        ("admin", "王主任", Role.ADMINISTRATOR),
        ("second", "赵科长", Role.ADMINISTRATOR),
        ("reviewer", "复核员", Role.REVIEWER),
        ("viewer", "钱区长", Role.VIEWER),
    ):
        _person(desk, key, name, role)
    _person(desk, "unitviewer", "旁观", Role.VIEWER, desk.units[0])
