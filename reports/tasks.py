"""Tasks of bulletins: ids in, one service each, harmless when run twice."""

from celery import shared_task

from reports.models import Issue
from reports.services import deliveries, schedule_runs
from reports.services.public_site import write_publication


@shared_task
def deliver_issue(issue_id: int) -> dict[str, int]:
    """Mails an issue that has just been issued; how many deliveries ended in which state."""
    return deliveries.deliver_issue(issue_id=issue_id)


@shared_task
def send_due_mailings() -> dict[str, int]:
    """Whatever any issue still owes; for periodic tasks of former versions, schedules have their own."""
    return deliveries.send_due_mailings()


@shared_task
def run_schedules() -> int:
    """Every minute: begins the runs that are due; how many."""
    return schedule_runs.run_schedules()


@shared_task
def carry_out_schedule_run(run_id: int) -> bool:
    """Drafts or mails as a schedule asks; whether it succeeded."""
    return schedule_runs.carry_out(run_id=run_id)


@shared_task
def reconcile_deliveries() -> dict[str, int]:
    """Every few minutes: names deliveries whose sender died, and tries again what a mail server put off."""
    uncertain = deliveries.reconcile_deliveries()
    return {**deliveries.send_waiting(), "reconciled": uncertain}


@shared_task
def write_public_pages(issue_id: int) -> None:
    """The public pages of an issue whose publication was approved or withdrawn, and the lists above it."""
    write_publication(Issue.objects.select_related("erratum").get(pk=issue_id))
