"""The right of reply (核对): what a unit was shown of a draft, what it says of it, and what the office decides."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.models import Unit
from departments.scoping import EVERYBODY, Scope
from reports.choices import ReplyAction, ReplyState
from reports.models.issues import Issue


class Reply(models.Model):
    """One unit's answer to one issue before it is issued. It changes only through reports.services.replies."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="replies", verbose_name=_("issue"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="replies", verbose_name=_("unit"))
    state = models.CharField(_("state"), max_length=10, choices=ReplyState.choices, default=ReplyState.OPEN)
    # The unit's own part of the draft (reports.services.excerpts); {}: the draft no longer speaks of the unit.
    shown = models.JSONField(_("shown to the unit"), default=dict, blank=True)
    opened_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("to be answered by"))
    # Why the office does not wait for the answer until then; "": it waits.
    waiver = models.CharField(_("why not waited for"), max_length=500, blank=True)
    # When figures or places changed after the unit had been asked; null: they have not.
    renewed_at = models.DateTimeField(_("asked again at"), null=True)
    text = models.TextField(_("objection"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    upheld = models.BooleanField(_("upheld"), null=True)
    decision = models.TextField(_("decision"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decision by")
    )
    decided_at = models.DateTimeField(_("decision at"), null=True)
    # Raised by every change; who answers or decides on an older version is told so.
    version = models.PositiveIntegerField(_("version"), default=0)

    scope = Scope(
        office="issue__bulletin__office",
        unit="unit",
        view=EVERYBODY,
        change=frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR, Role.REVIEWER}),
    )

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-issue", "unit__protocol_order"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "unit"], name="reply_once"),
            models.CheckConstraint(
                name="reply_answered_iff_not_open",
                condition=Q(state=ReplyState.OPEN, answered_by__isnull=True)
                | ~Q(state=ReplyState.OPEN) & Q(answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="reply_decided_with_decision",
                condition=Q(state=ReplyState.DECIDED, upheld__isnull=False, decided_by__isnull=False)
                | ~Q(state=ReplyState.DECIDED) & Q(upheld__isnull=True, decided_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.issue}"

    def is_awaited(self, at: dt.datetime) -> bool:
        """Whether the issue waits for this answer."""
        return self.state == ReplyState.OPEN and bool(self.shown) and not self.waiver and at < self.due_at

    def is_silent(self, at: dt.datetime) -> bool:
        """未答复: asked in vain, whether the time ran out or the office ceased to wait; not a confirmation."""
        return self.state == ReplyState.OPEN and bool(self.shown) and not self.is_awaited(at)


class ReplyEvent(models.Model):
    """Who did what when to a reply, with what the unit had before it then; never changed."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="events", verbose_name=_("reply"))
    action = models.CharField(_("action"), max_length=10, choices=ReplyAction.choices)
    from_state = models.CharField(_("from"), max_length=10, choices=ReplyState.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=10, choices=ReplyState.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    # The objection, the decision, the reason; for a renewal the answer that lapsed with it.
    text = models.TextField(_("text"), blank=True)
    upheld = models.BooleanField(_("upheld"), null=True)
    # What the unit had before it when this was done; for a renewal what it had before it until then.
    shown = models.JSONField(_("shown to the unit"), default=dict, blank=True)
    # The reply's version after this event.
    version = models.PositiveIntegerField(_("version"))

    scope = Scope(office="reply__issue__bulletin__office", unit="reply__unit", view=EVERYBODY)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["reply", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"
