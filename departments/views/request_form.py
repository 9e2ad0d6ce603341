"""Writing a request: its text and files, how it may be answered, by when, and by whom; then handing it out."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.choices import Role
from departments.exceptions import DepartmentsError
from departments.models import Office, Request, Unit
from departments.permissions import offices_of
from departments.services.organisation import placements
from departments.services.requests import drafting, issuing
from departments.services.stored_files import MAX_BYTES, MOST_FILES
from departments.views.request_words import request_url

SAVE, CHECK, HAND_OUT, DISCARD, REMOVE = "save", "check", "hand-out", "discard", "remove-"
ACCEPT = ".pdf,.ofd,.png,.jpg,.jpeg,.docx,.xlsx"


@dataclass(frozen=True)
class UnitGroup:
    """Units to choose from, as (id, name, whether chosen), under their group's name."""

    name: str
    units: tuple[tuple[int, str, bool], ...]


class DraftForm(forms.Form):
    title = forms.CharField(max_length=200, label=gettext_lazy("title"))
    text = forms.CharField(required=False, label=gettext_lazy("what is asked"))
    contact = forms.CharField(required=False, max_length=100, label=gettext_lazy("whom to ask"))
    code = forms.CharField(required=False, max_length=40, label=gettext_lazy("code"))
    due_at = forms.DateTimeField(label=gettext_lazy("due at"))
    takes_file = forms.BooleanField(required=False, label=gettext_lazy("takes a file"))
    takes_text = forms.BooleanField(required=False, label=gettext_lazy("takes a text"))
    takes_no_comment = forms.BooleanField(required=False, label=gettext_lazy("takes “no comment”"))
    units = forms.ModelMultipleChoiceField(Unit.objects.none(), required=False, label=gettext_lazy("units"))

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["units"].queryset = Unit.objects.open_on(today).filter(office=office)  # type: ignore[attr-defined]


def unit_choices(
    office: Office, *, chosen: frozenset[int] = frozenset(), but: Request | None = None
) -> list[UnitGroup]:
    """The office's open units under their groups, in protocol order; `but` leaves out those a request asks already."""
    asked = set(but.answers.values_list("unit", flat=True)) if but is not None else set()
    names = dict(office.groups.order_by("order", "code").values_list("code", "name"))
    found: dict[str, list[tuple[int, str, bool]]] = {code: [] for code in (*names, "")}
    for unit, place in placements(office, timezone.localdate()).items():
        if unit not in asked:
            found[place.group].append((unit, place.short_name, unit in chosen))
    return [
        UnitGroup(names.get(code, _("without a group")), tuple(units))
        for code, units in found.items()
        if units
    ]


def draft_page(request: HttpRequest, draft: Request | None, context: dict[str, Any]) -> HttpResponse:
    """A new request, or one that is not handed out; what was typed stays on the page when it is refused."""
    office = draft.office if draft is not None else _office(request)
    form = DraftForm(office, request.POST or None, initial=_initial(office, draft))
    if request.method == "POST":
        done = _posted(request, office, draft, form)
        if done is not None:
            return done
    chosen = _chosen(form, draft)
    return TemplateResponse(
        request,
        "departments/request_form.html",
        context
        | {
            "title": draft.title if draft is not None else _("New request"),
            "draft": draft,
            "office": office,
            "several": offices_of(request.user, {Role.ADMINISTRATOR}).count() > 1 and draft is None,
            "offices": offices_of(request.user, {Role.ADMINISTRATOR}),
            "form": form,
            "groups": unit_choices(office, chosen=chosen),
            "n_chosen": len(chosen),
            "documents": draft.files.filter(removed_at__isnull=True) if draft is not None else (),
            "confirming": draft is not None and "hand-out" in request.GET and request.method != "POST",
            "accept": ACCEPT,
            "megabytes": MAX_BYTES // 2**20,
            "most_files": MOST_FILES,
        },
    )


def _office(request: HttpRequest) -> Office:
    """The office asked for in the address, else the person's first one."""
    own = offices_of(request.user, {Role.ADMINISTRATOR})
    asked = request.GET.get("office", "")
    office = own.filter(pk=asked).first() if asked.isdecimal() else own.first()
    if office is None:
        raise PermissionDenied(_("Requests are managed by administrators of the office."))
    return office


def _initial(office: Office, draft: Request | None) -> dict[str, Any]:
    if draft is None:
        return {
            "due_at": drafting.usual_due(office),
            "takes_file": True,
            "takes_text": True,
            "contact": office.phone,
        }
    names = [name for name in DraftForm.base_fields if name != "units"]
    return {name: getattr(draft, name) for name in names}


def _chosen(form: DraftForm, draft: Request | None) -> frozenset[int]:
    if form.is_bound:
        return frozenset(int(pk) for pk in form.data.getlist("units") if pk.isdecimal())  # type: ignore[attr-defined]
    return frozenset(draft.answers.values_list("unit", flat=True)) if draft is not None else frozenset()


def _posted(
    request: HttpRequest, office: Office, draft: Request | None, form: DraftForm
) -> HttpResponse | None:
    """Does what the pressed button says; None when the page must be shown again with what is wrong."""
    action = request.POST.get("action", "")
    if draft is not None and action == DISCARD:
        drafting.discard_draft(request=draft, user=request.user)
        messages.success(request, _("The draft is deleted: %s.") % draft.title)
        return HttpResponseRedirect(reverse("admin:departments_request_changelist"))
    if not form.is_valid():
        return None
    fields = dict(form.cleaned_data)
    units = list(fields.pop("units"))
    try:
        draft = drafting.save_draft(office=office, user=request.user, units=units, request=draft, **fields)
    except ValidationError as fault:
        form.add_error(None, fault)
        return None
    except DepartmentsError as refusal:
        form.add_error(None, str(refusal))
        return None
    here = HttpResponseRedirect(request_url("change", draft))
    if not _documents(request, draft, action):
        return here
    return _onwards(request, draft, action, here)


def _onwards(request: HttpRequest, draft: Request, action: str, here: HttpResponseRedirect) -> HttpResponse:
    """After saving: ask once more before handing out, hand out, or stay."""
    if action == CHECK:
        if draft.answers.exists():
            return HttpResponseRedirect(request_url("change", draft, {"hand-out": "1"}))
        messages.error(request, _("Saved. Choose the units that are to answer."))
    elif action == HAND_OUT:
        try:
            issuing.hand_out(request=draft, user=request.user)
        except DepartmentsError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Handed out: the units have been told."))
    else:
        messages.success(request, _("Draft saved."))
    return here


def _documents(request: HttpRequest, draft: Request, action: str) -> bool:
    """Keeps the chosen files, takes one off when its button was pressed; False, with the reason said, when one can't be taken."""
    text = action.removeprefix(REMOVE)
    if action.startswith(REMOVE) and text.isdecimal():
        for kept in draft.files.filter(pk=int(text), removed_at__isnull=True):
            drafting.remove_document(file=kept, user=request.user)
    fine = True
    for file in request.FILES.getlist("documents"):
        try:
            drafting.add_document(request=draft, file=file, user=request.user)
        except DepartmentsError as refusal:
            messages.error(request, f"{file.name}：{refusal}")
            fine = False
    return fine
