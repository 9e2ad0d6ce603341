"""Carrying notices out of the house: each delivery is claimed before it leaves, tried again later, or shown as failed.

waiting → sent, or failed; the claim is the raised number of attempts and its moment, so a delivery whose worker died is
waiting still and is tried again after the next pause. A reminder that arrives twice does less harm than one that never
arrives: unlike the mails of a bulletin, a doubtful one is sent again.
"""

import datetime as dt
import logging
from collections import Counter

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.channels import ChannelError, sender
from departments.choices import DeliveryState, Role
from departments.exceptions import TransitionRefused
from departments.models import Notice, NoticeDelivery
from departments.permissions import has_role
from departments.signals import notice_created

log = logging.getLogger("govsvc.notices")
# The wait after the first, second, … try; after the last there is no further try. Longer than any channel takes.
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 30, 120))
ATTEMPTS = len(PAUSES) + 1
# How many one run of the clock carries at most; the next run goes on.
BATCH = 200


def deliver(*, notice_id: int, at: dt.datetime | None = None) -> dict[str, int]:
    """Carries what of a notice is due; how many deliveries ended in which state. Harmless when run twice."""
    return _send_all(_due(at or timezone.now()).filter(notice=notice_id), at)


def retry_waiting(*, at: dt.datetime | None = None) -> dict[str, int]:
    """Carries whatever is due again, and gives up on those whose last try never ended."""
    moment = at or timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        words = _("The sender stopped during the last try: it may or may not have arrived.")
    lost = NoticeDelivery.objects.filter(
        state=DeliveryState.WAITING, attempts__gte=ATTEMPTS, at__lte=moment - PAUSES[-1]
    ).update(state=DeliveryState.FAILED, error=words)
    ended = _send_all(_due(moment), at)
    return {**ended, "lost": lost} if lost else ended


@transaction.atomic
def resend(*, delivery: NoticeDelivery, user: User, at: dt.datetime | None = None) -> NoticeDelivery:
    """Puts a failed delivery back to waiting, on record with who did. TransitionRefused otherwise."""
    locked = (
        NoticeDelivery.objects.select_for_update(of=("self",))
        .select_related("notice__office", "notice__user")
        .get(pk=delivery.pk)
    )
    if not has_role(user, {Role.ADMINISTRATOR}, office=locked.notice.office):
        raise TransitionRefused(_("Only an administrator of the office sends a notice again."))
    if locked.state != DeliveryState.FAILED:
        raise TransitionRefused(
            _("This delivery is “%(state)s”: only failed ones are sent again.")
            % {"state": locked.get_state_display()}
        )
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(NoticeDelivery),
        object_id=str(locked.pk),
        object_repr=str(locked)[:200],
        action_flag=CHANGE,
        change_message=_("Sent again. Before: %(error)s") % {"error": locked.error},
    )
    locked.state, locked.attempts, locked.error = DeliveryState.WAITING, 0, ""
    locked.save(update_fields=["state", "attempts", "error"])
    notice_created.send(Notice, notice=locked.notice)
    return locked


def _due(at: dt.datetime) -> QuerySet[NoticeDelivery]:
    """Waiting deliveries never tried, or last tried long enough ago. Its conditions stand on the row itself: see _claim."""
    ready = Q(attempts=0)
    for tries, pause in enumerate(PAUSES, 1):
        ready |= Q(attempts=tries, at__lte=at - pause)
    return NoticeDelivery.objects.filter(ready, state=DeliveryState.WAITING)


def _send_all(deliveries: QuerySet[NoticeDelivery], at: dt.datetime | None) -> dict[str, int]:
    ended: Counter[str] = Counter()
    for pk in list(deliveries.order_by("id").values_list("pk", flat=True)[:BATCH]):
        state = _send(pk, at)
        if state is not None:
            ended[state] += 1
    return dict(ended)


def _send(pk: int, at: dt.datetime | None) -> str | None:
    """The state it ended in; None when somebody else was faster."""
    claimed_at = at or timezone.now()
    if not _claim(pk, claimed_at):
        return None
    delivery = NoticeDelivery.objects.select_related("notice__user", "notice__office", "robot").get(pk=pk)
    with translation.override(settings.LANGUAGE_CODE):
        try:
            sender(delivery.channel)(delivery)
        except ChannelError as error:
            final = error.permanent or delivery.attempts >= ATTEMPTS
            log.warning("delivery %s of a notice, try %s: %s", pk, delivery.attempts, error)
            return _finish(delivery, DeliveryState.FAILED if final else DeliveryState.WAITING, str(error))
        except Exception as error:
            # One notice that can't be written must not stop the others.
            log.exception("delivery %s of a notice could not be written", pk)
            return _finish(delivery, DeliveryState.FAILED, repr(error))
    return _finish(delivery, DeliveryState.SENT, "")


def _claim(pk: int, at: dt.datetime) -> bool:
    """Takes a due delivery for this process, committed before anything leaves; False when another was faster.

    The condition is a plain one on the row: after waiting for a competitor's lock, PostgreSQL checks it again on the new
    row, which it would not do for a subquery.
    """
    with transaction.atomic(durable=True):
        return bool(_due(at).filter(pk=pk).update(attempts=F("attempts") + 1, at=at))


def _finish(delivery: NoticeDelivery, state: str, error: str) -> str:
    """Writes down what became of this claim, and of no later one."""
    words = "".join(character for character in error if character.isprintable())[:500]
    NoticeDelivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.WAITING, attempts=delivery.attempts, at=delivery.at
    ).update(state=state, error=words)
    return state
