"""Tasks of collection: ids in, one service each, harmless when run twice."""

from celery import shared_task

from departments.services import notice_deliveries, reminders, reopenings, schedules, uploads
from departments.services.registers import batches
from departments.services.registers.escalation import remind_entries as remind_of_entries
from departments.services.requests.reminders import send_request_reminders


@shared_task
def open_due_windows() -> int:
    """Opens the windows whose time has come; returns how many are new."""
    return len(schedules.open_due_windows())


@shared_task
def send_reminders() -> int:
    """Every minute: writes the notices of forms and requests whose moment has come; how many."""
    return reminders.send_reminders() + send_request_reminders()


@shared_task
def deliver_notice(notice_id: int) -> dict[str, int]:
    """Carries one notice out of the house; how many of its deliveries ended in which state."""
    return notice_deliveries.deliver(notice_id=notice_id)


@shared_task
def retry_notices() -> dict[str, int]:
    """Every minute: tries again what a server put off or a killed worker left; how many ended in which state."""
    return notice_deliveries.retry_waiting()


@shared_task
def check_upload(upload_id: int) -> str:
    """Reads an uploaded file of figures and, when it was confirmed, saves it; returns its state."""
    return str(uploads.run(upload_id=upload_id).state)


@shared_task
def expire_reopenings() -> int:
    """Every minute: ends the re-openings whose time is over; how many."""
    return reopenings.expire_due()


@shared_task
def remind_entries() -> int:
    """Every minute: from 8:30 on a working day reminds of due and overdue entries, once per office; how many notices."""
    return remind_of_entries()


@shared_task
def drop_forgotten_batches() -> int:
    """Every hour: drops checked files of entries that nobody saved for a week; how many."""
    return batches.drop_forgotten()
