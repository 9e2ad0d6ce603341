"""Files people hand in: kept under a name of our own, and in the record after they are taken away."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def stored_path(row: Any, filename: str) -> str:
    """Under a name of our own: what a person calls a file never becomes a path."""
    return f"{row.directory}/{getattr(row, f'{row.parent}_id')}/{row.sha256}"


class StoredFile(models.Model):
    """A file with what was found in it; each concrete model says by `directory` and `parent` where it lies."""

    directory: ClassVar[str]
    # Name of the foreign key to what the file was handed in with.
    parent: ClassVar[str]

    file = models.FileField(_("file"), upload_to=stored_path, max_length=200)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("removed by")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
