"""A schedule and its runs in words."""

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from reports.choices import ScheduleRule
from reports.models import Schedule, ScheduleRun


def rule_words(schedule: Schedule) -> str:
    """每月第3个工作日 09:00, 每周星期一 08:30, 每月31日（没有这一日的月份为最后一日） 17:00."""
    days = {
        ScheduleRule.DAY: _("on day %(n)s of each month"),
        ScheduleRule.LAST_DAY: _("on the last day of each month"),
        ScheduleRule.WORKING_DAY: _("on working day %(n)s of each month"),
        ScheduleRule.LAST_WORKING_DAY: _("on the last working day of each month"),
        ScheduleRule.WEEKDAY: _("each week on %(weekday)s"),
    }[ScheduleRule(schedule.rule)]
    weekday = WEEKDAYS[(schedule.number - 1) % 7] if schedule.rule == ScheduleRule.WEEKDAY else ""
    words = days % {"n": schedule.number, "weekday": weekday}
    if schedule.rule == ScheduleRule.DAY and schedule.number > 28:
        words += _(" (of a shorter month on its last)")
    return f"{words} {time_format(schedule.time, 'H:i')}"


def state_words(run: ScheduleRun) -> str:
    """Whether a run is going on, went well or did not."""
    if run.finished_at is None:
        return _("running")
    return _("done") if run.succeeded else _("not done")
