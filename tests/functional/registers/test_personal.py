"""A telephone in a personal column stands on the page of its entry, for its unit and for administrators, and nowhere else.

That no other page shows it, test_routes finds while it visits all of them.
"""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core import mail
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from departments.models import Entry, EntryBatchPersonal, EntryPersonal
from departments.services import notice_deliveries
from departments.services.registers import life
from tests import build
from tests.functional.departments.published import publish
from tests.functional.departments.routes import text_of
from tests.functional.departments.world import OfficeWorld, build_office

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[3]
MARKER = "13907120001"
# The modules that may name the tables of personal contents; whatever else reads entries can't carry them along.
READERS = {
    "departments/admin/register_forms.py",
    "departments/models/__init__.py",
    "departments/models/entries.py",
    "departments/services/registers/batch_stored.py",
    "departments/services/registers/batch_writing.py",
    "departments/services/registers/batches.py",
    "departments/services/registers/life.py",
    "departments/services/registers/past.py",
    "departments/services/registers/personal.py",
}


@pytest.fixture
def world(db: Any, settings: Any) -> OfficeWorld:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}
    world = build_office("A")
    publish(world)
    publish(build_office("B"))
    return world


def entry_of(world: OfficeWorld) -> Entry:
    return Entry.objects.get(unit=world.units[0], register__code="reg")


def test_who_reads_it_on_the_page(entry: Entry, office_a: OfficeWorld, login: Any, telephone: str) -> None:
    page = reverse("admin:departments_entry_change", args=[entry.pk])
    people = {**office_a.people, "superuser": User.objects.create_superuser("root")}
    shown = {name for name, user in people.items() if telephone in text_of(login(user).get(page))}
    assert shown == {"clerk0", "head0", "administrator"}
    named = {name for name, user in people.items() if "联系电话" in text_of(login(user).get(page))}
    assert named == shown, "others are not even told that there is such a column"


def test_handed_on_it_goes_with_the_entry(
    entry: Entry, office_a: OfficeWorld, login: Any, telephone: str
) -> None:
    life.hand_on(entry=entry, unit=office_a.units[1], user=office_a.people["administrator"], text="划转")
    page = reverse("admin:departments_entry_change", args=[entry.pk])
    shown = {name for name, user in office_a.people.items() if telephone in text_of(login(user).get(page))}
    assert shown == {"clerk1", "head1", "administrator"}


def test_it_lies_in_its_own_tables_and_in_no_message(world: OfficeWorld, caplog: Any, settings: Any) -> None:
    """After everything that may happen to an entry: no row of any other table, no mail and no line of a log holds it."""
    caplog.set_level(logging.DEBUG)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    admin, clerk = world.people["administrator"], world.people["clerk0"]
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.test")
    register = entry_of(world).register
    entry = build.entry(
        register,
        world.units[0],
        admin,
        key="tel",
        opened_on=timezone.localdate(),
        personal={"phone": f"{MARKER}9"},
        values={"what": "x"},
    )
    life.edit_entry(entry=entry, user=admin, personal={"phone": MARKER})
    build.move(entry, "answered", clerk)
    build.move(entry, "open", admin, "退回")
    life.hand_on(entry=entry, unit=world.units[1], user=admin, text="划转")
    client = Client()
    client.force_login(admin)
    page = reverse("admin:departments_entry_change", args=[entry.pk])
    client.post(page, {"action": "save", "version": "0", "col-phone": MARKER})
    entry.refresh_from_db()
    client.post(page, {"action": "save", "version": str(entry.version), "col-phone": f"{MARKER}8"})
    notice_deliveries.retry_waiting()
    own: tuple[type[Model], ...] = (EntryPersonal, EntryBatchPersonal)
    leaking = [
        model._meta.label
        for model in apps.get_models()
        if model not in own and MARKER in str(list(model._default_manager.values_list()))
    ]
    assert leaking == []
    assert EntryPersonal.objects.get(entry=entry).values == {"phone": f"{MARKER}8"}
    assert MARKER not in "".join(record.getMessage() for record in caplog.records)
    assert MARKER not in "".join(f"{message.subject}{message.body}" for message in mail.outbox)


def test_an_administrators_reading_is_recorded_without_what_was_read(
    entry: Entry, office_a: OfficeWorld, login: Any, caplog: Any, telephone: str
) -> None:
    caplog.set_level(logging.INFO, logger="govsvc.access")
    page = reverse("admin:departments_entry_change", args=[entry.pk])
    for name in ("clerk0", "head0", "viewer"):
        login(office_a.people[name]).get(page)
    assert not [record for record in caplog.records if "personal" in record.getMessage()]
    login(office_a.people["administrator"]).get(page)
    [line] = [r.getMessage() for r in caplog.records if "personal" in r.getMessage()]
    assert line == f"personal columns read user=A-administrator entry={entry.pk}"


def test_only_these_modules_name_the_tables() -> None:
    named = {
        str(path.relative_to(ROOT))
        for app in ("departments", "indicators", "reports", "govsvc")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
        and any(name in path.read_text(encoding="utf-8") for name in ("EntryPersonal", "EntryBatchPersonal"))
    }
    assert named <= READERS
