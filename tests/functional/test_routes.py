"""Nobody sees or touches what is not theirs, by every address there is.

The addresses come from the resolver and the models from the registry, so a new page can't be forgotten: without
arguments for it the test fails and says so.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from departments.models import Entry
from departments.scoping import Scope
from tests.functional.departments.published import publish
from tests.functional.departments.routes import VALUES, addresses, all_routes, digest, text_of
from tests.functional.departments.world import OfficeWorld, build_office
from tests.services.undone import undone_afterwards

pytestmark = pytest.mark.django_db

# Pages that end the session or show nothing of the database; visiting them would only log the person out.
NOT_VISITED = {"admin:logout", "admin:jsi18n"}


@dataclass
class Scene:
    a: OfficeWorld
    b: OfficeWorld


@pytest.fixture(scope="module")
def offices(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    with undone_afterwards(django_db_blocker):
        scene = Scene(build_office("A"), build_office("B"))
        for world in (scene.a, scene.b):
            publish(world)
        yield scene


@pytest.fixture
def scene(offices: Scene, db: Any, settings: Any) -> Scene:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}
    return offices


@dataclass(frozen=True)
class Person:
    """Who asks, what they must never meet, and which rows they must never change (by a model's scope)."""

    user: User | None
    secrets: frozenset[str]
    outside: Callable[[Scope], Q | None]


def _office(world: OfficeWorld) -> Callable[[Scope], Q | None]:
    return lambda scope: Q(**{scope.office or "pk": world.office.pk})


def _unit_or_office(unit: int, a: OfficeWorld, b: OfficeWorld) -> Callable[[Scope], Q | None]:
    def outside(scope: Scope) -> Q:
        other = Q(**{scope.office or "pk": b.office.pk})
        return other | Q(**{scope.unit or "pk": a.units[unit].pk}) if scope.unit is not None else other

    return outside


def _everything(scope: Scope) -> Q:
    return Q()


PEOPLE = ("clerk0", "head0", "unitviewer0", "viewer", "administrator", "stranger", "anonymous")

# A telephone in a personal column of an entry of the unit 0, and who may read it.
PERSONAL, READERS = "雀A0局电话", ("clerk0", "head0", "administrator")


def person(name: str, scene: Scene) -> Person:
    a, b = scene.a, scene.b
    if name == "anonymous":
        return Person(None, frozenset(a.secrets | b.secrets), _everything)
    if name == "stranger":
        return Person(b.people["administrator"], frozenset(a.secrets), _office(a))
    if name == "superuser":
        return Person(User.objects.create_superuser("root"), frozenset(), lambda scope: None)
    user = a.people[name]
    if name.endswith("0"):
        secrets = b.secrets | a.unit_secrets(1)
        return Person(user, frozenset(secrets), _unit_or_office(1, a, b))
    return Person(user, frozenset(b.secrets), _office(b))


def client_of(who: Person) -> Client:
    client = Client(raise_request_exception=True)
    if who.user is not None:
        client.force_login(who.user)
    return client


def leaks(text: str, secrets: frozenset[str]) -> list[str]:
    """The secrets that stand in an answer."""
    return sorted(secret for secret in secrets if secret in text)


@pytest.mark.parametrize("name", [*PEOPLE, "superuser"])
def test_no_page_shows_what_is_not_ones_own(name: str, scene: Scene) -> None:
    """Personal contents stand on the page of their entry, for its unit and for administrators, and nowhere else."""
    who = person(name, scene)
    client = client_of(who)
    found, personal = [], set()
    for route in all_routes():
        if route.name in NOT_VISITED:
            continue
        for address in addresses(route):
            response = client.get(address)
            assert response.status_code < 500, address
            text = text_of(response)
            found += [(address, leak) for leak in leaks(text, who.secrets)]
            personal |= {address} if PERSONAL in text else set()
    assert found == []
    entry = Entry.objects.get(unit=scene.a.units[0], register__code="reg")
    page = reverse("admin:departments_entry_change", args=[entry.pk])
    assert personal == ({page} if name in READERS else set())


TAMPERED = {
    "action": "approve",
    "version": "0",
    "reason": "x",
    "post": "yes",
    "confirmed": "1",
    "cell-total": "1",
    "cell-claimed": "1",
    "is_superuser": "on",
    "status": "approved",
    "password1": "tampered 2022 x",
    "password2": "tampered 2022 x",
}


@pytest.mark.parametrize("name", PEOPLE)
def test_no_post_changes_what_is_not_ones_own(name: str, scene: Scene) -> None:
    who = person(name, scene)
    client = client_of(who)
    before = digest(who.outside)
    for route in all_routes():
        if route.name in NOT_VISITED or route.name in ("admin:password_change", "admin:login"):
            continue
        for address in addresses(route):
            response = client.post(address, TAMPERED)
            assert response.status_code < 500, address
            assert leaks(text_of(response), who.secrets) == [], address
            if route.name.endswith(("_check", "_save")):
                client.post(
                    address,
                    {"version": None, "cells": {"total": {"text": "1"}}},
                    content_type="application/json",
                )
    after = digest(who.outside)
    assert [model for model in before if before[model] != after[model]] == []


@pytest.mark.parametrize("name", ["administrator", "stranger"])
def test_no_choice_outside_the_scope_is_offered_or_accepted(name: str, scene: Scene) -> None:
    """Every page one may open is posted back with each relation set to each row of the other office."""
    who = person(name, scene)
    client = client_of(who)
    other = scene.a if name == "stranger" else scene.b
    targets = {
        "office": [other.office.pk],
        "group": [other.group.pk],
        "unit": [unit.pk for unit in other.units],
        "parent": [unit.pk for unit in other.units],
        "form": [other.form.pk],
        "user": [user.pk for user in other.people.values()],
        "indicator": list(other.office.indicators.values_list("pk", flat=True)),
        "bulletin": list(other.office.bulletins.values_list("pk", flat=True)),
        "item": list(other.form.items.values_list("pk", flat=True)),
        "acting_for": [user.pk for user in other.people.values()],
        "section": list(other.form.sections.values_list("pk", flat=True)),
        "part_of": list(other.form.items.values_list("pk", flat=True)),
    }
    before = digest(who.outside)
    tried = 0
    for route in all_routes():
        if not route.name.endswith(("_change", "_add")):
            continue
        for address in addresses(route):
            response = client.get(address)
            if response.status_code != 200 or not getattr(response, "context", None):
                continue
            fields = posted(text_of(response))
            # One row of an inline stands for the others of the page: they share the same field.
            relations = {re.sub(r"-\d+-", "-", field): field for field in reversed(fields)}
            for relation, field in relations.items():
                for value in targets.get(relation.rpartition("-")[2], ())[:2]:
                    answer = client.post(address, fields | {field: str(value)})
                    assert leaks(text_of(answer), who.secrets) == [], (address, field)
                    tried += 1
    assert digest(who.outside) == before
    assert tried > 20


def posted(page: str) -> dict[str, str]:
    """The fields of a page's forms as a browser would send them: good enough to be accepted when untampered."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, kind = re.search(r'name="([^"]+)"', tag), re.search(r'type="(\w+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and not (kind and kind[1] in ("checkbox", "radio") and "checked" not in tag):
            fields[name[1]] = value[1] if value else ""
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', inner)
        fields[name] = chosen[1] if chosen else ""
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        fields[name] = inner.strip()
    return {name: value for name, value in fields.items() if name not in ("csrfmiddlewaretoken", "action")}


def lasting(response: Any) -> str:
    """A page without what differs from one request to the next, and without the address that its links hand on."""
    page = re.sub(r'(csrf\w*["\']?[^>]*?value=)"[^"]*"|nonce="[^"]*"', r"\1", text_of(response))
    return re.sub(r'(href="[^"?]*)\?[^"]*"', r'\1"', page)


LOOKUPS = (
    "unit__name__startswith=雀",
    "unit__versions__full_name__contains=雀",
    "unit__memberships__user__username__startswith=A",
    "window__form__office__code=office-B",
    "decided_by__password__startswith=p",
    "submitted_by__last_name__contains=雀",
    "office__memberships__user__password__startswith=p",
    "figures__value=987654321",
    "memberships__user__password__startswith=p",
)


@pytest.mark.parametrize("name", ["clerk0", "viewer", "administrator", "stranger"])
def test_lookups_orderings_and_searches_are_no_side_channel(name: str, scene: Scene) -> None:
    who = person(name, scene)
    client = client_of(who)
    for route in all_routes():
        if not route.name.endswith("_changelist"):
            continue
        [address] = addresses(route)
        for lookup in LOOKUPS:
            response = client.get(f"{address}?{lookup}", follow=False)
            if response.status_code == 200:
                # A page of its own instead of a change list: what it does not know it must not heed either.
                assert "cl" not in response.context, f"{address}?{lookup}"
                assert lasting(response) == lasting(client.get(address)), f"{address}?{lookup}"
            else:
                assert response.status_code in (302, 400, 403), f"{address}?{lookup}"
        for secret in who.secrets:
            shown = client.get(address, {"q": secret})
            if shown.status_code != 200:
                continue
            if "cl" not in shown.context:
                # It may repeat what was typed, but finds nothing more.
                assert set(leaks(lasting(shown), who.secrets)) <= {secret}, (address, secret)
            elif shown.context["cl"].search_fields:
                assert shown.context["cl"].result_count == 0, (address, secret)
        assert client.get(f"{address}?o=9.-9.1.2.3").status_code < 500


@pytest.mark.parametrize("name", ["clerk0", "administrator", "stranger"])
def test_autocomplete_and_actions_reach_nothing_foreign(name: str, scene: Scene) -> None:
    who = person(name, scene)
    client = client_of(who)
    for app, model, field in (
        ("departments", "submission", "unit"),
        ("departments", "membership", "user"),
        ("departments", "window", "form"),
        ("departments", "group", "office"),
    ):
        url = reverse("admin:autocomplete")
        response = client.get(url, {"app_label": app, "model_name": model, "field_name": field, "term": ""})
        assert response.status_code == 403 or leaks(text_of(response), who.secrets) == []
    before = digest(who.outside)
    for route in all_routes():
        if not route.name.endswith("_changelist"):
            continue
        [address] = addresses(route)
        everything = [str(pk) for pk in range(1, 60)]
        for action in ("delete_selected", "export_admin_action", "approve", "nonsense"):
            posted = {"action": action, "_selected_action": everything, "select_across": "1", "post": "yes"}
            response = client.post(address, posted)
            assert leaks(text_of(response), who.secrets) == []
    assert digest(who.outside) == before


def test_every_parameter_has_values_and_every_model_has_rows(scene: Scene) -> None:
    """The enumeration itself: no address is skipped, and no value of the table is left over."""
    used = {parameter for route in all_routes() for parameter in route.parameters}
    assert set(VALUES) <= used
    assert sum(len(addresses(route)) for route in all_routes()) > 200


def test_refusals_are_logged(scene: Scene, caplog: Any) -> None:
    client = client_of(person("clerk0", scene))
    foreign = scene.a.submission(1)
    client.get(reverse("admin:departments_submission_change", args=[foreign.pk]))
    client.get(reverse("admin:departments_submission_queue"))
    client.get(reverse("admin:departments_membership_changelist"))
    client.post(
        reverse("admin:departments_submission_save", args=[foreign.pk]), "{}", content_type="application/json"
    )
    lines = [record.getMessage() for record in caplog.records if record.name == "govsvc.access"]
    assert len(lines) >= 4
    assert all("A-clerk0" in line for line in lines)
