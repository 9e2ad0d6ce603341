"""The bell in the head of every page."""

from typing import Any

from django import template

from departments.views.inbox import unread_count

register = template.Library()


@register.simple_tag
def unread_notices(user: Any) -> int:
    """How many notices the person has not read."""
    return unread_count(user)
