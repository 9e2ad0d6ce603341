"""A unit's answer to an alert: what is being done about it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, AlertAction
from departments.exceptions import TransitionRefused
from departments.models import Alert, AlertEvent
from departments.permissions import has_role

LONGEST = 1000


@transaction.atomic
def answer_alert(*, alert: Alert, user: Any, text: str, at: dt.datetime | None = None) -> Alert:
    """Keeps the unit's answer; the alert is not reminded of any more and ends when its matter is over.

    A later answer takes the place of an earlier one, which the history keeps. TransitionRefused: not the unit's own
    people, nothing written, too much written, or the alert has ended.
    """
    at = at or timezone.now()
    locked = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("unit__office", "office")
        .get(pk=alert.pk)
    )
    if not has_role(user, UNIT_ROLES, unit=locked.unit):
        raise TransitionRefused(_("Only the clerks and the head of %s answer this.") % locked.unit)
    if locked.ended_on is not None:
        raise TransitionRefused(_("This alert is over: nothing is left to answer."))
    text = text.strip()
    if not text:
        raise TransitionRefused(_("Write what is being done about it."))
    if len(text) > LONGEST:
        raise TransitionRefused(_("At most %s characters.") % LONGEST)
    locked.answer, locked.answered_by, locked.answered_at = text, user, at
    locked.save(update_fields=["answer", "answered_by", "answered_at"])
    AlertEvent.objects.create(alert=locked, action=AlertAction.ANSWER, at=at, user=user, text=text)
    return locked
