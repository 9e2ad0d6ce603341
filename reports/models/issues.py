"""One issue of a bulletin: its frozen content, its contradictions, its number and its files."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.models import Office, PeriodCodeField
from departments.scoping import OFFICE_STAFF, Scope
from indicators.models import Run
from reports.choices import IssueStatus
from reports.models.templates import Bulletin


class NumberSequence(models.Model):
    """The last 文号 an office has given in a year; one sequence for all its bulletins."""

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="number_sequences", verbose_name=_("office")
    )
    year = models.PositiveIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number sequence")
        verbose_name_plural = _("number sequences")
        constraints = [models.UniqueConstraint(fields=["office", "year"], name="sequence_per_year")]

    def __str__(self) -> str:
        return f"{self.office} {self.year}: {self.last}"


class Issue(models.Model):
    """期. Draft and reviewed issues are recomputed at will; an issued one never changes again.

    A correction is an erratum: the next edition of the same period, with a number of its own.
    """

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="issues", verbose_name=_("bulletin"))
    period = PeriodCodeField(_("period"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="erratum",
        verbose_name=_("corrects"),
    )
    correction_reason = models.CharField(_("reason of the correction"), max_length=500, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=IssueStatus.choices, default=IssueStatus.DRAFT
    )
    run = models.ForeignKey(Run, models.PROTECT, related_name="issues", verbose_name=_("run"))
    # The whole document as JSON text: what the hash is of, and what the renderers read (docs/bulletin-json.md).
    content = models.TextField(_("content"))
    hash = models.CharField(_("hash"), max_length=64)
    # Title, sentences and tables as plain text: what the archive searches.
    search_text = models.TextField(_("plain text"), blank=True)
    year = models.PositiveIntegerField(_("year"), null=True)
    sequence = models.PositiveIntegerField(_("sequence"), null=True)
    number = models.CharField(_("document number"), max_length=80, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted at"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued at"), null=True)

    scope = Scope(
        office="bulletin__office",
        view=OFFICE_STAFF,
        change=frozenset({Role.ADMINISTRATOR, Role.REVIEWER, Role.ISSUER}),
    )

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "period", "edition"], name="issue_once"),
            models.CheckConstraint(
                name="issue_corrects_iff_later_edition",
                condition=Q(edition=1, corrects__isnull=True) | Q(edition__gt=1, corrects__isnull=False),
            ),
            models.CheckConstraint(
                name="issue_numbered_iff_issued",
                condition=Q(status=IssueStatus.ISSUED, sequence__isnull=False, issued_at__isnull=False)
                | ~Q(status=IssueStatus.ISSUED) & Q(sequence__isnull=True, issued_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.period}"


class IssueFile(models.Model):
    """A rendered file of an issued issue, kept as it was: a later renderer never changes it."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="files", verbose_name=_("issue"))
    format = models.CharField(_("format"), max_length=8)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(_("hash"), max_length=64)

    scope = Scope(office="issue__bulletin__office", view=OFFICE_STAFF)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["issue", "format"]
        constraints = [models.UniqueConstraint(fields=["issue", "format"], name="issue_file_once")]

    def __str__(self) -> str:
        return f"{self.issue} {self.format}"


class Contradiction(models.Model):
    """A finding that stands in the way of issue until somebody who did not type the value accepts it with a reason."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="contradictions", verbose_name=_("issue"))
    # What it is about, stable over recomputation: an acceptance stays while both values stay.
    key = models.CharField(_("key"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20)
    severity = models.CharField(_("severity"), max_length=10)
    where = models.CharField(_("where"), max_length=120)
    claim = models.CharField(_("claim"), max_length=40, blank=True)
    message = models.CharField(_("message"), max_length=1000)
    computed = models.CharField(_("computed"), max_length=500, blank=True)
    published = models.CharField(_("published"), max_length=500, blank=True)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("typed by")
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by")
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    scope = Scope(office="issue__bulletin__office", view=OFFICE_STAFF, change=frozenset({Role.REVIEWER}))

    class Meta:
        verbose_name = _("contradiction")
        verbose_name_plural = _("contradictions")
        ordering = ["issue", "id"]
        constraints = [models.UniqueConstraint(fields=["issue", "key"], name="contradiction_once")]

    def __str__(self) -> str:
        return self.message
