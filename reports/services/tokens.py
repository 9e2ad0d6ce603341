"""Making, using and revoking the keys of the read-only interface."""

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.models import Office
from departments.permissions import confine, has_role, memberships_of
from reports.exceptions import Refused
from reports.models import ApiToken

# Recognisable in a file or a log where a key was left by mistake.
MARK = "tb_"
SHOWN = 9
MOST_VALID = 10
LONGEST = dt.timedelta(days=366)
# The note of the last use is exact to this, so that reading does not write every time.
USE_NOTED_EVERY = dt.timedelta(minutes=10)


@transaction.atomic
def make_token(
    *, user: Any, office: Office, name: str, expires_on: dt.date, at: dt.datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token of the person's own with its key, which is never to be had again. Refused without a role in the office."""
    at = at or timezone.now()
    today, name = timezone.localdate(at), name.strip()
    if not any(m.office_id == office.pk for m in memberships_of(user)):
        raise Refused(_("You have no role in this office: choose one of your own."))
    if not name:
        raise Refused(_("Say what the token is for, for example the name of the system that reads."))
    if not today <= expires_on <= today + LONGEST:
        raise Refused(_("A token is valid for one year at most; its last day must not lie in the past."))
    User.objects.select_for_update().get(pk=user.pk)
    if ApiToken.objects.filter(user=user, revoked_at=None, expires_on__gte=today).count() >= MOST_VALID:
        raise Refused(_("You have %s valid tokens: revoke one that is not needed any more.") % MOST_VALID)
    key = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        office=office,
        user=user,
        name=name,
        prefix=key[:SHOWN],
        digest=_digest(key),
        created_at=at,
        expires_on=expires_on,
    )
    return token, key


@transaction.atomic
def revoke_token(*, token: ApiToken, user: Any, at: dt.datetime | None = None) -> ApiToken:
    """Ends a token at once: the person's own, or by an administrator of its office. Revoked again nothing changes."""
    locked = ApiToken.objects.select_for_update().get(pk=token.pk)
    may = user.is_superuser or has_role(user, {Role.ADMINISTRATOR}, office=locked.office)
    if locked.user_id != user.pk and not may:
        raise Refused(_("Only the person or an administrator of the office revokes a token."))
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by = at or timezone.now(), user
        locked.save(update_fields=["revoked_at", "revoked_by"])
    return locked


def use_token(*, key: str, at: dt.datetime | None = None) -> ApiToken:
    """The token of a key; its `user` is confined to its office and is no superuser. Refused when it opens nothing."""
    at = at or timezone.now()
    token = ApiToken.objects.select_related("user", "office").filter(digest=_digest(key)).first()
    if token is None:
        raise Refused(_("This token is unknown: make one on the page of your interface tokens."))
    if token.revoked_at is not None:
        raise Refused(_("This token was revoked: make a new one on the page of your interface tokens."))
    if not token.is_valid(timezone.localdate(at)):
        raise Refused(_("This token has expired: make a new one on the page of your interface tokens."))
    confine(token.user, token.office)
    if not memberships_of(token.user):
        raise Refused(_("The person of this token has no role in the office any more."))
    if token.last_used_at is None or at - token.last_used_at >= USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


def _digest(key: str) -> str:
    """A key holds 256 random bits: a plain digest can't be guessed back, and finds the row by its index."""
    return hashlib.sha256(key.encode()).hexdigest()
