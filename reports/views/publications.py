"""公开发布 in the office's pages: proposing an issue, seeing what will be public, deciding, withdrawing."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from departments.choices import Role
from departments.permissions import has_role
from reports.choices import IssueStatus, Openness, PublicationState
from reports.exceptions import Refused
from reports.models import Issue, Publication
from reports.services.public_site import SHOWN, entry_of, folder_of, is_written, public_page
from reports.services.publications import (
    ALIVE,
    approve_publication,
    propose_publication,
    refuse_publication,
    withdraw_publication,
)
from reports.services.search_text import title_of


class PublicationForm(forms.Form):
    """The metadata the disclosure rules ask for; the rest of it stands in the issue."""

    index_number = forms.CharField(
        label=gettext_lazy("index number"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("As the office's catalogue of disclosed information numbers it."),
    )
    subject = forms.CharField(
        label=gettext_lazy("subject class"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    openness = forms.ChoiceField(
        label=gettext_lazy("way of disclosure"),
        choices=Openness.choices,
        initial=Openness.ACTIVE,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("On request: only the title and these data are shown, no text and no file."),
    )


def publication_box(user: Any, issue: Issue) -> dict[str, Any]:
    """What the page of an issue shows of it (templates/reports/publication/_box.html): nothing before issue."""
    if issue.status != IssueStatus.ISSUED:
        return {}
    rows = list(issue.publications.all())
    administers = has_role(user, {Role.ADMINISTRATOR}, office=issue.bulletin.office)
    return {
        "publication_rows": rows,
        "publication_shown": True,
        "publication_may_propose": administers and not any(row.state in ALIVE for row in rows),
        "publication_may_link": administers,
    }


def propose_page(request: HttpRequest, issue: Issue, context: dict[str, Any]) -> HttpResponse:
    """The form of an issued issue; what was typed stays when it is refused."""
    if not has_role(request.user, {Role.ADMINISTRATOR}, office=issue.bulletin.office):
        raise PermissionDenied(_("Proposing a publication is for administrators of the office."))
    form = PublicationForm(request.POST or None, initial=_like_the_last(issue))
    if request.method == "POST" and form.is_valid():
        try:
            made = propose_publication(issue=issue, user=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Proposed. Nothing is public before an issuer approves it."))
            return _to_page(made)
    return TemplateResponse(
        request,
        "reports/publication/propose.html",
        context | {"title": _("Publish"), "issue": issue, "issue_title": title_of(issue), "form": form},
    )


def _like_the_last(issue: Issue) -> dict[str, str]:
    """Subject and way of disclosure as the bulletin's last publication had them."""
    last = Publication.objects.filter(issue__bulletin=issue.bulletin_id).order_by("-id").first()
    return {"subject": last.subject, "openness": last.openness} if last else {}


def publication_page(request: HttpRequest, publication: Publication, context: dict[str, Any]) -> HttpResponse:
    """One publication: its data, its state and whose turn it is, and the page as the public sees it."""
    office, user = publication.issue.bulletin.office, request.user
    proposed = publication.state == PublicationState.PROPOSED
    own = publication.proposed_by_id == user.pk
    return TemplateResponse(
        request,
        "reports/publication/publication.html",
        context
        | {
            "title": _("Publication: %s") % (publication.issue.number or publication.issue),
            "publication": publication,
            "issue": publication.issue,
            "issue_title": title_of(publication.issue),
            "turn": _turn(publication),
            "may_decide": proposed and not own and has_role(user, {Role.ISSUER}, office=office),
            "own_proposal": proposed and own,
            "may_withdraw": publication.state == PublicationState.PUBLISHED
            and has_role(user, {Role.ADMINISTRATOR, Role.ISSUER}, office=office),
            "folder": folder_of(publication.issue),
            "written": publication.state in SHOWN and is_written(publication),
            "has_page": publication.state in SHOWN,
        },
    )


def preview(publication: Publication) -> HttpResponse:
    """The public page as it is or will be, for the frame on the publication's page."""
    return HttpResponse(public_page(entry_of(publication), preview=True))


def decide(request: HttpRequest, publication: Publication) -> HttpResponse:
    """Approves, refuses or withdraws, as the button says."""
    user, reason = cast(User, request.user), request.POST.get("reason", "")
    try:
        match request.POST.get("step"):
            case "approve":
                approve_publication(publication=publication, user=user)
                messages.success(request, _("Approved. The public page is being written."))
            case "refuse":
                refuse_publication(publication=publication, user=user, reason=reason)
                messages.success(request, _("Refused. Nothing was published."))
            case "withdraw":
                withdraw_publication(publication=publication, user=user, reason=reason)
                messages.success(request, _("Withdrawn. A notice is taking the place of the page."))
            case _unknown:
                messages.error(request, _("Choose what is to be done."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _to_page(publication)


def _turn(publication: Publication) -> str:
    """One sentence: who does what next."""
    match publication.state:
        case PublicationState.PROPOSED:
            return _("An issuer who did not propose it looks at the page below and approves or refuses.")
        case PublicationState.PUBLISHED:
            return _("Public. It can be withdrawn with a reason; the page then says so.")
        case PublicationState.WITHDRAWN:
            return _("Withdrawn. The issue can be proposed anew from its page.")
    return _("Refused. The issue can be proposed anew from its page.")


def _to_page(publication: Publication) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:reports_publication_change", args=[publication.pk]))
