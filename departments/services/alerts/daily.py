"""每日预警: every working morning matters become alerts, unanswered ones are reminded, those that are over end; units are told."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import AlertAction, NoticeKind, Role
from departments.models import Alert, AlertEvent, MorningRun, Office, Unit
from departments.services.alerts.matters import OWN_KINDS, Matter, matters_of
from departments.services.mornings import run_once
from departments.services.notices import notify, staff_by_unit

SINCE = dt.time(8, 0)
# From this many reminders on the unit head is told as well.
HEAD_FROM = 3
# So many alerts are named in a notice; the page has them all.
_NAMED = 20


@dataclass(frozen=True)
class Morning:
    """What a morning's run did: alerts raised, reminded of, ended, and the notices written."""

    raised: int
    reminded: int
    ended: int
    notices: int


def run_morning(
    *, office: Office, further: Iterable[Matter], kinds: Collection[str], at: dt.datetime
) -> Morning | None:
    """One office's alerts of the day; None when they were done already.

    `further` are the matters of `kinds` that others found; what they could not look into they leave out of `kinds`, and
    its alerts stay as they are.
    """
    done: list[Morning] = []

    def work() -> int:
        matters = [*matters_of(office, at), *further]
        done.append(keep_alerts(office=office, matters=matters, kinds={*OWN_KINDS, *kinds}, at=at))
        return done[0].notices

    run_once(office=office, job=MorningRun.Job.ALERTS, now=at, work=work)
    return done[0] if done else None


@transaction.atomic
def keep_alerts(
    *, office: Office, matters: Iterable[Matter], kinds: Collection[str], at: dt.datetime
) -> Morning:
    """Raises an alert for each new matter, reminds of the unanswered older ones, ends those of `kinds` without a matter."""
    today = timezone.localdate(at)
    standing = {(matter.unit, matter.subject): matter for matter in matters}
    alerts = {
        (alert.unit_id, alert.subject): alert
        for alert in Alert.objects.select_for_update(of=("self",)).filter(
            office=office, ended_on__isnull=True, kind__in=kinds
        )
    }
    ended = [alert for key, alert in alerts.items() if key not in standing]
    reminded = []
    for key, alert in alerts.items():
        if key not in standing:
            continue
        alert.title, alert.url = standing[key].title[:200], standing[key].url
        if alert.answered_at is None and (alert.reminded_on or alert.raised_on) < today:
            alert.reminders, alert.reminded_on = alert.reminders + 1, today
            reminded.append(alert)
    for alert in ended:
        alert.ended_on = today
    Alert.objects.bulk_update(
        alerts.values(), ["title", "url", "reminders", "reminded_on", "ended_on"], batch_size=500
    )
    raised = Alert.objects.bulk_create(
        Alert(
            office=office,
            unit_id=matter.unit,
            kind=matter.kind,
            subject=matter.subject,
            title=matter.title[:200],
            url=matter.url,
            raised_on=today,
        )
        for key, matter in standing.items()
        if key not in alerts
    )
    AlertEvent.objects.bulk_create(
        AlertEvent(alert=alert, action=action, at=at)
        for action, rows in (
            (AlertAction.RAISE, raised),
            (AlertAction.REMIND, reminded),
            (AlertAction.END, ended),
        )
        for alert in rows
    )
    notices = _tell(office, [*raised, *reminded], at)
    return Morning(len(raised), len(reminded), len(ended), notices)


def _tell(office: Office, alerts: list[Alert], at: dt.datetime) -> int:
    """One notice per unit: to its clerks, without clerks to its head, and to the head when something was reminded often."""
    clerks, heads = (staff_by_unit(office, {role}, at) for role in (Role.CLERK, Role.UNIT_HEAD))
    by_unit: dict[int, list[Alert]] = {}
    for alert in alerts:
        by_unit.setdefault(alert.unit_id, []).append(alert)
    units = Unit.objects.in_bulk(by_unit)
    written = 0
    for unit_id, own in by_unit.items():
        people = list(clerks.get(unit_id, []))
        if not people or any(alert.reminders >= HEAD_FROM for alert in own):
            people += heads.get(unit_id, [])
        unit = units[unit_id]
        new = sum(not alert.reminders for alert in own)
        notices = notify(
            people,
            office=office,
            kind=NoticeKind.ALERT,
            title=_("%(unit)s: %(n)s alerts today, %(new)s of them new")
            % {"unit": unit.name, "n": len(own), "new": new},
            text="\n".join(_lines(own)),
            url=reverse("admin:departments_alert_today"),
            key=f"alerts:{office.pk}:{timezone.localdate(at):%y%m%d}/{unit_id}",
            at=at,
            unit=unit,
        )
        written += len(notices)
    return written


def _lines(alerts: list[Alert]) -> list[str]:
    lines = []
    for alert in alerts[:_NAMED]:
        again = _("(reminder %s)") % alert.reminders if alert.reminders else ""
        lines.append(f"{alert.get_kind_display()}：{alert.title}{again}")
    if len(alerts) > _NAMED:
        lines.append(_("and %s more") % (len(alerts) - _NAMED))
    lines.append(_("Write under each what is being done about it."))
    return lines
