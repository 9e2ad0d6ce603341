"""The parts of an entry's page: its own fields, the register's columns, what was typed into them, and the history in words."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import ItemKind, MoveBy
from departments.models import Entry, EntryEvent, Register, RegisterColumn
from departments.services.registers.checking import Typed
from departments.services.registers.contents import FIELDS, LONGEST, EntryRefused
from departments.views.registers.list import register_names

DAYS = ("opened_on", "due_on")
YES_NO = ("是", "否")


@dataclass(frozen=True)
class Part:
    """One field: `kind` is text, line, date or choice; `now` is what is kept where that is not what was typed."""

    name: str
    label: str
    kind: str
    value: str
    open: bool
    required: bool = False
    personal: bool = False
    options: tuple[str, ...] = ()
    longest: int = 0
    fault: str = ""
    now: str = ""


@dataclass(frozen=True)
class HistoryLine:
    """An event with its changes named as the page names them: (name, old, new)."""

    event: EntryEvent
    changes: tuple[tuple[str, str, str], ...]

    @property
    def dated(self) -> dt.date | None:
        """The day from which it counts, where that is another than the day it was done."""
        same = self.event.effective_on == timezone.localdate(self.event.at)
        return None if same else self.event.effective_on


@dataclass(frozen=True)
class Page:
    """What the fields show: what is kept, over it what was typed and refused (`posted`, with `faults` by field or column)."""

    register: Register
    columns: list[RegisterColumn]
    sides: frozenset[MoveBy]
    values: Mapping[str, str]
    # None: not for this person, who is shown no personal column.
    personal: Mapping[str, str] | None
    posted: QueryDict | None = None
    faults: Mapping[str, str] | None = None

    def fields(self, kept: Mapping[str, str]) -> list[Part]:
        """The entry's own fields, which the office changes."""
        labels, open_ = field_labels(self.register), MoveBy.OFFICE in self.sides
        parts = []
        for name in FIELDS:
            options = {"type": self.register.type_names, "level": self.register.level_names}.get(name, ())
            kind = "date" if name in DAYS else "choice" if options else "line"
            parts.append(
                self._part(
                    f"field-{name}",
                    name,
                    labels[name],
                    kind,
                    kept.get(name, ""),
                    open=open_,
                    required=name in ("key", "name", "opened_on"),
                    options=options,
                    longest=LONGEST.get(name, 0),
                )
            )
        return parts

    def column_parts(self, *, all_open: bool = False) -> list[Part]:
        """The register's columns the person reads; with `all_open` every one may be filled (a new entry)."""
        parts = []
        for column in self.columns:
            if column.personal and self.personal is None:
                continue
            kept = (self.personal or {}) if column.personal else self.values
            parts.append(
                self._part(
                    f"col-{column.code}",
                    column.code,
                    column.name,
                    _kind(column),
                    kept.get(column.code, ""),
                    open=all_open or MoveBy(column.by) in self.sides,
                    required=column.required,
                    personal=column.personal,
                    options=YES_NO if column.kind == ItemKind.TICK else column.choices,
                )
            )
        return parts

    def _part(self, name: str, code: str, label: str, kind: str, kept: str, **more: Any) -> Part:
        typed = self.posted.get(name) if self.posted is not None else None
        shown = kept if typed is None else typed
        return Part(
            name,
            label,
            kind,
            shown,
            fault=(self.faults or {}).get(code, ""),
            now=kept if typed is not None and typed.strip() != kept else "",
            **more,
        )


def field_labels(register: Register) -> dict[str, str]:
    """The entry's own fields in the register's words."""
    names = register_names(register)
    return {
        "key": names["key"],
        "name": names["name"],
        "type": _("type"),
        "level": _("level"),
        "opened_on": names["opened"],
        "due_on": _("due on"),
    }


def kept_fields(entry: Entry) -> dict[str, str]:
    """The entry's own fields as the inputs hold them: days as ISO text."""
    found = {}
    for name in FIELDS:
        value = getattr(entry, name)
        found[name] = value.isoformat() if isinstance(value, dt.date) else value or ""
    return found


def typed_of(
    posted: QueryDict,
    files: Iterable[Any],
    columns: Iterable[RegisterColumn],
    kept: Mapping[str, str],
    values: Mapping[str, str],
    personal: Mapping[str, str],
) -> Typed:
    """What was posted that is not what is kept; EntryRefused names a day that is none."""
    fields: dict[str, Any] = {}
    faults = {}
    for name in FIELDS:
        text = posted.get(f"field-{name}")
        if text is None or text.strip() == kept.get(name, ""):
            continue
        fields[name] = text.strip()
        if name in DAYS:
            try:
                fields[name] = read_day(text)
            except ValueError:
                faults[name] = _("“%s” is not a day, such as 2023-06-30.") % text.strip()
    if "opened_on" in fields and fields["opened_on"] is None:
        faults["opened_on"] = _("The day must be filled in.")
    if faults:
        raise EntryRefused(faults)
    own: dict[str, str] = {}
    hidden: dict[str, str] = {}
    for column in columns:
        text = posted.get(f"col-{column.code}")
        before = personal if column.personal else values
        if text is not None and text.strip() != before.get(column.code, ""):
            (hidden if column.personal else own)[column.code] = text
    return Typed(fields, own, hidden, tuple(files))


def read_day(text: str) -> dt.date | None:
    """The day an input sends; None when left empty; ValueError for anything else."""
    return dt.date.fromisoformat(text.strip()) if text.strip() else None


def history_of(
    entry: Entry, columns: Iterable[RegisterColumn], *, personal: bool, since: int = 0
) -> list[HistoryLine]:
    """The events after version `since`, the newest first, in words.

    That a personal column changed is told only those who read it (`personal`); what it held is in no event.
    """
    columns = list(columns)
    hidden = frozenset() if personal else {column.code for column in columns if column.personal}
    names = {column.code: column.name for column in columns} | field_labels(entry.register)
    names |= {"unit": _("unit responsible"), "file": _("file")}
    events = (
        entry.events.filter(version__gt=since)
        .select_related("user", "acting_for", "from_status", "to_status", "unit", "batch")
        .order_by("-id")
    )
    return [
        HistoryLine(
            event,
            tuple(
                (names.get(code, code), old, new)
                for code, (old, new) in event.changes.items()
                if code not in hidden
            ),
        )
        for event in events
    ]


def _kind(column: RegisterColumn) -> str:
    if column.kind == ItemKind.TEXT:
        # A telephone or a name needs no room for sentences.
        return "line" if column.personal else "text"
    if column.kind in (ItemKind.CHOICE, ItemKind.TICK):
        return "choice"
    return "date" if column.kind == ItemKind.DATE else "line"
