"""The only way to the queue (ADR 0006).

`enqueue` writes a row in the caller's transaction; after commit the row is handed to the broker. If that fails, or the
broker or the worker loses the task, the sweep hands it over again until the task has succeeded. So a save never
depends on the broker, nothing is lost, and a task may run more than once: every task is idempotent.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable
from typing import Any

from celery import current_app, signals
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from govsvc.models import OutboxMessage

log = logging.getLogger("govsvc.outbox")
HEADER = "outbox"
# A task that has not succeeded this long after it was handed over is handed over again.
RESEND_AFTER = dt.timedelta(seconds=60)
LONGEST_WAIT = dt.timedelta(hours=1)
# After a failure the broker is left alone for a while: the next save should not wait for it either.
BROKER_REST = 15.0
# How many waiting messages `drain` reads at a time.
_BATCH = 200
_broker_rests_until = 0.0


def enqueue(task: str, *arguments: Any) -> OutboxMessage:
    """Promises a task call; must stand in the transaction that makes it necessary."""
    message = OutboxMessage.objects.create(task=task, arguments=list(arguments))
    transaction.on_commit(lambda: dispatch(message))
    return message


def dispatch(message: OutboxMessage) -> bool:
    """Hands one message to the broker; False (and no exception) when the broker does not take it."""
    global _broker_rests_until
    if time.monotonic() < _broker_rests_until:
        return False
    try:
        with current_app.connection_for_write(transport_options=_impatient()) as connection:
            current_app.send_task(
                message.task,
                args=message.arguments,
                headers={HEADER: message.pk},
                connection=connection,
                retry=False,
                ignore_result=False,
            )
    except Exception as error:
        # Whatever the broker's client raises, the row stays and the sweep tries again.
        _broker_rests_until = time.monotonic() + BROKER_REST
        log.warning("the broker did not take %s: %s", message, error)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(
        attempts=F("attempts") + 1, due_at=timezone.now() + _pause(message.attempts)
    )
    return True


def sweep(limit: int = 500) -> int:
    """Hands over every message whose time has come; returns how many the broker took."""
    waiting = OutboxMessage.objects.filter(done_at__isnull=True, due_at__lte=timezone.now()).order_by("id")
    taken = 0
    for message in waiting[:limit]:
        if not dispatch(message):
            break
        taken += 1
    return taken


def waiting() -> int:
    """How many promised tasks have not succeeded yet."""
    return OutboxMessage.objects.filter(done_at__isnull=True).count()


def drain() -> int:
    """Runs every waiting task in this process, oldest first, also those they cause; returns how many ran."""
    ran = 0
    # Only a worker loads the apps' tasks by itself.
    current_app.loader.import_default_modules()
    while batch := list(OutboxMessage.objects.filter(done_at__isnull=True).order_by("id")[:_BATCH]):
        for message in batch:
            current_app.tasks[message.task](*message.arguments)
            mark_done(message.pk)
            ran += 1
    return ran


def wait_until_empty(timeout: float, progress: Callable[[int], None] = lambda left: None) -> bool:
    """Waits for the workers; `progress` hears how many are left. False when `timeout` seconds passed first."""
    end = time.monotonic() + timeout
    while left := waiting():
        progress(left)
        if time.monotonic() > end:
            return False
        sweep()
        time.sleep(0.2)
    progress(0)
    return True


def mark_done(pk: int) -> None:
    OutboxMessage.objects.filter(pk=pk).update(done_at=timezone.now(), error="")


def _pause(attempts: int) -> dt.timedelta:
    return min(RESEND_AFTER * 2**attempts, LONGEST_WAIT)


def _impatient() -> dict[str, Any]:
    """A save waits at most about a second for the broker, even one that accepts connections and then says nothing."""
    return {**current_app.conf.broker_transport_options, "socket_connect_timeout": 0.5, "socket_timeout": 0.5}


@signals.task_success.connect
def _task_succeeded(sender: Any = None, **_kwargs: Any) -> None:
    """Runs before the worker acknowledges: killed in between, the task runs again, which is harmless."""
    pk = _message_id(sender)
    if pk is not None:
        mark_done(pk)


@signals.task_failure.connect
def _task_failed(sender: Any = None, exception: Any = None, **_kwargs: Any) -> None:
    pk = _message_id(sender)
    if pk is not None:
        OutboxMessage.objects.filter(pk=pk).update(error=f"{type(exception).__name__}: {exception}"[:2000])


def _message_id(sender: Any) -> int | None:
    request = getattr(sender, "request", None)
    value = getattr(request, HEADER, None) or (getattr(request, "headers", None) or {}).get(HEADER)
    return int(value) if value is not None else None
