"""Indicators in the admin: a change is proposed from a day and checked by another, and no faulty expression gets in."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from indicators.choices import VersionState
from indicators.models import Indicator, IndicatorVersion, Result, Run, Target
from indicators.services import definitions
from indicators.services.dataset import load_period
from indicators.services.proposals import check_version
from tests.functional.reports.forms import posted
from tests.functional.reports.scene import PERIOD, Scene, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return make()


def change(indicator: Indicator) -> str:
    return reverse("admin:indicators_indicator_change", args=[indicator.pk])


def history(indicator: Indicator) -> str:
    return reverse("admin:indicators_indicator_definitions", args=[indicator.pk])


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


def propose(scene: Scene, who: str = "admin", **changed: str) -> Any:
    indicator = scene.ranking.indicator
    client = scene.client(who)
    data = posted(client, change(indicator)) | {"valid_from": "2022-07-01", **changed}
    return client.post(change(indicator), data, follow=True)


def decide(scene: Scene, who: str, action: str, **more: str) -> Any:
    indicator = scene.ranking.indicator
    proposal = indicator.versions.get(state=VersionState.PROPOSED)
    data = {"version": proposal.pk, "action": action, **more}
    return scene.client(who).post(history(indicator), data, follow=True)


def test_a_changed_definition_waits_to_be_checked_by_another_person(scene: Scene) -> None:
    page = propose(scene, denominator="应办数 + 0").content.decode()
    first, second = scene.ranking.indicator.versions.all()
    assert (first.state, first.valid_to) == (VersionState.CHECKED, None)
    assert (second.number, second.state, second.author) == (2, VersionState.PROPOSED, scene.people["admin"])
    # Whom to ask, and the way to the trial.
    assert "o-approver" in page
    assert reverse("admin:indicators_indicator_trial", args=[second.indicator_id]) in page
    own = decide(scene, "admin", "check")
    assert own.status_code == 422
    assert "须由其他人复核" in own.content.decode()
    decide(scene, "approver", "check")
    first, second = scene.ranking.indicator.versions.all()
    assert (first.valid_to, second.state) == (dt.date(2022, 6, 30), VersionState.CHECKED)
    assert (second.checker, second.denominator) == (scene.people["approver"], "应办数 + 0")
    text = scene.client("viewer").get(history(second.indicator)).content.decode()
    assert "应办数 + 0" in text
    assert "o-approver" in text


def test_a_refused_proposal_changes_nothing_and_says_why(scene: Scene) -> None:
    propose(scene, decimals="2")
    assert decide(scene, "approver", "refuse").status_code == 422
    decide(scene, "approver", "refuse", reason="小数位数按通报格式不变")
    version = IndicatorVersion.objects.get(number=2)
    assert (version.state, version.checker) == (VersionState.REFUSED, scene.people["approver"])
    assert "小数位数按通报格式不变" in scene.client("viewer").get(history(version.indicator)).content.decode()
    assert IndicatorVersion.objects.get(number=1).valid_to is None


def test_another_proposal_takes_the_place_of_the_first_and_is_what_gets_checked(scene: Scene) -> None:
    propose(scene, decimals="2")
    seen = IndicatorVersion.objects.get(state=VersionState.PROPOSED)
    page = scene.client("approver").get(change(scene.ranking.indicator)).content.decode()
    assert "尚未复核" in page
    propose(scene, decimals="3")
    data = {"version": seen.pk, "action": "check"}
    answer = scene.client("approver").post(history(scene.ranking.indicator), data)
    assert answer.status_code == 422
    assert IndicatorVersion.objects.get(state=VersionState.PROPOSED).decimals == 3


def test_people_without_the_right_neither_check_nor_refuse(scene: Scene) -> None:
    propose(scene, decimals="2")
    for who in ("viewer", "reviewer", "issuer", "clerk"):
        for action in ("check", "refuse"):
            assert decide(scene, who, action, reason="不行").status_code == 403
    other = make("p")
    assert other.client("admin").get(history(scene.ranking.indicator)).status_code == 403
    assert IndicatorVersion.objects.get(number=2).state == VersionState.PROPOSED


def test_an_office_with_one_administrator_is_told_whom_to_ask(scene: Scene) -> None:
    scene.people["approver"].memberships.all().delete()
    page = propose(scene, decimals="2").content.decode()
    assert "系统管理员" in page
    boss = User.objects.create_superuser("boss", password="x")
    scene.people["boss"] = boss
    decide(scene, "boss", "check")
    assert IndicatorVersion.objects.get(number=2).checker == boss


def test_a_new_indicator_s_first_definition_is_proposed_too(scene: Scene) -> None:
    client = scene.client("admin")
    address = reverse("admin:indicators_indicator_add")
    data = posted(client, address) | {
        "office": scene.office.pk,
        "code": "open",
        "name": "未办结率",
        "numerator": "应办数 - 已办数",
        "denominator": "应办数",
        "valid_from": "2022-01-01",
        "direction": "lower",
    }
    assert client.post(address, data).status_code == 302
    version = IndicatorVersion.objects.get(indicator__code="open")
    assert (version.number, version.state) == (1, VersionState.PROPOSED)
    assert "open" not in load_period(scene.office, PERIOD).definitions
    check_version(version=version, user=scene.people["approver"])
    assert "open" in load_period(scene.office, PERIOD).definitions


def test_a_day_that_is_taken_and_a_definition_that_says_nothing_new_are_refused(scene: Scene) -> None:
    for changed in ({"valid_from": "2022-01-01", "decimals": "2"}, {"valid_from": "2022-07-01"}):
        errors = propose(scene, **changed).context["adminform"].form.errors
        assert "valid_from" in errors
    assert IndicatorVersion.objects.count() == 1


def test_groups_and_units_of_another_office_are_refused(scene: Scene) -> None:
    other = make("p")
    scene.people["admin"].memberships.create(
        office=other.office, role="administrator", valid_from=dt.date(2020, 1, 1)
    )
    for name, thing in (("groups", other.ranking.group), ("lead", other.units["甲局"])):
        errors = propose(scene, **{name: thing.pk}).context["adminform"].form.errors
        assert name in errors
    propose(scene, groups=scene.ranking.group.pk, lead=scene.units["甲局"].pk)
    version = IndicatorVersion.objects.get(indicator=scene.ranking.indicator, number=2)
    assert list(version.groups.all()) == [scene.ranking.group]
    assert version.lead == scene.units["甲局"]


def test_definitions_in_a_circle_are_refused_with_the_circle(scene: Scene) -> None:
    made = definitions.save_indicator(office=scene.office, code="twice", name="双倍率")
    definitions.save_version(
        indicator=made, valid_from=dt.date(2022, 1, 1), numerator="指标.办结率 * 2", denominator="1"
    )
    errors = propose(scene, numerator="指标.双倍率").context["adminform"].form.errors
    assert "closing → twice → closing" in errors["numerator"][0]
    errors = propose(scene, numerator="指标.办结率").context["adminform"].form.errors
    assert "closing → closing" in errors["numerator"][0]


def test_a_faulty_expression_is_refused_with_its_place(scene: Scene) -> None:
    indicator = scene.ranking.indicator
    client = scene.client("admin")
    data = posted(client, change(indicator)) | {"valid_from": "2022-07-01", "numerator": "已办数 + 应半数"}
    response = client.post(change(indicator), data)
    errors = response.context["adminform"].form.errors["numerator"]
    assert "第1行第7列" in errors[0]
    assert "应办数" in errors[0]
    assert indicator.versions.count() == 1


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
    with django_assert_max_num_queries(18):
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
