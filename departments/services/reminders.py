"""催报: reminders before, at and after the due moment by a form's rules, or at once by an administrator's button."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.choices import EntryMode, NoticeKind, Role, Status
from departments.durations import span
from departments.exceptions import TransitionRefused
from departments.models import Form, Notice, ReminderRule, Submission, Unit, Window
from departments.models.submissions import EDITABLE
from departments.permissions import has_role
from departments.services.notices import notify, staff_by_unit, tell_groups
from departments.templatetags.moments import moment

# A run that was missed is made up for within this time; an older moment has lost its sense.
CATCH_UP = dt.timedelta(hours=24)
# (hours from the due moment, whom).
DEFAULTS = (
    (-24, Role.CLERK),
    (0, Role.CLERK),
    (2, Role.CLERK),
    (24, Role.UNIT_HEAD),
    (24, Role.ADMINISTRATOR),
)
# Where the office fills in one table for all units, only its own people have something to do.
OFFICE_DEFAULTS = tuple((hours, Role.ADMINISTRATOR) for hours in (-24, 0, 2, 24))


@dataclass(frozen=True)
class Reminded:
    """What a reminder reached: notices written, units they are about, and units that have nobody to tell."""

    notices: int
    units: tuple[Unit, ...]
    nobody: tuple[Unit, ...]


@dataclass(frozen=True)
class _Matter:
    """One window's reminder: whom (role), what kind, the batch of its keys, and words of a person's own."""

    window: Window
    now: dt.datetime
    kind: str
    role: str
    batch: str
    by_email: bool = True
    by_robot: bool = False
    words: str = ""


def default_rules(form: Form) -> list[ReminderRule]:
    """Gives the form the usual rules where it has none for that moment and role; all its rules."""
    usual = OFFICE_DEFAULTS if form.entered_by == EntryMode.OFFICE else DEFAULTS
    ReminderRule.objects.bulk_create(
        [ReminderRule(form=form, hours=hours, role=role) for hours, role in usual], ignore_conflicts=True
    )
    return list(form.reminder_rules.all())


def send_reminders(*, now: dt.datetime | None = None) -> int:
    """Writes the notices of every rule whose moment has come, up to a day late; how many. Again: none twice."""
    now = now or timezone.now()
    rules = list(ReminderRule.objects.select_related("form__office"))
    if not rules:
        return 0
    hours = [rule.hours for rule in rules]
    windows: dict[int, list[Window]] = {}
    for window in Window.objects.filter(
        form__in={rule.form_id for rule in rules},
        opens_at__lte=now,
        due_at__gt=now - CATCH_UP - dt.timedelta(hours=max(hours)),
        due_at__lte=now - dt.timedelta(hours=min(hours)),
    ):
        windows.setdefault(window.form_id, []).append(window)
    written = 0
    with translation.override(settings.LANGUAGE_CODE):
        for rule in rules:
            for window in windows.get(rule.form_id, ()):
                if now - CATCH_UP < window.due_at + dt.timedelta(hours=rule.hours) <= now:
                    written += _follow(rule, window, now)
    return written


def remind_now(
    *,
    window: Window,
    units: Iterable[Unit],
    user: Any,
    text: str = "",
    by_robot: bool = False,
    at: dt.datetime | None = None,
) -> Reminded:
    """The board's button: tells the clerks (without clerks the heads) of those units that have not handed in.

    Pressed twice within a minute it tells nobody twice. `text` is the administrator's own sentence.
    """
    at = at or timezone.now()
    if not has_role(user, {Role.ADMINISTRATOR}, office=window.form.office):
        raise TransitionRefused(_("Only an administrator of the office reminds units."))
    if at < window.opens_at:
        raise TransitionRefused(_("This window is not open yet: there is nothing to hand in."))
    kind = NoticeKind.OVERDUE if at > window.due_at else NoticeKind.REMINDER
    minute = f"{timezone.localtime(at):%y%m%d%H%M}"
    matter = _Matter(
        window,
        at,
        kind,
        Role.CLERK,
        f"now:{window.pk}:{minute}",
        by_robot=by_robot,
        words=text.strip(),
    )
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        window = _locked(window)
        return _tell_units(matter, list(_unfinished(window).filter(unit__in=[unit.pk for unit in units])))


def _follow(rule: ReminderRule, window: Window, now: dt.datetime) -> int:
    if rule.form.entered_by == EntryMode.OFFICE and rule.role != Role.ADMINISTRATOR:
        return 0
    kind = NoticeKind.REMINDER
    if rule.hours > 0:
        kind = NoticeKind.ESCALATION if rule.role == Role.UNIT_HEAD else NoticeKind.OVERDUE
    with transaction.atomic():
        # Two clocks at once: the second finds what the first has written.
        window = _locked(window)
        # A moved due moment is a new matter: who was reminded of the old one is reminded of the new one.
        batch = f"rule:{rule.pk}:{window.pk}:{window.due_at:%y%m%d%H%M}"
        matter = _Matter(window, now, kind, rule.role, batch, rule.by_email, rule.by_robot)
        late = list(_unfinished(window))
        if rule.role in (Role.CLERK, Role.UNIT_HEAD):
            return _tell_units(matter, late).notices
        return _tell_office(matter, late)


def _locked(window: Window) -> Window:
    return (
        Window.objects.select_for_update(of=("self",), no_key=True)
        .select_related("form__office")
        .get(pk=window.pk)
    )


def _unfinished(window: Window) -> QuerySet[Submission]:
    """What a unit still owes: never handed in, or waiting for its own head to confirm."""
    owed = Q(status__in=EDITABLE, handed_in_at__isnull=True) | Q(status=Status.CHECKING)
    return (
        Submission.objects.filter(owed, window=window)
        .select_related("unit")
        .order_by("unit__protocol_order", "unit__code")
    )


def _tell_units(matter: _Matter, late: list[Submission]) -> Reminded:
    office = matter.window.form.office
    clerks, heads = (staff_by_unit(office, {role}, matter.now) for role in (Role.CLERK, Role.UNIT_HEAD))
    told = set(
        Notice.objects.filter(submission__in=late, key__startswith=f"{matter.batch}/").values_list(
            "submission", "user"
        )
    )
    written, nobody = 0, []
    for submission in late:
        users = _addressees(matter, submission, clerks, heads)
        if not users:
            nobody.append(submission.unit)
        if all((submission.pk, user.pk) in told for user in users):
            continue
        notices = notify(
            users,
            office=office,
            kind=matter.kind,
            title=_title(matter),
            text=_unit_text(matter, submission),
            url=reverse("admin:departments_submission_change", args=[submission.pk]),
            key=f"{matter.batch}/{submission.pk}",
            at=matter.now,
            submission=submission,
            unit=submission.unit,
            by_email=matter.by_email,
        )
        written += len(notices)
    if matter.by_robot and written:
        tell_groups(office=office, batch=matter.batch)
    return Reminded(written, tuple(submission.unit for submission in late), tuple(nobody))


def _addressees(
    matter: _Matter,
    submission: Submission,
    clerks: Mapping[int | None, list[User]],
    heads: Mapping[int | None, list[User]],
) -> list[User]:
    """Whose turn it is: the clerks' until they submit, then the heads'; without clerks the heads'."""
    own_heads = heads.get(submission.unit_id, [])
    if matter.role == Role.UNIT_HEAD or submission.status == Status.CHECKING:
        return own_heads
    return clerks.get(submission.unit_id, []) or own_heads


def _tell_office(matter: _Matter, late: list[Submission]) -> int:
    """One notice for the whole window with the names of all units that are late; none when there are none."""
    if not late:
        return 0
    office = matter.window.form.office
    names = "、".join(_owing(submission) for submission in late)
    lines = [
        _due_line(matter),
        _("Not handed in (%(n)s): %(names)s") % {"n": len(late), "names": names},
    ]
    notices = notify(
        staff_by_unit(office, {matter.role}, matter.now).get(None, []),
        office=office,
        kind=matter.kind,
        title=_("%(title)s, %(n)s not handed in") % {"title": _title(matter), "n": len(late)},
        text="\n".join(lines),
        url=reverse("admin:departments_submission_board"),
        key=matter.batch,
        at=matter.now,
        by_email=matter.by_email,
        by_robot=matter.by_robot,
    )
    return len(notices)


def _owing(submission: Submission) -> str:
    """区人社局, or 区人社局（待单位负责人确认）."""
    name = submission.unit.name
    return f"{name}（{submission.get_status_display()}）" if submission.status == Status.CHECKING else name


def _title(matter: _Matter) -> str:
    window = matter.window
    words = {"form": window.form.title, "period": window.when.label, "due": moment(window.due_at)}
    if matter.now > window.due_at and matter.kind != NoticeKind.REMINDER:
        return _("%(form)s %(period)s is overdue, due was %(due)s") % words
    return _("%(form)s %(period)s is due %(due)s") % words


def _due_line(matter: _Matter) -> str:
    due, now = matter.window.due_at, matter.now
    words = {"due": moment(due), "span": span(due - now)}
    if abs(due - now) < dt.timedelta(minutes=1):
        return _("Due %(due)s: that is now.") % words
    return (_("Due %(due)s: %(span)s left.") if now < due else _("Due %(due)s: %(span)s overdue.")) % words


def _unit_text(matter: _Matter, submission: Submission) -> str:
    window, form = matter.window, matter.window.form
    checking = submission.status == Status.CHECKING
    first = (
        _("“%(form)s” of %(unit)s for %(period)s waits for the unit head to confirm.")
        if checking
        else _("%(unit)s has not handed in “%(form)s” for %(period)s.")
    )
    names = {"unit": submission.unit.name, "form": form.title, "period": window.when.label}
    lines = [first % names, _due_line(matter)]
    if checking:
        lines.append(_("The office sees it only when it is confirmed."))
    elif matter.kind == NoticeKind.ESCALATION:
        lines.append(_("Please see to it that it is filled in and handed in as soon as possible."))
    if window.closes_at is not None and window.closes_at <= matter.now:
        lines.append(
            _("The window closed %(time)s: ask the office to re-open the form.")
            % {"time": moment(window.closes_at)}
        )
    if matter.words:
        lines.append(_("The office says: %(words)s") % {"words": matter.words})
    contact = form.contact or form.office.phone
    if contact:
        lines.append(_("Whom to ask: %(contact)s") % {"contact": contact})
    return "\n".join(lines)
