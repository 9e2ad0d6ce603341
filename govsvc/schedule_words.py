"""Schedules in the reader's language: celery-beat asks cron_descriptor without a locale and shows English."""

import calendar

from cron_descriptor import Options, get_description
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, to_locale
from django_celery_beat.models import CrontabSchedule

_LOCALES = {"zh_Hans": "zh_CN"}


def describe_crontab(schedule: CrontabSchedule) -> str:
    """When the schedule comes due, in words: 在 09:00, 每月的 5 号."""
    options = Options()
    options.locale_code = _LOCALES.get(to_locale(get_language() or "en"), "en_US")
    options.use_24hour_time_format = True
    fields = (
        schedule.minute,
        schedule.hour,
        schedule.day_of_month,
        schedule.month_of_year,
        schedule.day_of_week,
    )
    text = get_description(" ".join(fields), options)
    # It takes the names of days and months from `calendar`, which knows only the process's locale.
    for day, name in enumerate(calendar.day_name):
        text = text.replace(name, str(WEEKDAYS[day]))
    for month, name in enumerate(calendar.month_name):
        if month:
            text = text.replace(name, str(MONTHS[month]))
    return text
