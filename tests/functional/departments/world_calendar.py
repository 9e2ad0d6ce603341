"""The office's own calendar days and the rule by which its form opens, for the two-office world."""

import datetime as dt

from departments.services.schedules import save_calendar_day, save_schedule
from tests.functional.departments.world import OfficeWorld


def add_calendar(world: OfficeWorld) -> None:
    for day in (6, 7):
        save_calendar_day(
            office=world.office,
            day=dt.date(2022, 7, day),
            is_working=False,
            name=f"金丝雀{world.mark}检修",
        )
    save_schedule(form=world.form, valid_from=dt.date(2030, 1, 1))
