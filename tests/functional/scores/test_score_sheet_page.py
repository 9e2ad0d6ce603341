"""The score sheet of a unit: every point explained, whose sheet it is, and what an issued bulletin froze."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.choices import Role
from tests import build
from tests.functional.scores.assessed_office import MARCH, Assessed, build_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def answer(assessed: Assessed, who: str, unit: str, **query: str) -> Any:
    address = reverse("admin:indicators_score_sheet", args=[assessed.scheme.pk, assessed.units[unit].pk])
    return assessed.client(who).get(address, {"period": MARCH, **query})


def page(assessed: Assessed, who: str, unit: str, **query: str) -> str:
    response = answer(assessed, who, unit, **query)
    assert response.status_code == 200
    return str(response.content.decode())


def lines(html: str) -> list[list[str]]:
    """The rows of the sheet: the texts of their cells."""
    sheet = html.partition("gv-sheet")[2].partition("</table>")[0]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", sheet, re.S)
    ]  # fmt: skip


def test_every_point_is_explained(assessed: Assessed) -> None:
    html = page(assessed, "viewer", "住建局")
    table = lines(html)
    assert table[1] == ["办件质效", "30", "23", "7", ""]
    assert table[2] == [
        "1.1", "按时办结", "92.00% （92/100）", "≥95", "20", "17", "3", "20 − 1×(95 − 92) = 17",
    ]  # fmt: skip
    assert table[3] == [
        "1.2",
        "办结排名",
        "92.00% （92/100） 2/4",
        "",
        "10",
        "6",
        "4",
        "第2名，在前3名以内，得6",
    ]
    assert table[5] == [
        "2.1",
        "统一入口",
        "按计划推进",
        "",
        "10",
        "7",
        "3",
        "办理状态：按计划推进，得7 住建局进展说明",
    ]
    assert table[-1] == ["总计", "40", "30.00分", "", "30 + 0 − 0 = 30"]
    assert "合格" in html
    # Whom it is behind and ahead of, in points.
    assert "公安局 11.00分" in html
    assert "卫健局 18.00分" in html


def test_what_does_not_apply_is_shared_out(assessed: Assessed) -> None:
    table = lines(page(assessed, "viewer", "卫健局"))
    assert table[2][4:7] == ["—", "—", ""]
    assert table[5][:7] == ["2.1", "统一入口", "进度滞后", "", "40", "12", "28"]
    assert table[-1][2] == "12.00分"


def test_bonus_and_deductions_name_their_entries(assessed: Assessed) -> None:
    first = lines(page(assessed, "viewer", "公安局"))
    bonus = next(row for row in first if "信息采用" in row)
    assert bonus[2:6] == ["2项", "每项0.5分", "", "1"]
    assert "X1 问题X1" in bonus[7]
    assert "X2" in bonus[7]
    assert first[-1][-1] == "40 + 1 − 0 = 41"
    last = lines(page(assessed, "viewer", "城管局"))
    assert next(row for row in last if "通报批评" in row)[5] == "−1"
    assert last[-1][-1] == "10 + 0 − 1 = 9"


def test_missing_leaves_are_told_and_leave_no_total(assessed: Assessed) -> None:
    html = page(assessed, "viewer", "教体局")
    assert "1项考核内容还没有数据" in html
    assert "2.1 统一入口：没有经确认的办理状态，暂无总分" in html
    assert lines(html)[-1][2] == "—"


def test_a_unit_sees_its_own_sheet_without_its_neighbours(assessed: Assessed) -> None:
    html = page(assessed, "住建局", "住建局")
    assert lines(html)[2][7] == "20 − 1×(95 − 92) = 17"
    for other in ("公安局", "教体局", "卫健局", "城管局", "11.00"):
        assert other not in html
    assert answer(assessed, "住建局", "公安局").status_code == 403
    watcher = build.person("watcher", assessed.office, Role.VIEWER, assessed.units["教体局"])
    assessed.people["watcher"] = watcher
    assert answer(assessed, "watcher", "教体局").status_code == 200
    assert answer(assessed, "watcher", "住建局").status_code == 403


def test_strangers_get_nothing(assessed: Assessed) -> None:
    other = build_assessed(code="p")
    address = reverse("admin:indicators_score_sheet", args=[assessed.scheme.pk, assessed.units["公安局"].pk])
    for who in ("admin", "viewer", "公安局"):
        assert other.client(who).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    foreign = reverse("admin:indicators_score_sheet", args=[assessed.scheme.pk, other.units["公安局"].pk])
    assert other.client("admin").get(foreign).status_code == 404
    assert assessed.client("admin").get(foreign).status_code == 403


def test_an_issued_sheet_is_frozen_with_its_bulletin(assessed: Assessed) -> None:
    issue = assessed.issue()
    assessed.change("住建局", 100, 50)
    own = page(assessed, "住建局", "住建局")
    assert issue.number in own
    assert lines(own)[2][2] == "92.00% （92/100）"
    assert lines(own)[-1][2] == "30.00分"
    assert lines(page(assessed, "viewer", "住建局"))[2][2] == "50.00% （50/100）"
    assert lines(page(assessed, "viewer", "住建局", source="issued"))[2][5] == "17"


def test_on_paper(assessed: Assessed) -> None:
    html = page(assessed, "住建局", "住建局", print="1")
    assert "20 − 1×(95 − 92) = 17" in html
    assert "综合考核：住建局得分表" in html


def test_periods_without_the_scheme_say_so(assessed: Assessed) -> None:
    assert "综合考核" in answer(assessed, "viewer", "住建局", period="2021-12").context["trouble"]
    assert answer(assessed, "viewer", "住建局", period="x").status_code == 404


def test_the_sheet_has_a_fixed_number_of_queries(
    assessed: Assessed, django_assert_max_num_queries: Any
) -> None:
    answer(assessed, "viewer", "住建局")
    with django_assert_max_num_queries(75):
        answer(assessed, "viewer", "公安局")
