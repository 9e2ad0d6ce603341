"""The pages of reconciliation: who sees what, filters in the address, export, and the work at a real browser."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from departments.choices import CaseState, Role
from departments.models import ComparisonCase, Unit
from departments.services import comparisons, organisation
from tests import build
from tests.functional.comparisons.annex6 import PERIOD, Annex6, build_annex6
from tests.functional.departments.world import build_office
from tests.functional.departments.world_comparisons import add_comparisons
from tests.functional.journey.camera import shoot
from tests.services.browser import DESKTOP, PHONE, Pages

SOME = ("人社局", "医保局", "财政局", "房管分局")
pytestmark = pytest.mark.django_db


@pytest.fixture
def annex6(db: Any) -> Annex6:
    return build_annex6(only=SOME)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sides_path(annex: Annex6, **query: str) -> str:
    found = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse('admin:departments_comparison_sides', args=[annex.comparison.pk])}?{found}"


def unit_path(annex: Annex6, unit: str) -> str:
    code = annex.units[unit].code
    return f"{reverse('admin:departments_comparison_unit', args=[annex.comparison.pk, code])}?period={PERIOD}"


def export(annex: Annex6, user: Any, query: str = "") -> list[tuple[Any, ...]]:
    answer = client_of(user).get(
        reverse("admin:departments_comparison_export", args=[annex.comparison.pk]) + query
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    return list(book.active.iter_rows(values_only=True))


def test_filters_stand_in_the_address(annex6: Annex6) -> None:
    client = client_of(annex6.administrator)

    def shown(**query: str) -> list[str]:
        lines = client.get(sides_path(annex6, **query)).context["lines"]
        return [line.row.unit.short_name for line in lines]

    assert shown(state="agrees") == ["房管分局"]
    assert shown(state="differs", group="depts") == ["人社局", "医保局", "财政局"]
    assert shown(group="nobody", state="nonsense", period="1999") == list(SOME)


def test_other_units_and_offices_stay_out_of_sight(annex6: Annex6) -> None:
    clerk = client_of(annex6.clerk)
    overview = reverse("admin:departments_comparison_overview")
    for path in (overview, sides_path(annex6), unit_path(annex6, "人社局")):
        text = clerk.get(path).content.decode()
        assert "人社局" in text or path == overview
        assert "医保局" not in text
        assert "13868" not in text
    assert clerk.get(unit_path(annex6, "医保局")).status_code == 403
    assert [row[1] for row in export(annex6, annex6.clerk)[1:]] == ["人社局"]
    stranger = client_of(build.person("stranger", build.office("other"), Role.ADMINISTRATOR))
    assert "办件量核对" not in stranger.get(overview).content.decode()
    for path in (sides_path(annex6), unit_path(annex6, "人社局")):
        assert stranger.get(path).status_code == 403
        assert stranger.post(path, {"action": "decide"}).status_code in (403, 405)


def test_the_two_offices_keep_their_canaries(db: Any) -> None:
    worlds = [build_office("A"), build_office("B")]
    made = [add_comparisons(world) for world in worlds]
    mine, other = worlds
    hidden = other.secrets | mine.unit_secrets(1)
    for key in ("clerk0", "head0", "unitviewer0"):
        client = client_of(mine.people[key])
        base = reverse("admin:departments_comparison_sides", args=[made[0].pk])
        for path in (reverse("admin:departments_comparison_overview"), base, f"{base}{mine.units[0].code}/"):
            answer = client.get(f"{path}?period={mine.earlier.period}")
            assert answer.status_code == 200
            assert not [secret for secret in hidden if secret in answer.content.decode()]
        assert client.get(f"{base}{mine.units[1].code}/").status_code == 403
    page = client_of(mine.people["viewer"]).get(f"{base}{mine.units[1].code}/?period={mine.earlier.period}")
    assert f"雀{mine.mark}1局说明" in page.content.decode()


def test_a_viewer_reads_and_cannot_act(annex6: Annex6) -> None:
    viewer = client_of(build.person("viewer", annex6.office, Role.VIEWER))
    page = viewer.get(unit_path(annex6, "人社局"))
    assert not page.context["may_explain"]
    assert not page.context["may_decide"]
    source = annex6.sources[0].pk
    mark = page.context["row"].mark
    answer = viewer.post(
        unit_path(annex6, "人社局"), {"action": "decide", "source": source, "reason": "理由", "mark": mark}
    )
    assert "管理员" in answer.content.decode()
    assert not ComparisonCase.objects.exists()


def test_a_refused_decision_keeps_what_was_typed(annex6: Annex6) -> None:
    client = client_of(annex6.administrator)
    path = unit_path(annex6, "人社局")
    old = client.get(path).context["row"].mark
    comparisons.explain(
        comparison=annex6.comparison,
        unit=annex6.units["人社局"],
        period=PERIOD,
        user=annex6.clerk,
        text="含自助机办件",
    )
    given = {"action": "decide", "source": annex6.sources[1].pk, "reason": "以系统为准的理由"}
    for mark in (old, "", "x"):
        text = client.post(path, given | {"mark": mark}).content.decode()
        assert "以系统为准的理由" in text
        assert "含自助机办件" in text
    assert ComparisonCase.objects.get().state == CaseState.EXPLAINED


def test_the_export_holds_numbers_and_no_formula(annex6: Annex6) -> None:
    unit = annex6.units["财政局"]
    for n, text in enumerate(("=1+1", "\t@SUM(A1)", "＝1+1")):
        comparisons.explain(
            comparison=annex6.comparison, unit=unit, period=PERIOD, user=annex6.filler, text=f"{text}{n}"
        )
    organisation.change_unit(
        unit=unit,
        valid_from=unit.opened_on,
        full_name="财政局",
        short_name="+财政局",
        parent=None,
        group=annex6.office.groups.get(),
    )
    rows = export(annex6, annex6.administrator)
    by_code = {row[0]: row for row in rows}
    line = by_code[unit.code]
    assert line[1:6] == ("'+财政局", 3, 4, 4, 1)
    assert line[7] == "'＝1+12"
    assert rows[-1][1:5] == ("总计", 28079 + 13868 + 3, 8386 + 383 + 4, 4)
    assert [row[0] for row in export(annex6, annex6.administrator, "?state=explained")[1:]] == [unit.code]


def test_an_administrator_sets_up_a_comparison_in_the_admin(annex6: Annex6) -> None:
    client = client_of(annex6.administrator)
    sources = {
        f"sources-{n}-{name}": value
        for n, source in enumerate(annex6.sources[:2])
        for name, value in (("order", n), ("name", source.name), ("item", source.item_id))
    }
    given = {
        "office": annex6.office.pk,
        "code": "two",
        "name": "两方核对",
        "tolerance": "5",
        "tolerance_percent": "0",
        "order": "2",
        "sources-TOTAL_FORMS": 2,
        "sources-INITIAL_FORMS": 0,
        **sources,
    }
    answer = client.post(reverse("admin:departments_comparison_add"), given)
    assert answer.status_code == 302, answer.context["errors"]
    made = annex6.office.comparisons.get(code="two")
    assert [source.name for source in made.sources.all()] == ["部门报送", "电子监察"]
    assert client.get(reverse("admin:departments_comparison_change", args=[made.pk])).status_code == 200


def test_pages_without_anything_say_what_to_do(db: Any) -> None:
    home = build.office()
    administrator = build.person("admin", home, Role.ADMINISTRATOR)
    client = client_of(administrator)
    overview = reverse("admin:departments_comparison_overview")
    assert "还没有设置核对项" in client.get(overview).content.decode()
    form = build.form(home)
    comparison = comparisons.save_comparison(office=home, code="c", name="核对")
    for code in ("due", "done"):
        comparisons.save_source(comparison=comparison, item=form.items.get(code=code), name=code)
    path = reverse("admin:departments_comparison_sides", args=[comparison.pk])
    assert "没有可核对的数据" in client.get(path).content.decode()
    assert "没有可核对的数据" in client.get(overview).content.decode()


# At a browser.


@pytest.fixture
def seat(pages: Pages, live_server: Any) -> Callable[..., Page]:
    """A page of somebody who is logged in."""

    def opened(user: Any, path: str, size: tuple[int, int] = DESKTOP) -> Page:
        page = pages.open(size)
        cookie = client_of(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return opened


def arrived(page: Page, unit: str) -> None:
    """The unit's page is there with its script."""
    expect(page.locator(".gs h1")).to_contain_text(unit)
    page.wait_for_load_state()


def assert_no_sideways_scroll(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.django_db(transaction=True)
def test_the_unit_explains_and_the_office_decides_at_the_keyboard(seat: Callable[..., Page]) -> None:
    annex = build_annex6()
    clerk = seat(annex.clerk, sides_path(annex))
    expect(clerk.locator("tbody tr")).to_have_count(1)
    clerk.get_by_role("link", name="人社局").click()
    clerk.fill(
        "#text",
        "部门报送数含社保卡自助终端、异地协查和电话办结件，电子监察平台未对接自助终端，差额约19693件。",
    )
    shoot(clerk, "clerk-explanation")
    clerk.get_by_role("button", name="提交说明").click()
    expect(clerk.get_by_text("说明已记录")).to_be_visible()
    expect(clerk.locator(".gs-history li")).to_have_count(1)

    office = seat(annex.administrator, reverse("admin:departments_comparison_overview"))
    office.get_by_role("link", name="办件量核对").click()
    expect(office.locator("tbody tr")).to_have_count(31)
    expect(office.locator("tfoot")).to_contain_text("88300")
    office.get_by_role("link", name="人社局").click()
    arrived(office, "人社局")
    office.keyboard.press("2")
    expect(office.locator("#reason")).to_be_focused()
    office.keyboard.type("电子监察口径全区统一，自助终端件另行统计")
    shoot(office, "administrator-decision")
    office.keyboard.press("Enter")
    # On to the next unit that is open.
    arrived(office, "医保局")
    office.keyboard.press("3")
    office.keyboard.type("以综窗为准")
    office.keyboard.press("Escape")
    office.keyboard.press("j")
    arrived(office, "自然资源局")
    office.keyboard.press("k")
    arrived(office, "医保局")
    case = ComparisonCase.objects.get(unit=Unit.objects.get(name="人社局"))
    assert (case.state, case.counts) == (CaseState.DECIDED, annex.sources[1])
    office.get_by_role("link", name="返回核对表").click()
    expect(office.locator("tbody tr").first).to_contain_text("已裁定")
    shoot(office, "administrator-comparison")


@pytest.mark.django_db(transaction=True)
def test_a_phone_scrolls_the_table_not_the_page(seat: Callable[..., Page]) -> None:
    annex = build_annex6(only=SOME)
    page = seat(annex.administrator, sides_path(annex), PHONE)
    expect(page.locator("tbody tr")).to_have_count(4)
    assert_no_sideways_scroll(page)
    shoot(page, "administrator-comparison-phone")
    phone = seat(annex.clerk, unit_path(annex, "人社局"), PHONE)
    assert_no_sideways_scroll(phone)
    phone.fill("#text", "含自助终端办件")
    shoot(phone, "clerk-explanation-phone")
    phone.get_by_role("button", name="提交说明").tap()
    expect(phone.get_by_text("说明已记录")).to_be_visible()
