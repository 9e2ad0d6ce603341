"""The mails that follow an issue: who gets one, sending each at most once, and what becomes of those left half-way.

waiting → sending (claimed before anything leaves) → sent, failed, waiting again (surely not taken), or uncertain (nobody
knows). SMTP can't tell a lost answer from a lost message, so an uncertain delivery is never sent again by itself.
"""

import datetime as dt
import json
import logging
from collections import Counter
from collections.abc import Sequence

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.models import Unit
from departments.permissions import has_role
from reports.choices import DeliveryStatus, IssueStatus
from reports.exceptions import Held, Refused
from reports.mail.edition import edition_for
from reports.mail.message import Source, build_message, message_id, page_url
from reports.mail.postman import Fate, Outcome, Postman
from reports.mail.recipients import mailings_of, unserved
from reports.models import Delivery, Issue, IssueFile
from reports.renderers.text import printable

log = logging.getLogger("govsvc.mail")
# A claimed delivery older than this has lost its worker: one message takes seconds.
LEASE = dt.timedelta(minutes=10)
# The wait after the first, second, … try that the server put off; after the last there is no further try.
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 30, 120, 720))
ATTEMPTS = len(PAUSES) + 1
# Mail servers limit how much they take over one connection.
BATCH = 50


@transaction.atomic
def prepare_deliveries(*, issue: Issue, at_issue_only: bool = False) -> int:
    """One waiting delivery per address of every unit in the issue's mailed rankings; the number of new ones.

    A unit that has a delivery of this mailing is served: people who join it later don't get old issues. Units without an
    address are logged and served by a later call. `at_issue_only` leaves out mailings that wait for the schedule.
    Held when the issue may not be mailed.
    """
    issue = Issue.objects.select_for_update(of=("self",)).select_related("bulletin__office").get(pk=issue.pk)
    _check_may_mail(issue)
    mailings = mailings_of(issue)
    if at_issue_only:
        mailings = mailings.filter(at_issue=True)
    new = []
    for mailing in mailings:
        for unit, addresses in unserved(issue, mailing):
            if not addresses:
                log.warning("no address: %s (%s) gets no mail of issue %s", unit, unit.code, issue.pk)
            new += [
                Delivery(issue=issue, mailing=mailing, unit=unit, address=address) for address in addresses
            ]
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def units_without_address(issue: Issue) -> list[Unit]:
    """Units that should get a mail of this issue and have nobody to send it to, in protocol order."""
    nobody = {
        unit.pk: unit
        for mailing in mailings_of(issue)
        for unit, addresses in unserved(issue, mailing)
        if not addresses
    }
    return sorted(nobody.values(), key=lambda unit: (unit.protocol_order, unit.code))


def deliver_issue(*, issue_id: int, at: dt.datetime | None = None) -> dict[str, int]:
    """Prepares what goes out at issue and sends it; how many deliveries ended in which state."""
    issue = Issue.objects.get(pk=issue_id)
    prepare_deliveries(issue=issue, at_issue_only=True)
    return send_waiting(issue=issue, at=at)


def send_due_mailings(*, at: dt.datetime | None = None) -> dict[str, int]:
    """Prepares and sends whatever any issued issue still owes; twice sends nothing twice, a missed run is made up for."""
    issued = Issue.objects.filter(status=IssueStatus.ISSUED, bulletin__mailings__enabled=True).distinct()
    for issue in issued.order_by("issued_at", "id"):
        try:
            prepare_deliveries(issue=issue)
        except Held as held:
            log.warning("held: issue %s is not mailed: %s", issue.pk, held)
    return send_waiting(at=at)


def send_waiting(*, issue: Issue | None = None, at: dt.datetime | None = None) -> dict[str, int]:
    """Sends every delivery whose time has come, in batches over one connection; how many ended in which state."""
    waiting = _due(at or timezone.now()).order_by("id")
    if issue is not None:
        waiting = waiting.filter(issue=issue)
    ids = list(waiting.values_list("pk", flat=True))
    sources: dict[int, Source] = {}
    ended: Counter[str] = Counter()
    for start in range(0, len(ids), BATCH):
        with Postman() as postman:
            for pk in ids[start : start + BATCH]:
                ended[_send(pk, postman, sources, at)] += 1
    return dict(ended)


def send_delivery(*, delivery_id: int, at: dt.datetime | None = None) -> str:
    """Sends one delivery if it is waiting and due; its state afterwards. Held when its issue is not issued."""
    with Postman() as postman:
        return _send(delivery_id, postman, {}, at)


@transaction.atomic
def reconcile_deliveries(*, at: dt.datetime | None = None) -> int:
    """Marks deliveries whose sender died as uncertain, for an administrator to decide on; how many."""
    lost = Delivery.objects.filter(
        status=DeliveryStatus.SENDING, claimed_at__lt=(at or timezone.now()) - LEASE
    )
    with translation.override(settings.LANGUAGE_CODE):
        words = _(
            "The sender stopped before the mail server had answered: this mail may or may not have arrived."
        )
    marked = lost.update(status=DeliveryStatus.UNCERTAIN, error=words)
    if marked:
        log.error("%s deliveries are uncertain: an administrator must decide whether to send again", marked)
    return marked


@transaction.atomic
def resend(*, delivery: Delivery, user: User, reason: str = "") -> Delivery:
    """Puts a failed or uncertain delivery back to waiting, on record with who and why. Refused otherwise."""
    locked = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("issue__bulletin__office")
        .get(pk=delivery.pk)
    )
    if not has_role(user, {Role.ADMINISTRATOR}, office=locked.issue.bulletin.office):
        raise Refused(_("Only an administrator sends a mail again."))
    if locked.status not in (DeliveryStatus.FAILED, DeliveryStatus.UNCERTAIN):
        raise Refused(
            _("This mail is “%(state)s”: only failed and uncertain ones are sent again.")
            % {"state": locked.get_status_display()}
        )
    record = _("Sent again. Reason: %(reason)s Before: %(state)s, %(error)s") % {
        "reason": reason.strip() or "—",
        "state": locked.get_status_display(),
        "error": locked.error,
    }
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Delivery),
        object_id=str(locked.pk),
        object_repr=str(locked)[:200],
        action_flag=CHANGE,
        change_message=record,
    )
    locked.status, locked.attempts, locked.claimed_at = DeliveryStatus.WAITING, 0, None
    locked.save(update_fields=["status", "attempts", "claimed_at"])
    return locked


def _check_may_mail(issue: Issue) -> None:
    if issue.status != IssueStatus.ISSUED:
        raise Held(
            [
                _("Issue %(issue)s is “%(state)s”: only an issued one is mailed.")
                % {"issue": issue, "state": issue.get_status_display()}
            ]
        )
    if not issue.files.filter(format="pdf").exists():
        raise Held([_("Issue %(issue)s has no PDF yet: the mails wait for it.") % {"issue": issue}])


def _due(at: dt.datetime) -> QuerySet[Delivery]:
    """Waiting deliveries never tried, or last tried long enough ago. Its conditions stand on the row itself: see _claim."""
    ready = Q(attempts=0)
    for tries, pause in enumerate(PAUSES, 1):
        ready |= Q(attempts=tries, claimed_at__lte=at - pause)
    return Delivery.objects.filter(ready, status=DeliveryStatus.WAITING)


def _send(pk: int, postman: Postman, sources: dict[int, Source], at: dt.datetime | None) -> str:
    delivery = Delivery.objects.select_related("issue__bulletin", "mailing__ranking", "unit").get(pk=pk)
    if delivery.issue.status != IssueStatus.ISSUED:
        _check_may_mail(delivery.issue)
    if not _claim(delivery, at or timezone.now()):
        return Delivery.objects.values_list("status", flat=True).get(pk=pk)
    with translation.override(settings.LANGUAGE_CODE):
        return _finish(delivery, _attempt(delivery, postman, sources), at or timezone.now())


def _claim(delivery: Delivery, at: dt.datetime) -> bool:
    """Takes a due delivery for this process, committed before anything leaves; False when another was faster.

    The condition is a plain one on the row: after waiting for a competitor's lock, PostgreSQL checks it again on the new
    row, which it would not do for a subquery.
    """
    delivery.claimed_at = at
    delivery.message_id = message_id(
        delivery=delivery.pk, issue_hash=delivery.issue.hash, address=delivery.address
    )
    with transaction.atomic(durable=True):
        taken = (
            _due(at)
            .filter(pk=delivery.pk)
            .update(
                status=DeliveryStatus.SENDING,
                claimed_at=at,
                attempts=F("attempts") + 1,
                message_id=delivery.message_id,
            )
        )
    delivery.attempts += 1
    return bool(taken)


def _attempt(delivery: Delivery, postman: Postman, sources: dict[int, Source]) -> Outcome:
    try:
        source = _source(delivery.issue, sources)
        message = build_message(
            edition=edition_for(
                source.document,
                ranking=delivery.mailing.ranking.code,
                unit=delivery.unit.code,
                topic=source.topic,
            ),
            address=delivery.address,
            message_id=delivery.message_id,
            pdf=source.pdf,
            page=page_url(ranking=delivery.mailing.ranking_id, period=delivery.issue.period),
        )
    except Exception as error:
        # One unreadable edition must not stop the others' mails, and surely nothing has left.
        log.exception("delivery %s could not be written", delivery.pk)
        return Outcome(Fate.REFUSED, _("The mail could not be written: %(error)s") % {"error": repr(error)})
    return postman.send(message)


def _source(issue: Issue, sources: dict[int, Source]) -> Source:
    if issue.pk not in sources:
        pdf = IssueFile.objects.values_list("content", flat=True).get(issue=issue, format="pdf")
        sources[issue.pk] = Source(json.loads(issue.content), bytes(pdf), issue.bulletin.name)
    return sources[issue.pk]


def _finish(delivery: Delivery, outcome: Outcome, at: dt.datetime) -> str:
    """Writes down what became of this claim, and of no other: a row claimed again since is left alone."""
    status = {
        Fate.ACCEPTED: DeliveryStatus.SENT,
        Fate.LATER: DeliveryStatus.WAITING if delivery.attempts < ATTEMPTS else DeliveryStatus.FAILED,
        Fate.REFUSED: DeliveryStatus.FAILED,
        Fate.UNKNOWN: DeliveryStatus.UNCERTAIN,
    }[outcome.fate]
    if status != DeliveryStatus.SENT:
        log.warning("delivery %s: %s (%s)", delivery.pk, status, outcome.words)
    open_states: Sequence[str] = (DeliveryStatus.SENDING, DeliveryStatus.UNCERTAIN)
    Delivery.objects.filter(pk=delivery.pk, claimed_at=delivery.claimed_at, status__in=open_states).update(
        status=status,
        sent_at=at if status == DeliveryStatus.SENT else None,
        error=printable(outcome.words)[:500],
    )
    return status
