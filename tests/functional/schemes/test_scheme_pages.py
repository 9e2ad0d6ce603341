"""The pages of schemes, and who gets which."""

from typing import Any

import pytest
from django.urls import reverse

from indicators.models import Scheme
from indicators.services.schemes import save_node
from tests.functional.schemes.desk import Desk
from tests.functional.schemes.scheme_addresses import (
    make_other_office,
    node,
    tree,
    words,
)

pytestmark = pytest.mark.django_db


def test_the_tree_says_everything_of_a_leaf(desk: Desk) -> None:
    page = desk.client("admin").get(tree(desk))
    lines = {line.node.key: line for line in page.context["lines"]}
    assert {key: line.points for key, line in lines.items()}["1"] == "30"
    assert page.context["total"] == "100"
    assert "20 − 1×(" in lines["2.1"].rule
    assert lines["1.1.1"].rule.count("；") == 3
    assert lines["1.1.3"].applies == "镇街道"
    text = words(page)
    for word in ("统一入口", "区行政审批局", "编制进驻清单", "市级刊发", "优秀 ≥ 90", "较差 &lt; 80"):
        assert word in text
    assert page.context["blocking"] == []


def test_faults_stand_above_the_tree_and_at_their_node(desk: Desk) -> None:
    save_node(scheme=desk.scheme, key="3", name="空枝")
    page = desk.client("admin").get(tree(desk))
    assert len(page.context["blocking"]) == 1
    assert f'href="#node-{desk.node("3").pk}"' in words(page)
    assert "gs-has-fault" in words(page)


@pytest.mark.parametrize(
    ("who", "status"), [("admin", 200), ("viewer", 200), ("reviewer", 200), ("clerk0", 302)]
)
def test_who_sees_the_tree(desk: Desk, who: str, status: int) -> None:
    page = desk.client(who).get(tree(desk))
    assert page.status_code == status
    if who != "admin":
        assert "gs-moves" not in words(page)
        for url in (node(desk, "1"), f"{tree(desk)}../settings/", f"{tree(desk)}../copy/"):
            assert desk.client(who).get(url).status_code in (302, 403, 404), url


def test_moving_with_the_arrows(desk: Desk) -> None:
    client = desk.client("admin")
    client.post(tree(desk), {"action": f"down-{desk.node('1').pk}"})
    assert next(row.key for row in desk.scheme.nodes.all()) == "2"
    assert desk.client("viewer").post(tree(desk), {"action": f"up-{desk.node('1').pk}"}).status_code == 403
    assert next(row.key for row in desk.scheme.nodes.all()) == "2"


def test_a_leaf_is_added_with_the_fields_of_its_rule(desk: Desk) -> None:
    client = desk.client("admin")
    add = reverse("admin:indicators_scheme_addnode", args=[desk.scheme.pk])
    page = client.get(f"{add}?parent={desk.node('2').pk}&rule=per_point")
    form = page.context["form"]
    assert form.initial["key"] == "2.3"
    assert {"points", "indicator", "per_point", "floor", "target"} <= set(form.fields)
    fields = {
        "key": "2.3", "name": "满意率", "parent": desk.node("2").pk, "rule": "per_point",
        "points": "25", "indicator": desk.rate.pk, "operator": "at_least", "target": "95", "per_point": "0.5",
        "floor": "12.5", "action": "next", "deadline": "2023-12-31", "groups": [desk.groups[0].pk],
    }  # fmt: skip
    done = client.post(add, fields)
    assert done.status_code == 302
    assert done["Location"].startswith(f"{add}?parent={desk.node('2').pk}")
    made = desk.node("2.3")
    assert (made.points, made.per_point, made.floor, made.target) == (25, 0.5, 12.5, 95)
    assert list(made.applies_to_groups.all()) == [desk.groups[0]]
    line = next(one for one in client.get(tree(desk)).context["lines"] if one.node.key == "2.3")
    assert "25 − 0.5×(95 − " in line.rule
    assert "12.5" in line.rule


def test_another_rule_shows_other_fields_and_keeps_what_was_typed(desk: Desk) -> None:
    client = desk.client("admin")
    page = client.post(
        node(desk, "2.1"), {"rule": "status", "name": "改了名", "key": "2.1", "action": "rule"}
    )
    assert page.context["form"]["name"].value() == "改了名"
    assert "status-done" in page.context["form"].fields
    assert "indicator" not in page.context["form"].fields
    assert desk.node("2.1").name == "按时办结"
    done = client.post(
        node(desk, "2.1"),
        {
            "rule": "status", "name": "改了名", "key": "2.9", "parent": desk.node("2").pk, "action": "save", "points": "20",
            "status-done": "20", "status-on_track": "12", "status-behind": "5", "status-not_started": "0",
        },
    )  # fmt: skip
    assert done.status_code == 302
    changed = desk.node("2.9")
    assert (changed.indicator, changed.per_point, changed.rule) == (None, None, "status")
    assert changed.table == [["done", "20"], ["on_track", "12"], ["behind", "5"], ["not_started", "0"]]


def test_steps_are_lines_of_two(desk: Desk) -> None:
    client = desk.client("admin")
    fields = {
        "rule": "steps", "name": "按时办结", "key": "2.1", "parent": desk.node("2").pk, "action": "save",
        "points": "20", "indicator": desk.rate.pk, "operator": "at_least",
        "limit-0": "95", "points-0": "20", "limit-1": "90", "points-1": "",
    }  # fmt: skip
    refused = client.post(node(desk, "2.1"), fields)
    assert refused.status_code == 422
    assert "points-1" in refused.context["form"].errors
    client.post(node(desk, "2.1"), fields | {"points-1": "12.5"})
    assert desk.node("2.1").table == [["95", "20"], ["90", "12.5"]]
    assert client.get(node(desk, "2.1")).context["form"].steps[1][1].value() == "12.5"


def test_a_taken_number_and_a_wrong_choice_are_said_beside_the_field(desk: Desk) -> None:
    client = desk.client("admin")
    add = reverse("admin:indicators_scheme_addnode", args=[desk.scheme.pk])
    page = client.post(add, {"key": "1.1", "name": "重号", "rule": "", "action": "save"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["key"])
    page = client.post(node(desk, "1"), {"key": "2", "name": "重号", "rule": "", "action": "save"})
    assert page.status_code == 422
    other = make_other_office()
    for name, value in (
        ("parent", other.node("1").pk),
        ("indicator", other.rate.pk),
        ("groups", other.groups[0].pk),
    ):
        fields = {
            "key": "2.1", "name": "按时办结", "rule": "full_or_none", "points": "20", "operator": "at_least",
            "indicator": desk.rate.pk, "action": "save", name: value,
        }  # fmt: skip
        page = client.post(node(desk, "2.1"), fields)
        assert (page.status_code, list(page.context["form"].errors)) == (422, [name])


def test_deleting_asks_once_more(desk: Desk) -> None:
    client = desk.client("admin")
    page = client.post(node(desk, "1"), {"action": "delete"})
    assert page.context["deleting"]
    assert page.context["under"] == 4
    assert desk.scheme.nodes.count() == 8
    client.post(node(desk, "1"), {"action": "delete-sure"})
    assert desk.scheme.nodes.count() == 3


def test_settings_keep_the_lowest_grade_and_the_registers_words(desk: Desk) -> None:
    client = desk.client("admin")
    url = reverse("admin:indicators_scheme_settings", args=[desk.scheme.pk])
    page = client.get(url)
    assert page.status_code == 200
    grades = list(desk.scheme.grades.all())
    fields: dict[str, Any] = {
        "name": desk.scheme.name, "groups": [group.pk for group in desk.groups], "valid_from": "2023-01-01",
        "decimals": "2", "not_applicable": "redistribute", "missing": "not_ranked", "bonus_cap": "10",
        "adjustments-TOTAL_FORMS": "0", "adjustments-INITIAL_FORMS": "0",
        "grades-TOTAL_FORMS": str(len(grades)), "grades-INITIAL_FORMS": str(len(grades)),
    }  # fmt: skip
    for row, grade in enumerate(grades):
        fields |= {
            f"grades-{row}-id": grade.pk, f"grades-{row}-scheme": desk.scheme.pk, f"grades-{row}-name": grade.name,
            f"grades-{row}-at_least": "" if grade.at_least is None else str(grade.at_least),
        }  # fmt: skip
    lowest = next(row for row, grade in enumerate(grades) if grade.at_least is None)
    refused = client.post(url, fields | {f"grades-{lowest}-at_least": "60"})
    assert refused.status_code == 200
    assert Scheme.objects.get().bonus_cap is None
    assert client.post(url, fields)["Location"] == tree(desk)
    assert Scheme.objects.get().bonus_cap == 10


def test_behind_an_issued_bulletin_the_pages_only_show(desk: Desk) -> None:
    desk.freeze()
    client = desk.client("admin")
    page = client.get(tree(desk))
    assert page.context["fixed"]
    assert "gs-moves" not in words(page)
    fields = {"key": "1", "name": "改名", "rule": "", "action": "save"}
    assert client.post(node(desk, "1"), fields).status_code == 422
    assert desk.node("1").name == "统一服务入口"
    url = reverse("admin:indicators_scheme_settings", args=[desk.scheme.pk])
    settings = words(client.get(url))
    assert 'name="valid_to"' in settings
    assert 'name="name"' not in settings
    assert "grades-0-name" not in settings.replace("__prefix__", "")


def test_the_successor_is_made_on_its_page(desk: Desk) -> None:
    client = desk.client("admin")
    url = reverse("admin:indicators_scheme_copy", args=[desk.scheme.pk])
    assert client.get(url).context["typed"]["name"] == desk.scheme.name
    for fields in (
        {"code": "fc2024", "name": "新", "valid_from": "明年"},
        {"code": "fc2023", "name": "新", "valid_from": "2024-01-01"},
        {"code": "fc 2024", "name": "新", "valid_from": "2024-01-01"},
    ):
        refused = client.post(url, fields)
        assert refused.status_code == 422
        assert refused.context["faults"]
    assert Scheme.objects.count() == 1
    done = client.post(url, {"code": "fc2024", "name": "2024年方案", "valid_from": "2024-01-01"})
    copy = Scheme.objects.get(code="fc2024")
    assert done["Location"] == reverse("admin:indicators_scheme_change", args=[copy.pk])
    assert desk.client("viewer").get(url).status_code == 403
