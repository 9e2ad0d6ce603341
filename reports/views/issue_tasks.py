"""在办通报: the bulletins on their way and the publications that wait, for the page that the office's people meet first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.choices import Role
from departments.periods import Period
from departments.permissions import has_role, offices_of
from reports.choices import IssueStatus, PublicationState
from reports.models import Issue, Publication

ROLES = {Role.ADMINISTRATOR, Role.REVIEWER, Role.ISSUER}


@dataclass(frozen=True)
class IssueTask:
    """One line: what is on its way, in which state, what is open in it, and whether the next step is this person's."""

    name: str
    period: str
    state: str
    open: tuple[str, ...]
    step: str
    own: bool
    url: str


def issue_tasks(user: Any) -> list[IssueTask]:
    """Of the offices where the person drafts, reviews or issues; own steps first. Three queries."""
    offices = list(offices_of(user, ROLES))
    tasks = [*_issues(user, offices), *_publications(user, offices)] if offices else []
    return sorted(tasks, key=lambda task: not task.own)


def _issues(user: Any, offices: list[Any]) -> list[IssueTask]:
    issues = (
        Issue.objects.filter(bulletin__office__in=offices)
        .exclude(status=IssueStatus.ISSUED)
        .select_related("bulletin__office")
        .defer("content", "search_text")
        .annotate(
            contradicting=Count(
                "contradictions", filter=Q(contradictions__accepted_by__isnull=True), distinct=True
            ),
            commented=Count("comments", filter=Q(comments__settled_by__isnull=True), distinct=True),
        )
        .order_by("drafted_at")
    )
    return [_issue(user, issue, issue.contradicting, issue.commented) for issue in issues]


def _issue(user: Any, issue: Issue, contradicting: int, commented: int) -> IssueTask:
    office = issue.bulletin.office
    if issue.status == IssueStatus.REVIEWED:
        own, step = has_role(user, {Role.ISSUER}, office=office), _("Issue…")
    else:
        own = issue.drafted_by_id != user.pk and has_role(user, {Role.REVIEWER}, office=office)
        step = _("Review it")
    found = []
    if contradicting:
        found.append(
            ngettext("%s open contradiction", "%s open contradictions", contradicting) % contradicting
        )
    if commented:
        found.append(ngettext("%s open comment", "%s open comments", commented) % commented)
    if issue.corrects_id:
        found.insert(0, _("erratum"))
    return IssueTask(
        issue.bulletin.name,
        Period.parse(issue.period).label,
        issue.get_status_display(),
        tuple(found),
        step if own else _("View"),
        own,
        reverse("admin:reports_issue_change", args=[issue.pk]),
    )


def _publications(user: Any, offices: list[Any]) -> list[IssueTask]:
    waiting = Publication.objects.filter(issue__bulletin__office__in=offices, state=PublicationState.PROPOSED)
    waiting = waiting.select_related("issue__bulletin__office").defer("issue__content", "issue__search_text")
    tasks = []
    for row in waiting:
        office = row.issue.bulletin.office
        own = row.proposed_by_id != user.pk and has_role(user, {Role.ISSUER}, office=office)
        tasks.append(
            IssueTask(
                row.issue.bulletin.name,
                Period.parse(row.issue.period).label,
                _("Publication: %s") % row.get_state_display(),
                (),
                _("Decide on it") if own else _("View"),
                own,
                reverse("admin:reports_publication_change", args=[row.pk]),
            )
        )
    return tasks
