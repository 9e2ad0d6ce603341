"""What people do with an issue: draft, accept, review, issue, download. Each calls one service and says how it went."""

import json
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from departments.choices import Role
from departments.periods import Period, PeriodError
from departments.permissions import offices_of
from expressions import ExpressionError
from reports.choices import EditEnd
from reports.exceptions import Held, Refused
from reports.mail.recipients import mailings_of, unserved
from reports.models import Bulletin, Issue, NumberSequence
from reports.renderers import FORMATS, MissingTypefaceError, UnprintableDocumentError
from reports.services.issue_edits import lapsed_lists
from reports.services.issues import accept_contradiction, draft_issue, issue_bulletin, review_issue
from reports.services.rendering import render_document
from reports.views.file_answers import issue_file_answer
from reports.views.filters import current_period
from reports.views.issue import Accepting, document_of, held, issue_page


class DraftForm(forms.Form):
    """Which bulletin is drafted for which period."""

    bulletin = forms.ModelChoiceField(
        Bulletin.objects.none(), label=gettext_lazy("bulletin"), widget=UnfoldAdminSelectWidget
    )
    period = forms.CharField(
        label=gettext_lazy("period"),
        max_length=30,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("For example 2022Q1, 2022-03 or 2022-01..2022-03."),
    )

    def __init__(self, data: Any, *, user: Any, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        cast(forms.ModelChoiceField, self.fields["bulletin"]).queryset = Bulletin.objects.filter(
            office__in=offices_of(user, {Role.ADMINISTRATOR})
        )

    def clean_period(self) -> str:
        try:
            return Period.parse(self.cleaned_data["period"]).code
        except PeriodError as error:
            raise forms.ValidationError(str(error)) from error


def draft_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Chooses bulletin and period; a fault of the template or the state is told and what was chosen stays."""
    form = DraftForm(request.POST or None, user=request.user, initial=_newest(request.user))
    if request.method == "POST" and form.is_valid():
        issue = _draft(request, form.cleaned_data["bulletin"], form.cleaned_data["period"])
        if issue is not None:
            return to_issue(issue)
    return TemplateResponse(
        request,
        "reports/issue/draft.html",
        context | {"title": _("Draft a bulletin"), "form": form},
    )


def _newest(user: Any) -> dict[str, Any]:
    """The only bulletin there is, and the newest period with figures."""
    bulletins = list(Bulletin.objects.filter(office__in=offices_of(user, {Role.ADMINISTRATOR}))[:2])
    if len(bulletins) != 1:
        return {}
    return {"bulletin": bulletins[0], "period": current_period(bulletins[0].office) or ""}


def redraft(request: HttpRequest, issue: Issue) -> HttpResponse:
    _draft(request, issue.bulletin, issue.period)
    return to_issue(issue)


def _draft(request: HttpRequest, bulletin: Bulletin, period: str) -> Issue | None:
    try:
        issue = draft_issue(bulletin=bulletin, period=period, user=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    except ExpressionError as error:
        for problem in error.problems:
            messages.error(request, _("The bulletin's template can't be used: %s") % problem)
    else:
        messages.success(request, _("Drafted from the figures approved up to now."))
        for edit in issue.text_edits.filter(ended=EditEnd.OUT_OF_DATE, ended_at=issue.drafted_at):
            messages.warning(
                request,
                _(
                    "%s: the unit's text has changed, so your office's edit of it was dropped. Look at it again."
                )
                % edit,
            )
        for lapsed in lapsed_lists(issue):
            messages.warning(
                request,
                _("An edit of a list no longer changes anything and was dropped: %s. Look at the list again.")
                % lapsed,
            )
        return issue
    return None


def accept(request: HttpRequest, issue: Issue, context: dict[str, Any]) -> HttpResponse:
    """Accepts the chosen contradictions with one reason; what is refused is told one by one, the reason typed stays."""
    chosen = frozenset(int(value) for value in request.POST.getlist("contradiction") if value.isdecimal())
    reason = request.POST.get("reason", "")
    rows = list(issue.contradictions.filter(pk__in=chosen))
    if not rows:
        messages.error(request, _("Choose at least one contradiction."))
    accepted, refused = 0, set()
    for row in rows:
        try:
            accept_contradiction(contradiction=row, user=request.user, reason=reason)
            accepted += 1
        except Refused as refusal:
            messages.error(request, f"{row.claim or row.where}：{refusal}")
            refused.add(row.pk)
    if accepted:
        messages.success(request, _("%s contradictions accepted.") % accepted)
    if refused or not rows:
        issue.refresh_from_db()
        return issue_page(request, issue, context, Accepting(frozenset(refused), reason))
    return to_issue(issue, "contradictions")


def review(request: HttpRequest, issue: Issue) -> HttpResponse:
    if _tried(request, lambda: review_issue(issue=issue, user=request.user)):
        messages.success(request, _("Confirmed. An issuer can issue it now."))
    return to_issue(issue)


def confirm_page(request: HttpRequest, issue: Issue, context: dict[str, Any]) -> HttpResponse:
    """Asks once more before issuing: number, recipients, and what can no longer change. POST issues."""
    if request.method == "POST":
        if _tried(request, lambda: issue_bulletin(issue=issue, user=request.user)):
            issue.refresh_from_db()
            messages.success(request, _("Issued as %s.") % issue.number)
        return to_issue(issue)
    served = [pair for mailing in mailings_of(issue) for pair in unserved(issue, mailing)]
    return TemplateResponse(
        request,
        "reports/issue/confirm.html",
        context
        | {
            "title": _("Issue: %s") % issue,
            "issue": issue,
            "document": document_of(issue),
            "number": next_number(issue.bulletin),
            "reasons": held(issue),
            "addresses": sum(len(addresses) for _unit, addresses in served),
            "units": len({unit.pk for unit, _addresses in served}),
            "without_address": [unit for unit, addresses in served if not addresses],
        },
    )


def next_number(bulletin: Bulletin) -> str:
    """The number an issue would get now; another one issued meanwhile takes it."""
    year = timezone.localtime().year
    last = (
        NumberSequence.objects.filter(office=bulletin.office_id, year=year)
        .values_list("last", flat=True)
        .first()
    )
    return bulletin.number_format.format(year=year, number=(last or 0) + 1)


def _tried(request: HttpRequest, step: Callable[[], Any]) -> bool:
    """Whether the step was taken; a refusal and every reason of a shut gate become messages."""
    try:
        step()
    except Held as shut:
        for reason in shut.reasons:
            messages.error(request, reason)
    except (Refused, UnprintableDocumentError, MissingTypefaceError) as refusal:
        messages.error(request, str(refusal))
    except ExpressionError as error:
        messages.error(request, _("The bulletin's template can't be used: %s") % error)
    else:
        return True
    return False


def download(request: HttpRequest, issue: Issue, format_: str) -> HttpResponse:
    """The kept file of an issued issue, byte for byte; of any other the document as it stands, rendered now."""
    if format_ not in FORMATS:
        raise Http404
    kept = issue.files.filter(format=format_).first()
    document = json.loads(issue.content)
    try:
        content = bytes(kept.content) if kept else render_document(document, format_)
    except (UnprintableDocumentError, MissingTypefaceError) as error:
        messages.error(request, str(error))
        return to_issue(issue)
    return issue_file_answer(issue, document["title"], format_, content)


def to_issue(issue: Issue, part: str = "") -> HttpResponseRedirect:
    url = reverse("admin:reports_issue_change", args=[issue.pk])
    return HttpResponseRedirect(f"{url}#{part}" if part else url)
