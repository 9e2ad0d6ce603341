"""What an address asks for besides filters of rows: office, period, source. Checked, and described in the OpenAPI."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from departments.models import Group, Office
from departments.periods import Period, PeriodError
from departments.permissions import offices_of
from reports.api.base import found
from reports.views.filters import current_period, periods_of
from reports.views.tables import own_units

PRESENT, ISSUED = "present", "issued"
# Every period an address names is worked out anew: nobody shall ask for centuries.
EARLIEST, LONGEST = dt.date(2000, 1, 1), dt.timedelta(days=366)


class OfficeQuery(serializers.Serializer):
    office = serializers.CharField(
        required=False, help_text=_("Code of the office; needed by people of several offices only.")
    )


class PeriodQuery(serializers.Serializer):
    period = serializers.CharField(
        required=False,
        help_text=_("Code of the period, such as 2022-03 or 2022Q1; without it the newest one with figures."),
    )
    source = serializers.ChoiceField(
        choices=[(PRESENT, _("as the figures stand now")), (ISSUED, _("as the bulletin was issued"))],
        required=False,
        help_text=_(
            "People of the office choose; without a choice they get the present figures. People of a unit get what was"
            " issued as soon as it is, before that their own unit only."
        ),
    )

    def validate_period(self, code: str) -> str:
        try:
            period = Period.parse(code)
        except PeriodError as error:
            raise ValidationError(str(error)) from error
        if period.start < EARLIEST or period.end - period.start > LONGEST:
            raise ValidationError(_("A period of one year at most, not before the year 2000, please."))
        return period.code


class TableQuery(PeriodQuery):
    group = serializers.CharField(
        required=False,
        help_text=_("Code of another group to rank; people of the office only, present figures only."),
    )


class ScoreQuery(PeriodQuery):
    unit = serializers.CharField(required=False, help_text=_("Code of the unit; without it all one may see."))


class ResultQuery(OfficeQuery, ScoreQuery):
    indicator = serializers.CharField(required=False, help_text=_("Code of the indicator."))
    group = serializers.CharField(required=False, help_text=_("Code of the group."))


@dataclass(frozen=True)
class Asked:
    """A request for figures of an office: `own` are the codes of the person's units, None for people of the office."""

    office: Office
    period: str
    own: frozenset[str] | None
    values: dict[str, Any]

    @property
    def wants_issued(self) -> bool:
        """Whether what was issued comes first where there is any."""
        return self.own is not None or self.values.get("source") == ISSUED

    def shows(self, unit: str) -> bool:
        """Whether the person may see the unit's own rows, and asked for them."""
        return (self.own is None or unit in self.own) and self.values.get("unit") in (None, unit)


def checked(request: Request, query: type[serializers.Serializer]) -> dict[str, Any]:
    """The parameters of the address; ValidationError names the faulty ones."""
    serializer = query(data={name: value for name, value in request.query_params.items() if value})
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def office_of(request: Request, code: str | None) -> Office:
    """The office asked for, else the person's only one."""
    offices = offices_of(request.user)
    if code:
        return found(request, offices, code=code)
    mine = list(offices[:2])
    if len(mine) != 1:
        raise ValidationError({"office": [_("Say of which office: its code.")]})
    return mine[0]


def asked(request: Request, query: type[serializers.Serializer], office: Office | None = None) -> Asked:
    """What is asked of `office`, or of the one the address names; ValidationError when it never asked for figures."""
    values = checked(request, query)
    office = office or office_of(request, values.get("office"))
    period = values.get("period") or current_period(office)
    if period is None:
        raise ValidationError(
            {"period": [_("This office has not asked for figures yet: there is no period.")]}
        )
    return Asked(office, period, own_units(request.user, office), values)


def group_of(request: Request, office: Office, code: str | None) -> Group | None:
    """The group of that code."""
    return found(request, Group.objects.filter(office=office), code=code) if code else None


def periods(office: Office) -> list[Period]:
    """The periods the office has asked figures for, newest first."""
    return [Period.parse(code) for code, _label in periods_of(office)]
