"""Templates in the admin: faults are pointed at, who typed a value is noted and never written, the preview stores nothing."""

import pytest
from django.urls import reverse

from departments.choices import Role
from departments.services import organisation
from reports.models import Bulletin, Fact, Issue, PublishedValue
from tests.functional.reports.forms import posted
from tests.functional.reports.scene import PERIOD, Scene, make

pytestmark = pytest.mark.django_db


def change(scene: Scene) -> str:
    return reverse("admin:reports_bulletin_change", args=[scene.bulletin.pk])


def preview(scene: Scene) -> str:
    return reverse("admin:reports_bulletin_preview", args=[scene.bulletin.pk])


def test_a_page_saved_unchanged_changes_nobody_s_name(scene: Scene) -> None:
    other = "approver"
    client = scene.client(other)
    response = client.post(change(scene), posted(client, change(scene)))
    assert response.status_code == 302
    assert {row.typed_by for row in PublishedValue.objects.all()} == {scene.people["admin"]}
    assert Fact.objects.get().typed_by == scene.people["admin"]


def test_whoever_changes_a_typed_value_is_noted_whatever_the_request_says(scene: Scene) -> None:
    client = scene.client("approver")
    data = posted(client, change(scene))
    value = PublishedValue.objects.get(claim="C1")
    place = next(name[: -len("-id")] for name, given in data.items() if name.startswith("published_values") and name.endswith("-id") and str(given) == str(value.pk))  # fmt: skip
    data[f"{place}-value"] = "55%"
    data[f"{place}-typed_by"] = scene.people["admin"].pk
    data["facts-0-number"] = "2"
    data["facts-0-typed_by"] = scene.people["admin"].pk
    assert client.post(change(scene), data).status_code == 302
    value.refresh_from_db()
    assert (value.value, value.typed_by) == ("55%", scene.people["approver"])
    fact = Fact.objects.get()
    assert (fact.number, fact.typed_by) == (2, scene.people["approver"])
    assert PublishedValue.objects.get(claim="C2").typed_by == scene.people["admin"]


def test_a_fact_is_a_number_or_a_text(scene: Scene) -> None:
    client = scene.client("admin")
    data = posted(client, change(scene)) | {"facts-0-text": "一面"}
    response = client.post(change(scene), data)
    assert response.status_code == 200
    assert Fact.objects.get().text == ""


def test_the_preview_shows_the_document_and_stores_nothing(scene: Scene) -> None:
    page = scene.client("viewer").get(preview(scene), {"period": PERIOD}).content.decode()
    assert "办结率<span" in page
    assert "53.8%" in page
    assert not Issue.objects.exists()


def test_templates_stay_inside_their_office(scene: Scene) -> None:
    stranger = make("p")
    assert stranger.client("admin").get(preview(scene)).status_code == 403
    assert stranger.client("admin").get(change(scene)).status_code == 302
    assert scene.client("clerk").get(preview(scene)).status_code == 403
    # A person of both offices can't mix them either.
    organisation.grant(user=scene.people["admin"], office=stranger.office, role=Role.ADMINISTRATOR)
    client = scene.client("admin")
    data = posted(client, change(scene)) | {"group": stranger.bulletin.group_id}
    assert client.post(change(scene), data).status_code == 200
    assert Bulletin.objects.get(pk=scene.bulletin.pk).group == scene.bulletin.group
