"""What makes a document an erratum: the issue it corrects, all that differs from it, and who received the wrong one."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reports.choices import DeliveryStatus
from reports.models import Delivery, Issue
from reports.services.differences import differences

# A message that may have arrived counts as received.
_ARRIVED = (DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN)


def as_erratum(
    document: Mapping[str, Any], wrong: Issue, former: Mapping[str, Any], reason: str
) -> dict[str, Any]:
    """The corrected document as the next edition of the wrong issue, whose frozen document is `former`."""
    found = differences(former, document)
    return {
        **document,
        "title": f"关于更正《{former['title']}》的通报",
        "edition": wrong.edition + 1,
        "erratum": {
            "number": wrong.number,
            "title": former["title"],
            "issued_at": former["issued_at"],
            "reason": reason,
            "differences": [asdict(one) for one in found.differences],
            "moved": [asdict(one) for one in found.moved],
            "holders": holders_of(wrong),
        },
    }


def holders_of(issue: Issue) -> list[dict[str, Any]]:
    """Who received an issue by mail, one line an address and unit, in the order of the units; one query."""
    sent = Delivery.objects.filter(issue=issue, status__in=_ARRIVED).select_related("unit", "subscription")
    found = {}
    for delivery in sent.order_by("unit__protocol_order", "pk"):
        whose = delivery.unit or delivery.subscription
        name = whose.name if whose else ""
        found[name, delivery.address] = {
            "name": name,
            "address": delivery.address,
            "sent_at": delivery.sent_at.isoformat() if delivery.sent_at else None,
        }
    return list(found.values())
