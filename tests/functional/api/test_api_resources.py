"""What the interface says is what the pages say: rows of rankings, values, score sheets, issued bulletins; exact, as texts."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from govsvc import outbox
from indicators.models import Ranking, Scheme
from tests import build
from tests.functional.api.api_scene import ROOT, get, make_api_scene, rows
from tests.functional.reports.scene import PERIOD, Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> tuple[Scene, Scheme, Ranking]:
    return make_api_scene()


def table(scene: Scene, who: str, ranking: Ranking | None = None, **query: str) -> dict[str, Any]:
    path = f"rankings/{(ranking or scene.ranking).pk}/table/"
    return get(scene.client(who), path, period=PERIOD, **query)


def test_a_ranking_has_every_place_pair_and_reason(office: tuple[Scene, Scheme, Ranking]) -> None:
    found = table(office[0], "viewer")
    assert (found["source"], found["issue"], found["whole"], found["ranked"]) == ("present", None, True, 3)
    keys = ("unit", "place", "tied", "value", "display", "numerator", "denominator", "reason")
    assert [tuple(row[key] for key in keys) for row in found["rows"]] == [
        ("U1", 1, False, "100", "100.0%", "4", "4", ""),
        ("U3", 2, False, "75", "75.0%", "3", "4", ""),
        ("U2", 3, False, "0", "0.0%", "0", "5", ""),
        ("U4", None, False, None, "—", None, None, "不适用（无此业务）"),
    ]
    assert found["rows"][1]["gain"] == {"cases": 1, "place": 1, "tied": True}
    assert [row["assessment"]["light"] for row in found["rows"][:3]] == ["green", "green", "red"]
    overall = found["overall"]
    assert (overall["display"], overall["numerator"], overall["denominator"]) == ("53.8%", "7", "13")
    assert found["target"]["display"] == "60%"
    assert found["bottom"] == ["U2"]


@pytest.mark.parametrize("who", ["viewer", "clerk"])
@pytest.mark.parametrize("issued", [False, True])
@pytest.mark.parametrize("number", [0, 1])
def test_the_rows_are_those_of_the_page(
    office: tuple[Scene, Scheme, Ranking], who: str, issued: bool, number: int
) -> None:
    scene, ranking = office[0], (office[0].ranking, office[2])[number]
    if issued:
        scene.issued()
    address = reverse("admin:indicators_ranking_page", args=[ranking.pk])
    page = scene.client(who).get(address, {"period": PERIOD}).context["table"]
    found = table(scene, who, ranking)
    assert found["whole"] == page.whole
    named = {"place": "rank", "previous_place": "previous_rank"}
    for row, line in zip(found["rows"], page.lines, strict=True):
        assert row == {key: line.row.get(named.get(key, key)) for key in row}


def test_a_unit_gets_its_own_row_until_the_bulletin_is_issued(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene = office[0]
    found = table(scene, "clerk")
    assert [row["unit"] for row in found["rows"]] == ["U2"]
    assert (found["whole"], found["overall"], found["target"], found["bottom"]) == (False, None, None, [])
    scene.issued()
    found = table(scene, "clerk")
    assert [row["unit"] for row in found["rows"]] == ["U1", "U3", "U2", "U4"]
    assert scene.issue is not None
    assert found["issue"]["number"] == scene.issue.number
    assert found["issue"]["hash"] == scene.issue.hash


def test_what_was_issued_stays_beside_what_came_after(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene, scheme, _places = office
    scene.issued()
    submission = scene.submission("甲局")
    build.reopen(submission, scene.people["approver"])
    outbox.drain()
    assert table(scene, "viewer")["rows"][0]["unit"] == "U3"
    for who, query in (("viewer", {"source": "issued"}), ("clerk", {})):
        assert table(scene, who, **query)["rows"][0]["unit"] == "U1"
    values = {
        source: {row["unit"]: row["value"] for row in rows(scene.client("viewer"), "results/", source=source)}
        for source in ("present", "issued")
    }
    assert values["present"]["U1"] is None
    assert values["issued"] == {"U1": "100", "U2": "0", "U3": "75", "U4": None}
    path = f"schemes/{scheme.pk}/scores/"
    frozen = rows(scene.client("viewer"), path, period=PERIOD, source="issued")
    assert [(row["unit"], row["total"], row["source"]) for row in frozen][:2] == [
        ("U1", "100", "issued"),
        ("U2", "0", "issued"),
    ]


def test_another_group_ranks_apart_for_the_office_only(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene = office[0]
    build.group(scene.office, "towns", "镇街道")
    assert table(scene, "viewer", group="towns")["rows"] == []
    assert [row["unit"] for row in table(scene, "clerk", group="towns")["rows"]] == ["U2"]


def test_results_have_pair_value_and_coverage(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene = office[0]
    found = rows(scene.client("viewer"), "results/", period=PERIOD, indicator="closing")
    assert [
        (row["unit"], row["numerator"], row["denominator"], row["value"], row["display"]) for row in found
    ] == [
        ("U1", "4", "4", "100", "100.0%"),
        ("U3", "3", "4", "75", "75.0%"),
        ("U2", "0", "5", "0", "0.0%"),
        ("U4", None, None, None, "—"),
    ]
    assert {(row["reported"], row["expected"], row["version"]) for row in found} == {(1, 1, 1)}
    one = rows(scene.client("viewer"), "results/", unit="U3")
    assert [row["unit"] for row in one] == ["U3"]
    assert [row["unit"] for row in rows(scene.client("clerk"), "results/")] == ["U2"]
    assert rows(scene.client("clerk"), "results/", unit="U1") == []


def test_frozen_values_are_as_exact_as_the_present_ones(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene = office[0]
    submission = scene.submission("丙局")
    build.reopen(submission, scene.people["approver"])
    build.fill(submission, {"due": 3, "done": 1}, submission.submitted_by)
    build.approve(submission, scene.people["approver"])
    outbox.drain()
    scene.issued()
    for source in ("present", "issued"):
        [row] = rows(scene.client("viewer"), "results/", unit="U3", source=source)
        assert (row["value"], row["display"]) == ("100/3", "33.3%")


def test_a_score_sheet_explains_every_point(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene, scheme, ranking = office
    path = f"schemes/{scheme.pk}/scores/"
    found = {row["unit"]: row for row in rows(scene.client("viewer"), path, period=PERIOD)}
    assert {unit: (row["total"], row["grade"]) for unit, row in found.items()} == {
        "U1": ("100", "优秀"),
        "U2": ("0", "一般"),
        "U3": ("80", "一般"),
        "U4": (None, ""),
    }
    assert found["U3"]["display"] == "80.00分"
    assert [(line["key"], line["full"], line["points"]) for line in found["U3"]["sheet"]["lines"]] == [
        ("1.1", "80", "60"),
        ("1.2", "20", "20"),
    ]
    assert [row["place"] for row in table(scene, "viewer", ranking)["rows"]] == [1, 2, 3, None]
    assert list(rows(scene.client("clerk"), path)[0]["sheet"]) == list(found["U2"]["sheet"])


def test_a_unit_gets_its_own_score_sheet_only_after_issue_too(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene, scheme, _ranking = office
    path = f"schemes/{scheme.pk}/scores/"
    assert [row["unit"] for row in rows(scene.client("clerk"), path)] == ["U2"]
    scene.issued()
    own = rows(scene.client("clerk"), path)
    assert [(row["unit"], row["source"]) for row in own] == [("U2", "issued")]
    assert rows(scene.client("clerk"), path, unit="U1") == []


def test_the_tree_of_a_scheme(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene, scheme, _ranking = office
    found = get(scene.client("viewer"), f"schemes/{scheme.pk}/")
    assert [(node["key"], node["parent"], node["points"], node["target"]) for node in found["nodes"]] == [
        ("1", None, None, None),
        ("1.1", "1", "80", "100"),
        ("1.2", "1", "20", "60"),
    ]
    assert [(grade["name"], grade["at_least"]) for grade in found["grades"]] in (
        [("优秀", "90"), ("一般", None)],
        [("一般", None), ("优秀", "90")],
    )
    assert get(scene.client("clerk"), f"schemes/{scheme.pk}/", 403)["code"] == "permission_denied"
    assert [row["code"] for row in rows(scene.client("viewer"), "schemes/", office="o", group="depts")] == [
        "assess"
    ]


def test_the_set_up(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene = office[0]
    viewer = scene.client("viewer")
    assert rows(viewer, "offices/") == [{"code": "o", "name": "o区", "synthetic": ""}]
    assert [row["code"] for row in rows(viewer, "groups/")] == ["depts"]
    units = rows(viewer, "units/", group="depts")
    assert [(row["code"], row["name"], row["group"], row["parent"]) for row in units][:2] == [
        ("U1", "甲局", "depts", None),
        ("U2", "乙局", "depts", None),
    ]
    assert [row["code"] for row in rows(viewer, "units/", name="丙")] == ["U3"]
    assert rows(viewer, "units/", group="none") == []
    [period] = get(viewer, "periods/")
    assert period["code"] == PERIOD
    assert (period["frequency"], period["start"], period["end"]) == ("quarter", "2022-01-01", "2022-03-31")
    [indicator] = rows(viewer, "indicators/", code="closing")
    [version] = indicator["versions"]
    assert (version["numerator"], version["factor"], version["state"]) == ("已办数", "100", "checked")
    [target] = rows(viewer, "targets/", indicator="closing", period=PERIOD, group="depts")
    assert (target["value"], target["operator"], target["unit"]) == ("60", "at_least", None)
    assert rows(viewer, "targets/", unit="U1") == []
    assert [row["code"] for row in rows(viewer, "rankings/", scheme="assess")] == ["assess-places"]


def test_issued_bulletins_with_the_hash_of_their_files(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene = office[0]
    scene.reviewed()
    assert rows(scene.client("viewer"), "issues/") == []
    scene.issued()
    assert scene.issue is not None
    for who in ("viewer", "clerk"):
        [issue] = rows(scene.client(who), "issues/", period=PERIOD)
        assert (issue["number"], issue["hash"]) == (scene.issue.number, scene.issue.hash)
        assert issue["title"] == json.loads(scene.issue.content)["title"]
    assert rows(scene.client("viewer"), "issues/", year="2021") == []


def numbers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, float):
        yield value


def test_no_figure_is_a_float_anywhere(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene, scheme, ranking = office
    scene.issued()
    lists = (
        "offices",
        "groups",
        "units",
        "indicators",
        "targets",
        "rankings",
        "results",
        "schemes",
        "issues",
    )
    paths = [f"{name}/" for name in lists]
    paths += [
        f"rankings/{ranking.pk}/table/",
        f"schemes/{scheme.pk}/",
        f"schemes/{scheme.pk}/scores/",
        "periods/",
    ]
    for path in paths:
        assert list(numbers(get(scene.client("viewer"), path))) == [], path


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("rankings/{ranking}/table/", {"period": "2022Q9"}, "period"),
        ("rankings/{ranking}/table/", {"period": "1999Q1"}, "period"),
        ("rankings/{ranking}/table/", {"period": "2001..2099"}, "period"),
        ("rankings/{ranking}/table/", {"source": "x"}, "source"),
        ("results/", {"period": "\x00"}, "period"),
        ("issues/", {"year": "x"}, "year"),
    ],
)
def test_a_faulty_parameter_is_named(
    office: tuple[Scene, Scheme, Ranking], path: str, query: dict[str, str], field: str
) -> None:
    answer = get(office[0].client("viewer"), path.format(ranking=office[0].ranking.pk), 400, **query)
    assert answer["code"] == "invalid"
    assert list(answer["fields"]) == [field]
    assert answer["detail"].startswith(f"{field}：")


def test_what_is_not_there_is_refused_in_words(office: tuple[Scene, Scheme, Ranking]) -> None:
    viewer = office[0].client("viewer")
    for path in ("rankings/999999/table/", "schemes/999999/", "nothing/here/", "results/"):
        query = {"office": "nowhere"} if path == "results/" else {}
        answer = get(viewer, path, 404, **query)
        assert answer["code"] == "not_found"
        assert answer["detail"]
    assert get(viewer, f"rankings/{office[0].ranking.pk}/table/", 404, group="nowhere")["code"] == "not_found"


def test_a_period_before_the_definition_says_so(office: tuple[Scene, Scheme, Ranking]) -> None:
    scene, scheme, _ranking = office
    for path in (f"rankings/{scene.ranking.pk}/table/", f"schemes/{scheme.pk}/scores/"):
        assert get(scene.client("viewer"), path, 409, period="2021Q4")["code"] == "not_computable"


def test_lists_come_in_pages(office: tuple[Scene, Scheme, Ranking]) -> None:
    viewer = office[0].client("viewer")
    first = get(viewer, "units/", page_size=3)
    assert (first["count"], len(first["results"]), first["previous"]) == (4, 3, None)
    assert first["next"].endswith(f"{ROOT}units/?page=2&page_size=3")
    assert [row["code"] for row in get(viewer, "units/", page_size=3, page=2)["results"]] == ["U4"]
    assert get(viewer, "units/", 404, page=9)["code"] == "not_found"
