"""The mails that follow an issue: who gets one, sending each at most once, and what becomes of those left half-way.

waiting → sending (claimed before anything leaves) → sent, failed, waiting again (surely not taken), or uncertain (nobody
knows). SMTP can't tell a lost answer from a lost message, so an uncertain delivery is never sent again by itself; what an
administrator does about one stands in decisions.py, what comes back in bounces.py.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.models import Unit
from reports.choices import DeliveryStatus, IssueStatus
from reports.exceptions import Held
from reports.mail.message import Letter, addressed, message_id
from reports.mail.postman import Fate, Outcome, Postman
from reports.mail.recipients import mailings_of, subscribers, unserved
from reports.models import Bulletin, Delivery, Issue
from reports.renderers.text import printable
from reports.services.letters import Letters

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
    """One waiting delivery per address of every unit in the issue's mailed rankings, and per subscriber; how many are new.

    A unit that has a delivery of this mailing is served: people who join it later don't get old issues. Units without an
    address are logged and served by a later call. `at_issue_only` leaves out mailings that wait for the schedule.
    Subscribers are served at issue only: who subscribes later doesn't get old issues either. Held when the issue may not
    be mailed.
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
    if at_issue_only:
        new += [
            Delivery(issue=issue, subscription=subscription, address=subscription.address)
            for subscription in subscribers(issue)
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


def send_due_mailings(
    *, bulletin: Bulletin | None = None, since: dt.datetime | None = None, at: dt.datetime | None = None
) -> dict[str, int]:
    """Prepares and sends whatever any issued issue still owes; twice sends nothing twice, a missed run is made up for.

    Of one bulletin only, and only of issues issued after `since`, where they are given.
    """
    issued = Issue.objects.filter(status=IssueStatus.ISSUED, bulletin__mailings__enabled=True).distinct()
    if bulletin is not None:
        issued = issued.filter(bulletin=bulletin)
    if since is not None:
        issued = issued.filter(issued_at__gt=since)
    for issue in issued.order_by("issued_at", "id"):
        try:
            prepare_deliveries(issue=issue)
        except Held as held:
            log.warning("held: issue %s is not mailed: %s", issue.pk, held)
    waiting = Delivery.objects.filter(issue__bulletin=bulletin) if bulletin else Delivery.objects.all()
    return _send_all(waiting, at)


def send_waiting(*, issue: Issue | None = None, at: dt.datetime | None = None) -> dict[str, int]:
    """Sends every delivery whose time has come, in batches over one connection; how many ended in which state."""
    return _send_all(Delivery.objects.filter(issue=issue) if issue else Delivery.objects.all(), at)


def _send_all(among: QuerySet[Delivery], at: dt.datetime | None) -> dict[str, int]:
    """The charts of a batch are drawn before its connection is opened: a mail server waits for nobody."""
    due = among.filter(_ready(at or timezone.now()), status=DeliveryStatus.WAITING)
    ids = list(due.order_by("id").values_list("pk", flat=True))
    ended: Counter[str] = Counter()
    letters = Letters()
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with translation.override(settings.LANGUAGE_CODE):
            letters.draw(_whole(Delivery.objects.filter(pk__in=batch)))
        with Postman() as postman:
            for pk in batch:
                ended[_send(pk, postman, letters, at)] += 1
    return dict(ended)


def send_delivery(*, delivery_id: int, at: dt.datetime | None = None) -> str:
    """Sends one delivery if it is waiting and due; its state afterwards. Held when its issue is not issued."""
    with Postman() as postman:
        return _send(delivery_id, postman, Letters(), at)


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
    return Delivery.objects.filter(_ready(at), status=DeliveryStatus.WAITING)


def _ready(at: dt.datetime) -> Q:
    """Never tried, or last tried long enough ago. Its conditions stand on the row itself: see _claim."""
    ready = Q(attempts=0)
    for tries, pause in enumerate(PAUSES, 1):
        ready |= Q(attempts=tries, claimed_at__lte=at - pause)
    return ready


def _whole(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """With all that a letter is written from; the document, long and the same for all, is read when it is needed."""
    return deliveries.select_related("issue__bulletin", "mailing__ranking", "unit", "subscription").defer(
        "issue__content", "issue__search_text"
    )


def _send(pk: int, postman: Postman, letters: Letters, at: dt.datetime | None) -> str:
    delivery = _whole(Delivery.objects.all()).get(pk=pk)
    if delivery.issue.status != IssueStatus.ISSUED:
        _check_may_mail(delivery.issue)
    if delivery.status != DeliveryStatus.WAITING:
        return delivery.status
    with translation.override(settings.LANGUAGE_CODE):
        letter = _letter(delivery, letters)
        if not _claim(delivery, at or timezone.now()):
            return Delivery.objects.values_list("status", flat=True).get(pk=pk)
        if isinstance(letter, Letter):
            message = addressed(letter, address=delivery.address, message_id=delivery.message_id)
            outcome = postman.send(message)
        else:
            outcome = letter
        return _finish(delivery, outcome, at or timezone.now())


def _letter(delivery: Delivery, letters: Letters) -> Letter | Outcome:
    """Written before the claim, so that a death while writing leaves no doubt; what can't be written is an outcome."""
    try:
        return letters.of(delivery)
    except Exception as error:
        # One unreadable edition must not stop the others' mails, and surely nothing has left.
        log.exception("delivery %s could not be written", delivery.pk)
        return Outcome(Fate.REFUSED, _("The mail could not be written: %(error)s") % {"error": repr(error)})


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
