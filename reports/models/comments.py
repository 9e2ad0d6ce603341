"""What reviewers ask of a draft: each comment at its place, open until it is settled; the gate waits for it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.scoping import OFFICE_STAFF, Scope
from reports.models.issues import Issue


class IssueComment(models.Model):
    """One remark on an issue. `where`: a figure's id, annex1, annex1/unit/column, or "" for the whole."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="comments", verbose_name=_("issue"))
    where = models.CharField(_("place"), max_length=120, blank=True)
    # What stood there when it was written.
    quoted = models.CharField(_("quoted"), max_length=300, blank=True)
    text = models.TextField(_("comment"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    answer = models.TextField(_("answer"), blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True)

    scope = Scope(
        office="issue__bulletin__office",
        view=OFFICE_STAFF,
        change=frozenset({Role.ADMINISTRATOR, Role.REVIEWER, Role.ISSUER}),
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["issue", "id"]

    def __str__(self) -> str:
        return self.text[:60]
