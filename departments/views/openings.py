"""开立整改: choosing units and a register for something seen elsewhere, seeing what would be opened, and opening it.

Whoever shows the cause (a ranking, an issue, an inspection) makes a Case of it and hands the request on to here.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from departments.choices import Origin, RegisterKind, Role
from departments.exceptions import DepartmentsError
from departments.models import Entry, Office, Register, Unit
from departments.permissions import get_visible, has_role
from departments.services.registers.contents import LONGEST
from departments.services.registers.openings import Cause, open_entries, plan_opening, registers_for

_EVENT_ORIGINS = (Origin.INSPECTION, Origin.REVIEW)


@dataclass(frozen=True)
class Candidate:
    """A unit that entries can be opened for: why (its place, its value), and whether it is proposed."""

    unit: Unit
    note: str = ""
    proposed: bool = True


@dataclass(frozen=True)
class Case:
    """What the page is about. `hint` tells where the list of units comes from; `back` is the cause's own page.

    `length`: how many units the end of the ranking was cut to, where the page may cut it otherwise; None where not.
    `register` is the one proposed, None: the first.
    """

    office: Office
    cause: Cause
    candidates: tuple[Candidate, ...]
    name: str
    back: str
    hint: str = ""
    length: int | None = None
    register: Register | None = None


class OpeningForm(forms.Form):
    """What all the new entries share."""

    name = forms.CharField(label=gettext_lazy("title"), max_length=LONGEST["name"])
    due_on = forms.DateField(
        label=gettext_lazy("due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, register: Register, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        for name, label, known in (
            ("type", _("type"), register.type_names),
            ("level", _("level"), register.level_names),
        ):
            if known:
                choices = [("", "—"), *((text, text) for text in known)]
                self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)


def opening_page(request: HttpRequest, case: Case, context: dict[str, Any]) -> HttpResponse:
    """First units and register, then the preview, then the entries. Administrators of the office only."""
    if not has_role(request.user, {Role.ADMINISTRATOR}, office=case.office):
        raise PermissionDenied(_("Only an administrator of the office opens such entries."))
    registers = registers_for(request.user, case.office)
    register = _chosen_register(request, registers, case)
    chosen = _chosen_units(request, case)
    if request.method == "POST" and not chosen:
        messages.warning(request, _("Choose at least one unit."))
    form, plan, status = None, None, 200
    if register is not None and request.method == "POST" and chosen:
        plan = plan_opening(register=register, units=chosen, cause=case.cause)
        opens = request.POST.get("action") == "open"
        form = (
            OpeningForm(register, request.POST)
            if opens
            else OpeningForm(register, initial={"name": case.name, "due_on": plan.due_on})
        )
        if opens:
            if form.is_valid() and _open(request, case, register, chosen, form.cleaned_data):
                return HttpResponseRedirect(case.back)
            status = 422
    return TemplateResponse(
        request,
        "departments/opening.html",
        context
        | {
            "title": _("Open entries to be dealt with"),
            "case": case,
            "registers": registers,
            "register": register,
            "form": form,
            "plan": plan,
            "chosen": {unit.pk for unit in chosen},
            "asked": request.method == "POST",
        },
        status=status,
    )


def entry_opening_page(request: HttpRequest, entry_id: int, context: dict[str, Any]) -> HttpResponse:
    """From an inspection or a bad review: an entry to be dealt with by the unit it is about."""
    rows = Entry.objects.select_related("register__office", "unit")
    entry = get_visible(rows.filter(register__kind=RegisterKind.EVENT), request.user, "change", pk=entry_id)
    asked = request.POST.get("origin") or request.GET.get("origin")
    origin = Origin(asked) if asked in _EVENT_ORIGINS else Origin.INSPECTION
    url = reverse("admin:departments_entry_change", args=[entry.pk])
    label = f"{entry.register.title} {entry.key} {entry.name}"
    case = Case(
        office=entry.register.office,
        cause=Cause(origin, entry_cause_key(entry), label, url),
        candidates=(Candidate(entry.unit, entry.type),),
        name=entry.name,
        back=url,
    )
    return opening_page(
        request,
        case,
        context | {"origins": [(one.value, one.label) for one in _EVENT_ORIGINS], "origin": origin},
    )


def entry_cause_key(entry: Entry) -> str:
    """The key of what is opened because of an entry."""
    return f"entry:{entry.pk}"


def _chosen_register(request: HttpRequest, registers: list[Register], case: Case) -> Register | None:
    proposed = str(case.register.pk) if case.register else ""
    wanted = request.POST.get("register", proposed)
    return next(
        (register for register in registers if str(register.pk) == wanted),
        registers[0] if registers else None,
    )


def _chosen_units(request: HttpRequest, case: Case) -> list[Unit]:
    """The ticked ones of the candidates; before anything was sent the proposed ones."""
    if request.method != "POST":
        return [one.unit for one in case.candidates if one.proposed]
    ticked = set(request.POST.getlist("unit"))
    return [one.unit for one in case.candidates if str(one.unit.pk) in ticked]


def _open(
    request: HttpRequest, case: Case, register: Register, units: list[Unit], data: dict[str, Any]
) -> bool:
    try:
        done = open_entries(
            register=register,
            units=units,
            cause=case.cause,
            name=data["name"],
            due_on=data["due_on"],
            type=data.get("type", ""),
            level=data.get("level", ""),
            user=request.user,
        )
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
        return False
    if done.new:
        n = len(done.new)
        keys = "、".join(entry.key for entry in done.new)
        messages.success(
            request,
            ngettext("%(n)s entry was opened: %(keys)s.", "%(n)s entries were opened: %(keys)s.", n)
            % {"n": n, "keys": keys},
        )
    if done.existing:
        known = "、".join(f"{entry.key}（{entry.unit.name}）" for entry in done.existing)
        messages.warning(request, _("Opened for the same reason before, nothing new: %s.") % known)
    return True
