"""The addresses of the registers' pages and what is posted to an entry's page."""

from django.urls import reverse

from departments.choices import MoveBy
from departments.models import Entry


def address(name: str, *args: int) -> str:
    return reverse(f"admin:departments_{name}", args=args)


def page_of(entry: Entry) -> str:
    return address("entry_change", entry.pk)


def posted(entry: Entry, action: str, **more: str) -> dict[str, str]:
    entry.refresh_from_db()
    return {"action": action, "version": str(entry.version), **more}


def move_id(entry: Entry, target: str, by: MoveBy) -> str:
    entry.refresh_from_db()
    move = entry.register.moves.get(source=entry.status, target__code=target, by=by)
    return f"move-{move.pk}"
