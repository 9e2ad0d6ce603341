"""Tokens: what they open, when they stop, who makes and who revokes them, and that nobody can read a key again."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from departments.choices import Role
from departments.models import Membership
from departments.services import organisation
from reports.exceptions import Refused
from reports.models import ApiToken
from reports.services.tokens import MOST_VALID, make_token, revoke_token
from tests import build
from tests.functional.api.api_scene import ROOT, bearer, get, key_of, rows
from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db

MINE = "/admin/reports/apitoken/mine/"


def refused(key: str) -> str:
    """The words of a 401 that also says how to prove who one is."""
    response = bearer(key).get(f"{ROOT}offices/")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["code"] == "authentication_failed"
    return str(response.json()["detail"])


def test_a_token_reads_what_its_person_reads(scene: Scene) -> None:
    for who in ("viewer", "clerk"):
        key = key_of(scene, who)
        for path in ("units/", "results/", "rankings/"):
            assert rows(bearer(key), path) == rows(scene.client(who), path)
    assert get(bearer(key_of(scene, "clerk")), "indicators/", 403)["code"] == "permission_denied"


def test_without_a_token_or_with_another_kind_nothing_opens(scene: Scene) -> None:
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}):
        response = Client(headers=headers).get(f"{ROOT}offices/")
        assert response.status_code == 401
        assert response.json()["detail"]


def test_unknown_revoked_and_expired_tokens_open_nothing(scene: Scene) -> None:
    assert refused("tb_unknown")
    assert refused("钥匙")
    key = key_of(scene, "viewer")
    token = ApiToken.objects.get()
    revoke_token(token=token, user=scene.people["viewer"])
    assert refused(key)
    long_ago = timezone.now() - dt.timedelta(days=40)
    assert refused(key_of(scene, "viewer", days=30, at=long_ago))
    today = key_of(scene, "viewer", days=0)
    assert rows(bearer(today), "offices/")


def test_a_deactivated_person_and_one_without_a_role_open_nothing(scene: Scene) -> None:
    key = key_of(scene, "viewer")
    assert rows(bearer(key), "offices/")
    Membership.objects.filter(user=scene.people["viewer"]).update(valid_to=dt.date(2020, 1, 1))
    assert refused(key)
    key = key_of(scene, "clerk")
    User.objects.filter(pk=scene.people["clerk"].pk).update(is_active=False)
    assert refused(key)


def test_a_role_taken_away_is_gone_from_the_token_at_once(scene: Scene) -> None:
    """A viewer of the office who becomes one of a unit reads as that unit."""
    key = key_of(scene, "viewer")
    assert len(rows(bearer(key), "units/")) == 4
    Membership.objects.filter(user=scene.people["viewer"]).update(unit=scene.units["甲局"])
    assert [row["code"] for row in rows(bearer(key), "units/")] == ["U1"]


def test_a_token_is_confined_to_its_office_and_never_a_superuser(scene: Scene) -> None:
    other = make("p")
    person = scene.people["viewer"]
    organisation.grant(user=person, office=other.office, role=Role.ADMINISTRATOR)
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    key = key_of(scene, "viewer")
    assert [row["code"] for row in rows(bearer(key), "offices/")] == ["o"]
    assert {
        row["office"] for path in ("units/", "rankings/", "indicators/") for row in rows(bearer(key), path)
    } == {"o"}
    assert get(bearer(key), f"rankings/{other.ranking.pk}/table/", 404)
    assert get(bearer(key), "results/", 404, office="p")
    assert len(rows(scene.client("viewer"), "offices/")) == 2


def test_the_last_use_is_noted_but_not_every_time(scene: Scene, django_assert_num_queries) -> None:
    client = bearer(key_of(scene, "viewer"))
    rows(client, "offices/")
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    rows(client, "offices/")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - dt.timedelta(minutes=11))
    rows(client, "offices/")
    assert ApiToken.objects.get().last_used_at > first - dt.timedelta(minutes=1)


def test_only_a_digest_of_the_key_is_kept(scene: Scene) -> None:
    key = key_of(scene, "viewer")
    [kept] = ApiToken.objects.values_list()
    assert not any(key in str(value) for value in kept)
    assert key.startswith(ApiToken.objects.get().prefix)
    assert key_of(scene, "viewer") != key


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "  "},
        {"expires_on": dt.date(2020, 1, 1)},
        {"expires_on": dt.date(2099, 1, 1)},
        {"office": None},
    ],
)
def test_what_is_refused_when_a_token_is_made(scene: Scene, changes: dict) -> None:
    if "office" in changes:
        changes = {"office": build.office("q", "别处")}
    asked = {"office": scene.office, "name": "大屏", "expires_on": timezone.localdate(), **changes}
    with pytest.raises(Refused):
        make_token(user=scene.people["viewer"], **asked)
    assert not ApiToken.objects.exists()


def test_nobody_hoards_tokens(scene: Scene) -> None:
    for _number in range(MOST_VALID):
        key_of(scene, "viewer")
    with pytest.raises(Refused):
        key_of(scene, "viewer")
    revoke_token(token=ApiToken.objects.first(), user=scene.people["viewer"])
    key_of(scene, "viewer")


def test_the_person_and_the_offices_administrator_revoke_and_nobody_else(scene: Scene) -> None:
    other = make("p")
    key = key_of(scene, "clerk")
    token = ApiToken.objects.get()
    address = reverse("admin:reports_apitoken_revoke", args=[token.pk])
    for client in (scene.client("viewer"), scene.client("reviewer"), other.client("admin")):
        assert client.post(address).status_code == 403
    assert scene.client("clerk").get(address).status_code == 405
    with pytest.raises(Refused):
        revoke_token(token=token, user=other.people["admin"])
    assert rows(bearer(key), "offices/")
    assert scene.client("admin").post(address).status_code == 302
    assert refused(key)
    first = ApiToken.objects.get()
    assert first.revoked_by == scene.people["admin"]
    scene.client("clerk").post(address)
    assert ApiToken.objects.get().revoked_by == scene.people["admin"]


def test_the_page_shows_the_key_once(scene: Scene) -> None:
    clerk = scene.client("clerk")
    response = clerk.post(MINE, {"name": "数据大屏", "days": "90", "office": scene.office.pk})
    key = response.context["key"]
    assert response.content.decode().count(key) == 2
    assert "no-store" in response["Cache-Control"]
    assert rows(bearer(key), "units/")[0]["code"] == "U2"
    again = clerk.get(MINE).content.decode()
    assert key not in again
    assert ApiToken.objects.get().prefix in again
    assert "数据大屏" not in scene.client("viewer").get(MINE).content.decode()
    listed = scene.client("admin").get("/admin/reports/apitoken/").content.decode()
    assert "数据大屏" in listed
    assert key not in listed
    shown = scene.client("admin").get(f"/admin/reports/apitoken/{ApiToken.objects.get().pk}/change/")
    assert ApiToken.objects.get().digest not in shown.content.decode()
    assert scene.client("viewer").get("/admin/reports/apitoken/").status_code == 403


def test_the_page_refuses_faults_beside_the_field_and_another_office(scene: Scene) -> None:
    other = make("p")
    clerk = scene.client("clerk")
    for fields in (
        {"name": "", "days": "90", "office": scene.office.pk},
        {"name": "大屏", "days": "9999", "office": scene.office.pk},
        {"name": "大屏", "days": "90", "office": other.office.pk},
    ):
        response = clerk.post(MINE, fields)
        assert response.status_code == 200
        assert response.context["form"].errors
        assert response.context["key"] == ""
    assert not ApiToken.objects.exists()


def test_too_many_requests_are_told_when_to_come_again(scene: Scene, settings) -> None:
    settings.API_RATE = "3/min"
    viewer = scene.client("viewer")
    for _time in range(3):
        rows(viewer, "offices/")
    response = viewer.get(f"{ROOT}offices/")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert response.json()["code"] == "throttled"
    assert rows(scene.client("clerk"), "offices/")
