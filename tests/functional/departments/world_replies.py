"""The units of a world asked to check the draft, one of them objecting in words that nobody else may meet."""

import datetime as dt

from django.utils import timezone

from departments.choices import Role
from reports.models import Issue
from reports.services import replies
from tests.functional.departments.world import OfficeWorld


def add_replies(world: OfficeWorld, issue: Issue) -> None:
    """Both units are asked; the second one has objected, the first one has not answered."""
    administrator = world.people[Role.ADMINISTRATOR]
    asked = replies.open_replies(
        issue=issue, due_at=timezone.now() + dt.timedelta(days=2), user=administrator
    )
    replies.object_to(
        reply=asked[1], user=world.people["clerk1"], text=f"雀{world.mark}1退回有误", version=asked[1].version
    )
