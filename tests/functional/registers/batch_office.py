"""A district's register of problems with files for it: the higher office's list as workbook or CSV."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.choices import ItemKind, MoveBy, Role
from departments.models import Entry, EntryBatch, Office, Register, RegisterStatus, Unit
from departments.services import organisation
from departments.services.registers import batches, definitions, life
from tests import build

HEAD = ("编号", "问题名称", "责任单位", "类型", "级别", "交办日期", "整改时限", "状态", "来源", "申请人电话")
FIRST = dt.date(2023, 6, 1)
UNITS = (
    "自然资源局",
    "卫健委",
    "市场监管局",
    "公安分局",
    "人社局",
    "住建局",
    "城管局",
    "农业农村局",
    "行政审批局",
)
# The marker that must appear nowhere but on the entry's own page.
TELEPHONE = "13907120001"


@dataclass
class Problems:
    """The office, its register of problems, the units by name, its people."""

    office: Office
    register: Register
    units: dict[str, Unit]
    people: dict[str, User]

    @property
    def administrator(self) -> User:
        return self.people["liu"]

    def status(self, code: str) -> RegisterStatus:
        return self.register.statuses.get(code=code)

    def entry(self, key: str) -> Entry:
        return Entry.objects.select_related("status", "unit", "register__office", "unit__office").get(
            register=self.register, key=key
        )

    def check(self, *rows: Sequence[Any], head: Sequence[str] = HEAD, **answers: Any) -> EntryBatch:
        """Checks a workbook of these rows; `data`, `name` and `sheet` say otherwise."""
        data = answers.pop("data", None) or workbook(head, rows, answers.pop("sheet", "清单"))
        file = SimpleUploadedFile(answers.pop("name", "整改清单.xlsx"), data)
        answers = {"user": self.administrator, "at": at(10), "opened_on": dt.date(2023, 6, 10)} | answers
        return batches.check_batch(register=self.register, file=file, **answers)

    def load(self, *rows: Sequence[Any], head: Sequence[str] = HEAD, **answers: Any) -> EntryBatch:
        """Checks and saves."""
        batch = self.check(*rows, head=head, **answers)
        assert batch.plan["faults"] == []
        user, moment = answers.get("user", self.administrator), answers.get("at", at(10))
        return batches.apply_batch(batch=batch, user=user, at=moment)


def at(day: int, hour: int = 10) -> dt.datetime:
    """A moment of June 2023."""
    return build.at(day, hour, month=6, year=2023)


def problems(code: str = "yindu") -> Problems:
    """Register `problems` 问题整改台账 with a source (the office's), measures (the unit's) and a telephone (personal)."""
    office = build.office(code, "殷都区政务服务办")
    units = {name: build.unit(office, f"{code}{order}", name) for order, name in enumerate(UNITS, 1)}
    organisation.save_alias(unit=units["卫健委"], name="卫生健康委")
    people = {
        "liu": build.person(f"{code}-liu", office, Role.ADMINISTRATOR),
        "wang": build.person(f"{code}-wang", office, Role.ADMINISTRATOR),
        "clerk": build.person(f"{code}-clerk", office, Role.CLERK, units["卫健委"]),
        "viewer": build.person(f"{code}-viewer", office, Role.VIEWER),
    }
    for key, name in (("liu", "刘敏"), ("wang", "王建国")):
        people[key].last_name = name
        people[key].save()
    register = definitions.save_register(
        office=office,
        code="problems",
        title="问题整改台账",
        name_label="问题名称",
        types="流程不畅\n材料过多\n态度生硬\n超时办结",
        levels="市级\n区级",
        due_days=10,
        contact="电话 5221234",
    )
    for order, (column, name, fields) in enumerate(COLUMNS, 1):
        definitions.save_column(register=register, code=column, name=name, order=order, **fields)
    return Problems(office, register, units, people)


COLUMNS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("source", "来源", {"kind": ItemKind.CHOICE, "options": "市级督查\n群众投诉\n自查"}),
    ("measures", "整改措施", {"by": MoveBy.OWNER}),
    ("times", "反映次数", {"kind": ItemKind.WHOLE}),
    ("telephone", "申请人电话", {"personal": True}),
)


def row(number: int, unit: str = "卫健委", **cells: Any) -> list[Any]:
    """One row under HEAD; `cells` by head."""
    usual = {
        "编号": f"P{number:04}",
        "问题名称": f"第{number}号问题",
        "责任单位": unit,
        "类型": "材料过多",
        "级别": "区级",
        "交办日期": "2023-06-01",
        "来源": "自查",
    }
    return [(usual | cells).get(name, "") for name in HEAD]


def workbook(head: Sequence[str], rows: Sequence[Sequence[Any]], sheet: str = "清单") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for place, texts in enumerate((head, *rows)):
            page.write_row(place, 0, texts)
    return stream.getvalue()


def everything(register: Register) -> list[Any]:
    """All that is stored of a register's entries: equal means nothing changed."""
    entries = Entry.objects.filter(register=register).order_by("pk")
    return [
        list(entries.values_list()),
        list(entries.order_by("personal__pk").values_list("personal__pk", "personal__values")),
        list(entries.order_by("events__pk").values_list("events__pk", "events__version")),
    ]


def answer(entry: Entry, user: User, moment: dt.datetime) -> Entry:
    """The unit hands in its answer."""
    target = entry.register.statuses.get(code="answered")
    return life.move_entry(entry=entry, target=target, user=user, text="已整改", at=moment)
