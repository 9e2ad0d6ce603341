"""Mails that came back: the delivery is marked with the server's words, and the office's administrators are told."""

import datetime as dt
import logging
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.choices import NoticeKind, Role
from departments.permissions import people_of
from departments.services.notices import notify
from reports.choices import DeliveryStatus
from reports.mail.bounces import Bounce, read_bounces
from reports.models import Delivery
from reports.renderers.text import printable

log = logging.getLogger("govsvc.mail")
# A mail that left, or may have left, can come back. One put back to waiting is another try.
_OUT = (DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN, DeliveryStatus.SENDING)


class Taken(Enum):
    """MARKED now; KNOWN before, or only delayed; UNKNOWN: no notification, or not about a delivery of ours."""

    MARKED = "marked"
    KNOWN = "known"
    UNKNOWN = "unknown"


def take_bounce(raw: bytes, *, at: dt.datetime | None = None) -> Taken:
    """Reads one message as a mail server returned it and marks the delivery it is about; harmless when repeated."""
    found = read_bounces(raw)
    if not found:
        log.warning("not a notification about a mail of ours: left alone")
        return Taken.UNKNOWN
    taken = {_take(bounce, at or timezone.now()) for bounce in found}
    return next(state for state in (Taken.MARKED, Taken.KNOWN, Taken.UNKNOWN) if state in taken)


@transaction.atomic
def _take(bounce: Bounce, at: dt.datetime) -> Taken:
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("issue__bulletin__office", "unit", "subscription")
        .filter(message_id=bounce.message_id)
        .first()
    )
    if delivery is None:
        log.warning("came back, but is unknown: %s to %s", bounce.message_id, bounce.recipient)
        return Taken.UNKNOWN
    if not bounce.failed:
        log.warning("delivery %s is delayed: %s", delivery.pk, bounce.words)
        return Taken.KNOWN
    if delivery.status not in _OUT:
        return Taken.KNOWN
    delivery.status, delivery.error = DeliveryStatus.BOUNCED, printable(bounce.words)[:500]
    delivery.save(update_fields=["status", "error"])
    log.warning("delivery %s came back: %s", delivery.pk, bounce.words)
    with translation.override(settings.LANGUAGE_CODE):
        _tell(delivery, at)
    return Taken.MARKED


def _tell(delivery: Delivery, at: dt.datetime) -> None:
    """In the inbox only: a mail about a mail that came back might come back too."""
    office = delivery.issue.bulletin.office
    notify(
        people_of({Role.ADMINISTRATOR}, office=office),
        office=office,
        kind=NoticeKind.ALERT,
        title=_("A mail came back: %(receiver)s, %(issue)s")
        % {"receiver": delivery.unit or delivery.subscription, "issue": delivery.issue},
        text=_("%(address)s: %(words)s Correct the address and send it again.")
        % {"address": delivery.address, "words": delivery.error},
        url=reverse("admin:reports_delivery_change", args=[delivery.pk]),
        key=f"bounce:{delivery.issue_id}/{delivery.pk}:{at.isoformat()}",
        at=at,
        by_email=False,
    )
