"""The pages of alerts: a unit's own, the office's list with its filters, answering, and who sees what."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from departments.choices import Role
from departments.models import Alert
from departments.services.organisation import change_unit
from indicators.services.below_target import run_mornings
from tests import build
from tests.functional.alerts.scene import Scene, date, june, make, person

TODAY = "/admin/departments/alert/today/"
ALL = "/admin/departments/alert/"


def client_of(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def page(who: User, address: str = TODAY, **query: Any) -> str:
    response = client_of(who).get(address, query)
    assert response.status_code == 200, address
    return response.content.decode()


def answer(who: User, alert: Alert, text: str) -> Any:
    return client_of(who).post(f"{ALL}{alert.pk}/answer/", {"text": text})


@pytest.fixture
def warned(scene: Scene) -> Scene:
    """One overdue entry of each of the first two units, since 15 June."""
    scene.entry("甲1", due_on=date(14))
    scene.entry("乙2", unit=1, due_on=date(14))
    run_mornings(now=june(15))
    return scene


def test_a_clerk_sees_and_answers_ones_own(warned: Scene) -> None:
    html = page(warned.clerks[0])
    assert "甲1" in html
    assert "乙2" not in html
    assert "待答复1条" in html
    alert = warned.alerts()[0]
    response = answer(warned.clerks[0], alert, "已安排专人整改，6月底前完成")
    assert response.status_code == 302
    assert response.url == TODAY
    html = page(warned.clerks[0])
    assert "已安排专人整改，6月底前完成" in html
    assert "待答复0条，已答复1条" in html
    assert "重新答复" in html


def test_a_refused_answer_stays_in_its_box(warned: Scene) -> None:
    alert = warned.alerts()[0]
    response = answer(warned.clerks[0], alert, "字" * 1001)
    assert response.status_code == 422
    assert "字" * 1001 in response.content.decode()
    alert.refresh_from_db()
    assert alert.answer == ""


@pytest.mark.parametrize("who", ["clerk1", "admin", "stranger"])
def test_nobody_answers_for_another_unit(warned: Scene, who: str) -> None:
    people = {
        "clerk1": warned.clerks[1],
        "admin": warned.administrator,
        "stranger": make("p").clerks[0],
    }
    response = answer(people[who], warned.alerts()[0], "替你答")
    assert response.status_code in (403, 422)
    assert not Alert.objects.exclude(answer="").exists()


def test_the_page_of_the_answer_is_only_posted_to(warned: Scene) -> None:
    response = client_of(warned.clerks[0]).get(f"{ALL}{warned.alerts()[0].pk}/answer/")
    assert response.status_code == 405


def test_the_unit_above_sees_those_below_and_answers_for_itself_only(warned: Scene) -> None:
    change_unit(
        unit=warned.units[0],
        valid_from=date(1),
        full_name="x",
        short_name="区人社局",
        parent=warned.units[2],
        group=warned.group,
    )
    assert "甲1" in page(warned.clerks[2], ALL)
    assert "甲1" not in page(warned.clerks[2])
    assert answer(warned.clerks[2], warned.alerts()[0], "代答").status_code == 422


def test_a_viewer_of_the_unit_reads_and_does_not_answer(warned: Scene) -> None:
    viewer = person("viewer", "看", warned.office, Role.VIEWER, warned.units[0])
    html = page(viewer)
    assert "甲1" in html
    assert "<textarea" not in html


def rows(html: str) -> list[str]:
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>.*?</tr>", body, re.S)]


# Filter → the units listed.
FILTERS = [
    ({}, ["区人社局", "区市场监管局"]),
    ({"state": "unanswered"}, ["区市场监管局"]),
    ({"state": "answered"}, ["区人社局"]),
    ({"state": "ended"}, []),
    ({"kind": "overdue_entry"}, ["区人社局", "区市场监管局"]),
    ({"kind": "below_target"}, []),
    ({"since": "2023-06-15", "until": "2023-06-15"}, ["区人社局", "区市场监管局"]),
    ({"since": "2023-06-16"}, []),
    # What is no day narrows nothing and takes no other filter with it.
    ({"state": "answered", "since": "nonsense"}, ["区人社局"]),
]


@pytest.mark.parametrize(("query", "units"), FILTERS)
def test_the_office_filters_in_the_url(warned: Scene, query: dict[str, str], units: list[str]) -> None:
    answer(warned.clerks[0], warned.alerts()[0], "在办")
    html = page(warned.administrator, ALL, **query)
    assert [row.split()[0] for row in rows(html)] == units
    if not units:
        assert "没有符合条件的预警" in html


def test_by_unit_and_group_and_the_counts(warned: Scene) -> None:
    other = build.group(warned.office, "towns", "镇")
    unit = warned.units[1]
    change_unit(unit=unit, valid_from=date(1), full_name="x", short_name=unit.name, parent=None, group=other)
    html = page(warned.administrator, ALL, group=other.pk)
    assert len(rows(html)) == 1
    assert "1家单位共1条" in html
    assert len(rows(page(warned.administrator, ALL, unit=warned.units[0].pk))) == 1
    assert "2家单位共2条" in page(warned.administrator, ALL)
    assert "未答复2条" in page(warned.administrator, ALL)


def test_the_history_of_an_alert(warned: Scene) -> None:
    run_mornings(now=june(16))
    answer(warned.clerks[0], warned.alerts()[0], "在办")
    html = page(warned.administrator, f"{ALL}{warned.alerts()[0].pk}/change/")
    for word in ("发出", "提醒", "答复", "区人社局填报员"):
        assert word in html


def test_tasks_tell_of_alerts(warned: Scene) -> None:
    assert "今日预警1条，其中1条未答复" in page(warned.clerks[0], "/admin/")
    assert "gs-alert-task" not in page(warned.clerks[2], "/admin/")
    assert "gs-alert-task" not in page(warned.administrator, "/admin/")


def test_many_alerts_cost_no_query_each(scene: Scene, django_assert_max_num_queries) -> None:
    for number in range(60):
        scene.entry(str(number), unit=number % 3, due_on=date(14))
    run_mornings(now=june(15))
    client = client_of(scene.administrator)
    client.get(ALL)
    with django_assert_max_num_queries(25):
        html = client.get(ALL).content.decode()
    assert len(rows(html)) == 50
    assert len(rows(page(scene.administrator, ALL, page=2))) == 10


def test_nothing_to_warn_of(scene: Scene) -> None:
    assert "没有预警" in page(scene.clerks[0])
    assert "没有符合条件的预警" in page(scene.administrator, ALL)
