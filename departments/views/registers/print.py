"""A register's entries on paper, filtered and sorted as on the page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from departments.views.registers.list import asked_filter, find_register, numbers_of, register_names, rows_of

# More rows than this nobody prints: the file holds them all.
PRINTED = 2000


def print_page(request: HttpRequest, object_id: int, context: dict[str, Any]) -> HttpResponse:
    """A page of its own without the site around it."""
    register = find_register(request, object_id)
    filters, _whole = asked_filter(request, register)
    rows = rows_of(register, list(filters.rows[:PRINTED]), set())
    return TemplateResponse(
        request,
        "departments/registers/print.html",
        context
        | {
            "register": register,
            "names": register_names(register),
            "rows": rows,
            "numbers": numbers_of(filters.qs),
            "now": timezone.now(),
        },
    )
