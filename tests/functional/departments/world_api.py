"""Tokens of the interface for the two-office world: the administrator's and the second unit's clerk's."""

import datetime as dt

from django.utils import timezone

from reports.services.tokens import make_token
from tests.functional.departments.world import OfficeWorld


def add_api(world: OfficeWorld) -> None:
    """Call after the people are there. What a token is for is nobody's business but its person's and the administrators'."""
    last_day = timezone.localdate() + dt.timedelta(days=30)
    for person, name in (("administrator", f"金丝雀{world.mark}大屏"), ("clerk1", f"雀{world.mark}1局系统")):
        make_token(user=world.people[person], office=world.office, name=name, expires_on=last_day)
