"""Loading PeriodData, the plain values that sentences, tables, ranks and mails are made from."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from departments.models import Office
from departments.periods import Period
from indicators.dataset import PeriodData
from indicators.models import IndicatorVersion
from indicators.services.history import History


def load_period(
    office: Office,
    period: str,
    at: dt.datetime | None = None,
    *,
    versions: Sequence[IndicatorVersion] = (),
) -> PeriodData:
    """The office's approved figures and definitions for a period, with the tree and names as they were on its last day.

    `at` (default now) is the moment at which late and missing forms and answers and the entries of registers are counted.
    `versions` stand in for the definitions in force (a trial). A fixed number of queries, whatever the number of units.
    ExpressionError when a definition can't be used.
    """
    return History(office, at or timezone.now(), versions).data(Period.parse(period))
