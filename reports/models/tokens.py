"""Keys by which another system reads the interface as one person in one office."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models import Office
from departments.scoping import ADMINISTRATORS, Scope


class ApiToken(models.Model):
    """接口令牌: never grants more than its person may read in its office. Of the key itself only a digest is kept.

    People have their own on the page mine/; the scope is what administrators see of their office's people.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="api_tokens", verbose_name=_("office"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("account")
    )
    name = models.CharField(_("what for"), max_length=60)
    # The first characters of the key, by which people tell their keys apart.
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made at"))
    expires_on = models.DateField(_("last day of validity"))
    last_used_at = models.DateTimeField(_("last used at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )

    scope = Scope(office="office", view=ADMINISTRATORS)

    class Meta:
        verbose_name = _("interface token")
        verbose_name_plural = _("interface tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}…"

    def is_valid(self, day: dt.date) -> bool:
        """Whether the key opens anything on that day."""
        return self.revoked_at is None and day <= self.expires_on
