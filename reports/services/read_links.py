"""Read-only links for leaders: made by an administrator, opened without an account, ended by a day or by hand."""

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.models import Office
from departments.permissions import has_role
from reports.choices import IssueStatus
from reports.exceptions import Refused
from reports.models import Issue, ReadLink

LONGEST_DAYS = 366


@transaction.atomic
def make_link(
    *,
    office: Office,
    reader: str,
    days: int,
    user: Any,
    issue: Issue | None = None,
    at: dt.datetime | None = None,
) -> tuple[ReadLink, str]:
    """A link with its secret, which is never to be had again. Without `issue` it opens every issued issue of the office."""
    at, reader = at or timezone.now(), reader.strip()
    if not has_role(user, {Role.ADMINISTRATOR}, office=office):
        raise Refused(_("Links are made by administrators of the office."))
    if not reader:
        raise Refused(_("Please write for whom the link is."))
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(_("A link is valid for at least one day and at most %s.") % LONGEST_DAYS)
    if issue is not None and (issue.bulletin.office_id != office.pk or issue.status != IssueStatus.ISSUED):
        raise Refused(_("A link opens issued issues of its own office only."))
    secret = secrets.token_urlsafe(32)
    link = ReadLink.objects.create(
        office=office,
        issue=issue,
        reader=reader,
        digest=_digest(secret),
        made_by=user,
        made_at=at,
        expires_at=at + dt.timedelta(days=days),
    )
    return link, secret


@transaction.atomic
def revoke_link(*, link: ReadLink, user: Any, at: dt.datetime | None = None) -> ReadLink:
    """Ends a link at once. Revoked again nothing changes."""
    locked = ReadLink.objects.select_for_update(of=("self",)).select_related("office").get(pk=link.pk)
    if not has_role(user, {Role.ADMINISTRATOR}, office=locked.office):
        raise Refused(_("Links are revoked by administrators of the office."))
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by = at or timezone.now(), user
        locked.save(update_fields=["revoked_at", "revoked_by"])
    return locked


def is_valid(link: ReadLink, at: dt.datetime | None = None) -> bool:
    return link.revoked_at is None and (at or timezone.now()) < link.expires_at


def find_link(*, secret: str, at: dt.datetime | None = None) -> ReadLink | None:
    """The link of a secret while it is valid; unknown, ended and revoked are the same None."""
    digest = _digest(secret)
    link = ReadLink.objects.select_related("office", "issue").filter(digest=digest).first()
    if link is None or not hmac.compare_digest(link.digest, digest) or not is_valid(link, at):
        return None
    return link


def note_opening(*, link: ReadLink, at: dt.datetime | None = None) -> None:
    """Every page and file that was shown counts."""
    ReadLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, last_opened_at=at or timezone.now())


def readable(link: ReadLink) -> QuerySet[Issue]:
    """The issues a link opens: issued ones of its office, or the one it was made for."""
    issues = Issue.objects.filter(bulletin__office=link.office_id, status=IssueStatus.ISSUED)
    return issues if link.issue_id is None else issues.filter(pk=link.issue_id)


def _digest(secret: str) -> str:
    """A secret holds 256 random bits: a plain digest can't be guessed back, and finds the row by its index."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
