"""The contacts of one unit: who is in force, who comes, what waits, what was; and proposing a change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.choices import ContactKind, ContactState
from departments.exceptions import DepartmentsError
from departments.models import Contact, Unit
from departments.services.contacts import Details, approve, may_decide, may_propose, propose, refuse, withdraw
from departments.views.contacts import find_unit


class ProposalForm(forms.Form):
    """What is proposed; with `vacant` only the day counts."""

    kind = forms.ChoiceField(choices=ContactKind.choices)
    valid_from = forms.DateField(label=gettext_lazy("from day"))
    vacant = forms.BooleanField(required=False)
    name = forms.CharField(label=gettext_lazy("name"), max_length=60, required=False)
    post = forms.CharField(label=gettext_lazy("post"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("telephone"), max_length=40, required=False)
    mobile = forms.CharField(label=gettext_lazy("mobile"), max_length=40, required=False)


@dataclass(frozen=True)
class Card:
    """One kind of contact of the unit; `typed` is what was typed and refused."""

    kind: str
    label: str
    now: Contact | None
    coming: tuple[Contact, ...]
    proposal: Contact | None
    may_decide: bool
    typed: dict[str, str]
    # What was wrong with what was typed.
    faults: tuple[str, ...] = ()


def unit_page(request: HttpRequest, unit_id: int, context: dict[str, Any]) -> HttpResponse:
    """GET shows the cards; POST proposes, withdraws, approves or refuses."""
    unit = find_unit(request, unit_id)
    typed: dict[str, str] = {}
    faults: tuple[str, ...] = ()
    if request.method == "POST":
        faults = _act(request, unit)
        if not faults:
            return HttpResponseRedirect(request.path)
        typed = {name: str(request.POST.get(name, "")) for name in ProposalForm.base_fields}
    rows = list(
        Contact.objects.filter(unit=unit)
        .select_related("unit__office", "proposed_by", "decided_by")
        .order_by("-pk")
    )
    return TemplateResponse(
        request,
        "departments/contact_unit.html",
        context
        | {
            "title": unit.name,
            "unit": unit,
            "cards": [_card(kind, rows, request.user, typed, faults) for kind in ContactKind],
            "history": [row for row in rows if row.state != ContactState.PROPOSED],
            "may_propose": may_propose(unit, request.user),
            "today": timezone.localdate().isoformat(),
        },
        status=422 if faults else 200,
    )


def _card(
    kind: ContactKind, rows: list[Contact], user: Any, typed: dict[str, str], faults: tuple[str, ...]
) -> Card:
    today = timezone.localdate()
    mine = [row for row in rows if row.kind == kind]
    approved = sorted(
        (row for row in mine if row.state == ContactState.APPROVED), key=lambda row: row.valid_from
    )
    now = next(
        (
            r
            for r in reversed(approved)
            if r.valid_from <= today and (r.valid_to is None or r.valid_to >= today)
        ),
        None,
    )
    proposal = next((row for row in mine if row.state == ContactState.PROPOSED), None)
    is_typed = typed.get("kind") == kind
    return Card(
        kind,
        str(kind.label),
        now if now and not now.is_vacancy else None,
        tuple(row for row in approved if row.valid_from > today),
        proposal,
        proposal is not None and may_decide(proposal, user),
        typed if is_typed else {},
        faults if is_typed else (),
    )


def _act(request: HttpRequest, unit: Unit) -> tuple[str, ...]:
    """Does what the button says; the faults of a proposal that has to be typed again, else ()."""
    action = request.POST.get("action", "")
    if action == "propose":
        return _propose(request, unit)
    steps: dict[str, Callable[[Contact], Any]] = {
        "withdraw": lambda row: withdraw(contact=row, user=request.user),
        "approve": lambda row: approve(contact=row, user=request.user),
        "refuse": lambda row: refuse(contact=row, user=request.user, reason=request.POST.get("reason", "")),
    }
    said = {
        "withdraw": _("Withdrawn."),
        "approve": _("Approved: in force from its day on."),
        "refuse": _("Refused: the unit is told why."),
    }
    wanted = request.POST.get("proposal", "")
    row = Contact.objects.filter(unit=unit, pk=int(wanted) if wanted.isdecimal() else 0).first()
    if action not in steps or row is None:
        messages.error(request, _("Nothing was done: choose a button of this page."))
        return ()
    try:
        steps[action](row)
        messages.success(request, said[action])
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
    return ()


def _propose(request: HttpRequest, unit: Unit) -> tuple[str, ...]:
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return tuple(
            f"{form.fields[name].label or name}：{error}"
            for name, errors in form.errors.items()
            for error in errors
        )
    data = form.cleaned_data
    details = Details(data["name"], data["post"], data["phone"], data["mobile"])
    try:
        propose(
            unit=unit,
            kind=data["kind"],
            valid_from=data["valid_from"],
            user=request.user,
            details=None if data["vacant"] else details,
        )
    except DepartmentsError as refusal:
        return (str(refusal),)
    messages.success(
        request, _("Handed in. An administrator of the office approves it; until then the old one stands.")
    )
    return ()
