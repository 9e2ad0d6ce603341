"""Small offices for tests, built only through the services people use."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from departments.choices import MoveBy, Role
from departments.models import Entry, Form, Group, Office, Register, Submission, Unit, Window
from departments.services import forms as form_services
from departments.services import organisation, reopenings
from departments.services import submissions as services
from departments.services.registers import definitions, life
from departments.sheets import CellInput

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int = 9, month: int = 4, year: int = 2022) -> dt.datetime:
    """A moment of April 2022 in Shanghai, unless told otherwise."""
    return dt.datetime(year, month, day, hour, tzinfo=SHANGHAI)


def office(code: str = "o", name: str = "某区") -> Office:
    return Office.objects.create(code=code, name=name)


def group(home: Office, code: str = "depts", name: str = "区级部门") -> Group:
    return Group.objects.create(office=home, code=code, name=name)


def unit(
    home: Office,
    code: str,
    name: str,
    in_group: Group | None = None,
    parent: Unit | None = None,
    order: int = 0,
) -> Unit:
    return organisation.save_unit(
        office=home,
        code=code,
        full_name=f"{home.name}{name}",
        short_name=name,
        protocol_order=order or Unit.objects.filter(office=home).count() + 1,
        group=in_group,
        parent=parent,
    )


def person(username: str, home: Office, role: Role, of: Unit | None = None) -> User:
    user = organisation.save_account(username=username, name=username, email=f"{username}@example.test")
    organisation.grant(user=user, office=home, role=role, unit=of)
    return user


def form(home: Office, code: str = "items", frequency: str = "quarter", **expected: list) -> Form:
    """A form of two whole numbers, `done` 已办 of `due` 应办, which must not exceed it; 不适用 allowed (无此业务)."""
    made = form_services.save_form(office=home, code=code, title="事项表", frequency=frequency, order=1)
    for order, (item, name) in enumerate([("due", "应办数"), ("done", "已办数")], 1):
        form_services.save_item(form=made, code=item, name=name, order=order, may_not_apply=True)
    form_services.save_rule(
        form=made, code="done_le_due", expression="已办数 <= 应办数", message="已办数不能大于应办数", order=1
    )
    form_services.save_reason(office=home, code="none", name="无此业务")
    form_services.expect(form=made, **expected)
    return made


def window(of: Form, period: str = "2022Q1") -> Window:
    return services.open_window(form=of, period=period, opens_at=at(1, 8), due_at=at(8, 17))


def fill(submission: Submission, values: Mapping[str, object], by: User) -> Submission:
    """Saves and submits: a number or text per item code; ("na", reason code) for not applicable."""
    inputs = {
        code: CellInput(reason=value[1]) if isinstance(value, tuple) else CellInput(text=str(value))
        for code, value in values.items()
    }
    services.save_figures(submission=submission, inputs=inputs, user=by, at=at(5))
    return services.submit(submission=submission, user=by, at=at(5, 10))


def approve(submission: Submission, by: User) -> Submission:
    return services.approve(submission=submission, user=by, at=at(6))


def reopen(submission: Submission, by: User, reason: str = "更正", asker: User | None = None) -> Submission:
    """Asked for by the one who submitted (or `asker`), granted by somebody else; open for two days."""
    submission.refresh_from_db()
    asked = reopenings.ask(submission=submission, user=asker or submission.submitted_by, reason=reason)
    reopenings.grant(reopening=asked, user=by)
    submission.refresh_from_db()
    return submission


def register(home: Office, code: str = "mend", **fields: Any) -> Register:
    """A register of work with the usual statuses: 问题描述 (the office's), 联系电话 (personal), 整改措施 (the unit's)."""
    made = definitions.save_register(
        office=home,
        code=code,
        **{"title": "整改问题台账", "types": "材料\n时限\n态度", "levels": "重大\n一般", **fields},
    )
    for order, (column, name, more) in enumerate(
        (
            ("problem", "问题描述", {}),
            ("phone", "联系电话", {"personal": True}),
            ("measures", "整改措施", {"by": MoveBy.OWNER}),
        ),
        1,
    ):
        definitions.save_column(register=made, code=column, name=name, order=order, **more)
    return made


def entry(of: Register, unit: Unit, by: User, key: str = "1", **fields: Any) -> Entry:
    """An entry by hand, handed out on 1 April 2022 unless told otherwise."""
    given = {"name": f"问题{key}", "opened_on": dt.date(2022, 4, 1), **fields}
    return life.create_entry(register=of, unit=unit, key=key, user=by, **given)


def move(entry: Entry, target: str, by: User, text: str = "说明", **more: Any) -> Entry:
    """To the status of that code, the entry as it is now."""
    entry.refresh_from_db()
    status = entry.register.statuses.get(code=target)
    return life.move_entry(entry=entry, target=status, user=by, text=text, **more)
