"""Who is mailed what: subscriptions, and the checks that both a page and a pack go through."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, Role
from reports.mail.enclosures import CONTENT_TYPES, formats_of
from reports.mail.recipients import roles_of
from reports.models import Bulletin, Subscription


@transaction.atomic
def save_subscription(
    *, bulletin: Bulletin, name: str, address: str, attachments: str = "pdf", enabled: bool = True
) -> Subscription:
    """Whoever gets every issue of the bulletin at that address; `attachments` are separated by blanks."""
    row = Subscription.objects.filter(bulletin=bulletin, address__iexact=address).first()
    row = row or Subscription(bulletin=bulletin)
    row.name, row.address, row.attachments, row.enabled = name, address, check_formats(attachments), enabled
    row.full_clean()
    row.save()
    return row


def check_formats(text: str) -> str:
    """The formats, single blanks between them. ValidationError names what no mail carries."""
    try:
        return " ".join(formats_of(text.casefold()))
    except ValueError as error:
        raise ValidationError(
            _("“%(word)s” is not attached to mails: write some of %(known)s.")
            % {"word": error, "known": " ".join(CONTENT_TYPES)}
        ) from error


def check_roles(text: str) -> str:
    """The unit roles, single blanks between them. ValidationError names what is none."""
    try:
        return " ".join(sorted(roles_of(text)))
    except ValueError as error:
        known = " ".join(f"{role}（{Role(role).label}）" for role in sorted(UNIT_ROLES))
        raise ValidationError(
            _("“%(word)s” is no role in a unit: write some of %(known)s.") % {"word": error, "known": known}
        ) from error
