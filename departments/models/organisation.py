"""Who reports: offices, units with their dated names, parents and groups, and the people who act for them."""

import datetime as dt
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import OFFICE_ROLES, UNIT_ROLES, Role
from departments.scoping import EVERYBODY, Scope, configuration

code_validator = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$", _("A code holds Latin letters, digits, “-” and “_” only.")
)


def normal_name(name: str) -> str:
    """A name as it is compared: full-width forms folded, blanks removed (published tables scatter blanks)."""
    return "".join(unicodedata.normalize("NFKC", name).split())


class Office(models.Model):
    """通报发布机构: owns its units, forms, indicators, bulletins and number sequence; sees no other office."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    synthetic = models.CharField(
        _("synthetic data mark"),
        max_length=100,
        blank=True,
        help_text=_("Printed on every page and document when this office's data are not real."),
    )

    scope = Scope(office="", view=EVERYBODY, change=frozenset({Role.ADMINISTRATOR}), open_to_units=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """考核组: comparable units, ranked together and never across."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="groups", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["office", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="group_code_per_office")]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def open_on(self, day: dt.date) -> "UnitQuerySet":
        return self.filter(opened_on__lte=day).filter(Q(closed_on__isnull=True) | Q(closed_on__gte=day))


class Unit(models.Model):
    """填报单位. What changes with time (name, parent, group) stands in UnitVersion."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="units", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    protocol_order = models.PositiveIntegerField(
        _("protocol order"), default=0, help_text=_("Official order of units in lists.")
    )
    opened_on = models.DateField(_("opened on"), default=dt.date(2000, 1, 1))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    # The name in force today, kept beside the dated ones so that lists and searches need no join.
    name = models.CharField(_("short name"), max_length=60, editable=False)

    objects = UnitQuerySet.as_manager()
    scope = Scope(
        office="office",
        unit="",
        view=EVERYBODY,
        add=frozenset({Role.ADMINISTRATOR}),
        change=frozenset({Role.ADMINISTRATOR}),
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["office", "protocol_order", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="unit_code_per_office")]

    def __str__(self) -> str:
        return self.name or self.code

    def clean(self) -> None:
        if self.closed_on and self.closed_on < self.opened_on:
            raise ValidationError({"closed_on": _("A unit can't close before it opens.")})


class UnitVersionQuerySet(models.QuerySet["UnitVersion"]):
    def on(self, day: dt.date) -> "UnitVersionQuerySet":
        """The version of every unit in force that day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class UnitVersion(models.Model):
    """Name, parent and group of a unit from one day to another, both included; periods never overlap."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="versions", verbose_name=_("unit"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    full_name = models.CharField(_("full name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="child_versions", verbose_name=_("parent")
    )
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="unit_versions", verbose_name=_("group")
    )

    objects = UnitVersionQuerySet.as_manager()
    scope = Scope(office="unit__office", unit="unit", view=EVERYBODY, add=frozenset({Role.ADMINISTRATOR}))

    class Meta:
        verbose_name = _("unit version")
        verbose_name_plural = _("unit versions")
        ordering = ["unit", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_version_start")]
        indexes = [
            models.Index(fields=["parent", "valid_from"]),
            models.Index(fields=["group", "valid_from"]),
        ]

    def __str__(self) -> str:
        return f"{self.short_name} {self.valid_from}"


class UnitAlias(models.Model):
    """Another name of a unit. With a `usage` it is also the name printed there (annex2, text)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=200)
    usage = models.CharField(
        _("printed in"),
        max_length=40,
        blank=True,
        help_text=_("Name set that prints this name, for example text or annex2; empty: only recognised."),
    )

    scope = Scope(
        office="unit__office",
        unit="unit",
        view=EVERYBODY,
        add=frozenset({Role.ADMINISTRATOR}),
        change=frozenset({Role.ADMINISTRATOR}),
        delete=frozenset({Role.ADMINISTRATOR}),
    )

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["unit", "usage", "name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name", "usage"], name="alias_once"),
            models.UniqueConstraint(fields=["unit", "usage"], condition=~Q(usage=""), name="alias_per_usage"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: dt.date) -> "MembershipQuerySet":
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Membership(models.Model):
    """A person's role in an office, for one unit or for the whole office."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("account")
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="memberships", verbose_name=_("office"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acting for"),
        help_text=_("代岗: whose place this person takes between the two days."),
    )

    objects = MembershipQuerySet.as_manager()
    scope = configuration("office", view={Role.ADMINISTRATOR})

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["office", "unit", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(acting_for__isnull=True),
                name="membership_once",
            ),
            # A NULL unit never equals another in SQL: the office's roles need a constraint of their own.
            models.UniqueConstraint(
                fields=["user", "office", "role"],
                condition=Q(unit__isnull=True, acting_for__isnull=True),
                name="office_membership_once",
            ),
            models.CheckConstraint(
                name="membership_acting_is_dated",
                condition=Q(acting_for__isnull=True) | Q(valid_from__isnull=False, valid_to__isnull=False),
            ),
            models.CheckConstraint(
                name="membership_unit_fits_role",
                condition=Q(role__in=sorted(UNIT_ROLES), unit__isnull=False)
                | Q(role__in=sorted(OFFICE_ROLES), unit__isnull=True)
                | Q(role=Role.VIEWER),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit or self.office} · {self.get_role_display()}"

    def clean(self) -> None:
        if self.role in UNIT_ROLES and self.unit_id is None:
            raise ValidationError({"unit": _("This role acts for one unit: choose it.")})
        if self.role in OFFICE_ROLES and self.unit_id is not None:
            raise ValidationError({"unit": _("This role acts for the whole office: leave the unit empty.")})
        if self.unit and self.unit.office_id != self.office_id:
            raise ValidationError({"unit": _("This unit belongs to another office.")})
        if self.acting_for_id and not (self.valid_from and self.valid_to):
            raise ValidationError({"valid_to": _("Who acts for somebody does so from one day to another.")})
