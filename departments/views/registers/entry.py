"""条目: one entry with its columns, evidence, moves and history. Everything is done by the services; nothing typed is lost."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import EntryAction, MoveBy, RegisterKind
from departments.exceptions import Conflict, DepartmentsError, TransitionRefused
from departments.models import Entry, EntryEvent, EntryFile, RegisterColumn, Unit
from departments.permissions import get_visible
from departments.services.registers.checking import save_page
from departments.services.registers.contents import EntryRefused
from departments.services.registers.life import hand_on, remove_file
from departments.services.registers.moves import (
    can_edit,
    check_edit,
    moves_for,
    sees_personal,
    sides_of,
    why_closed,
)
from departments.services.registers.personal import read_personal
from departments.services.registers.repeats import earlier, times
from departments.services.schedules import calendar_of
from departments.transitions import whom_to_ask
from departments.views.attachments import file_response
from departments.views.registers.list import next_to_check, units_for
from departments.views.registers.parts import Page, history_of, kept_fields, read_day, typed_of
from departments.views.registers.words import DueWords, nth_words

# So many earlier entries of the same type are named; the list has them all.
NAMED = 5


def entry_page(request: HttpRequest, entry: Entry, context: dict[str, Any]) -> HttpResponse:
    """GET shows the entry; POST with an `action` (save, move-<id>, hand-on, remove-<id>) does it or says why not."""
    if request.method != "POST":
        return _show(request, entry, context)
    try:
        _act(request, entry)
    except Conflict:
        fresh = Entry.objects.select_related("register__office", "unit__office", "status").get(pk=entry.pk)
        since = history_of(
            fresh,
            fresh.register.columns.all(),
            personal=sees_personal(request.user, fresh),
            since=_seen(request) or 0,
        )
        return _show(request, fresh, context | {"meanwhile": since}, status=409)
    except EntryRefused as refused:
        return _show(request, entry, context, faults=refused.faults)
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
        return _show(request, entry, context)
    return HttpResponseRedirect(reverse("admin:departments_entry_change", args=[entry.pk]))


def download_file(request: HttpRequest, entryfile_id: int) -> HttpResponse:
    """Evidence under the name it came with, for whoever sees the entry; files taken off it can still be fetched."""
    return file_response(get_visible(EntryFile.objects.all(), request.user, pk=entryfile_id))


def _act(request: HttpRequest, entry: Entry) -> None:
    action = request.POST.get("action", "")
    name, _dash, pk = action.partition("-")
    number = int(pk) if pk.isdecimal() else 0
    if action == "hand-on":
        units = Unit.objects.filter(office=entry.register.office)
        chosen = request.POST.get("unit", "")
        unit = units.filter(pk=chosen).first() if chosen.isdecimal() else None
        if unit is None:
            raise DepartmentsError(_("Choose the unit that takes the entry."))
        hand_on(entry=entry, unit=unit, user=request.user, text=request.POST.get("why", ""))
        messages.success(request, _("Handed to %s.") % unit.name)
    elif name == "remove":
        file = EntryFile.objects.filter(entry=entry, pk=number).select_related("entry").first()
        if file is None:
            raise DepartmentsError(_("This file is not among the entry's files."))
        remove_file(file=file, user=request.user)
        messages.success(request, _("Taken off: %s.") % file.name)
    elif action == "save" or name == "move":
        _save(request, entry, number if name == "move" else 0)
    else:
        raise DepartmentsError(_("Nothing was done: choose a button of this page."))


def _save(request: HttpRequest, entry: Entry, move_id: int) -> None:
    columns = list(entry.register.columns.all())
    version = _seen(request)
    if version is None:
        raise Conflict({})
    typed = typed_of(
        request.POST,
        request.FILES.getlist("file"),
        columns,
        kept_fields(entry),
        entry.values,
        read_personal(entry=entry, user=request.user) or {},
    )
    move = entry.register.moves.select_related("target").filter(pk=move_id).first() if move_id else None
    if move_id and move is None:
        raise DepartmentsError(_("Nothing was done: choose a button of this page."))
    try:
        day = read_day(request.POST.get("effective_on", ""))
    except ValueError as error:
        raise DepartmentsError(_("Write the day it counts from as 2023-06-30, or leave it empty.")) from error
    saved = save_page(
        entry=entry,
        user=request.user,
        version=version,
        typed=typed,
        target=move.target if move else None,
        text=request.POST.get("text", ""),
        effective_on=day if move else None,
    )
    if move is not None:
        messages.success(request, _("%(key)s is now: %(state)s.") % {"key": saved.key, "state": saved.status})
    elif saved.version != version:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing has changed."))


def _seen(request: HttpRequest) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else None


def _show(
    request: HttpRequest,
    entry: Entry,
    context: dict[str, Any],
    *,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    user, register = request.user, entry.register
    columns = list(register.columns.all())
    mine, moves = sides_of(user, entry.unit), moves_for(entry, user)
    today = timezone.localdate()
    return TemplateResponse(
        request,
        "departments/registers/entry.html",
        context
        | {
            "title": str(entry),
            "entry": entry,
            "register": register,
            "is_event": register.kind == RegisterKind.EVENT,
            "due": DueWords(calendar_of(register.office), today).of(entry),
            "files": entry.files.filter(removed_at__isnull=True).select_related("user"),
            "moves": moves,
            "dates": any(move.by == MoveBy.OFFICE for move in moves),
            "closed": why_closed(register, today) or _closed_before(entry),
            "whom": whom_to_ask(register),
            "units": units_for(user, register).exclude(pk=entry.unit_id)
            if MoveBy.OFFICE in mine and can_edit(entry, user)
            else (),
            "following": next_to_check(user, entry),
        }
        | _editing(request, entry, columns, faults, says_why=bool(mine) and not moves)
        | _what_was(entry, columns, personal=bool(mine)),
        status=status,
    )


def _editing(
    request: HttpRequest,
    entry: Entry,
    columns: list[RegisterColumn],
    faults: dict[str, str] | None,
    *,
    says_why: bool,
) -> dict[str, Any]:
    """What the person reads and may change, with what was typed; with `says_why` also why nothing may be changed."""
    locked, sides = "", frozenset[MoveBy]()
    try:
        sides = check_edit(entry, request.user)
    except TransitionRefused as refusal:
        locked = str(refusal)
    posted = request.POST if request.method == "POST" else None
    page = Page(
        entry.register,
        columns,
        sides,
        entry.values,
        read_personal(entry=entry, user=request.user),
        posted,
        faults,
    )
    return {
        "fields": page.fields(kept_fields(entry)),
        "edits_fields": MoveBy.OFFICE in sides,
        "columns": page.column_parts(),
        "may_edit": bool(sides),
        "locked": locked if says_why else "",
        "texts": {name: posted.get(name, "") if posted else "" for name in ("text", "effective_on", "why")},
        "faults": faults,
    }


def _what_was(entry: Entry, columns: list[RegisterColumn], *, personal: bool) -> dict[str, Any]:
    """The entry's history with what was said last, and the earlier entries of its type."""
    history = history_of(entry, columns, personal=personal)
    before = list(earlier(entry).reverse()[: NAMED + 1])
    return {
        "history": history,
        "said": next((line.event for line in history if _is_word(line.event)), None),
        "nth": nth_words(times(entry.register, [entry]).get(entry.pk)),
        "earlier": before[:NAMED],
        "more_earlier": len(before) > NAMED,
    }


def _is_word(event: EntryEvent) -> bool:
    """Whether it is what the last move said: the answer to be checked, the reason it came back."""
    return event.action in (EntryAction.MOVE, EntryAction.HAND_ON) and bool(event.text)


def _closed_before(entry: Entry) -> str:
    """What a closing leaves open: nothing may be dated into the closed time."""
    through = entry.register.closed_through
    if through is None:
        return ""
    return _("The register is closed through %s: changes count from later days only.") % through.isoformat()
