"""Who sits where: handing a post over to somebody else, and acting for somebody for some days (代岗)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Role, Status
from departments.exceptions import DepartmentsError
from departments.models import Membership, Submission
from departments.permissions import has_role
from departments.services.organisation import grant
from departments.templatetags.people import person_name

LONGEST_ACTING = dt.timedelta(days=366)


@dataclass(frozen=True)
class HandedOver:
    """The post as it now stands, and the unit's open forms that the new person finds on the first page."""

    membership: Membership
    open_forms: int


@transaction.atomic
def hand_over(*, membership: Membership, to: User, on: dt.date, user: Any) -> HandedOver:
    """From day `on` the post is another person's; the one before keeps it to the day before. Drafts belong to the unit and stay."""
    post = _post(membership, user)
    if to.pk == post.user_id:
        raise DepartmentsError(_("This person holds the post already."))
    if on <= (post.valid_from or dt.date.min) or (post.valid_to and on > post.valid_to):
        raise DepartmentsError(
            _("Choose a day on which the post is held: it is handed over between its two days.")
        )
    _refuse_holder(post, to)
    last, post.valid_to = post.valid_to, on - dt.timedelta(days=1)
    post.full_clean()
    post.save()
    taken = grant(user=to, office=post.office, role=post.role, unit=post.unit, valid_from=on, valid_to=last)
    return HandedOver(taken, _open_forms(post))


@transaction.atomic
def act_for(*, membership: Membership, who: User, first: dt.date, last: dt.date, user: Any) -> Membership:
    """`who` takes the place of the post's holder between two days, both included; what they do is recorded as done for them."""
    post = _post(membership, user)
    if post.acting_for_id is not None:
        raise DepartmentsError(_("Nobody can act for somebody who is only acting: choose the post itself."))
    if who.pk == post.user_id:
        raise DepartmentsError(_("This person holds the post already."))
    if not first <= last <= first + LONGEST_ACTING or last < timezone.localdate():
        raise DepartmentsError(_("Choose a first and a last day, at most a year apart and not in the past."))
    _refuse_holder(post, who)
    return grant(
        user=who,
        office=post.office,
        role=post.role,
        unit=post.unit,
        valid_from=first,
        valid_to=last,
        acting_for=post.user,
    )


@transaction.atomic
def end_acting(*, membership: Membership, user: Any, last: dt.date | None = None) -> Membership:
    """Ends an acting post early: `last` (default yesterday) is its last day."""
    post = _post(membership, user)
    if post.acting_for_id is None:
        raise DepartmentsError(_("This is no acting post: hand it over instead."))
    assert post.valid_from is not None
    post.valid_to = max(last or timezone.localdate() - dt.timedelta(days=1), post.valid_from)
    post.save()
    return post


def _post(membership: Membership, user: Any) -> Membership:
    post = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("office", "unit", "user")
        .get(pk=membership.pk)
    )
    if not (user.is_superuser or has_role(user, {Role.ADMINISTRATOR}, office=post.office)):
        raise DepartmentsError(_("Only an administrator of the office gives out posts."))
    return post


def _refuse_holder(post: Membership, who: User) -> None:
    """The same right twice would hide who acts for whom."""
    held = Membership.objects.on(timezone.localdate()).filter(
        user=who, office=post.office, unit=post.unit, role=post.role, acting_for__isnull=True
    )
    if held.exists():
        raise DepartmentsError(_("%s holds this role already.") % person_name(who))


def _open_forms(post: Membership) -> int:
    if post.unit is None:
        return 0
    return Submission.objects.filter(unit=post.unit).exclude(status=Status.APPROVED).count()
