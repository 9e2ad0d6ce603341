"""The page that tries a mail out: which issue, which unit; it goes to the administrator's own address."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from departments.models import Unit
from departments.periods import Period
from reports.exceptions import Refused
from reports.models import Bulletin, Issue, Mailing, Subscription
from reports.services.trial_mails import send_subscription_trial, send_unit_trial

# Nobody tries a mail out on what is older.
_NEWEST = 24


class _IssueChoice(forms.ModelChoiceField):
    def label_from_instance(self, issue: Any) -> str:
        return f"{Period.parse(issue.period).label} {issue.number} {issue.get_status_display()}".replace(
            "  ", " "
        )


class TrialForm(forms.Form):
    """An issue of the bulletin, drafts included, and for a mailing a unit of its group."""

    issue = _IssueChoice(Issue.objects.none(), label=gettext_lazy("issue"), widget=UnfoldAdminSelectWidget)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("unit"), widget=UnfoldAdminSelectWidget
    )

    def __init__(self, data: Any, *, bulletin: Bulletin, mailing: Mailing | None) -> None:
        super().__init__(data)
        newest = bulletin.issues.order_by("-id").values_list("pk", flat=True)[:_NEWEST]
        issues = Issue.objects.filter(pk__in=list(newest)).defer("content", "search_text").order_by("-id")
        field = cast(forms.ModelChoiceField, self.fields["issue"])
        field.queryset, field.empty_label = issues, None
        if mailing is None:
            del self.fields["unit"]
            return
        units = Unit.objects.filter(office=bulletin.office_id).order_by("protocol_order", "code")
        field = cast(forms.ModelChoiceField, self.fields["unit"])
        field.queryset, field.empty_label = units, None


def trial_page(
    request: HttpRequest, row: Mailing | Subscription, back: str, context: dict[str, Any]
) -> HttpResponse:
    """Shows the choice, sends on POST; a refusal is told and what was chosen stays."""
    mailing = row if isinstance(row, Mailing) else None
    form = TrialForm(request.POST or None, bulletin=row.bulletin, mailing=mailing)
    if request.method == "POST" and form.is_valid():
        address = _try(request, lambda: _send(row, form.cleaned_data, request.user))
        if address:
            messages.success(
                request, _("A test mail is on its way to %s. It does not count as delivered.") % address
            )
            return HttpResponseRedirect(back)
    return TemplateResponse(
        request,
        "reports/mailing/trial.html",
        context
        | {
            "title": _("Try out: %s") % row,
            "form": form,
            "has_issues": cast(forms.ModelChoiceField, form.fields["issue"]).queryset.exists(),  # type: ignore[union-attr]
            "back": back,
        },
    )


def _send(row: Mailing | Subscription, chosen: dict[str, Any], user: Any) -> str:
    if isinstance(row, Mailing):
        return send_unit_trial(mailing=row, issue=chosen["issue"], unit=chosen["unit"], user=user)
    return send_subscription_trial(subscription=row, issue=chosen["issue"], user=user)


def _try(request: HttpRequest, act: Callable[[], str]) -> str:
    try:
        return act()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return ""
