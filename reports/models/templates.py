"""A bulletin as data: its sentences with holes, its annex tables, typed facts, and values published elsewhere."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Form, Group, Office, PeriodCodeField, Register, code_validator
from departments.scoping import configuration
from indicators.models import Scheme
from reports.choices import AnnexRows, ColumnKind, Highlight, Layout, TotalPlace


def is_number_format(text: str) -> bool:
    """Whether a 文号 can be made from it. Nothing of a format string but the two plain fields is allowed:
    {year.__class__} would read attributes, {number:>99999999} would fill the memory.
    """
    rest = text.replace("{year}", "").replace("{number}", "")
    return "{" not in rest and "}" not in rest


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
    head = models.CharField(
        _("red head"),
        max_length=100,
        blank=True,
        help_text=_("发文机关标志, for example ×××办公室文件. Only in the red-head layout."),
    )
    addressees = models.TextField(_("addressees"), blank=True, help_text=_("One a line."))
    copies = models.TextField(_("copies to"), blank=True, help_text=_("One a line."))
    copies_label = models.CharField(_("word before the copies"), max_length=10, default="抄送")
    signature = models.CharField(_("signed by"), max_length=100)
    printed_by = models.CharField(_("printed and issued by"), max_length=100)
    annotation = models.CharField(
        _("remark under the date"), max_length=100, blank=True, help_text=_("附注, such as （此件公开发布）.")
    )

    scope = configuration("office")

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["office", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="bulletin_code_per_office")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not is_number_format(self.number_format):
            raise ValidationError({"number_format": _("Use {year} and {number} only.")})


class BulletinSection(models.Model):
    """A heading and its paragraphs, one a line, with `{…}` holes."""

    bulletin = models.ForeignKey(
        Bulletin, models.CASCADE, related_name="sections", verbose_name=_("bulletin")
    )
    order = models.PositiveIntegerField(_("order"))
    level = models.PositiveSmallIntegerField(
        _("level of the heading"), default=1, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    repeat = models.ForeignKey(
        Group,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("once for each unit of"),
        help_text=_("The text is written once for every unit of the group; 本单位 stands for it."),
    )

    scope = configuration("bulletin__office")

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["bulletin", "order"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "order"], name="section_order_once")]

    def __str__(self) -> str:
        return self.heading or str(self.order)


class Annex(models.Model):
    """附件: a table of a form's units (or of their categories), of a register's units or entries, or of a scheme's leaves."""

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
    scheme = models.ForeignKey(
        Scheme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="annexes",
        verbose_name=_("or of scheme"),
        help_text=_("The rows are the leaves of the scheme."),
    )
    rows = models.CharField(
        _("one row is"), max_length=10, choices=AnnexRows.choices, default=AnnexRows.UNITS
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
    order_by = models.TextField(
        _("order of the rows"),
        blank=True,
        help_text=_(
            "Expressions for each unit, one a line, largest first (升序： before it for smallest first); equal ones stand in the fixed order."
        ),
    )
    total = models.CharField(
        _("row of totals"), max_length=6, choices=TotalPlace.choices, default=TotalPlace.NONE
    )
    total_label = models.CharField(_("name of the totals"), max_length=20, default="合计")
    comparison_units = models.CharField(
        _("rows to compare with"),
        max_length=200,
        blank=True,
        help_text=_("Codes of units outside the total, separated by blanks; they stand above it."),
    )
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
                name="annex_of_one_source",
                condition=Q(
                    form__isnull=False,
                    register__isnull=True,
                    scheme__isnull=True,
                    rows__in=[AnnexRows.UNITS, AnnexRows.CATEGORIES],
                )
                | Q(
                    form__isnull=True,
                    register__isnull=False,
                    scheme__isnull=True,
                    rows__in=[AnnexRows.UNITS, AnnexRows.ENTRIES],
                )
                | Q(form__isnull=True, register__isnull=True, scheme__isnull=False, rows=AnnexRows.LEAVES),
                violation_error_message=_("An annex is of a form, of a register or of a scheme."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class AnnexGroup(models.Model):
    """Rows of an annex that stand together, with a line of their own above and a subtotal below; row numbers go on."""

    annex = models.ForeignKey(Annex, models.CASCADE, related_name="groups", verbose_name=_("annex"))
    order = models.PositiveIntegerField(_("order"))
    group = models.ForeignKey(
        Group,
        models.PROTECT,
        related_name="+",
        verbose_name=_("group"),
        help_text=_("Its units are the rows."),
    )
    label = models.CharField(
        _("line above"), max_length=60, blank=True, help_text=_("Empty: the rows begin without one.")
    )
    subtotal_label = models.CharField(
        _("name of the subtotal"), max_length=20, blank=True, help_text=_("Empty: no subtotal.")
    )

    scope = configuration("annex__bulletin__office")

    class Meta:
        verbose_name = _("group of rows")
        verbose_name_plural = _("groups of rows")
        ordering = ["annex", "order"]
        constraints = [
            models.UniqueConstraint(fields=["annex", "order"], name="annex_group_order_once"),
            models.UniqueConstraint(fields=["annex", "group"], name="annex_group_once"),
        ]

    def __str__(self) -> str:
        return self.label or str(self.group)


class AnnexColumn(models.Model):
    """One column: its head from the top level down, and the expression computed for each unit.

    A text column names what it prints. Of entries: key, name, type, level, status, opened_on, due_on, done_on or one of
    the register's columns; of categories: category; of leaves: level1 to level5, key, name, task, target, lead,
    responsible, deadline.
    """

    annex = models.ForeignKey(Annex, models.CASCADE, related_name="columns", verbose_name=_("annex"))
    order = models.PositiveIntegerField(_("order"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    head = models.CharField(_("head"), max_length=200, help_text=_("Levels separated by “|”."))
    kind = models.CharField(_("kind"), max_length=6, choices=ColumnKind.choices)
    expression = models.CharField(_("expression"), max_length=500, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    merge = models.BooleanField(
        _("merge equal cells"), default=False, help_text=_("Equal neighbours in a column become one cell.")
    )
    in_totals = models.BooleanField(
        _("in totals"), default=True, help_text=_("Otherwise totals and subtotals print the text beside.")
    )
    total_text = models.CharField(_("text in totals"), max_length=20, blank=True)
    highlight = models.CharField(
        _("set off"), max_length=6, choices=Highlight.choices, default=Highlight.NONE
    )
    highlight_count = models.PositiveSmallIntegerField(_("how many of the last"), default=3)

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
    figure = models.CharField(
        _("figure"),
        max_length=80,
        help_text=_("Id of a figure of the text, or annex1/unit code/column code (total for the totals)."),
    )
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
