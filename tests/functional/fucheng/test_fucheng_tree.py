"""packs/fucheng says what was published, cell by cell; what nobody published says that it is synthetic."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from departments.models import Office
from govsvc.packs.pack import Pack, nodes_of
from govsvc.packs.schema import NodeSpec
from indicators.models import Target
from indicators.services.scheme_tree import Place, load_tree, total_points
from tests.fucheng.truth import leaves, targets, tree
from tests.fucheng.writing import write_pack

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
# Leaf → the indicators that measure its published targets, where the leaf itself has another or several.
OPERATORS = {"=": "equal", ">=": "at_least", "<=": "at_most"}


@pytest.fixture(scope="module")
def stored(filled: Office, django_db_blocker) -> list[Place]:
    with django_db_blocker.unblock():
        return load_tree(filled.schemes.get(code="ywtb2023"))


def test_59_rows_of_the_table_are_59_leaves(stored: list[Place]) -> None:
    rows = leaves()
    found = [place for place in stored if place.node.is_leaf]
    assert len(rows) == len(found) == 59
    for row, place in zip(rows, found, strict=True):
        node = place.node
        printed = [
            row[name]
            for name in (
                "id",
                "一级指标",
                "二级指标",
                "三级指标",
                "重点任务",
                "牵头单位",
                "责任单位",
                "完成时限",
            )
        ]
        assert [node.key, *place.path, node.name, node.task, node.lead, node.responsible] == printed[:-1]
        assert (printed[-1], node.deadline) == ("长期坚持", None)


def test_the_tree_is_the_published_one(stored: list[Place]) -> None:
    nested = [
        (section["name"], [(head["name"], [task["id"] for named in head["children"] for task in named["tasks"]])
                           for head in section["children"]])
        for section in tree()
    ]  # fmt: skip
    ours: list[tuple[str, list[tuple[str, list[str]]]]] = []
    for place in stored:
        if place.level == 1:
            ours.append((place.node.name, []))
        elif place.level == 2:
            ours[-1][1].append((place.node.name, []))
        else:
            ours[-1][1][-1][1].append(place.node.key)
    assert ours == nested
    assert (len(ours), sum(len(heads) for _name, heads in ours)) == (8, 35)
    assert total_points(stored) == 100


def test_names_that_stand_twice_are_kept_apart_by_their_number(stored: list[Place]) -> None:
    names = Counter(place.node.name for place in stored if place.node.is_leaf)
    twice = {
        name: [place.node.key for place in stored if place.node.is_leaf and place.node.name == name]
        for name, times in names.items()
        if times > 1
    }
    assert twice == {"其他辅线模块": ["5.7", "5.8"], "信息宣传": ["6.5", "8.12"]}
    tasks = {place.node.key: place.node.task for place in stored}
    assert tasks["5.7"] != tasks["5.8"]
    assert tasks["6.5"] != tasks["8.12"]


def test_48_targets_are_the_published_ones(filled: Office) -> None:
    rows = [row for row in targets() if row["role"] == "target"]
    scope = [row for row in targets() if row["role"] == "scope"]
    found = list(Target.objects.filter(indicator__office=filled).select_related("indicator"))
    assert (len(rows), len(scope), len(found)) == (48, 1, 49)
    printed = Counter(
        (row["id"], OPERATORS[row["op"]], Decimal(row["value"]), row["unit"], row["direction"], "cumulative" in row["period"], row["phrase"])
        for row in rows + scope
    )  # fmt: skip
    ours: Counter[tuple[str, str, Decimal, str, str, bool, str]] = Counter()
    for target in found:
        version = target.indicator.versions.get()
        leaf = target.indicator.code.removeprefix("l").rstrip("abc").replace("_", ".")
        source = target.source.split("：", 1)[1]
        assert target.period == "2023"
        ours[leaf, target.operator, target.value, version.unit_of_measure, version.direction, target.cumulative, source] += 1  # fmt: skip
    assert ours == printed


def test_every_published_metric_has_its_indicator(filled: Office) -> None:
    """Two targets of one leaf never share an indicator; the leaf's own one is what it scores by."""
    of_leaf = Counter(row["id"] for row in targets() if row["role"] != "threshold")
    for leaf, wanted in of_leaf.items():
        code = "l" + leaf.replace(".", "_")
        measured = filled.indicators.filter(code__regex=f"^{code}[abc]?$", targets__isnull=False)
        assert measured.count() == wanted, leaf


def test_the_threshold_stands_in_the_definition(filled: Office) -> None:
    (row,) = [row for row in targets() if row["role"] == "threshold"]
    version = filled.indicators.get(code="l6_2").versions.get()
    assert row["value"] in version.note
    assert filled.forms.get(code="data").items.get(code="big").name.startswith("数据量在1W条以上")


def test_units_are_asked_as_printed(pack: Pack) -> None:
    """A leaf for everybody names nobody; a leaf for units named one by one is for them (and the towns)."""
    nodes: dict[str, NodeSpec] = {
        node.key: node for node, _parent, _path in nodes_of(pack.schemes["ywtb2023"].spec)
    }
    for row in leaves():
        named = [name for name in row["责任单位_list"].split("|") if name not in ("区级相关部门", "各镇街道")]
        if row["id"] in ("5.2", "7.6"):
            continue
        if "区级相关部门" not in row["责任单位_list"]:
            assert list(nodes[row["id"]].units) == [pack.unit_code(name) for name in named]


def test_everything_that_is_ours_says_so(pack: Pack) -> None:
    assert "合成" in pack.office.synthetic
    towns = [row.spec for row in pack.units if row.spec.group == "towns"]
    assert towns
    assert all("（合成）" in unit.short_name for unit in towns)
    titles = [form.spec.title for form in pack.forms.values()]
    titles += [register.spec.title for register in pack.registers.values()]
    titles += [scheme.spec.name for scheme in pack.schemes.values()]
    assert all("合成" in title for title in titles)
    assert all("合成" in row.spec.name for rows in pack.entries.values() for row in rows)
    assert all("合成" in row.spec.text for row in pack.leaf_reports)


def test_the_pack_is_what_its_program_writes(tmp_path: Path) -> None:
    write_pack(tmp_path)
    kept = ROOT / "packs" / "fucheng"
    names = {path.relative_to(kept) for path in kept.rglob("*.*") if path.name != "README.md"}
    assert names == {path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")}
    assert [name for name in names if (kept / name).read_bytes() != (tmp_path / name).read_bytes()] == []


def test_the_truth_counts_its_own_tree() -> None:
    rows = leaves()
    assert sum(int(row["n_targets"]) for row in rows) == len(targets())
    assert len({row["id"] for row in rows}) == 59
    assert json.dumps(tree(), ensure_ascii=False).count('"id"') == 59
