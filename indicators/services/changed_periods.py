"""Runs of finished periods without anybody asking: history pages read them instead of computing every period anew."""

import datetime as dt
import logging

from django.conf import settings
from django.db.models import Max
from django.utils import timezone, translation

from departments.choices import Action
from departments.models import Office, SubmissionEvent
from expressions import ExpressionError
from indicators.models import Run
from indicators.services.calculation import calculate, discard

log = logging.getLogger("govsvc.results")

# What is older is computed when somebody asks for it.
LOOKED_BACK = dt.timedelta(days=100)
# Periods per office and turn of the clock, so that an import of years never holds the worker.
MOST = 12


def calculate_changed(*, now: dt.datetime | None = None) -> int:
    """A run for every finished period whose approved figures changed since its last one; how many were stored.

    Only offices that rank something. An earlier run no issue stands on gives way to the new one.
    """
    now = now or timezone.now()
    stored = 0
    with translation.override(settings.LANGUAGE_CODE):
        for office in Office.objects.filter(rankings__isnull=False).distinct():
            for period in changed_periods(office, now)[:MOST]:
                before = list(Run.objects.filter(office=office, period=period))
                try:
                    calculate(office=office, period=period, at=now)
                except ExpressionError as error:
                    log.error("%s %s not computed: %s", office.code, period, error)
                    break
                for run in before:
                    discard(run=run)
                stored += 1
    return stored


def changed_periods(office: Office, now: dt.datetime) -> list[str]:
    """Codes of the office's finished periods, newest first, with decisions after their last run (two queries)."""
    decided = (
        SubmissionEvent.objects.filter(
            submission__window__form__office=office,
            submission__window__ends_on__lt=timezone.localdate(now),
            action__in=(Action.APPROVE, Action.REOPEN),
            at__gt=now - LOOKED_BACK,
            at__lte=now,
        )
        .values_list("submission__window__period", "submission__window__ends_on")
        .annotate(last=Max("at"))
        .order_by("-submission__window__ends_on", "submission__window__period")
    )
    runs = dict(Run.objects.filter(office=office).values_list("period").annotate(Max("at")).order_by())
    return [period for period, _ends_on, last in decided if period not in runs or runs[period] < last]
