"""What was entered and what was approved: submissions, their figures and their event log."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import (
    Action,
    AttachmentKind,
    FigureState,
    RemarkKind,
    ReopeningState,
    Role,
    Status,
)
from departments.models.files import StoredFile
from departments.models.forms import Category, Item, NotApplicableReason
from departments.models.organisation import Unit
from departments.models.windows import Window
from departments.scoping import EVERYBODY, Scope

EDITABLE = frozenset({Status.DRAFT, Status.RETURNED, Status.REOPENED})

# What belongs to a submission is seen by whoever sees the submission.
OF_SUBMISSION = Scope(
    office="submission__window__form__office",
    unit="submission__unit",
    view=EVERYBODY,
    down_the_tree=True,
)


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
    # When the unit first handed it in; a withdrawal takes that back, a return by the office does not.
    handed_in_at = models.DateTimeField(_("handed in at"), null=True)
    nil_return = models.BooleanField(_("nil return"), default=False)
    # A granted re-opening lets the unit change the form until then, also after the window has closed.
    open_until = models.DateTimeField(_("open until"), null=True)

    scope = Scope(
        office="window__form__office",
        unit="unit",
        view=EVERYBODY,
        change=frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR}),
        down_the_tree=True,
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
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, related_name="figures", verbose_name=_("category")
    )
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

    scope = OF_SUBMISSION

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["submission", "item__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "item"], condition=models.Q(category__isnull=True), name="figure_once"
            ),
            models.UniqueConstraint(
                fields=["submission", "item", "category"],
                condition=models.Q(category__isnull=False),
                name="figure_once_per_category",
            ),
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
    # Nobody: the clock did it (a re-opening expired).
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    # 代岗: the person whose place the user took that day.
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("acting for")
    )
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    # The submission's version after this event.
    version = models.PositiveIntegerField(_("version"))
    # {cell key: [old text, new text]}; texts as describe_cell() writes them.
    changes = models.JSONField(_("changes"), default=dict, blank=True)

    scope = OF_SUBMISSION

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["submission", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"


class Remark(models.Model):
    """批注: a comment, the reason of a return or the explanation of a warning, on one cell or the whole form."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="remarks", verbose_name=_("submission")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RemarkKind.choices)
    # A key as departments.sheets writes it (item, or item@category); "" is the whole form.
    cell = models.CharField(_("cell"), max_length=90, blank=True)
    # The rule whose warning is explained.
    rule = models.CharField(_("rule"), max_length=40, blank=True)
    text = models.CharField(_("text"), max_length=1000)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    # The submission's version it speaks of.
    version = models.PositiveIntegerField(_("version"))

    scope = OF_SUBMISSION

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["submission", "id"]

    def __str__(self) -> str:
        return self.text


class Attachment(StoredFile):
    """佐证材料: a file handed in with a submission or one of its cells; taken away, it stays in the record."""

    directory = "attachments"
    parent = "submission"

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="attachments", verbose_name=_("submission")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AttachmentKind.choices)
    cell = models.CharField(_("cell"), max_length=90, blank=True)

    scope = OF_SUBMISSION

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["submission", "id"]


class Reopening(models.Model):
    """重新开放: asked for with a reason, granted by somebody else, open until a moment; kept for good."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="reopenings", verbose_name=_("submission")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ReopeningState.choices, default=ReopeningState.ASKED
    )
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True)
    # The cells as they were when it was granted: {cell key: stored content} (departments.sheets.pack_cells).
    before = models.JSONField(_("before"), default=dict, blank=True)
    # The state to go back to when it expires.
    from_status = models.CharField(_("from"), max_length=12, choices=Status.choices, blank=True)

    scope = OF_SUBMISSION

    class Meta:
        verbose_name = _("re-opening")
        verbose_name_plural = _("re-openings")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=models.Q(state__in=[ReopeningState.ASKED, ReopeningState.GRANTED]),
                name="reopening_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.get_state_display()}"
