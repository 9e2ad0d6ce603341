"""Importing entries: a file is chosen and checked, what it would change is looked at, then saved as shown or put away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from departments.choices import BatchState
from departments.exceptions import DepartmentsError
from departments.models import EntryBatch, Register
from departments.permissions import get_visible
from departments.services.registers.batch_plan import LINES, unpack_plan
from departments.services.registers.batches import LIMITS, apply_batch, check_batch, drop_batch
from departments.services.registers.moves import FINISHED
from departments.table_files import MEGABYTE
from departments.views.registers.batch_words import (
    first_tab,
    lines_asked,
    shown_lines,
    tabs_of,
    unit_names,
    units_in,
)

# Files in the list, the latest first.
SHOWN = 100
# Faults on the page; the workbook to download holds all.
FAULTS_SHOWN = 100
_TONES = {BatchState.CHECKED: "warning", BatchState.FAULTY: "error", BatchState.APPLIED: "good"}


class BatchForm(forms.Form):
    """The file and what has to be known about it."""

    file = forms.FileField(max_length=200)
    opened_on = forms.DateField(initial=timezone.localdate)
    is_complete = forms.ChoiceField(
        choices=[
            ("1", gettext_lazy("the whole list: entries of earlier files that it does not name are gone")),
            ("", gettext_lazy("a part: it says nothing about others")),
        ],
        initial="1",
        required=False,
        widget=forms.RadioSelect,
    )
    gone_to: Any = forms.ModelChoiceField(None, required=False, empty_label=gettext_lazy("only marked"))

    def __init__(self, register: Register, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = register.statuses.filter(meaning__in=FINISHED)
        self.fields["gone_to"].queryset = statuses  # type: ignore[attr-defined]


def batch_upload(request: HttpRequest, register_id: int, context: dict[str, Any]) -> HttpResponse:
    """GET asks for a file; POST checks it and leads to what it would change, or to what is wrong with it."""
    register = own_register(request, register_id)
    form = BatchForm(register, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = check_batch(
                register=register,
                file=form.cleaned_data["file"],
                user=request.user,
                opened_on=form.cleaned_data["opened_on"],
                is_complete=bool(form.cleaned_data["is_complete"]),
                gone_to=form.cleaned_data["gone_to"],
            )
        except DepartmentsError as refusal:
            form.add_error(None, str(refusal))
        else:
            return HttpResponseRedirect(_address(batch))
    shown = {
        "title": _("Import entries"),
        "register": register,
        "form": form,
        "today": timezone.localdate(),
        "limit_rows": LIMITS.rows - 1,
        "limit_megabytes": LIMITS.size // MEGABYTE,
    }
    return TemplateResponse(request, "departments/registers/batch_upload.html", context | shown)


def batch_list(request: HttpRequest, register_id: int, context: dict[str, Any]) -> HttpResponse:
    """The files of a register and what each changed."""
    register = own_register(request, register_id)
    batches = register.batches.defer("plan").select_related("user", "gone_to")[:SHOWN]
    shown = {
        "title": _("Imported files"),
        "register": register,
        "batches": [(batch, _TONES.get(BatchState(batch.state), "info")) for batch in batches],
    }
    return TemplateResponse(request, "departments/registers/batch_list.html", context | shown)


def batch_page(request: HttpRequest, batch_id: int, context: dict[str, Any]) -> HttpResponse:
    """One file: what it would change or has changed, list by list, or what is wrong; POST saves it or puts it away."""
    batch = own_batch(request, batch_id)
    if request.method == "POST":
        _decide(request, batch)
        return HttpResponseRedirect(_address(batch))
    plan = unpack_plan(batch.plan)
    shown = {
        "title": batch.name,
        "register": batch.register,
        "batch": batch,
        "tone": _TONES.get(BatchState(batch.state), "info"),
        "plan": plan,
        "faults": plan.faults[:FAULTS_SHOWN],
        "more": max(0, len(plan.faults) - FAULTS_SHOWN),
        "is_open": batch.state == BatchState.CHECKED,
        "changes": batch.n_new + batch.n_changed + batch.n_gone,
        # A part taken for the whole list makes most of it gone: that is asked about in red.
        "many_gone": batch.n_gone > batch.n_changed + batch.n_same,
    }
    if batch.state in (BatchState.CHECKED, BatchState.APPLIED):
        part = request.GET.get("part", "")
        part = part if part in LINES else first_tab(batch)
        names = unit_names(batch)
        page, text, unit = lines_asked(plan, part, request.GET)
        shown |= {
            "part": part,
            "tabs": tabs_of(batch),
            "page": page,
            "rows": shown_lines(batch, list(page), names),
            "units": units_in(plan, names),
            "q": text,
            "unit": unit,
        }
    return TemplateResponse(request, "departments/registers/batch.html", context | shown)


def own_register(request: HttpRequest, pk: int) -> Register:
    """A register whose office the person administers; PermissionDenied otherwise."""
    return get_visible(Register.objects.select_related("office"), request.user, "change", pk=pk)


def own_batch(request: HttpRequest, pk: int) -> EntryBatch:
    """A file of such a register; PermissionDenied otherwise."""
    rows = EntryBatch.objects.select_related("register__office", "user", "gone_to")
    return get_visible(rows, request.user, "add", pk=pk)


def _address(batch: EntryBatch) -> str:
    return reverse("admin:departments_register_batch", args=[batch.pk])


def _decide(request: HttpRequest, batch: EntryBatch) -> None:
    """Does what the pressed button says, and tells it."""
    try:
        match request.POST.get("action"):
            case "apply":
                saved = apply_batch(batch=batch, user=request.user)
                messages.success(request, said_saved(saved))
            case "drop":
                drop_batch(batch=batch, user=request.user)
                messages.success(request, _("The file was put away. No entry has changed."))
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))


def said_saved(batch: EntryBatch) -> str:
    """What a saved file did, in numbers."""
    n = batch.n_new + batch.n_changed + batch.n_gone
    return ngettext(
        "%(n)s entry saved: %(new)s new, %(changed)s changed, %(gone)s gone.",
        "%(n)s entries saved: %(new)s new, %(changed)s changed, %(gone)s gone.",
        n,
    ) % {"n": n, "new": batch.n_new, "changed": batch.n_changed, "gone": batch.n_gone}
