"""What there is to warn units of, as far as collection knows it: overdue entries, unanswered requests, too few entries."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import AlertKind, AnswerState, Meaning, RegisterKind, RequestState
from departments.models import Entry, Office, RequestAnswer, Unit
from departments.services.registers.frequency import asking, last_period, standing
from departments.templatetags.moments import day as day_words
from departments.templatetags.moments import moment

# The kinds this module knows all matters of: an alert of them without a matter is over.
OWN_KINDS = frozenset({AlertKind.OVERDUE_ENTRY, AlertKind.TOO_FEW, AlertKind.UNANSWERED})


@dataclass(frozen=True)
class Matter:
    """One thing a unit (by id) is warned of; `subject` is the same every morning for as long as it stands."""

    unit: int
    kind: str
    subject: str
    title: str
    url: str


def matters_of(office: Office, at: dt.datetime) -> list[Matter]:
    """Everything of OWN_KINDS as it stands at that moment, for units that are open that day."""
    open_units = set(
        Unit.objects.open_on(timezone.localdate(at)).filter(office=office).values_list("pk", flat=True)
    )
    found = (*_overdue(office, at), *_too_few(office, at), *_unanswered(office, at))
    return [matter for matter in found if matter.unit in open_units]


def _overdue(office: Office, at: dt.datetime) -> Iterator[Matter]:
    """Entries past their due day that the unit has still to deal with."""
    entries = Entry.objects.filter(
        register__office=office,
        register__kind=RegisterKind.WORK,
        status__meaning=Meaning.OPEN,
        due_on__lt=timezone.localdate(at),
    ).order_by("due_on", "key")
    for entry in entries:
        yield Matter(
            entry.unit_id,
            AlertKind.OVERDUE_ENTRY,
            f"entry:{entry.pk}",
            _("%(key)s %(name)s was due %(due)s")
            % {"key": entry.key, "name": entry.name, "due": day_words(entry.due_on)},
            reverse("admin:departments_entry_change", args=[entry.pk]),
        )


def _too_few(office: Office, at: dt.datetime) -> Iterator[Matter]:
    """Units that had too few entries in a register's last period; when the next is over, that one is asked about."""
    today = timezone.localdate(at)
    for register in asking(office):
        for one in standing(register, [last_period(register, today)], at):
            if one.short:
                yield Matter(
                    one.unit.pk,
                    AlertKind.TOO_FEW,
                    f"least:{register.pk}:{one.period.code}",
                    _("%(register)s, %(period)s: %(times)s of at least %(least)s")
                    % {
                        "register": register.title,
                        "period": one.period.label,
                        "times": one.times,
                        "least": one.least,
                    },
                    reverse("admin:departments_register_entries", args=[register.pk]),
                )


def _unanswered(office: Office, at: dt.datetime) -> Iterator[Matter]:
    """Requests past their due moment that wait for the unit."""
    answers = (
        RequestAnswer.objects.filter(
            request__office=office,
            request__state=RequestState.ISSUED,
            request__due_at__lt=at,
            state__in=(AnswerState.WAITING, AnswerState.RETURNED),
        )
        .select_related("request")
        .order_by("request__due_at", "pk")
    )
    for answer in answers:
        yield Matter(
            answer.unit_id,
            AlertKind.UNANSWERED,
            f"request:{answer.pk}",
            _("“%(request)s” was due %(due)s")
            % {"request": answer.request.title, "due": moment(answer.request.due_at)},
            reverse("admin:departments_requestanswer_change", args=[answer.pk]),
        )
