"""What was entered and what was approved: submissions, their figures and their event log."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import Action, FigureState, Role, Status
from departments.models.forms import Item, NotApplicableReason, Window
from departments.models.organisation import Unit
from departments.scoping import EVERYBODY, Scope

EDITABLE = frozenset({Status.DRAFT, Status.RETURNED, Status.REOPENED})


class Submission(models.Model):
    """填报单: one form, one unit, one period. Its state changes only through departments.services.submissions."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="submissions", verbose_name=_("window"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="submissions", verbose_name=_("unit"))
    status = models.CharField(_("state"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    # Raised by every change; who saves an older version is told so.
    version = models.PositiveIntegerField(_("version"), default=0)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    scope = Scope(
        office="window__form__office",
        unit="unit",
        view=EVERYBODY,
        change=frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR}),
    )

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["window", "unit__protocol_order"]
        constraints = [models.UniqueConstraint(fields=["window", "unit"], name="submission_once")]
        indexes = [models.Index(fields=["unit", "status"]), models.Index(fields=["window", "status"])]

    def __str__(self) -> str:
        return f"{self.unit} · {self.window}"

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE


class Figure(models.Model):
    """数据: one cell of a submission. No row means missing; NUMBER has a value, NOT_APPLICABLE a reason.

    Values keep at most 15 significant digits, which SQLite and PostgreSQL both return exactly (ADR 0004).
    """

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="figures", verbose_name=_("submission")
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="figures", verbose_name=_("item"))
    state = models.CharField(_("state"), max_length=16, choices=FigureState.choices)
    value = models.DecimalField(_("value"), max_digits=21, decimal_places=6, null=True)
    text = models.TextField(_("text"), blank=True)
    reason = models.ForeignKey(
        NotApplicableReason, models.PROTECT, null=True, related_name="+", verbose_name=_("reason")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))

    scope = Scope(office="submission__window__form__office", unit="submission__unit", view=EVERYBODY)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["submission", "item__order"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "item"], name="figure_once"),
            models.CheckConstraint(
                name="figure_state_fits_value",
                condition=models.Q(state=FigureState.NUMBER, value__isnull=False, reason__isnull=True)
                | models.Q(state=FigureState.TEXT, value__isnull=True, reason__isnull=True)
                | models.Q(state=FigureState.NOT_APPLICABLE, value__isnull=True, reason__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} = {self.value if self.value is not None else self.reason or self.text}"


class SubmissionEvent(models.Model):
    """Who did what when to a submission, with the old and new content of every cell touched; never changed."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="events", verbose_name=_("submission")
    )
    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    from_status = models.CharField(_("from"), max_length=12, choices=Status.choices)
    to_status = models.CharField(_("to"), max_length=12, choices=Status.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    # The submission's version after this event.
    version = models.PositiveIntegerField(_("version"))
    # {item code: [old text, new text]}; texts as describe_cell() writes them.
    changes = models.JSONField(_("changes"), default=dict, blank=True)

    scope = Scope(office="submission__window__form__office", unit="submission__unit", view=EVERYBODY)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["submission", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"
