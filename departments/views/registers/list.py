"""台账: all registers with their numbers, and the entries of one, filtered and sorted by what stands in the URL."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Meaning, RegisterKind
from departments.models import Entry, Register, RegisterStatus, Unit
from departments.permissions import get_visible, has_role, memberships_of, visible
from departments.register_filters import SORTS, EntryFilter, late
from departments.services.boards import sees_whole_office
from departments.services.registers.checking import accepting
from departments.services.registers.moves import CHECKERS, OWNERS
from departments.services.registers.repeats import times
from departments.services.schedules import calendar_of
from departments.views.registers.words import Due, DueWords, nth_words

PER_PAGE = 50


@dataclass(frozen=True)
class Numbers:
    """How many entries a person sees of a register; void ones count nowhere."""

    total: int = 0
    open: int = 0
    answered: int = 0
    overdue: int = 0
    done: int = 0
    exempt: int = 0


@dataclass(frozen=True)
class Line:
    """A register in the list of registers."""

    register: Register
    numbers: Numbers
    last: Any
    may_add: bool


@dataclass(frozen=True)
class Row:
    """An entry in the list; `chosen` is the value of its box, "" without one."""

    entry: Entry
    due: Due
    nth: str
    chosen: str


@dataclass(frozen=True)
class Head:
    """A column's head: the address that sorts by it, and the way it is sorted now ("", "ascending", "descending")."""

    label: str
    url: str
    sorted: str


def find_register(request: HttpRequest, pk: int) -> Register:
    """A register of the person's offices; PermissionDenied otherwise."""
    return get_visible(Register.objects.select_related("office"), request.user, pk=pk)


def entries_of(user: Any, register: Register) -> QuerySet[Entry]:
    """The register's entries the person may see."""
    return visible(Entry.objects.filter(register=register), user)


def _tallies() -> dict[str, Count]:
    of = {
        name: Count("pk", filter=Q(status__meaning=meaning))
        for name, meaning in (
            ("open", Meaning.OPEN),
            ("answered", Meaning.ANSWERED),
            ("done", Meaning.DONE),
            ("exempt", Meaning.EXEMPT),
        )
    }
    total = Count("pk", filter=~Q(status__meaning=Meaning.VOID))
    return {"total": total, "overdue": Count("pk", filter=late()), **of}


def numbers_of(entries: QuerySet[Entry]) -> Numbers:
    """One query."""
    return Numbers(**entries.order_by().aggregate(**_tallies()))


def overview_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    user = request.user
    registers = visible(Register.objects.select_related("office"), user)
    entries = visible(Entry.objects.filter(register__in=registers), user)
    tallies = _tallies()
    rows = entries.order_by().values("register").annotate(**tallies, last=Max("opened_on"))
    found: dict[int, dict[str, Any]] = {row["register"]: dict(row) for row in rows}
    lines = []
    for register in registers:
        row = found.get(register.pk, {})
        numbers = Numbers(**{name: row[name] for name in tallies if row})
        lines.append(Line(register, numbers, row.get("last"), may_add(user, register)))
    return TemplateResponse(
        request,
        "departments/registers/overview.html",
        context
        | {
            "title": _("Registers"),
            "lines": lines,
            "administers": user.has_perm("departments.add_register"),
            "several": len({register.office_id for register in registers}) > 1,
        },
    )


def entries_page(request: HttpRequest, object_id: int, context: dict[str, Any]) -> HttpResponse:
    register = find_register(request, object_id)
    filters, whole = asked_filter(request, register)
    page = Paginator(filters.rows, PER_PAGE).get_page(request.GET.get("page"))
    checks = has_role(request.user, CHECKERS, office=register.office)
    moves = accepting(register.moves.select_related("source", "target")) if checks else {}
    names = register_names(register)
    return TemplateResponse(
        request,
        "departments/registers/entries.html",
        context
        | {
            "title": register.title,
            "register": register,
            "filters": filters,
            "query": urlencode(filters.asked),
            "page": page,
            "rows": rows_of(register, list(page), set(moves)),
            "numbers": numbers_of(filters.qs),
            "heads": [_head(filters, name, label) for name, label in names.items()],
            "hidden": {"o": filters.sort} if filters.sort else {},
            "checks": checks,
            "accepts": bool(moves),
            "may_add": may_add(request.user, register),
            "whole": whole,
            "is_event": register.kind == RegisterKind.EVENT,
            "links": _links(register) if checks else [],
        },
    )


def register_names(register: Register) -> dict[str, str]:
    """The columns of the list by the name they are sorted by, in the register's own words."""
    names = {
        "key": register.key_label,
        "name": register.name_label,
        "unit": _("unit responsible"),
        "type": _("type"),
        "status": _("state"),
        "opened": _("handed out on"),
        "due": _("due on"),
        "done": _("done on"),
    }
    if register.kind == RegisterKind.EVENT:
        del names["due"]
        names |= {"opened": _("happened on"), "done": _("confirmed on")}
    return {name: names[name] for name in SORTS if name in names}


def asked_filter(request: HttpRequest, register: Register) -> tuple[EntryFilter, bool]:
    """The entries left by the URL's filters, and whether the person sees the whole register."""
    whole = sees_whole_office(request.user, register.office) or _above_others(request.user, register)
    filters = EntryFilter(request, register, entries_of(request.user, register), whole=whole)
    return filters, whole


def rows_of(register: Register, entries: list[Entry], accepted: set[int]) -> list[Row]:
    """The entries as the list prints them: two queries however many; `accepted` are the statuses answers wait in."""
    nths = times(register, entries)
    words = DueWords(calendar_of(register.office), timezone.localdate())
    return [
        Row(
            entry,
            words.of(entry),
            nth_words(nths.get(entry.pk)),
            f"{entry.pk}:{entry.version}" if entry.status_id in accepted else "",
        )
        for entry in entries
    ]


def may_add(user: Any, register: Register) -> bool:
    """Whether the person enters entries by hand."""
    if has_role(user, CHECKERS, office=register.office):
        return True
    return register.units_may_add and bool(own_units(user, register))


def own_units(user: Any, register: Register) -> set[int]:
    """The units for which the person answers."""
    return {
        m.unit_id
        for m in memberships_of(user)
        if m.role in OWNERS and m.unit_id is not None and m.office_id == register.office_id
    }


def units_for(user: Any, register: Register) -> QuerySet[Unit]:
    """The units the person may enter an entry for, in protocol order: all of the office's, or one's own."""
    units = Unit.objects.filter(office=register.office).order_by("protocol_order")
    units = units.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=timezone.localdate()))
    if has_role(user, CHECKERS, office=register.office):
        return units
    return units.filter(pk__in=own_units(user, register) if register.units_may_add else ())


def next_to_check(user: Any, entry: Entry) -> Entry | None:
    """The next answer of the register that waits for the office; None when there is none, or it is not the person's work."""
    if not has_role(user, CHECKERS, office=entry.register.office):
        return None
    statuses = RegisterStatus.objects.filter(register=entry.register, meaning=Meaning.ANSWERED)
    waiting = entries_of(user, entry.register).filter(status__in=statuses).exclude(pk=entry.pk)
    return waiting.filter(pk__gt=entry.pk).order_by("pk").first() or waiting.order_by("pk").first()


def _above_others(user: Any, register: Register) -> bool:
    """A unit with others below it narrows by parent as the office does."""
    return entries_of(user, register).order_by().values("unit").distinct()[:2].count() > 1


def _head(filters: EntryFilter, name: str, label: str) -> Head:
    sort = filters.sort
    down = sort == f"-{name}"
    query = {**filters.asked, "o": f"-{name}" if sort == name else name}
    if down:
        del query["o"]
    state = "descending" if down else "ascending" if sort == name else ""
    return Head(label, f"?{urlencode(query)}", state)


def _links(register: Register) -> list[tuple[str, str]]:
    """The administrator's further pages of the register: (label, address)."""
    pages = (
        ("import", _("From a file …")),
        ("files", _("Earlier files")),
        ("closing", _("Close or open again")),
        ("change", _("Register definition")),
    )
    return [
        (label, reverse(f"admin:departments_register_{name}", args=[register.pk])) for name, label in pages
    ]
