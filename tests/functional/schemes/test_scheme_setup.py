"""Setting a scheme up: its tree, what is refused at once, what is found before it is used, and its successor."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from indicators.choices import ScoreRule
from indicators.models import LeafReport, Scheme, SchemeNode
from indicators.services.definitions import save_indicator
from indicators.services.scheme_copies import copy_scheme
from indicators.services.scheme_faults import check_scheme
from indicators.services.scheme_tree import load_tree, total_points
from indicators.services.schemes import (
    delete_node,
    delete_part,
    move_node,
    rename_node,
    save_adjustment,
    save_grade,
    save_node,
    save_scheme,
)
from indicators.services.scores import scheme_data
from tests import build
from tests.functional.schemes.desk import STATUSES, Desk

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def keys(scheme: Scheme) -> list[str]:
    return [place.node.key for place in load_tree(scheme)]


def faults(desk: Desk) -> list[str]:
    return [fault.message for fault in check_scheme(desk.scheme) if fault.blocks]


def test_the_tree_adds_up(desk: Desk) -> None:
    tree = load_tree(desk.scheme)
    points = {place.node.key: place.points for place in tree}
    assert points == {
        "1": 30, "1.1": 30, "1.1.1": 10, "1.1.2": 10, "1.1.3": 10, "2": 70, "2.1": 20, "2.2": 50
    }  # fmt: skip
    assert total_points(tree) == 100
    assert {place.node.key: place.level for place in tree}["1.1.1"] == 3
    assert next(place for place in tree if place.node.key == "1.1.1").path == ("统一服务入口", "窗口建设")
    assert check_scheme(desk.scheme) == []


def test_a_new_node_comes_last_under_its_parent_and_a_plain_list_is_in_the_trees_order(desk: Desk) -> None:
    save_node(scheme=desk.scheme, key="1.2", parent="1", name="一网")
    save_node(scheme=desk.scheme, key="1.1.4", parent="1.1", name="帮办代办")
    expected = ["1", "1.1", "1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.2", "2", "2.1", "2.2"]
    assert keys(desk.scheme) == expected
    assert [node.key for node in desk.scheme.nodes.all()] == expected


def test_moving_takes_what_stands_under_a_node_along(desk: Desk) -> None:
    move_node(node=desk.node("1"), down=True)
    assert keys(desk.scheme) == ["2", "2.1", "2.2", "1", "1.1", "1.1.1", "1.1.2", "1.1.3"]
    move_node(node=desk.node("1"), down=True)
    move_node(node=desk.node("1.1.1"), down=False)
    assert keys(desk.scheme) == ["2", "2.1", "2.2", "1", "1.1", "1.1.1", "1.1.2", "1.1.3"]


def test_two_leaves_may_share_a_path_but_not_a_number(desk: Desk) -> None:
    same = save_node(scheme=desk.scheme, key="1.1.9", parent="1.1", name="统一入口")
    assert same.pk != desk.node("1.1.1").pk
    with pytest.raises(ValidationError):
        rename_node(node=same, key="1.1.1")


def test_at_most_five_levels(desk: Desk) -> None:
    save_node(scheme=desk.scheme, key="a", parent="1.1", name="三层")
    save_node(scheme=desk.scheme, key="b", parent="a", name="四层")
    save_node(scheme=desk.scheme, key="c", parent="b", name="五层")
    with pytest.raises(ValidationError, match="5"):
        save_node(scheme=desk.scheme, key="d", parent="c", name="六层")
    # What hangs under a node counts when it is moved.
    save_node(scheme=desk.scheme, key="e", name="一层")
    save_node(scheme=desk.scheme, key="f", parent="e", name="二层")
    with pytest.raises(ValidationError, match="5"):
        save_node(scheme=desk.scheme, key="e", parent="b", name="一层")


def test_no_node_under_itself_or_in_another_scheme(desk: Desk) -> None:
    with pytest.raises(ValidationError):
        save_node(scheme=desk.scheme, key="1", parent="1.1", name="统一服务入口")
    with pytest.raises(ValidationError):
        save_node(scheme=desk.scheme, key="1", parent="1", name="统一服务入口")
    other = save_scheme(office=desk.office, code="other", name="另一个", valid_from=dt.date(2023, 1, 1))
    stranger = save_node(scheme=other, key="1", name="别的")
    with pytest.raises(ValidationError):
        save_node(scheme=desk.scheme, key="9", parent=stranger, name="串门")


def test_nothing_of_another_office(desk: Desk) -> None:
    elsewhere = build.office("x", "别的区")
    group, unit = build.group(elsewhere), build.unit(elsewhere, "X", "别局")
    indicator = save_indicator(office=elsewhere, code="i", name="别的指标")
    for more in ({"indicator": indicator}, {"applies_to_groups": [group]}, {"applies_to_units": [unit]}):
        with pytest.raises(ValidationError):
            save_node(scheme=desk.scheme, key="9", name="串门", rule=ScoreRule.FULL_OR_NONE, **more)
    with pytest.raises(ValidationError):
        save_scheme(office=desk.office, code="fc2023", groups=[group])
    with pytest.raises(ValidationError):
        save_adjustment(
            scheme=desk.scheme, name="别的", register=build.register(elsewhere), points=Decimal(1)
        )
    assert not SchemeNode.objects.filter(key="9").exists()
    assert set(desk.scheme.groups.all()) == set(desk.groups)


def test_an_indicators_code_is_taken(desk: Desk) -> None:
    with pytest.raises(ValidationError) as refusal:
        save_scheme(office=desk.office, code="rate", name="同码", valid_from=dt.date(2023, 1, 1))
    assert "code" in refusal.value.error_dict


@pytest.mark.parametrize(("type_", "level"), [("没有", ""), ("", "国家级")])
def test_a_bonus_counts_what_the_register_knows(desk: Desk, type_: str, level: str) -> None:
    with pytest.raises(ValidationError):
        save_adjustment(
            scheme=desk.scheme,
            name="不识",
            register=desk.register,
            type=type_,
            level=level,
            points=Decimal(1),
        )


FAULTY: list[tuple[str, dict[str, Any]]] = [
    ("no full marks", {"rule": "status", "points": None}),
    ("no table", {"rule": "status", "table": []}),
    ("unknown status", {"rule": "status", "table": [*STATUSES, ["flying", "1"]]}),
    ("not applicable is worth nothing", {"rule": "status", "table": [*STATUSES, ["not_applicable", "1"]]}),
    ("a status lacks", {"rule": "status", "table": STATUSES[:3]}),
    ("a status twice", {"rule": "status", "table": [*STATUSES, STATUSES[0]]}),
    ("more than full marks", {"rule": "status", "points": Decimal(9)}),
    ("words with an indicator", {"rule": "status", "indicator": True}),
    ("a line of one", {"rule": "status", "table": [["done"]]}),
    ("no indicator", {"rule": "full_or_none"}),
    ("no points off", {"rule": "per_point", "indicator": True}),
    ("proportion of equal", {"rule": "proportional", "indicator": True, "operator": "equal"}),
    ("a range", {"rule": "full_or_none", "indicator": True, "operator": "between", "target": Decimal(5)}),
    ("least above full", {"rule": "steps", "indicator": True, "table": [["95", "10"]], "floor": Decimal(11)}),
    ("least below 0", {"rule": "full_or_none", "indicator": True, "floor": Decimal(-1)}),
    ("points on for what is short", {"rule": "per_point", "indicator": True, "per_point": Decimal(-1)}),
    ("steps of equal", {"rule": "steps", "indicator": True, "operator": "equal", "table": [["95", "10"]]}),
    ("steps rising", {"rule": "steps", "indicator": True, "table": [["90", "5"], ["95", "10"]]}),
    ("steps equal", {"rule": "steps", "indicator": True, "table": [["95", "10"], ["95", "5"]]}),
    ("worse earns more", {"rule": "steps", "indicator": True, "table": [["95", "5"], ["90", "10"]]}),
    ("no number", {"rule": "steps", "indicator": True, "table": [["多", "10"]]}),
    ("below nothing", {"rule": "steps", "indicator": True, "table": [["95", "10"], ["90", "-1"]]}),
    ("places falling", {"rule": "place", "indicator": True, "table": [["3", "10"], ["1", "5"]]}),
    ("half a place", {"rule": "place", "indicator": True, "table": [["1.5", "10"]]}),
]


@pytest.mark.parametrize(("why", "changes"), FAULTY, ids=[why for why, _changes in FAULTY])
def test_a_faulty_leaf_is_found(desk: Desk, why: str, changes: dict[str, Any]) -> None:
    """Each has exactly one thing wrong with it."""
    fields = {"points": Decimal(10), "table": STATUSES, "name": why, **changes}
    if fields["rule"] not in ("status", "steps", "place"):
        fields["table"] = []
    if fields.get("indicator"):
        fields["indicator"] = desk.rate
    node = save_node(scheme=desk.scheme, key="9", **fields)
    found = [fault for fault in check_scheme(desk.scheme) if fault.node == node]
    assert len(found) == 1, [fault.message for fault in found]
    assert found[0].blocks


SOUND: list[dict[str, Any]] = [
    {"rule": "steps", "table": [["95", "10"], ["90.5", "5"]]},
    {"rule": "steps", "operator": "at_most", "table": [["1", "10"], ["3", "5"]], "floor": Decimal(1)},
    {"rule": "place", "table": [["1", "10"], ["3", "8"]]},
    {"rule": "proportional"},
    {"rule": "proportional", "operator": "at_most", "target": Decimal(5)},
    {"rule": "per_point", "per_point": Decimal("0.5"), "floor": Decimal(5)},
    {"rule": "full_or_none", "operator": "place", "target": Decimal(3), "veto": True},
]


@pytest.mark.parametrize("fields", SOUND, ids=[str(row["rule"]) + str(n) for n, row in enumerate(SOUND)])
def test_a_sound_leaf_is_left_alone(desk: Desk, fields: dict[str, Any]) -> None:
    given = {"points": Decimal(10), "name": "好", "indicator": desk.rate, **fields}
    save_node(scheme=desk.scheme, key="9", **given)
    assert faults(desk) == []
    # What has no fault can be computed with.
    assert scheme_data(desk.scheme).leaves[-1].rule.full == 10


def test_faults_of_branches_and_of_the_whole(desk: Desk) -> None:
    save_node(scheme=desk.scheme, key="3", name="空枝")
    assert [fault.node for fault in check_scheme(desk.scheme)] == [desk.node("3")]
    save_node(
        scheme=desk.scheme, key="3.1", parent="3", name="叶", rule="status", points=1, table=STATUSES[3:]
    )
    SchemeNode.objects.filter(key="1").update(points=30)
    found = check_scheme(desk.scheme)
    assert [fault.node for fault in found if fault.blocks] == [desk.node("1"), desk.node("3.1")]
    # 101 points: said, but in nobody's way.
    assert [fault.blocks for fault in found if fault.node is None] == [False]
    assert "101" in next(fault.message for fault in found if not fault.blocks)


def test_a_leaf_holds_nothing_and_grades_have_a_lowest_one(desk: Desk) -> None:
    save_node(
        scheme=desk.scheme, key="2.2.1", parent="2.2", name="叶下", rule="status", points=0, table=STATUSES
    )
    assert desk.node("2.2") in [fault.node for fault in check_scheme(desk.scheme)]
    delete_node(node=desk.node("2.2.1"))
    assert faults(desk) == []
    delete_part(part=desk.scheme.grades.get(at_least=None))
    assert len(faults(desk)) == 1
    for grade in desk.scheme.grades.all():
        delete_part(part=grade)
    assert faults(desk) == []
    save_adjustment(
        scheme=desk.scheme,
        name="被通报",
        register=desk.register,
        type="通报",
        points=Decimal("-1.5"),
        veto=True,
    )
    assert len(faults(desk)) == 1


def test_an_empty_scheme_says_what_it_lacks(desk: Desk) -> None:
    empty = save_scheme(office=desk.office, code="empty", name="空", valid_from=dt.date(2023, 1, 1))
    assert len([fault for fault in check_scheme(empty) if fault.blocks]) == 2


def test_behind_an_issued_bulletin_nothing_changes_but_its_end(desk: Desk) -> None:
    desk.freeze()
    scheme = desk.scheme
    leaf = desk.node("2.1")
    for change in (
        lambda: save_scheme(office=desk.office, code="fc2023", name="改名"),
        lambda: save_scheme(office=desk.office, code="fc2023", groups=desk.groups[:1]),
        lambda: save_node(scheme=scheme, key="2.1", parent="2", points=Decimal(21)),
        lambda: save_node(scheme=scheme, key="9", name="新"),
        lambda: save_node(scheme=scheme, key="1.1.3", parent="1.1", applies_to_groups=[]),
        lambda: move_node(node=leaf, down=True),
        lambda: delete_node(node=leaf),
        lambda: rename_node(node=leaf, key="8"),
        lambda: save_adjustment(scheme=scheme, name="市级刊发", register=desk.register, points=Decimal(3)),
        lambda: save_grade(scheme=scheme, name="优秀", at_least=Decimal(95)),
        lambda: delete_part(part=scheme.grades.get(name="优秀")),
    ):
        before = (
            list(scheme.nodes.values()),
            list(scheme.grades.values()),
            list(scheme.adjustments.values()),
        )
        with pytest.raises(ValidationError):
            change()
        assert before == (
            list(scheme.nodes.values()), list(scheme.grades.values()), list(scheme.adjustments.values())
        )  # fmt: skip
    # The same again, as loading a pack twice does it, and its last day.
    save_node(scheme=scheme, key="2.1", parent="2", points=Decimal(20), name="按时办结")
    save_scheme(office=desk.office, code="fc2023", groups=desk.groups, valid_to=dt.date(2023, 12, 31))
    scheme.refresh_from_db()
    assert scheme.valid_to == dt.date(2023, 12, 31)
    assert scheme.name == "建设服务型政府考核方案"


def test_a_successor_holds_the_same_and_can_be_changed(desk: Desk) -> None:
    desk.freeze()
    copy = copy_scheme(scheme=desk.scheme, code="fc2024", valid_from=dt.date(2024, 1, 1))
    old = desk.scheme
    old.refresh_from_db()
    assert (old.valid_to, copy.valid_from, copy.valid_to) == (
        dt.date(2023, 12, 31),
        dt.date(2024, 1, 1),
        None,
    )
    assert keys(copy) == keys(old)
    assert set(copy.groups.all()) == set(old.groups.all())
    same = ("name", "points", "rule", "table", "lead", "responsible", "task", "deadline", "indicator_id")
    for one, other in zip(load_tree(old), load_tree(copy), strict=True):
        assert one.node.pk != other.node.pk
        assert one.path == other.path
        assert {name: getattr(one.node, name) for name in same} == {
            name: getattr(other.node, name) for name in same
        }
        assert set(one.node.applies_to_groups.all()) == set(other.node.applies_to_groups.all())
    assert {(g.name, g.at_least) for g in copy.grades.all()} == {
        (g.name, g.at_least) for g in old.grades.all()
    }
    assert [(a.name, a.points, a.cap) for a in copy.adjustments.all()] == [
        (a.name, a.points, a.cap) for a in old.adjustments.all()
    ]
    save_node(scheme=copy, key="2.1", parent="2", points=Decimal(25), name="按时办结")
    assert desk.node("2.1").points == 20
    assert check_scheme(copy)[0].blocks is False


@pytest.mark.parametrize(
    ("code", "day"), [("fc2023", (2024, 1, 1)), ("rate", (2024, 1, 1)), ("fc2024", (2023, 1, 1))]
)
def test_no_successor_of_a_taken_code_or_an_early_day(
    desk: Desk, code: str, day: tuple[int, int, int]
) -> None:
    with pytest.raises(ValidationError):
        copy_scheme(scheme=desk.scheme, code=code, valid_from=dt.date(*day))
    desk.scheme.refresh_from_db()
    assert desk.scheme.valid_to is None
    assert Scheme.objects.count() == 1


def test_what_units_reported_on_is_not_deleted(desk: Desk) -> None:
    desk.report("1.1.1", 0)
    for key in ("1.1.1", "1.1", "1"):
        with pytest.raises(ValidationError):
            delete_node(node=desk.node(key))
    delete_node(node=desk.node("2"))
    assert keys(desk.scheme) == ["1", "1.1", "1.1.1", "1.1.2", "1.1.3"]
    assert LeafReport.objects.count() == 1
