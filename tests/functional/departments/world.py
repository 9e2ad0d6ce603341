"""Two offices built only through services, with canary texts in everything that others must never see."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.utils import timezone

from departments.choices import ItemKind, Measure, Role, Severity
from departments.models import Form, Group, Office, Submission, Unit, Window
from departments.services import forms, organisation, submissions
from departments.sheets import CellInput

# A figure of the second unit of each office: an exact number that no page of somebody else may hold.
# Far enough apart that the one less a little is not the other.
FIGURE = {"A": "987654321", "B": "912345678"}


@dataclass
class OfficeWorld:
    """One office with two units, one form, an earlier and a present window, and one person per role."""

    mark: str
    office: Office
    group: Group
    form: Form
    earlier: Window
    window: Window
    units: list[Unit]
    people: dict[str, User] = field(default_factory=dict)

    def submission(self, unit: int, window: Window | None = None) -> Submission:
        return Submission.objects.get(window=window or self.window, unit=self.units[unit])

    @property
    def secrets(self) -> set[str]:
        """Texts of the office that nobody outside it may meet."""
        return {f"金丝雀{self.mark}", FIGURE[self.mark], *self.unit_secrets(0), *self.unit_secrets(1)}

    def unit_secrets(self, unit: int) -> set[str]:
        """Texts that only the unit's people and the office's people may meet."""
        figure = {FIGURE[self.mark]} if unit == 1 else set()
        return {f"雀{self.mark}{unit}局", f"雀{self.mark}{unit}员", f"雀{self.mark}{unit}退回", *figure}


def build_office(mark: str) -> OfficeWorld:
    office = Office.objects.create(code=f"office-{mark}", name=f"金丝雀{mark}办")
    group = Group.objects.create(office=office, code="g", name=f"金丝雀{mark}组")
    units = [
        organisation.save_unit(
            office=office,
            code=f"U{mark}{n}",
            full_name=f"金丝雀{mark}区雀{mark}{n}局",
            short_name=f"雀{mark}{n}局",
            protocol_order=n,
            group=group,
        )
        for n in range(2)
    ]
    for unit in units:
        organisation.save_alias(unit=unit, name=f"{unit.name}别名")
    form = build_form(office, mark)
    forms.expect(form=form, groups=[group])
    now = timezone.now()
    earlier, window = (
        submissions.open_window(form=form, period=period, opens_at=now - opened, due_at=now + due)
        for period, opened, due in (
            ("2021Q4", dt.timedelta(90), -dt.timedelta(60)),
            ("2022Q1", dt.timedelta(5), dt.timedelta(3)),
        )
    )
    world = OfficeWorld(mark, office, group, form, earlier, window, units)
    add_people(world)
    fill_earlier(world)
    return world


def build_form(office: Office, mark: str) -> Form:
    """Two counts and their rate, a text, a rule of each severity; 台账数 may be not applicable."""
    form = forms.save_form(
        office=office, code="f", title=f"金丝雀{mark}表", frequency="quarter", notes=f"金丝雀{mark}说明"
    )
    forms.save_reason(office=office, code="none", name=f"无此业务{mark}")
    section = forms.save_section(form=form, code="s", name="认领", order=1)
    for order, (code, name, changes) in enumerate(
        (
            ("total", "清单总数", {"measure": Measure.STOCK}),
            ("claimed", "认领数", {"may_not_apply": True}),
            (
                "rate",
                "认领率",
                {
                    "kind": ItemKind.COMPUTED,
                    "expression": "claimed / total * 100",
                    "decimals": 1,
                    "unit_of_measure": "%",
                },
            ),
            ("remark", "说明", {"kind": ItemKind.TEXT, "may_be_blank": True}),
        )
    ):
        forms.save_item(form=form, code=code, name=name, section=section, order=order, **changes)
    forms.save_rule(
        form=form,
        code="r1",
        severity=Severity.ERROR,
        expression="claimed <= total",
        message="认领数不能大于清单总数",
    )
    forms.save_rule(
        form=form,
        code="r2",
        severity=Severity.WARNING,
        expression="claimed > 0",
        message="认领数为零",
        order=2,
    )
    return form


def add_people(world: OfficeWorld) -> None:
    units = {
        f"{kind}{n}": (role, world.units[n])
        for n in range(2)
        for kind, role in (("clerk", Role.CLERK), ("head", Role.UNIT_HEAD), ("unitviewer", Role.VIEWER))
    }
    office = {
        str(role): (role, None) for role in (Role.ADMINISTRATOR, Role.REVIEWER, Role.ISSUER, Role.VIEWER)
    }
    for key, (role, unit) in (units | office).items():
        name = f"雀{world.mark}{key[-1]}员{key}" if unit else f"金丝雀{world.mark}{key}"
        user = organisation.save_account(username=f"{world.mark}-{key}", name=name)
        organisation.grant(user=user, office=world.office, role=role, unit=unit)
        world.people[key] = user


def fill_earlier(world: OfficeWorld) -> None:
    """Last period is approved for both units; this period unit 1 has been returned once and lies with its secrets."""
    for n in range(2):
        clerk = world.people[f"clerk{n}"]
        total = FIGURE[world.mark] if n == 1 else "40"
        for window in (world.earlier, world.window):
            submission = world.submission(n, window)
            cells = {
                "total": CellInput(total),
                "claimed": CellInput("30"),
                "remark": CellInput(f"雀{world.mark}{n}局附注"),
            }
            submissions.save_figures(submission=submission, inputs=cells, user=clerk)
            submissions.submit(submission=submission, user=clerk)
            admin = world.people["administrator"]
            if window == world.earlier:
                submissions.approve(submission=submission, user=admin)
            else:
                submissions.return_submission(
                    submission=submission, user=admin, reason=f"雀{world.mark}{n}退回：请核实"
                )
