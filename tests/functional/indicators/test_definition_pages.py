"""Indicators in the admin: a change is a new version from a day, and a faulty expression never gets in."""

import datetime as dt

import pytest
from django.urls import reverse

from indicators.models import Indicator, IndicatorVersion, Result, Run, Target
from tests.functional.reports.forms import posted
from tests.functional.reports.scene import PERIOD, Scene, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return make()


def change(indicator: Indicator) -> str:
    return reverse("admin:indicators_indicator_change", args=[indicator.pk])


def test_saving_without_a_day_leaves_the_definitions_alone(scene: Scene) -> None:
    indicator = scene.ranking.indicator
    before = list(IndicatorVersion.objects.values())
    client = scene.client("admin")
    assert (
        client.post(change(indicator), posted(client, change(indicator)) | {"name": "结案率"}).status_code
        == 302
    )
    assert list(IndicatorVersion.objects.values()) == before
    indicator.refresh_from_db()
    assert indicator.name == "结案率"


def test_a_change_without_a_day_is_asked_for_one(scene: Scene) -> None:
    indicator = scene.ranking.indicator
    client = scene.client("admin")
    response = client.post(change(indicator), posted(client, change(indicator)) | {"decimals": "2"})
    assert "valid_from" in response.context["adminform"].form.errors
    assert IndicatorVersion.objects.get().decimals == 1


def test_a_new_definition_begins_on_its_day_and_ends_the_former(scene: Scene) -> None:
    indicator = scene.ranking.indicator
    client = scene.client("admin")
    data = posted(client, change(indicator)) | {"valid_from": "2022-07-01", "denominator": "应办数 + 0"}
    assert client.post(change(indicator), data).status_code == 302
    first, second = indicator.versions.all()
    assert (first.number, first.valid_to) == (1, dt.date(2022, 6, 30))
    assert (second.number, second.valid_from, second.denominator) == (2, dt.date(2022, 7, 1), "应办数 + 0")


def test_a_faulty_expression_is_refused_with_its_place(scene: Scene) -> None:
    indicator = scene.ranking.indicator
    client = scene.client("admin")
    data = posted(client, change(indicator)) | {"valid_from": "2022-07-01", "numerator": "已办数 + 应半数"}
    response = client.post(change(indicator), data)
    errors = response.context["adminform"].form.errors["numerator"]
    assert "第1行第7列" in errors[0]
    assert "应办数" in errors[0]
    assert indicator.versions.count() == 1


def test_a_definition_behind_an_issue_is_not_rewritten(scene: Scene) -> None:
    scene.issued()
    indicator = scene.ranking.indicator
    client = scene.client("admin")
    data = posted(client, change(indicator)) | {"valid_from": "2022-01-01", "decimals": "2"}
    response = client.post(change(indicator), data)
    assert "valid_from" in response.context["adminform"].form.errors
    assert IndicatorVersion.objects.get().decimals == 1


def test_runs_and_results_are_read_only_even_for_superusers(scene: Scene) -> None:
    scene.draft()
    admin = scene.people["admin"]
    admin.is_superuser = True
    admin.save()
    client = scene.client("admin")
    for model in (Run, Result):
        row = model.objects.first()
        name = model._meta.model_name
        address = reverse(f"admin:indicators_{name}_change", args=[row.pk])
        assert client.get(address).status_code == 200
        assert client.post(address, {}).status_code == 403
        assert client.post(reverse(f"admin:indicators_{name}_delete", args=[row.pk])).status_code == 403
        assert client.get(reverse(f"admin:indicators_{name}_add")).status_code == 403


@pytest.mark.parametrize("name", ["indicator", "target", "ranking", "run", "result"])
def test_lists_have_a_fixed_number_of_queries(scene: Scene, name: str, django_assert_max_num_queries) -> None:
    scene.draft()
    client = scene.client("viewer")
    address = reverse(f"admin:indicators_{name}_changelist")
    client.get(address)
    with django_assert_max_num_queries(16):
        assert client.get(address).status_code == 200


def test_a_target_of_another_office_s_group_is_refused(scene: Scene) -> None:
    other = make("p")
    target = Target.objects.get(indicator=scene.ranking.indicator)
    address = reverse("admin:indicators_target_change", args=[target.pk])
    client = scene.client("admin")
    response = client.post(address, posted(client, address) | {"group": other.ranking.group_id})
    assert "group" in response.context["adminform"].form.errors
    assert Target.objects.get(pk=target.pk).group == scene.ranking.group
    assert target.period == PERIOD
