"""Who gets a mail of an issue: the people of every unit in the frozen ranking, and the bulletin's subscribers."""

import json
import logging
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone

from departments.choices import UNIT_ROLES
from departments.models import Membership, Unit
from reports.mail.edition import ranking_of
from reports.models import Delivery, Issue, Mailing, Subscription

log = logging.getLogger("govsvc.mail")


def mailings_of(issue: Issue) -> QuerySet[Mailing]:
    """The enabled mailings of the issue's bulletin, in the order they were set up."""
    return (
        Mailing.objects.filter(bulletin=issue.bulletin_id, enabled=True)
        .select_related("ranking")
        .order_by("id")
    )


def unserved(issue: Issue, mailing: Mailing) -> Iterator[tuple[Unit, list[str]]]:
    """The frozen ranking's units, ranked or not, that have no delivery of this mailing, each with its addresses."""
    ranking = ranking_of(json.loads(issue.content), mailing.ranking.code)
    if ranking is None:
        log.warning("issue %s froze no ranking %s: nothing to mail", issue.pk, mailing.ranking.code)
        return
    served = Delivery.objects.filter(issue=issue, mailing=mailing).values("unit")
    units = Unit.objects.filter(
        office=issue.bulletin.office_id, code__in=[row["unit"] for row in ranking["rows"]]
    ).exclude(pk__in=served)
    addresses = _addresses(units, roles_of(mailing.roles) or UNIT_ROLES)
    for unit in units.order_by("protocol_order", "code"):
        yield unit, addresses.get(unit.pk, [])


def subscribers(issue: Issue) -> QuerySet[Subscription]:
    """The enabled subscriptions of the issue's bulletin that have no delivery of it."""
    served = Delivery.objects.filter(issue=issue, subscription__isnull=False).values("subscription")
    return (
        Subscription.objects.filter(bulletin=issue.bulletin_id, enabled=True)
        .exclude(pk__in=served)
        .order_by("id")
    )


def roles_of(text: str) -> frozenset[str]:
    """The unit roles written in a mailing, none for everybody of the unit. ValueError names what is no unit role."""
    roles = frozenset(text.split())
    for role in sorted(roles - UNIT_ROLES):
        raise ValueError(role)
    return roles


def _addresses(units: Iterable[Unit], roles: Iterable[str]) -> dict[int, list[str]]:
    """Addresses of the people who hold one of the roles for each unit today, each once."""
    rows = (
        Membership.objects.on(timezone.localdate())
        .filter(unit__in=units, role__in=roles, user__is_active=True)
        .exclude(user__email="")
        .order_by("id")
        .values_list("unit_id", "user__email")
    )
    found: dict[int, dict[str, str]] = {}
    for unit_id, address in rows:
        try:
            validate_email(address)
        except ValidationError:
            log.warning("not an address: %r", address)
        else:
            assert unit_id is not None
            found.setdefault(unit_id, {}).setdefault(address.casefold(), address)
    return {unit_id: list(by_form.values()) for unit_id, by_form in found.items()}
