"""Which scheme and period a page of leaves in words is about, as its address says."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from departments.models import Unit
from departments.periods import Period
from indicators.models import Scheme, SchemeNode
from indicators.services.leaf_board import leaf_periods
from indicators.views.leaf_rights import seen_schemes


@dataclass(frozen=True)
class Choice:
    """The scheme and period shown, and those that may be chosen instead."""

    scheme: Scheme
    period: Period
    schemes: tuple[Scheme, ...]
    periods: tuple[Period, ...]

    @property
    def query(self) -> dict[str, str]:
        return {"scheme": str(self.scheme.pk), "period": self.period.code}


def choose(request: HttpRequest, *, own: bool) -> Choice | None:
    """The scheme and period of the address, else the newest; None where the person has no scheme with leaves in words."""
    schemes = tuple(seen_schemes(request.user, own=own))
    asked = request.GET.get("scheme", "")
    today = timezone.localdate()
    in_force = [s for s in schemes if s.valid_from <= today and (s.valid_to is None or s.valid_to >= today)]
    scheme = next((one for one in schemes if str(one.pk) == asked), next(iter(in_force or schemes), None))
    if scheme is None:
        return None
    periods = tuple(leaf_periods(scheme, today))
    wanted = request.GET.get("period", "")
    period = next((one for one in periods if one.code == wanted), periods[0])
    return Choice(scheme, period, schemes, periods)


def list_url(query: dict[str, Any] | None = None) -> str:
    url = reverse("admin:indicators_leafreport_changelist")
    return f"{url}?{urlencode(query)}" if query else url


def leaf_url(node: SchemeNode, unit: Unit | int, period: Period | str) -> str:
    """The page of one leaf, unit and period, whether anything is reported yet or not."""
    pk = unit if isinstance(unit, int) else unit.pk
    return reverse("admin:indicators_leafreport_leaf", args=[node.pk, pk, str(period)])
