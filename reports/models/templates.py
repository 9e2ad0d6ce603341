"""A bulletin as data: its sentences with holes, its annex tables, typed facts, and values published elsewhere."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Form, Group, Office, PeriodCodeField, Register, code_validator
from departments.scoping import configuration
from reports.choices import AnnexRows, ColumnKind, Layout


class Bulletin(models.Model):
    """通报: the recurring document. Texts may hold `{…}` expressions (docs/expressions.md)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="bulletins", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    title = models.CharField(_("title"), max_length=200)
    layout = models.CharField(_("layout"), max_length=12, choices=Layout.choices, default=Layout.ORDINARY)
    group = models.ForeignKey(
        Group,
        models.PROTECT,
        related_name="bulletins",
        verbose_name=_("group"),
        help_text=_("The group sentences speak of when they name none."),
    )
    name_set = models.CharField(
        _("unit names printed as in"),
        max_length=40,
        blank=True,
        help_text=_("Name set of the aliases, e.g. text."),
    )
    number_format = models.CharField(
        _("number format"), max_length=60, help_text=_("For example 武政管通〔{year}〕{number}号.")
    )
    addressees = models.TextField(_("addressees"), blank=True, help_text=_("One a line."))
    copies = models.TextField(_("copies to"), blank=True, help_text=_("One a line."))
    copies_label = models.CharField(_("word before the copies"), max_length=10, default="抄送")
    signature = models.CharField(_("signed by"), max_length=100)
    printed_by = models.CharField(_("printed and issued by"), max_length=100)

    scope = configuration("office")

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["office", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="bulletin_code_per_office")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.number_format.format(year=2000, number=1)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise ValidationError({"number_format": _("Use {year} and {number} only.")}) from error


class BulletinSection(models.Model):
    """A heading and its paragraphs, one a line, with `{…}` holes."""

    bulletin = models.ForeignKey(
        Bulletin, models.CASCADE, related_name="sections", verbose_name=_("bulletin")
    )
    order = models.PositiveIntegerField(_("order"))
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)

    scope = configuration("bulletin__office")

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["bulletin", "order"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "order"], name="section_order_once")]

    def __str__(self) -> str:
        return self.heading or str(self.order)


class Annex(models.Model):
    """附件: a table, one row a unit; or of a register's entries, one row an entry."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="annexes", verbose_name=_("bulletin"))
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    form = models.ForeignKey(
        Form,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="annexes",
        verbose_name=_("units of form"),
        help_text=_("The rows are the units expected to fill this form."),
    )
    register = models.ForeignKey(
        Register,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="annexes",
        verbose_name=_("or of register"),
        help_text=_("The rows are the units that have entries, or the entries themselves."),
    )
    rows = models.CharField(
        _("rows of a register"), max_length=10, choices=AnnexRows.choices, default=AnnexRows.UNITS
    )
    count = models.CharField(
        _("entries counted as"),
        max_length=40,
        blank=True,
        help_text=_(
            "Code of the count that chooses the entries, e.g. overdue. Empty: for units total, for entries pending."
        ),
    )
    name_set = models.CharField(_("unit names printed as in"), max_length=40, blank=True)
    row_order = models.TextField(
        _("fixed row order"),
        blank=True,
        help_text=_("Unit codes separated by blanks; units not named follow in protocol order."),
    )
    order_by = models.CharField(
        _("largest first by"),
        max_length=500,
        blank=True,
        help_text=_("An expression for each unit; equal ones stand in the fixed order."),
    )
    total_row = models.BooleanField(_("row of totals"), default=False)
    period_line = models.CharField(_("period line"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    landscape = models.BooleanField(_("landscape"), default=True)

    scope = configuration("bulletin__office")

    class Meta:
        verbose_name = _("annex")
        verbose_name_plural = _("annexes")
        ordering = ["bulletin", "number"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "number"], name="annex_number_once"),
            models.CheckConstraint(
                name="annex_of_form_or_register",
                condition=Q(form__isnull=False, register__isnull=True, rows=AnnexRows.UNITS)
                | Q(form__isnull=True, register__isnull=False),
                violation_error_message=_("An annex is of a form or of a register."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class AnnexColumn(models.Model):
    """One column: its head from the top level down, and the expression computed for each unit.

    Where the rows are entries, a text column names what it prints: key, name, type, level, status, opened_on, due_on,
    done_on or one of the register's columns.
    """

    annex = models.ForeignKey(Annex, models.CASCADE, related_name="columns", verbose_name=_("annex"))
    order = models.PositiveIntegerField(_("order"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    head = models.CharField(_("head"), max_length=200, help_text=_("Levels separated by “|”."))
    kind = models.CharField(_("kind"), max_length=6, choices=ColumnKind.choices)
    expression = models.CharField(_("expression"), max_length=500, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)

    scope = configuration("annex__bulletin__office")

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        ordering = ["annex", "order"]
        constraints = [
            models.UniqueConstraint(fields=["annex", "order"], name="column_order_once"),
            models.UniqueConstraint(fields=["annex", "code"], name="column_code_once"),
        ]

    def __str__(self) -> str:
        return self.head

    @property
    def path(self) -> list[str]:
        return [level.strip() for level in self.head.split("|")]


class ConsistencyRule(models.Model):
    """A condition on the whole issue (总数 = 分项之和); when it fails a contradiction is opened."""

    bulletin = models.ForeignKey(
        Bulletin, models.CASCADE, related_name="consistency_rules", verbose_name=_("bulletin")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    expression = models.CharField(_("must hold"), max_length=500)
    message = models.CharField(_("message"), max_length=300)

    scope = configuration("bulletin__office")

    class Meta:
        verbose_name = _("consistency rule")
        verbose_name_plural = _("consistency rules")
        ordering = ["bulletin", "code"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "code"], name="consistency_code_once")]

    def __str__(self) -> str:
        return self.code


class Fact(models.Model):
    """A figure or text an editor typed for one issue, with its source; always marked as typed."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="facts", verbose_name=_("bulletin"))
    period = PeriodCodeField(_("period"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    number = models.DecimalField(_("value"), max_digits=21, decimal_places=6, null=True, blank=True)
    text = models.CharField(_("text"), max_length=500, blank=True)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("typed by")
    )
    typed_at = models.DateTimeField(_("typed at"))

    scope = configuration("bulletin__office")

    class Meta:
        verbose_name = _("typed fact")
        verbose_name_plural = _("typed facts")
        ordering = ["bulletin", "period", "code"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "period", "code"], name="fact_once")]

    def __str__(self) -> str:
        return self.name


class PublishedValue(models.Model):
    """What was printed elsewhere for a figure of ours: compared, shown in the checks, never printed in its place."""

    bulletin = models.ForeignKey(
        Bulletin, models.CASCADE, related_name="published_values", verbose_name=_("bulletin")
    )
    period = PeriodCodeField(_("period"))
    claim = models.CharField(_("claim"), max_length=40)
    figure = models.CharField(_("figure"), max_length=80)
    value = models.CharField(_("published value"), max_length=500)
    source = models.CharField(_("source"), max_length=300)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("typed by")
    )

    scope = configuration("bulletin__office")

    class Meta:
        verbose_name = _("published value")
        verbose_name_plural = _("published values")
        ordering = ["bulletin", "period", "claim"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "period", "claim"], name="claim_once")]

    def __str__(self) -> str:
        return f"{self.claim} {self.value}"
