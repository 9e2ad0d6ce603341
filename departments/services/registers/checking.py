"""What a page does in one press: saving, adding evidence and moving together; and accepting many answers, each on its own."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Meaning, MoveBy
from departments.exceptions import Conflict, DepartmentsError
from departments.models import Entry, RegisterMove, RegisterStatus
from departments.services.registers.life import attach_file, edit_entry, move_entry
from departments.services.registers.record import lock, refuse_unseen


@dataclass(frozen=True)
class Typed:
    """What a person typed on an entry's page, as far as it differs from what is kept."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Any, ...] = ()

    @property
    def contents(self) -> bool:
        return bool(self.fields or self.values or self.personal)


@dataclass(frozen=True)
class Checked:
    """What became of one of many: `refused` says why it was left as it was."""

    entry: Entry
    refused: str = ""


@transaction.atomic
def save_page(
    *,
    entry: Entry,
    user: Any,
    version: int | None,
    typed: Typed,
    target: RegisterStatus | None = None,
    text: str = "",
    effective_on: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Entry:
    """Saves what was typed, adds the files and makes the move, or nothing of it; errors as in services.registers.life."""
    at = at or timezone.now()
    locked = lock(entry)
    refuse_unseen(locked, version)
    if typed.contents:
        locked = edit_entry(
            entry=locked,
            user=user,
            fields=typed.fields,
            values=typed.values,
            personal=typed.personal,
            at=at,
        )
    for file in typed.files:
        attach_file(entry=locked, file=file, user=user, at=at)
    if target is not None:
        locked = move_entry(
            entry=locked, target=target, user=user, text=text, effective_on=effective_on, at=at
        )
    return locked


def accepting(moves: Iterable[RegisterMove]) -> dict[int, RegisterMove]:
    """Status id → the office's move that accepts an answer lying in that status; the first one in the register's order."""
    found: dict[int, RegisterMove] = {}
    for move in moves:
        accepts = move.source.meaning == Meaning.ANSWERED and move.target.meaning == Meaning.DONE
        if move.by == MoveBy.OFFICE and accepts:
            found.setdefault(move.source_id, move)
    return found


def accept_many(
    *, chosen: Iterable[tuple[Entry, int]], user: Any, text: str = "", at: dt.datetime | None = None
) -> list[Checked]:
    """Accepts each (entry, version seen) on its own: one that can't be accepted leaves the others unharmed."""
    outcomes = []
    moves: dict[int, dict[int, RegisterMove]] = {}
    for entry, version in chosen:
        if entry.register_id not in moves:
            own = entry.register.moves.select_related("source", "target")
            moves[entry.register_id] = accepting(own)
        move = moves[entry.register_id].get(entry.status_id)
        if move is None:
            outcomes.append(Checked(entry, _("It does not wait to be checked any more.")))
            continue
        try:
            move_entry(entry=entry, target=move.target, user=user, text=text, version=version, at=at)
            outcomes.append(Checked(entry))
        except Conflict:
            outcomes.append(Checked(entry, _("The entry has changed since you looked at it.")))
        except DepartmentsError as refusal:
            outcomes.append(Checked(entry, str(refusal)))
    return outcomes
