"""Figures that come as tables: remembered column mappings, and uploads with what became of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.models.forms import Form
from departments.models.windows import Window
from departments.scoping import ADMINISTRATORS, Scope


class ColumnMapping(models.Model):
    """列对应: how the columns of a table with a certain head answer to a form's items; asked once, then remembered."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="column_mappings", verbose_name=_("form"))
    # Hash of the head's texts, level by level, so that the same annex next month finds its mapping again.
    head = models.CharField(_("head"), max_length=64)
    # {column path "a/b/c": item code, "@unit", "@category" or "" for ignored}; special keys "@dash", "@row/<name>".
    columns = models.JSONField(_("columns"), default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    scope = Scope(office="form__office", view=ADMINISTRATORS, delete=ADMINISTRATORS)

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        ordering = ["form", "-at"]
        constraints = [models.UniqueConstraint(fields=["form", "head"], name="mapping_per_head")]

    def __str__(self) -> str:
        return f"{self.form} · {len(self.columns)}"


class Upload(models.Model):
    """批量上传: one file of figures, read by a worker; either all of it was saved or nothing."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CHECKING = "checking", _("Being checked")
        REFUSED = "refused", _("Refused: nothing was saved")
        CHECKED = "checked", _("Checked, not saved yet")
        SAVED = "saved", _("Saved")

    form = models.ForeignKey(Form, models.CASCADE, related_name="uploads", verbose_name=_("form"))
    window = models.ForeignKey(
        Window, models.CASCADE, null=True, blank=True, related_name="uploads", verbose_name=_("window")
    )
    file = models.FileField(_("file"), upload_to="uploads/%Y/%m")
    name = models.CharField(_("name"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    dry_run = models.BooleanField(_("only check"), default=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows checked"), default=0)
    # [{"row": sheet row, "column": head, "message": text}], at most a thousand.
    faults = models.JSONField(_("faults"), default=list, blank=True)
    faults_count = models.PositiveIntegerField(_("number of faults"), default=0)
    # {"created": n, "changed": n, "unchanged": n}
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    scope = Scope(office="form__office", view=frozenset({Role.ADMINISTRATOR}))

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.name
