"""通讯录: whom to call in each unit, for reading, printing and as a file; and what waits for approval."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tablib import Dataset

from departments.choices import ContactKind, ContactState, Role
from departments.exceptions import DepartmentsError
from departments.formula_safety import safe_cell
from departments.models import Contact, Group, Office, Unit
from departments.permissions import get_visible, has_role
from departments.services.contacts import (
    approve,
    contacts_on,
    may_decide,
    proposals_for,
    refuse,
    units_in_reach,
)
from departments.services.organisation import placements
from departments.views.workbook import XLSX, disposition

MISSING = "missing"


@dataclass(frozen=True)
class Line:
    """One unit of the directory: its contacts in the order of ContactKind, None where there is nobody."""

    unit: Unit
    name: str
    group: str
    contacts: tuple[Contact | None, ...]
    waiting: tuple[Contact, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The kinds nobody is named for."""
        return tuple(
            str(label)
            for label, contact in zip(ContactKind.labels, self.contacts, strict=True)
            if contact is None
        )


@dataclass(frozen=True)
class Waiting:
    """A proposal with who is in force now, and whether this person may decide on it."""

    contact: Contact
    now: Contact | None
    may_decide: bool


def contacts_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The directory of the person's office; whose reach is one unit is led to that unit's page."""
    units = list(units_in_reach(request.user)[:2])
    if len(units) == 1:
        return HttpResponseRedirect(reverse("admin:departments_contact_unit", args=[units[0].pk]))
    office = _office(request)
    lines = _lines(request, office) if office else []
    shown = [line for line in lines if _fits(line, request.GET)]
    return TemplateResponse(
        request,
        "departments/contacts.html",
        context
        | {
            "title": _("Contacts"),
            "office": office,
            "offices": _offices(request),
            "lines": shown,
            "total": len(lines),
            "without": sum(bool(line.missing) for line in lines),
            "kinds": ContactKind.labels,
            "groups": _groups(office, lines),
            "chosen": {name: request.GET.get(name, "") for name in ("group", "q", MISSING)},
            "query": request.GET.urlencode(),
            "proposals": waiting_of(request.user, office),
            "administers": office is not None and has_role(request.user, {Role.ADMINISTRATOR}, office=office),
        },
    )


def print_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What the directory shows, on A4, without the site around it."""
    office = _office(request)
    lines = [line for line in _lines(request, office) if _fits(line, request.GET)] if office else []
    return TemplateResponse(
        request,
        "departments/contacts_print.html",
        context | {"office": office, "lines": lines, "kinds": ContactKind.labels, "now": timezone.now()},
    )


def contacts_file(request: HttpRequest) -> HttpResponse:
    """What the directory shows as .xlsx, one row a person or section; no text can become a formula."""
    office = _office(request)
    rows = Dataset(
        headers=[
            _("unit code"),
            _("unit"),
            _("group"),
            _("kind"),
            _("name"),
            _("post"),
            _("telephone"),
            _("mobile"),
            _("valid from"),
        ],
        title=str(_("Contacts")),
    )
    for line in _lines(request, office) if office else []:
        for contact in line.contacts if _fits(line, request.GET) else ():
            if contact is not None:
                cells = (
                    line.unit.code,
                    line.name,
                    line.group,
                    contact.get_kind_display(),
                    contact.name,
                    contact.post,
                    contact.phone,
                    contact.mobile,
                    contact.valid_from.isoformat(),
                )
                rows.append([safe_cell(cell) for cell in cells])
    response = HttpResponse(rows.export("xlsx"), content_type=XLSX)
    response["Content-Disposition"] = disposition(f"{_('Contacts')}-{timezone.localdate()}.xlsx")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def decide_page(request: HttpRequest) -> HttpResponse:
    """POST: approves or refuses the chosen proposals one by one; what is refused by the rules is said of each."""
    chosen = [int(text) for text in request.POST.getlist("chosen") if text.isdecimal()]
    rows = list(proposals_for(request.user).filter(pk__in=chosen))
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    if not rows or action not in ("approve", "refuse"):
        messages.error(request, _("Nothing was done: choose the changes to decide on."))
    done = 0
    for row in rows if action in ("approve", "refuse") else ():
        try:
            if action == "approve":
                approve(contact=row, user=request.user)
            else:
                refuse(contact=row, user=request.user, reason=reason)
            done += 1
        except DepartmentsError as refusal:
            messages.error(request, f"{row}：{refusal}")
    if done:
        words = (
            ngettext("%s change approved.", "%s changes approved.", done)
            if action == "approve"
            else ngettext("%s change refused.", "%s changes refused.", done)
        )
        messages.success(request, words % done)
    return HttpResponseRedirect(reverse("admin:departments_contact_changelist"))


def waiting_of(user: Any, office: Office | None = None) -> list[Waiting]:
    """The proposals an administrator finds, those of one office or of all the person administers."""
    rows = list(proposals_for(user).filter(unit__office=office) if office else proposals_for(user))
    now = contacts_on({row.unit for row in rows}, timezone.localdate())
    return [Waiting(row, now.get(row.unit_id, {}).get(row.kind), may_decide(row, user)) for row in rows]


def contact_tasks(user: Any) -> list[Waiting]:
    """The proposals this person may decide on, for the page met first."""
    return [row for row in waiting_of(user) if row.may_decide]


def _offices(request: HttpRequest) -> list[Office]:
    return list(Office.objects.filter(units__in=units_in_reach(request.user)).distinct().order_by("name"))


def _office(request: HttpRequest) -> Office | None:
    """The office in the URL, else the first the person has units in."""
    offices = _offices(request)
    wanted = request.GET.get("office", "")
    return next((office for office in offices if str(office.pk) == wanted), offices[0] if offices else None)


def _lines(request: HttpRequest, office: Office) -> list[Line]:
    today = timezone.localdate()
    places = placements(office, today)
    groups = dict(Group.objects.filter(office=office).values_list("code", "name"))
    units = {unit.pk: unit for unit in units_in_reach(request.user).filter(pk__in=places)}
    now = contacts_on(units.values(), today)
    waiting: dict[int, list[Contact]] = {}
    for contact in Contact.objects.filter(unit__in=units, state=ContactState.PROPOSED).order_by("kind"):
        waiting.setdefault(contact.unit_id, []).append(contact)
    return [
        Line(
            units[pk],
            place.short_name,
            groups.get(place.group, ""),
            tuple(now.get(pk, {}).get(kind) for kind in ContactKind.values),
            tuple(waiting.get(pk, ())),
        )
        for pk, place in places.items()
        if pk in units
    ]


def _fits(line: Line, chosen: Any) -> bool:
    """Whether the filters of the page leave the line in: group, words, somebody missing."""
    words = chosen.get("q", "").strip()
    texts = [line.name, *(c.name + c.phone + c.mobile + c.post for c in line.contacts if c)]
    return (
        (not chosen.get("group") or line.group == chosen["group"])
        and (not words or any(words in text for text in texts))
        and (not chosen.get(MISSING) or bool(line.missing))
    )


def _groups(office: Office | None, lines: Iterable[Line]) -> list[str]:
    return list(dict.fromkeys(line.group for line in lines if line.group)) if office else []


def find_unit(request: HttpRequest, unit_id: int) -> Unit:
    """A unit whose contacts the person may see; PermissionDenied otherwise."""
    reach = units_in_reach(request.user).select_related("office")
    return get_visible(reach, request.user, pk=unit_id)
