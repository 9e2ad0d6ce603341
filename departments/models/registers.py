"""台账: the definition of a register – its statuses, moves, columns and counts – and until when it is closed."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import CountBasis, Frequency, ItemKind, Meaning, MoveBy, RegisterKind
from departments.models.organisation import Group, Office, code_validator
from departments.scoping import EVERYBODY, Scope, configuration

# The kinds of cell a register's column may hold.
COLUMN_KINDS = (
    ItemKind.TEXT,
    ItemKind.WHOLE,
    ItemKind.DECIMAL,
    ItemKind.DATE,
    ItemKind.CHOICE,
    ItemKind.TICK,
)


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text that say something, stripped."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class Register(models.Model):
    """台账: a list of named things handed out to units and dealt with, or of events recorded about them."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="registers", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=RegisterKind.choices, default=RegisterKind.WORK)
    notes = models.TextField(_("filling notes"), blank=True)
    contact = models.CharField(_("whom to ask"), max_length=100, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    key_label = models.CharField(
        _("name of the key column"),
        max_length=60,
        default="编号",
        help_text=_("What tells entries apart in the files: a number that stays the same from file to file."),
    )
    name_label = models.CharField(_("name of the title column"), max_length=60, default="名称")
    types = models.TextField(_("types"), blank=True, help_text=_("One per line."))
    levels = models.TextField(_("levels"), blank=True, help_text=_("One per line, the highest first."))
    due_days = models.PositiveSmallIntegerField(
        _("working days to answer"),
        null=True,
        blank=True,
        help_text=_("Counted from the day after it was handed out. Empty: only a due day of its own counts."),
    )
    escalate_days = models.PositiveSmallIntegerField(
        _("escalates after"),
        null=True,
        blank=True,
        help_text=_(
            "Working days after the due day until the unit head and the office are told. Empty: never."
        ),
    )
    units_may_add = models.BooleanField(_("units may enter entries"), default=False)
    least_times = models.PositiveSmallIntegerField(
        _("at least"), null=True, blank=True, help_text=_("Times every unit asked is to have entries.")
    )
    groups = models.ManyToManyField(
        Group, blank=True, related_name="registers", verbose_name=_("groups asked")
    )
    least_per = models.CharField(
        _("per"), max_length=12, choices=Frequency.choices, default=Frequency.WEEK, blank=True
    )
    # 结账日: nothing dated up to this day can be changed any more.
    closed_through = models.DateField(_("closed through"), null=True, blank=True, editable=False)

    scope = configuration("office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("register")
        verbose_name_plural = _("registers")
        ordering = ["office", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="register_code_per_office")]

    def __str__(self) -> str:
        return self.title

    @property
    def type_names(self) -> tuple[str, ...]:
        return lines(self.types)

    @property
    def level_names(self) -> tuple[str, ...]:
        return lines(self.levels)


class RegisterStatus(models.Model):
    """A status entries of the register may have, in its own words, and what it counts as."""

    register = models.ForeignKey(
        Register, models.CASCADE, related_name="statuses", verbose_name=_("register")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=60)
    meaning = models.CharField(_("counts as"), max_length=10, choices=Meaning.choices)
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("register__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("status of a register")
        verbose_name_plural = _("statuses of a register")
        ordering = ["register", "order"]
        constraints = [
            models.UniqueConstraint(fields=["register", "code"], name="register_status_code"),
            models.UniqueConstraint(fields=["register", "name"], name="register_status_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterMove(models.Model):
    """An allowed move from one status to another: whose it is, what its button says, what it wants."""

    register = models.ForeignKey(Register, models.CASCADE, related_name="moves", verbose_name=_("register"))
    source = models.ForeignKey(
        RegisterStatus, models.CASCADE, related_name="moves_from", verbose_name=_("from")
    )
    target = models.ForeignKey(RegisterStatus, models.CASCADE, related_name="moves_to", verbose_name=_("to"))
    by = models.CharField(_("by"), max_length=10, choices=MoveBy.choices)
    name = models.CharField(_("button"), max_length=30)
    needs_text = models.BooleanField(_("wants a text"), default=False)
    needs_file = models.BooleanField(_("wants evidence"), default=False)
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("register__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("allowed move")
        verbose_name_plural = _("allowed moves")
        ordering = ["register", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "by"], name="register_move_once"),
            models.CheckConstraint(
                name="register_move_leads_elsewhere", condition=~Q(source=models.F("target"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class RegisterColumn(models.Model):
    """A column of a register beside key, title, unit, type, level, status and dates."""

    register = models.ForeignKey(Register, models.CASCADE, related_name="columns", verbose_name=_("register"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=[(kind.value, kind.label) for kind in COLUMN_KINDS],
        default=ItemKind.TEXT,
    )
    options = models.TextField(_("options"), blank=True, help_text=_("One per line: what a choice offers."))
    required = models.BooleanField(_("must be filled"), default=False)
    personal = models.BooleanField(
        _("personal"),
        default=False,
        help_text=_(
            "A telephone or a name of an applicant: shown to the unit itself and to administrators, and nowhere else."
        ),
    )
    by = models.CharField(_("filled by"), max_length=10, choices=MoveBy.choices, default=MoveBy.OFFICE)
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("register__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("column of a register")
        verbose_name_plural = _("columns of a register")
        ordering = ["register", "order"]
        constraints = [
            models.UniqueConstraint(fields=["register", "code"], name="register_column_code"),
            models.UniqueConstraint(fields=["register", "name"], name="register_column_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def choices(self) -> tuple[str, ...]:
        return lines(self.options)


class RegisterCount(models.Model):
    """A count of the register's entries under a name: `register.count` in expressions, one figure per unit and period."""

    register = models.ForeignKey(Register, models.CASCADE, related_name="counts", verbose_name=_("register"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=60)
    basis = models.CharField(_("which"), max_length=10, choices=CountBasis.choices, default=CountBasis.STOCK)
    statuses = models.CharField(
        _("only in status"), max_length=300, blank=True, help_text=_("Codes separated by blanks.")
    )
    types = models.TextField(_("only of type"), blank=True, help_text=_("One per line."))
    levels = models.TextField(_("only of level"), blank=True, help_text=_("One per line."))
    column = models.ForeignKey(
        RegisterColumn,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="counts",
        verbose_name=_("only where column"),
    )
    equals = models.CharField(
        _("says"), max_length=100, blank=True, help_text=_("Empty: wherever it is filled.")
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("register__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("count of a register")
        verbose_name_plural = _("counts of a register")
        ordering = ["register", "order"]
        constraints = [
            models.UniqueConstraint(fields=["register", "code"], name="register_count_code"),
            models.UniqueConstraint(fields=["register", "name"], name="register_count_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.column and self.column.personal:
            raise ValidationError({"column": _("A personal column is never counted.")})


class RegisterClosing(models.Model):
    """结账: the office closed a register through a day, or opened it again, with the reason; kept for good."""

    register = models.ForeignKey(
        Register, models.PROTECT, related_name="closings", verbose_name=_("register")
    )
    before = models.DateField(_("closed before through"), null=True)
    through = models.DateField(_("closed through"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    scope = Scope(office="register__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("closing of a register")
        verbose_name_plural = _("closings of registers")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.register} {self.through}"
