"""差评 of a whole spring, generated from a seed and marked synthetic (合成): no office has published any.

Every entry is made by the services, the way people do it: handed out, mended and revisited by the unit, checked by the
office days later, sometimes sent back. `Review` keeps what was decided, for a recount that reads no register.
"""

import datetime as dt
import random
from dataclasses import dataclass

from departments.choices import CountBasis, ItemKind, MoveBy, Role
from departments.models import Office, Register
from departments.services.registers.definitions import save_column, save_count, save_register
from departments.services.registers.life import create_entry, edit_entry, move_entry
from tests import build

DEPARTMENTS = ("区人社局", "区医保局", "区公安分局", "区自然资源局", "区市场监管局", "区税务局", "区卫健局")
TOWNS = ("城厢街道", "工区街道", "青义镇", "吴家镇")
MONTHS = ("2023-03", "2023-04", "2023-05", "2023-06")
DAYS_TO_MEND = 5


@dataclass(frozen=True)
class Review:
    """One bad review: the days of its life (None: it never came to that) and what the applicant said."""

    unit: str
    opened_on: dt.date
    due_on: dt.date
    answered_on: dt.date | None
    checked_on: dt.date | None
    revisited: bool
    satisfied: bool
    exempt: bool


def moment(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=build.SHANGHAI)


def make_office() -> Office:
    """区级相关部门 and 各镇街道, each with a clerk; the register asks all of them."""
    office = build.office("fucheng", "涪城区")
    groups = build.group(office, "depts", "区级相关部门"), build.group(office, "towns", "各镇街道")
    for group, names in zip(groups, (DEPARTMENTS, TOWNS), strict=True):
        for name in names:
            code = f"{group.code}{names.index(name)}"
            build.person(f"c-{code}", office, Role.CLERK, build.unit(office, code, name, group))
    build.person("admin", office, Role.ADMINISTRATOR)
    register = save_register(
        office=office, code="chaping", title="差评整改台账", due_days=DAYS_TO_MEND, groups=groups
    )
    revisited = save_column(
        register=register, code="revisited", name="已回访", kind=ItemKind.TICK, by=MoveBy.OWNER
    )
    result = save_column(
        register=register, code="result", name="回访结果", kind=ItemKind.CHOICE, options="满意\n不满意", by=MoveBy.OWNER
    )  # fmt: skip
    due = {"register": register, "basis": CountBasis.DUE, "statuses": "done"}
    save_count(code="mended", name="到期已整改", **due)
    save_count(code="revisited", name="整改后已回访", column=revisited, equals="是", **due)
    save_count(code="satisfied", name="回访满意", column=result, equals="满意", **due)
    return office


def generate(office: Office, seed: int, n: int) -> list[Review]:
    """`n` entries over the spring; some units get none."""
    chance = random.Random(seed)
    register = office.registers.get(code="chaping")
    units = list(office.units.order_by("pk"))[1:-1]
    return [_live(register, chance.choice(units), place, chance) for place in range(n)]


def _live(register: Register, unit, place: int, chance: random.Random) -> Review:
    admin = register.office.memberships.get(role=Role.ADMINISTRATOR).user
    clerk = unit.memberships.get(role=Role.CLERK).user
    statuses = {status.code: status for status in register.statuses.all()}
    opened_on = dt.date(2023, 3, 1) + dt.timedelta(days=chance.randrange(115))
    entry = create_entry(
        register=register, unit=unit, key=f"CP-{place:03}", name=f"差评{place:03}（合成）", user=admin,
        opened_on=opened_on, at=moment(opened_on, 9),
    )  # fmt: skip
    assert entry.due_on is not None
    fate = chance.random()
    if fate < 0.1:
        move_entry(
            entry=entry, target=statuses["exempt"], user=admin, text="恶意差评", at=moment(opened_on, 15)
        )
        return Review(unit.name, opened_on, entry.due_on, None, None, False, False, True)
    if fate < 0.2:
        return Review(unit.name, opened_on, entry.due_on, None, None, False, False, False)
    day = opened_on + dt.timedelta(days=chance.randrange(12))
    if chance.random() < 0.25:
        # Answered badly, sent back the next day, answered again: the second answer is the one that stands.
        _answer(entry, statuses, clerk, day)
        move_entry(entry=entry, target=statuses["open"], user=admin, text="重写", at=moment(day, 17))
        day += dt.timedelta(days=1 + chance.randrange(3))
    revisited = chance.random() < 0.8
    satisfied = revisited and chance.random() < 0.8
    values = {"revisited": "是" if revisited else "否"}
    if revisited:
        values["result"] = "满意" if satisfied else "不满意"
    edit_entry(entry=entry, user=clerk, values=values, at=moment(day, 10))
    _answer(entry, statuses, clerk, day)
    checked_on = day + dt.timedelta(days=chance.randrange(15)) if chance.random() < 0.9 else None
    if checked_on:
        move_entry(entry=entry, target=statuses["done"], user=admin, at=moment(checked_on, 18))
    return Review(unit.name, opened_on, entry.due_on, day, checked_on, revisited, satisfied, False)


def _answer(entry, statuses, clerk, day: dt.date) -> None:
    move_entry(
        entry=entry, target=statuses["answered"], user=clerk, text="已整改（合成）", at=moment(day, 11)
    )
