"""People as pages, files and messages name them."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def person_name(user: Any) -> str:
    """The name people know somebody by, the account's where none is written; "" for nobody."""
    return (user.get_full_name() or user.username) if user else ""
