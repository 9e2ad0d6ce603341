"""Rows of notices for the two-office world: a rule, a robot, and a failed and a read notice for each unit."""

from django.utils import timezone

from departments.choices import Channel, DeliveryState, NoticeKind
from departments.models import NoticeDelivery, ReminderRule, Robot
from departments.services.notices import mark_read, notify
from departments.services.reminders import default_rules
from tests.functional.departments.world import OfficeWorld


def add_notices(world: OfficeWorld) -> None:
    """Call after the people and the submissions are there."""
    default_rules(world.form)
    assert ReminderRule.objects.filter(form=world.form).exists()
    Robot.objects.create(
        office=world.office,
        name=f"金丝雀{world.mark}群",
        service=Robot.Service.DINGTALK,
        url=f"https://chat.example/金丝雀{world.mark}",
        secret=f"金丝雀{world.mark}",
    )
    for number, unit in enumerate(world.units):
        for key in ("failed", "read"):
            (notice,) = notify(
                [world.people[f"clerk{number}"]],
                office=world.office,
                kind=NoticeKind.OVERDUE,
                title=f"{unit.name}逾期",
                text=f"{unit.name}尚未报送",
                url="/admin/",
                key=f"{key}/{number}",
                submission=world.submission(number),
                unit=unit,
            )
            NoticeDelivery.objects.create(
                notice=notice, channel=Channel.EMAIL, state=DeliveryState.FAILED, at=timezone.now()
            )
        mark_read(user=world.people[f"clerk{number}"], ids=[notice.pk])
