"""What the pages about one unit's results share: who may open them, and the period in the address."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from departments.models import Office, Unit
from departments.periods import Period, PeriodError
from reports.views.filters import current_period, periods_of
from reports.views.tables import own_units


@dataclass(frozen=True)
class Asked:
    """The period looked at (None while nothing was ever asked for) and those to choose from, as (code, label)."""

    period: Period | None
    choices: tuple[tuple[str, str], ...]


def unit_for(user: Any, unit_id: int) -> tuple[Unit, bool]:
    """The unit, and whether the person sees the whole office. PermissionDenied for people of other units and offices."""
    unit = Unit.objects.select_related("office").filter(pk=unit_id).first()
    if unit is not None:
        own = own_units(user, unit.office)
        if own is None or unit.code in own:
            return unit, own is None
    raise PermissionDenied(_("This page does not exist or is not yours. Go back to your tasks."))


def asked_period(request: HttpRequest, office: Office) -> Asked:
    """Any period may stand in the address, also one nobody files for (a year to date); without one the newest."""
    code = request.GET.get("period", "") or current_period(office)
    choices = periods_of(office)
    if not code:
        return Asked(None, tuple(choices))
    try:
        period = Period.parse(code)
    except PeriodError as error:
        raise Http404(str(error)) from error
    if period.code not in dict(choices):
        choices = [(period.code, period.label), *choices]
    return Asked(period, tuple(choices))
