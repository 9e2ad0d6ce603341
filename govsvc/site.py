"""The admin site around the apps: the mark on every page and the page people meet first."""

from typing import Any

from django.http import HttpRequest

from departments.models import Office
from departments.permissions import offices_of
from departments.views.alerts import alert_tasks
from departments.views.contacts import contact_tasks
from departments.views.queue import administers, may_decide
from departments.views.registers.tasks import entry_tasks, register_tasks
from departments.views.tasks import office_requests, office_tasks, request_tasks, unit_tasks
from indicators.views.leaf_tasks import leaf_tasks, leaves_waiting
from reports.views.issue_tasks import issue_tasks
from reports.views.own_places import own_places
from reports.views.replies import reply_tasks


def environment(request: HttpRequest) -> list[str] | None:
    """The mark “these data are not real” of the person's offices, for the head of every page; None when all are real."""
    marks = (
        Office.objects.exclude(synthetic="").filter(pk__in=offices_of(request.user))
        if request.user.is_authenticated
        else []
    )
    found = sorted({office.synthetic for office in marks})
    return ["；".join(found), "warning"] if found else None


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Open work first: the unit's forms, the office's queue and coverage; then the unit's place in the last bulletin."""
    return context | {
        "alert_tasks": alert_tasks(request.user),
        "unit_tasks": unit_tasks(request.user),
        "request_tasks": request_tasks(request.user),
        "office_tasks": office_tasks(request.user),
        "office_requests": office_requests(request.user),
        "may_decide": may_decide(request.user),
        "administers": administers(request.user),
        "entry_tasks": entry_tasks(request.user),
        "register_tasks": register_tasks(request.user),
        "own_places": own_places(request.user),
        "issue_tasks": issue_tasks(request.user),
        "reply_tasks": reply_tasks(request.user),
        "contact_tasks": contact_tasks(request.user),
        "leaf_tasks": leaf_tasks(request.user),
        "leaves_waiting": leaves_waiting(request.user),
    }
