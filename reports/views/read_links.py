"""只读链接: an administrator makes a link for a leader, sees its secret once, and sees what became of it."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from departments.choices import Role
from departments.models import Office
from departments.permissions import offices_of
from reports.choices import IssueStatus
from reports.exceptions import Refused
from reports.models import Issue, ReadLink
from reports.services.read_links import LONGEST_DAYS, make_link, revoke_link
from reports.services.search_text import title_of


class IssueChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Issue) -> str:
        return f"{obj.number} {title_of(obj)}"


class LinkForm(forms.Form):
    """For whom, what, how long."""

    office = forms.ModelChoiceField(
        Office.objects.none(), label=gettext_lazy("office"), widget=UnfoldAdminSelectWidget
    )
    reader = forms.CharField(label=gettext_lazy("for whom"), max_length=60, widget=UnfoldAdminTextInputWidget)
    issue = IssueChoice(
        Issue.objects.none(),
        label=gettext_lazy("what it opens"),
        required=False,
        empty_label=gettext_lazy("All issued bulletins of the office"),
        widget=UnfoldAdminSelectWidget,
    )
    days = forms.IntegerField(
        label=gettext_lazy("days valid"),
        initial=90,
        min_value=1,
        max_value=LONGEST_DAYS,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def __init__(self, data: Any, *, user: Any, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        offices = offices_of(user, {Role.ADMINISTRATOR})
        own = cast(forms.ModelChoiceField, self.fields["office"])
        own.queryset = offices
        only = list(offices[:2])
        if len(only) == 1:
            own.initial, own.widget = only[0].pk, forms.HiddenInput()
        issues = Issue.objects.filter(bulletin__office__in=offices, status=IssueStatus.ISSUED)
        cast(forms.ModelChoiceField, self.fields["issue"]).queryset = issues.order_by("-issued_at").defer(
            "content"
        )


def make_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The form; after making, the address this once. `?issue=` chooses an issue beforehand."""
    form = LinkForm(request.POST or None, user=request.user, initial={"issue": request.GET.get("issue")})
    made: tuple[ReadLink, str] | None = None
    if request.method == "POST" and form.is_valid():
        made = _make(request, form)
        if made:
            form = LinkForm(None, user=request.user)
    path = reverse("read_list", args=[made[1]]) if made else ""
    response = TemplateResponse(
        request,
        "reports/read/make.html",
        context
        | {
            "title": _("Make a read-only link"),
            "form": form,
            "made": made[0] if made else None,
            "address": request.build_absolute_uri(path) if made else "",
        },
    )
    response["Cache-Control"] = "no-store"
    return response


def _make(request: HttpRequest, form: LinkForm) -> tuple[ReadLink, str] | None:
    try:
        return make_link(user=cast(User, request.user), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def revoke(request: HttpRequest, link: ReadLink) -> HttpResponse:
    """Ends the link; back to the list."""
    try:
        revoke_link(link=link, user=cast(User, request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The link for “%s” is revoked: it opens nothing from now on.") % link.reader
        )
    return HttpResponseRedirect(reverse("admin:reports_readlink_changelist"))
