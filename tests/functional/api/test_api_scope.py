"""Every address of the interface, asked by every kind of person with session and with token: nothing of anybody else."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reports.services.tokens import make_token
from tests.functional.api.api_scene import ROOT, add_scores, bearer
from tests.functional.departments.published import PERIOD, publish
from tests.functional.departments.routes import addresses, all_routes, text_of
from tests.functional.departments.world import build_office
from tests.functional.test_routes import PEOPLE, Person, Scene, client_of, leaks, person

pytestmark = pytest.mark.django_db

QUERIES = ("", f"?period={PERIOD}&unit=UA1", "?source=issued&unit=UB1", "?office=office-B")


@pytest.fixture
def world(db: Any, settings: Any) -> Scene:
    settings.API_RATE = "100000/min"
    scene = Scene(build_office("A"), build_office("B"))
    for part in (scene.a, scene.b):
        publish(part)
        add_scores(part)
    return scene


def paths() -> list[str]:
    routes = [route for route in all_routes() if route.name.startswith("api:")]
    assert len(routes) > 15
    return [address for route in routes for address in addresses(route)]


def token_client(who: Person, scene: Scene) -> Client:
    """The person as another system; the tokens of world are others'."""
    home = scene.a if who.user in scene.a.people.values() else scene.b
    key = make_token(user=who.user, office=home.office, name="x", expires_on=timezone.localdate())[1]
    return bearer(key)


@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_is_told_what_is_not_theirs(name: str, world: Scene) -> None:
    who = person(name, world)
    asked = [(client_of(who), QUERIES)]
    if who.user is not None:
        asked.append((token_client(who, world), QUERIES[-1:]))
    found = []
    for client, queries in asked:
        for address in (path + query for path in paths() for query in queries):
            response = client.get(address)
            assert response.status_code < 500, address
            if name == "anonymous":
                assert response.status_code == (302 if "/docs/" in address else 401), address
            found += [(address, leak) for leak in leaks(text_of(response), who.secrets)]
    assert found == []


def test_those_who_may_are_told(world: Scene) -> None:
    """The walk above would find a leak: to its own people the same addresses do tell the secrets."""
    told = "".join(text_of(client_of(person("viewer", world)).get(path)) for path in paths())
    assert set(leaks(told, frozenset({"金丝雀A", "雀A0局", "雀A1局", "987654321"}))) == {
        "金丝雀A",
        "雀A0局",
        "雀A1局",
        "987654321",
    }


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_reading_is_a_method_here(method: str, world: Scene) -> None:
    who = person("administrator", world)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(who.user)
    for client in (strict, token_client(who, world), Client()):
        for path in paths():
            if path.endswith(("/schema/", "/docs/")):
                continue
            response = getattr(client, method)(path)
            assert response.status_code == 405, path
            assert response.json()["code"] == "method_not_allowed"


def test_refusals_are_in_the_access_log(world: Scene, caplog: Any) -> None:
    client = client_of(person("clerk0", world))
    client.get(f"{ROOT}indicators/")
    client.get(f"{ROOT}results/?office=office-B")
    lines = [record.getMessage() for record in caplog.records if record.name == "govsvc.access"]
    assert len(lines) == 2
    assert all("A-clerk0" in line for line in lines)
