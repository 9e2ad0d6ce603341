"""结账: closing a register through a day, opening it again, and who did it when."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from departments.exceptions import DepartmentsError
from departments.models import Register
from departments.permissions import has_role
from departments.services.registers.closing import close_register, reopen_register
from departments.services.registers.moves import CHECKERS
from departments.views.registers.list import find_register
from departments.views.registers.parts import read_day


def closing_page(request: HttpRequest, object_id: int, context: dict[str, Any]) -> HttpResponse:
    """GET shows how far the register is closed and its history; POST closes it or opens it again."""
    register = find_register(request, object_id)
    if not has_role(request.user, CHECKERS, office=register.office):
        raise PermissionDenied(_("Only the office's administrators close a register."))
    if request.method == "POST":
        try:
            messages.success(request, _act(request, register))
            return HttpResponseRedirect(request.path)
        except DepartmentsError as refusal:
            messages.error(request, str(refusal))
    last = register.closings.filter(through=register.closed_through).first()
    return TemplateResponse(
        request,
        "departments/registers/closing.html",
        context
        | {
            "title": _("Close or open again"),
            "register": register,
            "closings": register.closings.select_related("user"),
            "own": register.closed_through is not None and last is not None and last.user == request.user,
            "texts": {name: request.POST.get(name, "") for name in ("through", "reason", "open_through")},
        },
    )


def _act(request: HttpRequest, register: Register) -> str:
    """Does what the pressed button says; what is then told."""
    action = request.POST.get("action", "")
    if action not in ("close", "reopen"):
        raise DepartmentsError(_("Nothing was done: choose a button of this page."))
    try:
        day = read_day(request.POST.get("through" if action == "close" else "open_through", ""))
    except ValueError as error:
        raise DepartmentsError(_("Write the day as 2023-06-30.")) from error
    if action == "reopen":
        reason = request.POST.get("reason", "")
        reopen_register(register=register, through=day, reason=reason, user=request.user)
        return _("Opened again.")
    if day is None:
        raise DepartmentsError(_("Choose the last day that is closed."))
    close_register(register=register, through=day, user=request.user)
    return _("Closed through %s.") % day.isoformat()
