"""Beyond the office: an issue on the public web, and read-only links for leaders."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.models import Office
from departments.scoping import OFFICE_STAFF, Scope
from reports.choices import Openness, PublicationState
from reports.models.issues import Issue


class Publication(models.Model):
    """公开发布 of one issued issue as static files: proposed by one, approved by another, withdrawn with a notice."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="publications", verbose_name=_("issue"))
    state = models.CharField(
        _("state"), max_length=10, choices=PublicationState.choices, default=PublicationState.PROPOSED
    )
    index_number = models.CharField(_("index number"), max_length=60)
    subject = models.CharField(_("subject class"), max_length=60, blank=True)
    openness = models.CharField(
        _("way of disclosure"), max_length=10, choices=Openness.choices, default=Openness.ACTIVE
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    # Why it was refused or withdrawn; of a withdrawal it is printed.
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    scope = Scope(
        office="issue__bulletin__office",
        view=OFFICE_STAFF,
        change=frozenset({Role.ADMINISTRATOR, Role.ISSUER}),
    )

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue"],
                condition=Q(state__in=[PublicationState.PROPOSED, PublicationState.PUBLISHED]),
                name="publication_one_alive",
            )
        ]

    def __str__(self) -> str:
        return f"{self.issue} {self.index_number}"


class ReadLink(models.Model):
    """A link for a leader without an account: issued bulletins of an office, read only, until it ends or is revoked."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="read_links", verbose_name=_("office"))
    # One issue only; empty: all issued ones of the office.
    issue = models.ForeignKey(
        Issue, models.PROTECT, null=True, blank=True, related_name="read_links", verbose_name=_("issue")
    )
    reader = models.CharField(_("for whom"), max_length=60)
    # SHA-256 of the secret, which is shown once.
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )
    opened = models.PositiveIntegerField(_("times opened"), default=0)
    last_opened_at = models.DateTimeField(_("last opened at"), null=True)

    scope = Scope(
        office="office", view=frozenset({Role.ADMINISTRATOR}), change=frozenset({Role.ADMINISTRATOR})
    )

    class Meta:
        verbose_name = _("read-only link")
        verbose_name_plural = _("read-only links")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.reader
