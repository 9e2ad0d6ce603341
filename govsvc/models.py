"""The outbox: work promised inside a transaction, handed to Celery after it, kept until the work is done."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """One task call. Written with the change that causes it; done when the task has succeeded, not when it was sent."""

    task = models.CharField(_("task"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=list)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    # When the message may be (re)sent; pushed back after each sending and each failure.
    due_at = models.DateTimeField(_("next attempt at"), auto_now_add=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox messages")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(done_at__isnull=True), name="outbox_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.task}{tuple(self.arguments)}"
