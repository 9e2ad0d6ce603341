"""Days and times as people say them: the year only when it is not this one."""

import datetime as dt

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def moment(value: dt.datetime | None) -> str:
    """4月8日 17:00, or 2022年4月8日 17:00 in another year; local time; "" for none."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M}"


@register.filter
def day(value: dt.date | None) -> str:
    """4月8日, or 2022年4月8日 in another year; "" for none."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    year = "" if value.year == timezone.localdate().year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日"
