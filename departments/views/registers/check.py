"""Accepting several answers at once, after seeing what each says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import EntryAction, Meaning
from departments.models import Entry, EntryEvent, RegisterMove
from departments.permissions import has_role
from departments.services.registers.checking import accept_many, accepting
from departments.services.registers.moves import CHECKERS
from departments.views.registers.list import entries_of, find_register

MOST = 200


@dataclass(frozen=True)
class Answer:
    """What a checker should know of one answer before accepting it among others."""

    entry: Entry
    event: EntryEvent | None
    files: int
    move: RegisterMove
    own: bool

    @property
    def late(self) -> bool:
        """Whether it was answered after its due day."""
        return bool(self.event and self.entry.due_on and self.event.effective_on > self.entry.due_on)


def check_page(request: HttpRequest, object_id: int, context: dict[str, Any]) -> HttpResponse:
    """POST with the entries chosen in the list shows their answers; POST with `confirmed` accepts them."""
    register = find_register(request, object_id)
    if not has_role(request.user, CHECKERS, office=register.office):
        raise PermissionDenied(_("Only the office's administrators check answers."))
    back = f"{reverse('admin:departments_register_entries', args=[register.pk])}?{request.GET.urlencode()}"
    versions = _versions(request)
    moves = accepting(register.moves.select_related("source", "target"))
    entries = list(
        entries_of(request.user, register)
        .filter(pk__in=versions, status__in=moves)
        .select_related("unit", "status", "register__office")
        .annotate(n_files=Count("files", filter=Q(files__removed_at__isnull=True)))
        .order_by("unit__protocol_order", "due_on", "pk")[:MOST]
    )
    if request.method != "POST" or not entries:
        messages.error(request, _("Choose answered entries in the list first."))
        return HttpResponseRedirect(back)
    if request.POST.get("confirmed") != "1":
        return TemplateResponse(
            request,
            "departments/registers/check.html",
            context
            | {
                "title": _("Check several answers"),
                "register": register,
                "answers": _answers(entries, moves, request.user),
                "back": back,
                "wants_text": any(moves[entry.status_id].needs_text for entry in entries),
            },
        )
    chosen = [(entry, versions[entry.pk]) for entry in entries]
    outcomes = accept_many(chosen=chosen, user=request.user, text=request.POST.get("text", ""))
    done = sum(not outcome.refused for outcome in outcomes)
    if done:
        messages.success(request, _("Accepted: %s entries.") % done)
    for outcome in outcomes:
        if outcome.refused:
            messages.error(request, f"{outcome.entry}：{outcome.refused}")
    return HttpResponseRedirect(back)


def _versions(request: HttpRequest) -> dict[int, int]:
    """The chosen entries by id, with the version the page showed."""
    found = {}
    for text in request.POST.getlist("chosen"):
        pk, _colon, version = text.partition(":")
        if pk.isdecimal() and version.isdecimal():
            found[int(pk)] = int(version)
    return found


def _answers(entries: Iterable[Any], moves: dict[int, RegisterMove], user: Any) -> list[Answer]:
    given = EntryEvent.objects.filter(
        entry__in=entries, action=EntryAction.MOVE, to_status__meaning=Meaning.ANSWERED
    )
    last = {event.entry_id: event for event in given.select_related("user").order_by("id")}
    return [
        Answer(
            entry,
            last.get(entry.pk),
            entry.n_files,
            moves[entry.status_id],
            entry.answered_by_id == user.pk,
        )
        for entry in entries
    ]
