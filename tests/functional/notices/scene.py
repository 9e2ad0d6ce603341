"""One office with a form due on 8 April 2022, 17:00, and the people who are told about it."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User

from departments.choices import Role
from departments.models import Form, Office, Submission, Unit, Window
from departments.services import organisation
from tests import build

NAMES = ("区人社局", "区市场监管局", "湖塘镇", "区住房和城乡建设局")
DUE = build.at(8, 17)


def hours(number: float) -> dt.datetime:
    """That many hours after the due moment."""
    return DUE + dt.timedelta(hours=number)


@dataclass
class Scene:
    office: Office
    form: Form
    window: Window
    units: list[Unit]
    clerks: list[User]
    heads: list[User]
    administrator: User

    def submission(self, unit: int) -> Submission:
        """The unit's form as it is now."""
        return Submission.objects.get(window=self.window, unit=self.units[unit])

    def files(self, unit: int) -> Submission:
        """The unit's clerk hands its form in."""
        return build.fill(self.submission(unit), {"due": 4, "done": 3}, self.clerks[unit])


def person(username: str, name: str, office: Office, role: Role, unit: Unit | None = None) -> User:
    """Somebody with a Chinese name and an address, in the role."""
    user = organisation.save_account(username=username, name=name, email=f"{username}@wujin.example")
    organisation.grant(user=user, office=office, role=role, unit=unit)
    return user


def make_scene(names: tuple[str, ...] = NAMES) -> Scene:
    """A clerk and a head for every unit, one administrator; nobody has begun to fill in."""
    office = build.office(name="武进区")
    office.phone = "0519-86310000"
    office.save()
    group = build.group(office)
    units = [build.unit(office, f"U{number}", name, group) for number, name in enumerate(names)]
    form = build.form(office, groups=[group])
    form.title, form.contact = "政务服务事项指标表", "区政务办 李工 86310001"
    form.save()
    window = build.window(form)
    clerks = [
        person(f"clerk{n}", f"{unit.name}填报员", office, Role.CLERK, unit) for n, unit in enumerate(units)
    ]
    heads = [
        person(f"head{n}", f"{unit.name}负责人", office, Role.UNIT_HEAD, unit) for n, unit in enumerate(units)
    ]
    administrator = person("admin", "王管理", office, Role.ADMINISTRATOR)
    return Scene(office, form, window, units, clerks, heads, administrator)
