"""What an issue mails by itself, for the two-office world: a subscriber with a mail that came back, a timed task with a run."""

import datetime as dt

from django.utils import timezone

from reports.choices import DeliveryStatus, ScheduleAction, ScheduleRule
from reports.models import Delivery, Issue, ScheduleRun
from reports.services.mailings import save_subscription
from reports.services.schedules import ensure_schedule
from tests.functional.departments.world import OfficeWorld


def add_mails(world: OfficeWorld, issue: Issue) -> None:
    """All of it bears the office's canaries."""
    leader = save_subscription(
        bulletin=issue.bulletin, name=f"金丝雀{world.mark}领导", address=f"leader-{world.mark}@example.test"
    )
    Delivery.objects.create(
        issue=issue,
        subscription=leader,
        address=leader.address,
        status=DeliveryStatus.BOUNCED,
        error=f"金丝雀{world.mark}退信",
    )
    schedule = ensure_schedule(
        bulletin=issue.bulletin,
        name=f"金丝雀{world.mark}定时",
        action=ScheduleAction.DRAFT,
        rule=ScheduleRule.LAST_WORKING_DAY,
        time=dt.time(17),
    )
    now = timezone.now()
    ScheduleRun.objects.create(
        schedule=schedule, due_at=now, started_at=now, finished_at=now, succeeded=False, outcome=f"金丝雀{world.mark}中断"
    )  # fmt: skip
