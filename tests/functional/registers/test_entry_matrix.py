"""Every status × every action × every kind of person, through the services and through the page: what the tables name, nothing else.

The tables are written out by hand; nothing in them is read from departments.services.registers.moves.
"""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from departments.choices import Role
from departments.exceptions import DepartmentsError
from departments.models import Entry, EntryFile, Register, Unit
from departments.services.registers import life
from tests import build

pytestmark = pytest.mark.django_db

OWNERS, OFFICE = {"clerk", "head"}, {"administrator"}
BOTH = OWNERS | OFFICE
PEOPLE = (
    "clerk",
    "head",
    "unitviewer",
    "parentclerk",
    "parenthead",
    "siblingclerk",
    "siblinghead",
    "administrator",
    "reviewer",
    "issuer",
    "viewer",
    "strangeclerk",
    "strangeadministrator",
    "superuser",
)
# Through the page one of each kind: the page asks the same services, and showing a refusal takes its time.
AT_THE_PAGE = (
    "clerk",
    "head",
    "unitviewer",
    "parentclerk",
    "siblingclerk",
    "administrator",
    "viewer",
    "strangeadministrator",
    "superuser",
)
STATUSES = {
    "work": ("open", "answered", "done", "exempt", "void"),
    "event": ("recorded", "confirmed", "refused"),
}
# Kind of register → (status, action) → who may; a move is named by where it leads.
LAWFUL: dict[str, dict[tuple[str, str], set[str]]] = {
    "work": {
        ("open", "to answered"): OWNERS,
        ("open", "to exempt"): OFFICE,
        ("open", "to done"): OFFICE,
        ("open", "to void"): OFFICE,
        ("answered", "to open"): BOTH,
        ("answered", "to done"): OFFICE,
        ("answered", "to exempt"): OFFICE,
        ("done", "to open"): OFFICE,
        ("exempt", "to open"): OFFICE,
        ("void", "to open"): OFFICE,
        ("open", "unit's column"): OWNERS,
        ("open", "office's column"): OFFICE,
        ("open", "personal column"): OFFICE,
        ("open", "field"): OFFICE,
        ("open", "hand on"): OFFICE,
        ("open", "file"): BOTH,
        ("open", "unfile"): BOTH,
        ("answered", "office's column"): OFFICE,
        ("answered", "personal column"): OFFICE,
        ("answered", "field"): OFFICE,
        ("answered", "hand on"): OFFICE,
        ("answered", "file"): OFFICE,
        ("answered", "unfile"): OFFICE,
    },
    "event": {
        ("recorded", "to confirmed"): OFFICE,
        ("recorded", "to refused"): BOTH,
        ("confirmed", "to recorded"): OFFICE,
        ("refused", "to recorded"): OFFICE,
        ("recorded", "unit's column"): OWNERS,
        ("recorded", "office's column"): OFFICE,
        ("recorded", "personal column"): OFFICE,
        ("recorded", "field"): OFFICE,
        ("recorded", "hand on"): OFFICE,
        ("recorded", "file"): BOTH,
        ("recorded", "unfile"): BOTH,
    },
}
CHANGES = ("unit's column", "office's column", "personal column", "field", "hand on", "file", "unfile")


@dataclass
class Scene:
    """A unit under a parent beside a sibling, with everybody; `entry` is the unit's and has one file."""

    register: Register
    unit: Unit
    sibling: Unit
    people: dict[str, User]
    entry: Entry
    file: Any = None

    def bring(self, status: str) -> None:
        """The entry to the status, by moves of those who may; the answer is the clerk's."""
        clerk, admin = self.people["clerk"], self.people["administrator"]
        self.file = life.attach_file(entry=self.entry, file=pdf("首份"), user=clerk)
        first = "open" if self.register.kind == "work" else "recorded"
        if status != first:
            build.move(self.entry, status, clerk if status == "answered" else admin)
        self.entry.refresh_from_db()


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.pdf", f"%PDF-1.4 {name}".encode())


def make(kind: str) -> Scene:
    home, other = build.office("home"), build.office("other", "别区")
    parent = build.unit(home, "P", "某镇")
    unit, sibling = build.unit(home, "U", "一村", parent=parent), build.unit(home, "S", "二村", parent=parent)
    stranger = build.unit(other, "U", "外村")
    roles = {
        "clerk": (home, Role.CLERK, unit),
        "head": (home, Role.UNIT_HEAD, unit),
        "unitviewer": (home, Role.VIEWER, unit),
        "parentclerk": (home, Role.CLERK, parent),
        "parenthead": (home, Role.UNIT_HEAD, parent),
        "siblingclerk": (home, Role.CLERK, sibling),
        "siblinghead": (home, Role.UNIT_HEAD, sibling),
        "administrator": (home, Role.ADMINISTRATOR, None),
        "reviewer": (home, Role.REVIEWER, None),
        "issuer": (home, Role.ISSUER, None),
        "viewer": (home, Role.VIEWER, None),
        "strangeclerk": (other, Role.CLERK, stranger),
        "strangeadministrator": (other, Role.ADMINISTRATOR, None),
    }
    people = {name: build.person(name, *where) for name, where in roles.items()}
    people["superuser"] = User.objects.create_superuser("superuser")
    register = build.register(home, kind=kind, units_may_add=False)
    creator = build.person("creator", home, Role.ADMINISTRATOR)
    entry = build.entry(register, unit, creator, values={"problem": "原文"}, personal={"phone": "139"})
    return Scene(register, unit, sibling, people, entry)


def by_service(scene: Scene, action: str, user: User) -> None:
    entry = Entry.objects.get(pk=scene.entry.pk)
    edit = life.edit_entry
    does: dict[str, Callable[[], object]] = {
        "unit's column": lambda: edit(entry=entry, user=user, values={"measures": "新"}),
        "office's column": lambda: edit(entry=entry, user=user, values={"problem": "新"}),
        "personal column": lambda: edit(entry=entry, user=user, personal={"phone": "138"}),
        "field": lambda: edit(entry=entry, user=user, fields={"name": "新"}),
        "hand on": lambda: life.hand_on(entry=entry, unit=scene.sibling, user=user, text="由"),
        "file": lambda: life.attach_file(entry=entry, file=pdf("新"), user=user),
        "unfile": lambda: life.remove_file(file=EntryFile.objects.get(pk=scene.file.pk), user=user),
    }
    if action in does:
        does[action]()
    else:
        build.move(entry, action.removeprefix("to "), user)


def by_page(scene: Scene, action: str, user: User, client: Any) -> None:
    """The button is pressed whether the page shows it or not."""
    data: dict[str, Any] = {"action": "save", "version": str(scene.entry.version), "text": "由", "why": "由"}
    data |= {
        "unit's column": {"col-measures": "新"},
        "office's column": {"col-problem": "新"},
        "personal column": {"col-phone": "138"},
        "field": {"field-name": "新"},
        "hand on": {"action": "hand-on", "unit": str(scene.sibling.pk)},
        "file": {"file": pdf("新")},
        "unfile": {"action": f"remove-{scene.file.pk}"},
    }.get(action, {})
    if action.startswith("to "):
        moves = scene.register.moves.filter(target__code=action.removeprefix("to "))
        own = moves.filter(source=scene.entry.status).first() or moves.first()
        data["action"] = f"move-{own.pk}"
    client.post(reverse("admin:departments_entry_change", args=[scene.entry.pk]), data)


@pytest.mark.parametrize("route", ["services", "page"])
@pytest.mark.parametrize(
    ("kind", "status"), [(kind, status) for kind, statuses in STATUSES.items() for status in statuses]
)
def test_only_the_lawful_happens(kind: str, status: str, route: str, client: Any) -> None:
    scene = make(kind)
    scene.bring(status)
    people = PEOPLE if route == "services" else AT_THE_PAGE
    wrong, tried = [], 0
    for action in (*CHANGES, *(f"to {target}" for target in STATUSES[kind])):
        for name in people:
            with transaction.atomic():
                # As on a new request: rights are read once per user object.
                user = User.objects.get(pk=scene.people[name].pk)
                try:
                    if route == "services":
                        with transaction.atomic():
                            by_service(scene, action, user)
                    else:
                        client.force_login(user)
                        by_page(scene, action, user, client)
                except DepartmentsError:
                    pass
                happened = Entry.objects.get(pk=scene.entry.pk).version > scene.entry.version
                tried += 1
                if happened != (name in LAWFUL[kind].get((status, action), set())):
                    wrong.append((name, action, happened))
                transaction.set_rollback(True)
    assert wrong == []
    assert tried == len(people) * (len(CHANGES) + len(STATUSES[kind]))


@pytest.mark.parametrize(
    ("units_may_add", "may"), [(False, OFFICE), (True, BOTH)], ids=["office only", "units too"]
)
@pytest.mark.parametrize("kind", ["work", "event"])
@pytest.mark.parametrize("route", ["services", "page"])
def test_only_the_named_enter_an_entry(
    kind: str, units_may_add: bool, may: set[str], route: str, client: Any
) -> None:
    """For the clerk's unit; nobody may for another unit but the office."""
    scene = make(kind)
    scene.register.units_may_add = units_may_add
    scene.register.save()
    url = reverse("admin:departments_register_new", args=[scene.register.pk])
    entered = set()
    for name in PEOPLE:
        user = User.objects.get(pk=scene.people[name].pk)
        if route == "page":
            client.force_login(user)
            data = {
                "unit": str(scene.unit.pk),
                "field-key": name,
                "field-name": "新",
                "field-opened_on": "2022-04-01",
            }
            client.post(url, data)
        else:
            with contextlib.suppress(DepartmentsError):
                build.entry(scene.register, scene.unit, user, key=name)
        if Entry.objects.filter(key=name).exists():
            entered.add(name)
    assert entered == may


def test_nobody_accepts_an_answer_of_their_own() -> None:
    """An administrator who also acts as the unit's clerk answers, and may send it back but not accept it."""
    scene = make("work")
    admin = scene.people["administrator"]
    build.organisation.grant(user=admin, office=scene.register.office, role=Role.CLERK, unit=scene.unit)
    admin = User.objects.get(pk=admin.pk)
    build.move(scene.entry, "answered", admin)
    for target in ("done", "exempt"):
        with pytest.raises(DepartmentsError):
            build.move(scene.entry, target, admin)
    build.move(scene.entry, "open", admin)


def test_who_acts_for_somebody_is_recorded_with_them() -> None:
    scene = make("work")
    deputy, head = scene.people["unitviewer"], scene.people["head"]
    build.organisation.grant(
        user=deputy,
        office=scene.register.office,
        role=Role.UNIT_HEAD,
        unit=scene.unit,
        acting_for=head,
        valid_from=dt.date(2020, 1, 1),
        valid_to=dt.date(2099, 1, 1),
    )
    deputy = User.objects.get(pk=deputy.pk)
    moved = build.move(scene.entry, "answered", deputy)
    event = moved.events.last()
    assert event is not None
    assert (event.user, event.acting_for) == (deputy, head)
