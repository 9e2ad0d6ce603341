"""The ranking page: places, gains, the two lines, who is not ranked and why, and what a unit sees of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from departments.choices import Role
from govsvc import outbox
from tests import build
from tests.functional.reports.scene import PERIOD, Scene, make

pytestmark = pytest.mark.django_db


def page(scene: Scene, who: str, **query: str) -> str:
    address = reverse("admin:indicators_ranking_page", args=[scene.ranking.pk])
    response = scene.client(who).get(address, {"period": PERIOD, **query})
    assert response.status_code == 200
    return response.content.decode()


def lines(html: str) -> list[list[str]]:
    """The table's rows: the texts of their cells, without pictures."""
    html = re.sub(r"<svg.*?</svg>", "", html, flags=re.S)
    body = html.partition("</thead>")[2].partition("</table>")[0]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]  # fmt: skip


def test_the_office_sees_places_pairs_gains_and_the_unranked_with_their_reason(scene: Scene) -> None:
    table = lines(page(scene, "viewer"))
    assert [row[:3] for row in table[:3]] == [
        ["1", "甲局", "100.0% （4/4）"],
        ["2", "丙局", "75.0% （3/4）"],
        ["3", "乙局 靠后名单", "0.0% （0/5）"],
    ]
    assert [row[3].split()[:2] for row in table[:3]] == [["●", "达标"], ["●", "达标"], ["■", "未达标"]]
    assert "1" in table[1][4]
    assert "4" in table[2][4]
    assert "2" in table[2][4]
    assert table[4][:2] == ["—", "丁局"]
    assert table[4][-1] == "不适用（无此业务）"


def test_average_and_target_are_stated_and_drawn(scene: Scene) -> None:
    html = page(scene, "viewer")
    assert "53.8%" in html
    assert "7/13" in html
    assert "≥ 60%" in html
    assert html.count('class="gv-average" x1="53.80"') == 3
    assert html.count('class="gv-target" x1="60.00"') == 3


def test_ties_share_the_place_and_the_bottom_list_grows(db: None) -> None:
    scene = make()
    submission = scene.submission("丙局")
    build.reopen(submission, scene.people["approver"])
    build.fill(submission, {"due": 5, "done": 0}, submission.submitted_by)
    build.approve(submission, scene.people["approver"])
    outbox.drain()
    html = page(scene, "viewer")
    table = lines(html)
    assert [row[0] for row in table[:3]] == ["1", "2 并列", "2 并列"]
    assert html.count('class=" gv-bottom"') == 2


def test_a_unit_sees_only_its_own_line_until_the_bulletin_is_issued(scene: Scene) -> None:
    html = page(scene, "clerk")
    assert [row[:3] for row in lines(html)] == [["3", "乙局 本单位", "0.0% （0/5）"]]
    for foreign in ("甲局", "丙局", "丁局", "53.8%", "7/13"):
        assert foreign not in html
    scene.issued()
    html = page(scene, "clerk")
    assert [row[1] for row in lines(html)[:3]] == ["甲局", "丙局", "乙局 本单位 靠后名单"]
    assert "53.8%" in html


def test_a_unit_sees_what_was_issued_not_what_came_after(scene: Scene) -> None:
    scene.issued()
    submission = scene.submission("甲局")
    build.reopen(submission, scene.people["approver"])
    outbox.drain()
    assert lines(page(scene, "clerk"))[0][1] == "甲局"
    assert lines(page(scene, "viewer"))[0][1] == "丙局"
    assert lines(page(scene, "viewer", source="issued"))[0][1] == "甲局"


def test_the_present_places_say_whether_they_are_still_what_was_issued(scene: Scene) -> None:
    overview = reverse("admin:indicators_ranking_overview")
    viewer = scene.client("viewer")
    for html in (page(scene, "viewer"), viewer.get(overview).content.decode()):
        assert "现有数据，未签发" in html
    issue = scene.issued()
    for html in (page(scene, "viewer"), viewer.get(overview).content.decode()):
        assert f"已签发</span> {issue.number}" in html
        assert "未签发" not in html
    build.reopen(scene.submission("甲局"), scene.people["approver"])
    outbox.drain()
    for html in (page(scene, "viewer"), viewer.get(overview).content.decode()):
        assert f'title="甲局、丙局、乙局">与{issue.number}相比有 3 个单位不同' in html


def test_another_group_of_the_office_ranks_apart(scene: Scene) -> None:
    towns = build.group(scene.office, "towns", "镇街道")
    html = page(scene, "viewer", group=str(towns.pk))
    assert lines(html) == []
    assert "甲局" not in html


def test_nobody_of_another_office_and_nobody_unknown_gets_in(scene: Scene) -> None:
    other = make("p")
    address = reverse("admin:indicators_ranking_page", args=[scene.ranking.pk])
    for who in ("admin", "clerk", "viewer"):
        assert other.client(who).get(address).status_code == 403
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    "query", [{"period": "2022Q9"}, {"period": "1999Q1"}, {"group": "x"}, {"group": "999999"}]
)
def test_a_wrong_choice_in_the_address_falls_back(scene: Scene, query: dict[str, str]) -> None:
    address = reverse("admin:indicators_ranking_page", args=[scene.ranking.pk])
    response = scene.client("viewer").get(address, query)
    assert response.status_code == 200
    assert "甲局" in response.content.decode()


def test_the_overview_has_a_fixed_number_of_queries(scene: Scene, django_assert_max_num_queries) -> None:
    address = reverse("admin:indicators_ranking_overview")
    viewer = scene.client("viewer")
    viewer.get(address)
    with django_assert_max_num_queries(40):
        response = viewer.get(address)
    assert "办结率排名" in response.content.decode()
    own = scene.client("clerk").get(address).content.decode()
    assert "0/5" in own
    assert "甲局" not in own


def test_a_viewer_of_one_unit_is_treated_as_that_unit(scene: Scene) -> None:
    watcher = build.person("watcher", scene.office, Role.VIEWER, scene.units["丙局"])
    scene.people["watcher"] = watcher
    assert [row[1] for row in lines(page(scene, "watcher"))] == ["丙局 本单位"]
