"""What is said of a delivery: who gets it, and what happens to it next."""

from collections import Counter
from typing import Any

from django.db.models import Case, When
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.permissions import has_role
from departments.templatetags.moments import moment
from reports.choices import DeliveryStatus, IssueStatus
from reports.models import Delivery, Issue
from reports.services.decisions import AGAIN, ARRIVED
from reports.services.deliveries import ATTEMPTS, PAUSES, units_without_address

# What nobody has to do anything about, and how many stand on the page of an issue.
_SETTLED = (DeliveryStatus.SENT, DeliveryStatus.WAITING)
_SHOWN = 60


def receiver(delivery: Delivery) -> str:
    """The unit, or the subscriber's name."""
    return (
        str(delivery.unit) if delivery.unit else delivery.subscription.name if delivery.subscription else ""
    )


def outlook(delivery: Delivery) -> str:
    """What happens next, or what somebody has to do."""
    if delivery.status == DeliveryStatus.WAITING:
        if not delivery.attempts or delivery.claimed_at is None:
            return _("goes out with the next run")
        return _("tried %(tries)s of %(most)s times, again from %(moment)s") % {
            "tries": delivery.attempts,
            "most": ATTEMPTS,
            "moment": moment(delivery.claimed_at + PAUSES[delivery.attempts - 1]),
        }
    return {
        DeliveryStatus.SENDING: _("on its way; without an answer it becomes uncertain after ten minutes"),
        DeliveryStatus.SENT: "",
        DeliveryStatus.FAILED: _("given up: correct what is wrong, then send it again"),
        DeliveryStatus.UNCERTAIN: _("may have arrived: ask the recipient, then decide"),
        DeliveryStatus.BOUNCED: _("came back: correct the address, then send it again"),
    }[DeliveryStatus(delivery.status)]


def decisions_on(delivery: Delivery | None, user: Any) -> dict[str, bool]:
    """Which decisions this person can take on a delivery."""
    may = delivery is not None and has_role(user, {Role.ADMINISTRATOR}, office=delivery.issue.bulletin.office)
    return {
        "may_resend": may and delivery is not None and delivery.status in AGAIN,
        "may_confirm": may and delivery is not None and delivery.status in ARRIVED,
    }


def deliveries_of(user: Any, issue: Issue) -> dict[str, Any]:
    """What the page of an issued issue shows of its mails: those that need somebody first; {} before issue."""
    if issue.status != IssueStatus.ISSUED:
        return {}
    counts = Counter(Delivery.objects.filter(issue=issue).values_list("status", flat=True))
    rows = (
        Delivery.objects.filter(issue=issue)
        .select_related("unit", "subscription", "mailing__ranking")
        .order_by(Case(When(status__in=_SETTLED, then=1), default=0), "mailing", "unit__protocol_order", "pk")
    )[:_SHOWN]
    return {
        "deliveries": [{"row": row, "receiver": receiver(row), "outlook": outlook(row)} for row in rows],
        "deliveries_hidden": max(0, counts.total() - _SHOWN),
        "delivery_counts": [
            {"state": state.value, "label": state.label, "count": counts[state]}
            for state in DeliveryStatus
            if counts[state]
        ],
        "without_address": units_without_address(issue),
        "may_resend": has_role(user, {Role.ADMINISTRATOR}, office=issue.bulletin.office),
    }
