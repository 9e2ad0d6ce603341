"""Rows of alerts for the two-office world: for each unit one that was answered and one that was not."""

from django.utils import timezone

from departments.choices import AlertKind
from departments.models import Alert
from departments.services.alerts.answering import answer_alert
from departments.services.alerts.daily import run_morning
from departments.services.alerts.matters import Matter
from tests.functional.departments.world import OfficeWorld


def add_alerts(world: OfficeWorld) -> None:
    """Call after the people are there; registers' entries that are overdue by then become alerts too."""
    matters = [
        Matter(unit.pk, AlertKind.BELOW_TARGET, f"target:{name}", f"{unit.name}低于目标值{name}", "/admin/")
        for unit in world.units
        for name in ("a", "b")
    ]
    run_morning(office=world.office, further=matters, kinds={AlertKind.BELOW_TARGET}, at=timezone.now())
    for number, unit in enumerate(world.units):
        alert = Alert.objects.get(unit=unit, subject="target:a")
        answer_alert(alert=alert, user=world.people[f"clerk{number}"], text=f"{unit.name}正在办理")
