"""What an administrator does about a mail that did not surely arrive: send it again, or note that it did arrive."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.permissions import has_role
from reports.choices import DeliveryStatus
from reports.exceptions import Refused
from reports.models import Delivery

# What may be sent again, and what may be noted as arrived: a failed mail surely did not arrive.
AGAIN = (DeliveryStatus.FAILED, DeliveryStatus.UNCERTAIN, DeliveryStatus.BOUNCED)
ARRIVED = (DeliveryStatus.UNCERTAIN,)


@transaction.atomic
def resend(*, delivery: Delivery, user: User, reason: str = "", address: str = "") -> Delivery:
    """Puts a failed, uncertain or returned delivery back to waiting, on record with who and why. Refused otherwise.

    `address`: where it goes from now on, when the former one was wrong.
    """
    locked = _lock(delivery, user)
    if locked.status not in AGAIN:
        raise Refused(
            _("This mail is “%(state)s”: only failed, returned and uncertain ones are sent again.")
            % {"state": locked.get_status_display()}
        )
    words = _("Sent again. Reason: %(reason)s Before: %(state)s, %(error)s") % {
        "reason": reason.strip() or "—",
        "state": locked.get_status_display(),
        "error": locked.error,
    }
    if address and address != locked.address:
        words += " " + _("Address changed from %(former)s to %(new)s.") % {
            "former": locked.address,
            "new": address,
        }
        locked.address = _free_address(locked, address)
    _record(locked, user, words)
    locked.status, locked.attempts, locked.claimed_at = DeliveryStatus.WAITING, 0, None
    locked.save(update_fields=["address", "status", "attempts", "claimed_at"])
    return locked


@transaction.atomic
def confirm_arrival(*, delivery: Delivery, user: User, reason: str = "") -> Delivery:
    """Notes that an uncertain mail has arrived, as the recipient says; the moment it was tried counts as sent. Refused otherwise."""
    locked = _lock(delivery, user)
    if locked.status not in ARRIVED:
        raise Refused(
            _("This mail is “%(state)s”: only of an uncertain one is it open whether it arrived.")
            % {"state": locked.get_status_display()}
        )
    _record(
        locked,
        user,
        _("Arrived, as the recipient says. Remark: %(reason)s Before: %(state)s, %(error)s")
        % {
            "reason": reason.strip() or "—",
            "state": locked.get_status_display(),
            "error": locked.error,
        },
    )
    locked.status, locked.sent_at, locked.error = DeliveryStatus.SENT, locked.claimed_at, ""
    locked.save(update_fields=["status", "sent_at", "error"])
    return locked


def _lock(delivery: Delivery, user: User) -> Delivery:
    locked = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("issue__bulletin__office")
        .get(pk=delivery.pk)
    )
    if not has_role(user, {Role.ADMINISTRATOR}, office=locked.issue.bulletin.office):
        raise Refused(_("Only an administrator of the office decides on a mail."))
    return locked


def _free_address(delivery: Delivery, address: str) -> str:
    """The address, if it is one and no other delivery of the same edition goes there. Refused otherwise."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(_("“%s” is no e-mail address.") % address) from error
    same = Delivery.objects.filter(
        issue=delivery.issue_id, mailing=delivery.mailing_id, unit=delivery.unit_id, address__iexact=address
    )
    if delivery.mailing_id and same.exclude(pk=delivery.pk).exists():
        raise Refused(_("%s gets this mail already.") % address)
    return address


def _record(delivery: Delivery, user: User, words: str) -> None:
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Delivery),
        object_id=str(delivery.pk),
        object_repr=str(delivery)[:200],
        action_flag=CHANGE,
        change_message=words,
    )
