"""Tasks of indicators: ids in, one service each, harmless when run twice."""

from celery import shared_task

from departments.models import Office
from indicators.services import below_target, calculation, changed_periods, sums


@shared_task
def roll_up(unit_id: int, form_id: int, period: str) -> int:
    """Brings the sums of a unit and of everything above it up to date; returns the number of rows written."""
    return sums.roll_up(unit_id=unit_id, form_id=form_id, period=period)


@shared_task
def calculate(office_id: int, period: str) -> int:
    """Stores a period's results and places; returns the run's id."""
    return calculation.calculate(office=Office.objects.get(pk=office_id), period=period).pk


@shared_task
def warn_units() -> int:
    """Every minute: from 8:00 on a working day writes the alerts of the day, once per office; how many notices."""
    return below_target.run_mornings()


@shared_task
def calculate_changed() -> int:
    """Every ten minutes: runs of finished periods whose approved figures changed; how many."""
    return changed_periods.calculate_changed()
