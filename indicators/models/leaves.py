"""What units report on the leaves that are described in words, and what the office made of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.models import PeriodCodeField, Unit
from departments.models.files import StoredFile
from departments.scoping import EVERYBODY, Scope
from indicators.choices import LeafReportState, LeafStatus
from indicators.models.schemes import SchemeNode

WRITERS = frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR})


class LeafReport(models.Model):
    """One unit's status, text and evidence for one leaf and period; it scores once the office has confirmed it."""

    node = models.ForeignKey(SchemeNode, models.PROTECT, related_name="reports", verbose_name=_("leaf"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="leaf_reports", verbose_name=_("unit"))
    period = PeriodCodeField(_("period"))
    status = models.CharField(_("status"), max_length=16, choices=LeafStatus.choices)
    text = models.TextField(_("text"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=LeafReportState.choices, default=LeafReportState.SUBMITTED
    )
    # What the office confirmed, which may differ from what the unit said of itself.
    confirmed = models.CharField(_("confirmed status"), max_length=16, choices=LeafStatus.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    reported_at = models.DateTimeField(_("reported at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    version = models.PositiveIntegerField(_("version"), default=0)

    scope = Scope(office="node__scheme__office", unit="unit", view=EVERYBODY, change=WRITERS)

    class Meta:
        verbose_name = _("leaf report")
        verbose_name_plural = _("leaf reports")
        ordering = ["node", "period", "unit__protocol_order"]
        constraints = [models.UniqueConstraint(fields=["node", "unit", "period"], name="leaf_report_once")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.node} · {self.period}"


class LeafReportEvent(models.Model):
    """Who said or decided what when; never changed."""

    report = models.ForeignKey(
        LeafReport, models.CASCADE, related_name="events", verbose_name=_("leaf report")
    )
    state = models.CharField(_("state"), max_length=10, choices=LeafReportState.choices)
    status = models.CharField(_("status"), max_length=16, choices=LeafStatus.choices)
    text = models.TextField(_("text"), blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("acting for")
    )
    at = models.DateTimeField(_("at"))

    scope = Scope(office="report__node__scheme__office", unit="report__unit", view=EVERYBODY)

    class Meta:
        verbose_name = _("event of a leaf report")
        verbose_name_plural = _("events of leaf reports")
        ordering = ["report", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_state_display()}"


class LeafReportFile(StoredFile):
    """佐证材料 of a leaf report."""

    directory = "leaf-reports"
    parent = "report"

    report = models.ForeignKey(
        LeafReport, models.PROTECT, related_name="files", verbose_name=_("leaf report")
    )

    scope = Scope(office="report__node__scheme__office", unit="report__unit", view=EVERYBODY)

    class Meta:
        verbose_name = _("file of a leaf report")
        verbose_name_plural = _("files of leaf reports")
        ordering = ["report", "id"]
