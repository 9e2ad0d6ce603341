"""公开发布: an issue goes to the public web only after two people: an administrator proposes, an issuer approves.

The pages themselves are written by reports.services.public_site, by a task, so that an approval never waits for a disk.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.permissions import has_role
from reports.choices import IssueStatus, Openness, PublicationState
from reports.exceptions import Refused
from reports.models import Issue, Publication
from reports.signals import publication_changed

ALIVE = (PublicationState.PROPOSED, PublicationState.PUBLISHED)


@transaction.atomic
def propose_publication(
    *,
    issue: Issue,
    user: Any,
    index_number: str,
    subject: str = "",
    openness: str = Openness.ACTIVE,
    at: dt.datetime | None = None,
) -> Publication:
    """An administrator proposes an issued issue with its metadata; after a refusal or withdrawal it may be proposed anew."""
    locked = Issue.objects.select_for_update(of=("self",)).select_related("bulletin__office").get(pk=issue.pk)
    index_number, subject = index_number.strip(), subject.strip()
    if not has_role(user, {Role.ADMINISTRATOR}, office=locked.bulletin.office):
        raise Refused(_("Proposing a publication is for administrators of the office."))
    if locked.status != IssueStatus.ISSUED:
        raise Refused(_("Only an issued issue can be published: have it issued first."))
    if locked.publications.filter(state__in=ALIVE).exists():
        raise Refused(_("This issue is published or waits for approval already: see its publication."))
    if not index_number:
        raise Refused(_("Please enter the index number; the disclosure rules ask for it."))
    taken = Publication.objects.filter(
        issue__bulletin__office=locked.bulletin.office_id, index_number=index_number, state__in=ALIVE
    )
    if holder := taken.exclude(issue=locked).select_related("issue").first():
        raise Refused(
            _("The index number belongs to %s already: enter another one.")
            % (holder.issue.number or holder.issue)
        )
    return Publication.objects.create(
        issue=locked,
        index_number=index_number,
        subject=subject,
        openness=Openness(openness),
        proposed_by=user,
        proposed_at=at or timezone.now(),
    )


def approve_publication(*, publication: Publication, user: Any, at: dt.datetime | None = None) -> Publication:
    """An issuer other than the proposer approves; the pages are written right after."""
    return _decide(publication, user, PublicationState.PUBLISHED, "", at)


def refuse_publication(
    *, publication: Publication, user: Any, reason: str, at: dt.datetime | None = None
) -> Publication:
    """An issuer other than the proposer refuses with a reason; nothing has left the house."""
    if not reason.strip():
        raise Refused(_("Please write why it is not to be published."))
    return _decide(publication, user, PublicationState.REFUSED, reason.strip(), at)


@transaction.atomic
def _decide(
    publication: Publication, user: Any, state: PublicationState, reason: str, at: dt.datetime | None
) -> Publication:
    locked = _lock(publication)
    if not has_role(user, {Role.ISSUER}, office=locked.issue.bulletin.office):
        raise Refused(_("Deciding on a publication is for issuers of the office."))
    if locked.proposed_by_id == user.pk:
        raise Refused(_("You proposed this publication: somebody else must decide on it."))
    if locked.state != PublicationState.PROPOSED:
        raise Refused(_("Decided already: %s.") % locked.get_state_display())
    locked.state, locked.reason = state, reason
    locked.decided_by, locked.decided_at = user, at or timezone.now()
    locked.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    if state == PublicationState.PUBLISHED:
        publication_changed.send(Publication, publication=locked)
    return locked


@transaction.atomic
def withdraw_publication(
    *, publication: Publication, user: Any, reason: str, at: dt.datetime | None = None
) -> Publication:
    """An administrator or issuer takes a published issue back: its page becomes a notice with the reason, its files go."""
    locked = _lock(publication)
    if not has_role(user, {Role.ADMINISTRATOR, Role.ISSUER}, office=locked.issue.bulletin.office):
        raise Refused(_("Withdrawing is for administrators and issuers of the office."))
    if locked.state != PublicationState.PUBLISHED:
        raise Refused(_("Only what is published can be withdrawn."))
    if not reason.strip():
        raise Refused(_("Please write why it is withdrawn: the notice on the public page says it."))
    locked.state, locked.reason = PublicationState.WITHDRAWN, reason.strip()
    locked.withdrawn_by, locked.withdrawn_at = user, at or timezone.now()
    locked.save(update_fields=["state", "reason", "withdrawn_by", "withdrawn_at"])
    publication_changed.send(Publication, publication=locked)
    return locked


def _lock(publication: Publication) -> Publication:
    return (
        Publication.objects.select_for_update(of=("self",))
        .select_related("issue__bulletin__office")
        .get(pk=publication.pk)
    )
