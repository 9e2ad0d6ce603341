"""A mail tried out: an administrator sends themselves what a unit or a subscriber would get. It is no delivery."""

from typing import Any

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import translation
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.models import Unit
from departments.permissions import has_role
from expressions import ExpressionError
from reports.exceptions import Refused
from reports.mail.message import Letter, tried_out
from reports.mail.postman import Fate, Postman
from reports.models import Issue, Mailing, Subscription
from reports.renderers import UnprintableDocumentError
from reports.services.letters import source_of, subscription_letter, unit_letter


def send_unit_trial(*, mailing: Mailing, issue: Issue, unit: Unit, user: Any) -> str:
    """Sends the unit's edition to the administrator's own address, which is returned; also of a draft. Refused otherwise."""
    _check(mailing, issue, user)
    with translation.override(settings.LANGUAGE_CODE):
        try:
            letter = unit_letter(source_of(issue), mailing, unit)
        except LookupError as error:
            raise Refused(
                _("%(issue)s ranks no %(unit)s: choose another unit or issue.")
                % {"issue": issue, "unit": unit}
            ) from error
        except (ExpressionError, UnprintableDocumentError) as error:
            raise Refused(_("The mail could not be written: %(error)s") % {"error": error}) from error
        return _send(letter, user, mailing, f"{issue} {unit}")


def send_subscription_trial(*, subscription: Subscription, issue: Issue, user: Any) -> str:
    """Sends what the subscriber would get to the administrator's own address, which is returned. Refused otherwise."""
    _check(subscription, issue, user)
    with translation.override(settings.LANGUAGE_CODE):
        try:
            letter = subscription_letter(source_of(issue), subscription)
        except (ExpressionError, UnprintableDocumentError) as error:
            raise Refused(_("The mail could not be written: %(error)s") % {"error": error}) from error
        return _send(letter, user, subscription, str(issue))


def _check(row: Mailing | Subscription, issue: Issue, user: Any) -> None:
    """Of a draft only the office's own people see anything, and nobody's address but their own is written to."""
    if not has_role(user, {Role.ADMINISTRATOR}, office=row.bulletin.office):
        raise Refused(_("Only an administrator of the office tries its mails out."))
    if issue.bulletin_id != row.bulletin_id:
        raise Refused(_("%s is an issue of another bulletin.") % issue)
    if not user.email:
        raise Refused(_("Your account has no e-mail address: write one on it first."))


def _send(letter: Letter, user: Any, row: Mailing | Subscription, what: str) -> str:
    address: str = user.email
    with Postman() as postman:
        outcome = postman.send(tried_out(letter, address=address))
    if outcome.fate is not Fate.ACCEPTED:
        raise Refused(_("The mail server did not take it: %s") % outcome.words)
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=CHANGE,
        change_message=_("Tried out: %(what)s to %(address)s.") % {"what": what, "address": address},
    )
    return address
