"""Notices about entries: one handed to a unit, one sent back to it. An answer is no notice, it lies among the office's tasks.

Nothing of the personal columns is in them: they are built from key, title, dates and what people wrote about the move.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.choices import EntryAction, Meaning, MoveBy, NoticeKind, RegisterKind, Role
from departments.models import Entry, EntryBatch, EntryEvent, Unit
from departments.permissions import people_of
from departments.services.notices import notify, staff_by_unit
from departments.signals import entry_moved
from departments.templatetags.moments import day
from departments.templatetags.people import person_name
from departments.transitions import whom_to_ask


def connect() -> None:
    """Called once when the app is ready."""
    entry_moved.connect(_moved, dispatch_uid="registers.notices")


def tell_units(*, batch: EntryBatch, new: Mapping[Unit, int], at: dt.datetime, user: User | None) -> None:
    """After a file was saved: each unit's clerks once, with how many entries came to it (`new`)."""
    register = batch.register
    url = reverse("admin:departments_register_entries", args=[register.pk])
    clerks = staff_by_unit(register.office, {Role.CLERK}, at)
    heads = staff_by_unit(register.office, {Role.UNIT_HEAD}, at)
    with translation.override(settings.LANGUAGE_CODE):
        for unit, n in new.items():
            people = clerks.get(unit.pk) or heads.get(unit.pk, [])
            notify(
                _others(people, user),
                office=register.office,
                kind=NoticeKind.ENTRY,
                title=ngettext(
                    "%(register)s: %(n)s entry for %(unit)s",
                    "%(register)s: %(n)s entries for %(unit)s",
                    n,
                )
                % {"register": register.title, "n": n, "unit": unit.name},
                text=_("Look at them under “Registers” and answer by their due days. Questions: %s.")
                % whom_to_ask(register),
                url=f"{url}?unit={unit.pk}",
                key=f"entry-batch:{batch.pk}/{unit.pk}",
                at=at,
                unit=unit,
            )


def _moved(sender: Any, entry: Entry, event: EntryEvent, **_kwargs: Any) -> None:
    # What came from a file is told unit by unit (tell_units), and an event asks nothing of its unit.
    if event.batch_id is not None or entry.register.kind != RegisterKind.WORK:
        return
    if entry.status.meaning != Meaning.OPEN:
        return
    with translation.override(settings.LANGUAGE_CODE):
        what = {"register": entry.register.title, "key": entry.key, "name": entry.name}
        if event.action in (EntryAction.CREATE, EntryAction.HAND_ON):
            _tell(entry, event, NoticeKind.ENTRY, _("%(register)s: %(key)s %(name)s is yours") % what)
        elif event.action == EntryAction.MOVE and _by_the_office(event):
            _tell(entry, event, NoticeKind.RETURNED, _("%(register)s: %(key)s %(name)s was sent back") % what)


def _by_the_office(event: EntryEvent) -> bool:
    """Whether a move back to open was not the unit's own taking back."""
    before = event.from_status
    assert before is not None
    own = event.entry.register.moves.filter(source=before, target=event.to_status, by=MoveBy.OWNER).exists()
    mine = people_of({Role.CLERK, Role.UNIT_HEAD}, unit=event.unit)
    return not (own and event.user is not None and mine.filter(pk=event.user.pk).exists())


def _tell(entry: Entry, event: EntryEvent, kind: str, title: str) -> None:
    people = list(people_of({Role.CLERK}, unit=entry.unit)) or list(
        people_of({Role.UNIT_HEAD}, unit=entry.unit)
    )
    lines = [_("Unit: %(unit)s") % {"unit": entry.unit.name}]
    if entry.due_on:
        lines.append(_("To be done by %(due)s.") % {"due": day(entry.due_on)})
    if event.text:
        lines.append(_("Reason: %(reason)s") % {"reason": event.text})
    if event.user is not None:
        lines.append(_("By: %(person)s") % {"person": person_name(event.user)})
    notify(
        _others(people, event.user),
        office=entry.register.office,
        kind=kind,
        title=title,
        text="\n".join(lines),
        url=reverse("admin:departments_entry_change", args=[entry.pk]),
        key=f"entry-event:{event.pk}",
        at=event.at,
        unit=entry.unit,
    )


def _others(people: Iterable[User], user: User | None) -> list[User]:
    """Nobody is told of what they did themselves."""
    return [one for one in people if user is None or one.pk != user.pk]
