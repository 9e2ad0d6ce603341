"""Tasks of bulletins: ids in, one service each, harmless when run twice."""

from celery import shared_task

from reports.services import deliveries


@shared_task
def deliver_issue(issue_id: int) -> dict[str, int]:
    """Mails an issue that has just been issued; how many deliveries ended in which state."""
    return deliveries.deliver_issue(issue_id=issue_id)


@shared_task
def send_due_mailings() -> dict[str, int]:
    """The schedule people edit: whatever any issue still owes."""
    return deliveries.send_due_mailings()


@shared_task
def reconcile_deliveries() -> dict[str, int]:
    """Every few minutes: names deliveries whose sender died, and tries again what a mail server put off."""
    uncertain = deliveries.reconcile_deliveries()
    return {**deliveries.send_waiting(), "reconciled": uncertain}
