"""What is asked: forms, sections, items, categories, rules, and who is expected to fill them."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import (
    ApprovalPath,
    EntryMode,
    Frequency,
    ItemKind,
    Measure,
    Severity,
    UnitTotal,
)
from departments.models.organisation import Group, Office, Unit, code_validator
from departments.periods import Period, PeriodError
from departments.scoping import ADMINISTRATORS, EVERYBODY, Scope, configuration


def validate_period(text: str) -> None:
    try:
        Period.parse(text)
    except PeriodError as error:
        raise ValidationError(str(error)) from error


class PeriodCodeField(models.CharField):
    """A period written as departments.periods says."""

    def __init__(self, *args, **kwargs) -> None:
        kwargs.setdefault("max_length", 30)
        kwargs["validators"] = [validate_period]
        super().__init__(*args, **kwargs)


class CategoryList(models.Model):
    """分类目录: what a form's rows may be split by (证照类型, 渠道)."""

    office = models.ForeignKey(
        Office, models.PROTECT, related_name="category_lists", verbose_name=_("office")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    units_may_add = models.BooleanField(_("units may add rows"), default=False)

    scope = configuration("office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("category list")
        verbose_name_plural = _("category lists")
        ordering = ["office", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="category_list_code")]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """类别: one row of a category list; with a unit it is a row of that unit only."""

    list = models.ForeignKey(
        CategoryList, models.CASCADE, related_name="categories", verbose_name=_("category list")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="categories", verbose_name=_("only for")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=120)
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = Scope(
        office="list__office",
        unit="unit",
        view=EVERYBODY,
        add=ADMINISTRATORS,
        change=ADMINISTRATORS,
        delete=ADMINISTRATORS,
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["list", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="category_code_per_list")]

    def __str__(self) -> str:
        return self.name


class Form(models.Model):
    """报表: the layout and rules of what units fill in, once per period."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="forms", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    title = models.CharField(_("title"), max_length=200)
    frequency = models.CharField(_("frequency"), max_length=12, choices=Frequency.choices)
    notes = models.TextField(_("filling notes"), blank=True)
    contact = models.CharField(_("whom to ask"), max_length=100, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    entered_by = models.CharField(
        _("filled by"), max_length=10, choices=EntryMode.choices, default=EntryMode.UNIT
    )
    approval = models.CharField(
        _("decided by"), max_length=10, choices=ApprovalPath.choices, default=ApprovalPath.OFFICE
    )
    unit_head_step = models.BooleanField(
        _("unit head confirms first"),
        default=False,
        help_text=_("What a clerk submits goes to the unit head before it goes to whoever decides."),
    )
    children_first = models.BooleanField(
        _("units below first"),
        default=False,
        help_text=_("A unit's form can be approved only when those of the units below it are."),
    )
    allows_nil = models.BooleanField(
        _("nil return allowed"),
        default=False,
        help_text=_("零报送: one button answers every blank figure with 0 and hands the form in."),
    )
    category_list = models.ForeignKey(
        CategoryList,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forms",
        verbose_name=_("rows by category"),
    )

    scope = configuration("office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        ordering = ["office", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="form_code_per_office")]

    def __str__(self) -> str:
        return self.title

    def period_before(self, period: Period) -> Period:
        """The form's period before that one; a week split at a month's end goes back part by part."""
        if self.frequency == Frequency.SPLIT_WEEK:
            return Period.containing(period.start - dt.timedelta(days=1), Frequency.SPLIT_WEEK)
        return period.previous()


class Section(models.Model):
    """A heading over items; sections inside sections give heads of several levels."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="sections", verbose_name=_("form"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("inside")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("form__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["form", "order"]
        constraints = [models.UniqueConstraint(fields=["form", "code"], name="section_code_per_form")]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """填报项: one cell of a form. A computed item holds no figure; its expression is shown live."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="items", verbose_name=_("form"))
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("section")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind.choices, default=ItemKind.WHOLE)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    measure = models.CharField(_("over time"), max_length=10, choices=Measure.choices, default=Measure.FLOW)
    unit_total = models.CharField(
        _("over units"), max_length=10, choices=UnitTotal.choices, default=UnitTotal.SUM
    )
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20, blank=True)
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("of which"),
        help_text=_("The item this one lies inside (其中); it is never added to it again."),
    )
    may_be_blank = models.BooleanField(_("may be blank"), default=False)
    may_be_negative = models.BooleanField(_("may be negative"), default=False)
    may_not_apply = models.BooleanField(_("may be not applicable"), default=False)
    note = models.CharField(_("filling note"), max_length=300, blank=True)
    expression = models.CharField(_("expression"), max_length=500, blank=True)
    options = models.TextField(_("options"), blank=True, help_text=_("One per line: what a choice offers."))
    by_category = models.BooleanField(
        _("asked per category"),
        default=False,
        help_text=_(
            "Asked once for every row of the form's category list; its figure is the sum of the rows."
        ),
    )
    order = models.PositiveIntegerField(_("order"), default=0)
    # Where this item's sum stands in the wide Sum row; never reused within a form.
    slot = models.PositiveSmallIntegerField(_("slot"), null=True, editable=False)

    scope = configuration("form__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["form", "order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "code"], name="item_code_per_form"),
            models.UniqueConstraint(fields=["form", "slot"], name="item_slot_per_form"),
            models.CheckConstraint(
                name="item_expression_iff_computed",
                condition=Q(kind=ItemKind.COMPUTED) & ~Q(expression="")
                | ~Q(kind=ItemKind.COMPUTED) & Q(expression=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.is_paragraph and self.by_category:
            raise ValidationError({"by_category": _("A paragraph is asked once, not per category.")})

    @property
    def is_number(self) -> bool:
        """Whether its figures are stored as numbers (a tick counts as 1 or 0, a percentage in percent)."""
        return self.kind in (ItemKind.WHOLE, ItemKind.DECIMAL, ItemKind.PERCENT, ItemKind.TICK)

    @property
    def is_paragraph(self) -> bool:
        """Whether it holds a text of several lines, which needs the width of the page."""
        return self.kind == ItemKind.PARAGRAPH

    @property
    def is_entered(self) -> bool:
        return self.kind != ItemKind.COMPUTED

    @property
    def choices(self) -> tuple[str, ...]:
        """What a choice offers, in order."""
        return tuple(line.strip() for line in self.options.splitlines() if line.strip())


class NotApplicableReason(models.Model):
    """A coded reason a clerk may give for “not applicable”: 无此业务, 系统未对接."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="reasons", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=60)
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("reason for not applicable")
        verbose_name_plural = _("reasons for not applicable")
        ordering = ["office", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="reason_code_per_office")]

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """审核公式: a condition that must hold between cells; an error blocks, a warning is shown to the approver."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="rules", verbose_name=_("form"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, default=Severity.ERROR
    )
    expression = models.CharField(_("must hold"), max_length=500)
    message = models.CharField(_("message"), max_length=300)
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("form__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["form", "order"]
        constraints = [models.UniqueConstraint(fields=["form", "code"], name="rule_code_per_form")]

    def __str__(self) -> str:
        return f"{self.code} {self.expression}"


class Expectation(models.Model):
    """Who must fill a form: a group or a single unit, between two days; or a unit that need not although its group must."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="expectations", verbose_name=_("form"))
    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="expectations", verbose_name=_("group")
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="expectations", verbose_name=_("unit")
    )
    exempt = models.BooleanField(_("exempt"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    scope = configuration("form__office")

    class Meta:
        verbose_name = _("expectation")
        verbose_name_plural = _("expectations")
        ordering = ["form", "group", "unit"]
        constraints = [
            models.CheckConstraint(
                name="expectation_group_or_unit",
                condition=Q(group__isnull=False, unit__isnull=True)
                | Q(group__isnull=True, unit__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.form} · {self.group or self.unit}"

    def clean(self) -> None:
        if (self.group_id is None) == (self.unit_id is None):
            raise ValidationError(_("Name either a group or a unit."))
