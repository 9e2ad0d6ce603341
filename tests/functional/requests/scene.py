"""One office that asks its departments for their comments on a draft, due 15 June 2023, noon."""

import datetime as dt
import io
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from departments.choices import Role
from departments.models import Group, Office, Request, RequestAnswer, Unit
from departments.services import organisation
from departments.services.requests import answering, drafting, issuing
from tests import build

NAMES = ("民宗局", "退役军人事务局", "金融局", "商务局")
TITLE = "《改革方案（征求意见稿）》修改意见"
DUE = build.at(15, 12, month=6, year=2023)
PDF = b"%PDF-1.4\n%EOF\n"


def june(day: int, hour: int = 9) -> dt.datetime:
    return build.at(day, hour, month=6, year=2023)


def hours(number: float) -> dt.datetime:
    """That many hours after the due moment."""
    return DUE + dt.timedelta(hours=number)


def pdf(name: str = "意见.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@dataclass
class Scene:
    office: Office
    group: Group
    units: list[Unit]
    people: dict[str, User] = field(default_factory=dict)

    def draft(self, units: list[Unit] | None = None, **fields: object) -> Request:
        words: dict[str, object] = {"title": TITLE, "due_at": DUE, "takes_no_comment": True} | fields
        return drafting.save_draft(
            office=self.office,
            user=self.people["admin"],
            units=self.units if units is None else units,
            at=june(8),
            **words,
        )

    def asked(self, units: list[Unit] | None = None, **fields: object) -> Request:
        """Handed out on 8 June."""
        return issuing.hand_out(request=self.draft(units, **fields), user=self.people["admin"], at=june(8))

    def answer(self, request: Request, unit: int) -> RequestAnswer:
        """The unit's answer as it is now."""
        return RequestAnswer.objects.get(request=request, unit=self.units[unit])

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client


def person(username: str, name: str, office: Office, role: Role, unit: Unit | None = None) -> User:
    user = organisation.save_account(username=username, name=name, email=f"{username}@yindu.example")
    organisation.grant(user=user, office=office, role=role, unit=unit)
    return user


def make_scene(names: tuple[str, ...] = NAMES) -> Scene:
    """A clerk and a head for every unit (clerk0, head0, …), two administrators, the other roles of the office."""
    office = build.office("yd", "殷都区")
    office.phone = "0372-5500000"
    office.save()
    group = build.group(office)
    units = [build.unit(office, f"U{number}", name, group) for number, name in enumerate(names)]
    scene = Scene(office, group, units)
    for n, unit in enumerate(units):
        scene.people[f"clerk{n}"] = person(f"clerk{n}", f"{unit.name}李工", office, Role.CLERK, unit)
        scene.people[f"head{n}"] = person(f"head{n}", f"{unit.name}张局", office, Role.UNIT_HEAD, unit)
    for name, words, role in (
        ("admin", "王主任", Role.ADMINISTRATOR),
        ("second", "赵科长", Role.ADMINISTRATOR),
        ("reviewer", "复核员", Role.REVIEWER),
        ("issuer", "签发员", Role.ISSUER),
        ("viewer", "钱区长", Role.VIEWER),
    ):
        scene.people[name] = person(name, words, office, role)
    if units:
        scene.people["unitviewer"] = person("unitviewer", "旁观", office, Role.VIEWER, units[0])
    return scene


def hand_in(scene: Scene, request: Request, unit: int, at: dt.datetime, text: str = "同意") -> None:
    answering.hand_in(answer=scene.answer(request, unit), user=scene.people[f"clerk{unit}"], text=text, at=at)


def workbook(content: bytes) -> list[list[object]]:
    """The cells of the first sheet."""
    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]
