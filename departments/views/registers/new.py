"""A new entry by hand: the office for any unit, a unit for itself where the register lets units enter."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import MoveBy, RegisterKind
from departments.exceptions import DepartmentsError
from departments.models import Entry, Register
from departments.permissions import has_role
from departments.services.registers.checking import Typed
from departments.services.registers.contents import EntryRefused
from departments.services.registers.life import create_entry
from departments.services.registers.moves import CHECKERS
from departments.views.registers.list import find_register, units_for
from departments.views.registers.parts import Page, typed_of


def new_page(request: HttpRequest, object_id: int, context: dict[str, Any]) -> HttpResponse:
    """GET shows the blank entry; POST enters it, or shows what was typed with what is wrong."""
    register = find_register(request, object_id)
    units = units_for(request.user, register)
    if not units.exists():
        raise PermissionDenied(_("Entering entries here is for the office's administrators."))
    faults: dict[str, str] = {}
    if request.method == "POST":
        chosen = request.POST.get("unit", "")
        unit = units.filter(pk=chosen).first() if chosen.isdecimal() else None
        try:
            if unit is None:
                raise EntryRefused({"unit": _("Choose the unit.")})
            entry = _create(request, register, unit)
        except EntryRefused as refused:
            faults = refused.faults
        except DepartmentsError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Entered: %s.") % entry)
            return HttpResponseRedirect(reverse("admin:departments_entry_change", args=[entry.pk]))
    return TemplateResponse(
        request, "departments/registers/new.html", context | _shown(request, register, units, faults)
    )


def _create(request: HttpRequest, register: Register, unit: Any) -> Entry:
    columns = list(register.columns.all())
    typed: Typed = typed_of(request.POST, (), columns, {}, {}, {})
    return create_entry(
        register=register,
        unit=unit,
        key=typed.fields.get("key", ""),
        name=typed.fields.get("name", ""),
        type=typed.fields.get("type", ""),
        level=typed.fields.get("level", ""),
        opened_on=typed.fields.get("opened_on"),
        due_on=typed.fields.get("due_on"),
        values=typed.values,
        personal=typed.personal,
        user=request.user,
    )


def _shown(request: HttpRequest, register: Register, units: Any, faults: dict[str, str]) -> dict[str, Any]:
    office = has_role(request.user, CHECKERS, office=register.office)
    columns = list(register.columns.all())
    if office:
        columns = [column for column in columns if column.by == MoveBy.OFFICE]
    posted = request.POST if request.method == "POST" else None
    page = Page(register, columns, frozenset({MoveBy.OFFICE}), {}, {}, posted, faults)
    today = timezone.localdate()
    kept = {"opened_on": today.isoformat(), "key": f"{today:%Y%m%d}-{register.entries.count() + 1}"}
    chosen = request.POST.get("unit", "") or (str(units[0].pk) if len(units) == 1 else "")
    return {
        "title": _("New entry"),
        "register": register,
        "is_event": register.kind == RegisterKind.EVENT,
        "fields": page.fields(kept),
        "columns": page.column_parts(all_open=True),
        "units": units,
        "chosen": chosen,
        "faults": faults,
    }
