"""Tasks of the house itself."""

from celery import shared_task

from govsvc import outbox


@shared_task
def sweep_outbox() -> int:
    """Hands over what waits in the outbox; on the beat schedule every few seconds."""
    return outbox.sweep()
