"""目标达成: operators, quotas, pace and lights over real figures; who sees what; filters, export, alerts."""

import datetime as dt
import io
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from indicators.choices import Operator
from indicators.models import Ranking, Target
from indicators.services import definitions
from indicators.services.below_target import below_target
from indicators.services.targets import TargetOverview, TargetRow, target_overview
from indicators.targets import Light
from tests import build
from tests.functional.indicators.trial_office import Desk, make
from tests.functional.reports.forms import posted

pytestmark = pytest.mark.django_db

MAY = dt.datetime(2022, 5, 10, 9, tzinfo=build.SHANGHAI)
JULY = dt.datetime(2022, 7, 10, 9, tzinfo=build.SHANGHAI)
NEXT_YEAR = dt.datetime(2023, 1, 10, 9, tzinfo=build.SHANGHAI)


@pytest.fixture
def desk(db: None) -> Desk:
    return make()


def of_units(overview: TargetOverview, code: str = "rate") -> dict[str, TargetRow]:
    return {row.unit.name: row for row in overview.rows if row.unit and row.definition.code == code}


def lights(overview: TargetOverview, code: str = "rate") -> dict[str, Light]:
    return {name: row.assessment.light for name, row in of_units(overview, code).items()}


def test_target_floor_and_gap(desk: Desk) -> None:
    desk.target(desk.rate, "2022Q1", 95, floor=Decimal(90))
    overview = target_overview(desk.office, "2022Q1", at=JULY)
    assert lights(overview) == {
        "甲局": Light.YELLOW,
        "乙局": Light.GREEN,
        "丙局": Light.RED,
        "丁局": Light.NONE,
    }
    assert of_units(overview)["丙局"].assessment.gap == 45
    (whole,) = [row for row in overview.rows if row.unit is None]
    assert (whole.group, whole.display, whole.assessment.light) == ("depts", "67.6%", Light.RED)


@pytest.mark.parametrize(
    ("operator", "value", "more", "green"),
    [
        (Operator.AT_MOST, 90, {}, {"甲局", "丙局"}),
        (Operator.EQUAL, 100, {}, {"乙局"}),
        (Operator.BETWEEN, 50, {"upper": Decimal(90)}, {"甲局", "丙局"}),
        (Operator.PLACE, 2, {}, {"甲局", "乙局"}),
    ],
)
def test_every_operator_holds_the_value_or_the_place(
    desk: Desk, operator: str, value: int, more: dict, green: set
) -> None:
    desk.target(desk.rate, "2022Q1", value, operator=operator, **more)
    found = lights(target_overview(desk.office, "2022Q1", at=JULY))
    assert {name for name, light in found.items() if light == Light.GREEN} == green
    assert found["丁局"] == Light.NONE
    missed = {
        matter.unit
        for matter in below_target(desk.office, dt.datetime(2022, 4, 20, 9, tzinfo=build.SHANGHAI)) or ()
    }
    assert missed == {desk.units[name].pk for name in found if name not in green and name != "丁局"}


def test_yes_or_no(desk: Desk) -> None:
    done = definitions.save_indicator(office=desk.office, code="done", name="是否全部办结")
    definitions.save_version(
        indicator=done,
        valid_from=dt.date(2022, 1, 1),
        numerator="如果(已办数 = 应办数, 1, 0)",
        denominator="1",
        factor=1,
        unit_of_measure="",
    )
    desk.target(done, "2022Q1", 1, operator=Operator.YES)
    found = lights(target_overview(desk.office, "2022Q1", at=JULY), "done")
    assert found == {"甲局": Light.RED, "乙局": Light.GREEN, "丙局": Light.RED, "丁局": Light.NONE}


def test_a_small_denominator_is_not_judged(desk: Desk) -> None:
    definitions.save_version(
        indicator=desk.rate,
        valid_from=dt.date(2022, 1, 1),
        numerator="已办数",
        denominator="应办数",
        minimum_denominator=5,
    )
    desk.target(desk.rate, "2022Q1", 101)
    found = lights(target_overview(desk.office, "2022Q1", at=JULY))
    assert found["乙局"] == Light.NONE
    assert found["甲局"] == Light.RED


def test_quotas_are_added_up_and_what_exceeds_the_plan_is_listed(desk: Desk) -> None:
    desk.target(desk.count, "2022Q1", 30)
    for name, quota in (("甲局", 8), ("乙局", 4), ("丙局", 12)):
        desk.target(desk.count, "2022Q1", quota, unit=desk.units[name])
    overview = target_overview(desk.office, "2022Q1", at=JULY)
    (quota,) = overview.quotas
    assert quota.check is not None
    assert (quota.check.sum, quota.check.difference, quota.check.agrees) == (24, -6, False)
    assert [row.unit.name for row in quota.beyond if row.unit] == ["甲局"]
    assert [unit.name for unit in quota.without] == ["丁局"]
    assert quota.figure is not None
    assert quota.figure.value == 23
    # 丁局 has no quota: the 30 are for all together, so it is held against nothing.
    assert lights(overview, "count") == {"甲局": Light.GREEN, "乙局": Light.GREEN, "丙局": Light.RED}
    desk.target(desk.count, "2022Q1", 6, unit=desk.units["丁局"])
    (quota,) = target_overview(desk.office, "2022Q1", at=JULY).quotas
    assert quota.check is not None
    assert quota.check.agrees


def test_quotas_of_rates_are_held_but_not_added_up(desk: Desk) -> None:
    desk.target(desk.rate, "2022Q1", 95)
    desk.target(desk.rate, "2022Q1", 50, unit=desk.units["丙局"])
    overview = target_overview(desk.office, "2022Q1", at=JULY)
    (quota,) = overview.quotas
    assert (quota.check, quota.beyond, quota.figure) == (None, (), None)
    assert lights(overview)["丙局"] == Light.GREEN
    assert lights(overview)["甲局"] == Light.RED


def test_a_year_s_cumulative_target_is_held_against_all_that_has_gone_by(desk: Desk) -> None:
    for name, quota in (("甲局", 34), ("乙局", 30)):
        desk.target(desk.count, "2022", quota, unit=desk.units[name], cumulative=True)
    row = of_units(target_overview(desk.office, "2022Q2", at=JULY), "count")["甲局"]
    # 9 + 8 of 34 by the end of June, 181 of 365 days gone by.
    assert (row.value, row.assessment.pace, row.assessment.expected) == (
        17,
        Fraction(1, 2),
        Fraction(181, 365),
    )
    assert (row.assessment.on_pace, row.assessment.light) == (True, Light.NONE)
    slow = of_units(target_overview(desk.office, "2022Q2", at=JULY), "count")["乙局"]
    assert (slow.value, slow.assessment.on_pace, slow.assessment.light) == (7, False, Light.RED)
    assert below_target(desk.office, JULY) == []
    missed = below_target(desk.office, NEXT_YEAR)
    assert missed is not None
    assert {matter.unit for matter in missed} == {desk.units["甲局"].pk, desk.units["乙局"].pk}


def test_alerts_say_in_words_what_is_missed(desk: Desk) -> None:
    desk.target(desk.rate, "2022Q1", 1, operator=Operator.PLACE)
    desk.target(desk.count, "2022Q1", 9, operator=Operator.EQUAL)
    titles = {matter.title for matter in below_target(desk.office, MAY) or ()}
    assert "办结率（2022年一季度）第3名，未达到目标值（前1名）" in titles
    assert "办件量（2022年一季度）4件，未达到目标值（=9件）" in titles


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"operator": "between", "value": 5}, "upper"),
        ({"operator": "between", "value": 5, "upper": 4}, "upper"),
        ({"operator": "at_least", "value": 5, "upper": 6}, "upper"),
        ({"operator": "place", "value": "1.5"}, "value"),
        ({"operator": "yes", "value": 2}, "value"),
        ({"operator": "place", "value": 3, "cumulative": True}, "cumulative"),
        ({"operator": "at_least", "value": 5, "floor": 6}, "floor"),
        ({"operator": "at_most", "value": 5, "floor": 4}, "floor"),
        ({"operator": "at_least", "value": 5, "aim": 4}, "aim"),
        ({"operator": "between", "value": 5, "upper": 6, "floor": 4}, "floor"),
    ],
)
def test_parts_of_a_target_that_do_not_fit_are_named(desk: Desk, fields: dict, fault: str) -> None:
    numbers = {
        name: Decimal(str(value)) if name in ("value", "upper", "floor", "aim") else value
        for name, value in fields.items()
    }
    with pytest.raises(ValidationError) as refused:
        definitions.save_target(indicator=desk.rate, period="2022Q1", **numbers)
    assert set(refused.value.message_dict) == {fault}
    client = desk.client("admin")
    address = reverse("admin:indicators_target_add")
    given = {"indicator": desk.rate.pk, "period": "2022Q1"} | {
        name: "on" if value is True else str(value) for name, value in fields.items()
    }
    errors = client.post(address, posted(client, address) | given).context["adminform"].form.errors
    assert set(errors) == {fault}
    assert not Target.objects.exists()


def test_a_second_target_of_the_same_is_refused_in_words(desk: Desk) -> None:
    desk.target(desk.rate, "2022Q1", 95)
    client = desk.client("admin")
    address = reverse("admin:indicators_target_add")
    given = {"indicator": desk.rate.pk, "period": "2022Q1", "value": "90"}
    errors = client.post(address, posted(client, address) | given).context["adminform"].form.errors
    assert list(errors) == ["period"]
    given["unit"] = str(desk.units["甲局"].pk)
    assert client.post(address, posted(client, address) | given).status_code == 302
    both = given | {"group": desk.group.pk, "unit": desk.units["乙局"].pk}
    errors = client.post(address, posted(client, address) | both).context["adminform"].form.errors
    assert list(errors) == ["unit"]


def test_a_ranking_is_of_exactly_one_thing(desk: Desk) -> None:
    client = desk.client("admin")
    address = reverse("admin:indicators_ranking_add")
    given = {"office": desk.office.pk, "code": "x", "name": "排名", "group": desk.group.pk}
    errors = client.post(address, posted(client, address) | given).context["adminform"].form.errors
    assert list(errors) == ["scheme"]
    given["indicator"] = desk.rate.pk
    assert client.post(address, posted(client, address) | given).status_code == 302
    assert Ranking.objects.get(code="x").subject == desk.rate
    with pytest.raises(ValidationError):
        definitions.save_ranking(office=desk.office, code="y", group=desk.group, name="无对象")


# The page.


def page(desk: Desk, who: str, **query: str) -> str:
    response = desk.client(who).get(reverse("admin:indicators_target_overview"), query)
    assert response.status_code == 200
    return response.content.decode()


def shown(desk: Desk, who: str, **query: str) -> list[tuple[str, str]]:
    response = desk.client(who).get(reverse("admin:indicators_target_overview"), query)
    return [
        (line.row.unit.name if line.row.unit else "", line.row.definition.name)
        for line in response.context["lines"]
    ]


@pytest.fixture
def targets(desk: Desk) -> Desk:
    desk.target(desk.rate, "2022Q1", 95, floor=Decimal(90))
    desk.target(desk.rate, "2022Q2", 80)
    desk.target(desk.count, "2022Q2", 30)
    for name in ("甲局", "乙局"):
        desk.target(desk.count, "2022Q2", 5, unit=desk.units[name])
    return desk


def test_filters_stand_in_the_address(targets: Desk) -> None:
    assert "办件量" in page(targets, "viewer")
    rows = shown(targets, "viewer", period="2022Q1", indicator="rate")
    assert rows == [
        ("", "办结率"),
        ("甲局", "办结率"),
        ("乙局", "办结率"),
        ("丙局", "办结率"),
        ("丁局", "办结率"),
    ]
    assert shown(targets, "viewer", period="2022Q1", light="yellow") == [("甲局", "办结率")]
    assert shown(targets, "viewer", period="2022Q2", light="red", indicator="count") == [("乙局", "办件量")]
    for wrong in ({"period": "2022Q9"}, {"group": "x"}, {"indicator": "x"}, {"light": "blue"}):
        assert "目标达成" in page(targets, "viewer", **wrong)


def test_lights_are_never_colours_alone(targets: Desk) -> None:
    html = page(targets, "viewer", period="2022Q1", indicator="rate")
    for shape, word in (("●", "达标"), ("▲", "接近（过底线未达目标）"), ("■", "未达标"), ("○", "不评价")):
        assert f'<span aria-hidden="true">{shape}</span> {word}' in html


def test_a_unit_s_people_see_their_own_rows_only(targets: Desk) -> None:
    assert shown(targets, "clerk", period="2022Q2") == [("乙局", "办结率"), ("乙局", "办件量")]
    html = page(targets, "clerk", period="2022Q2")
    for foreign in ("甲局", "丙局", "丁局", "目标分解", "31件"):
        assert foreign not in html
    rows = export(targets, "clerk", period="2022Q2")
    assert {row[3] for row in rows[1:]} == {"乙局"}


def test_another_office_sees_nothing(targets: Desk) -> None:
    other = make("p")
    html = page(other, "admin", office="o", period="2022Q1")
    assert "尚未设置目标值" in html
    assert "甲局" not in html
    assert len(export(other, "admin", office="o", period="2022Q1")) == 1


def export(desk: Desk, who: str, **query: str) -> list[tuple]:
    response = desk.client(who).get(reverse("admin:indicators_target_export"), query)
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    return list(book.active.iter_rows(values_only=True))


def test_the_export_holds_numbers(targets: Desk) -> None:
    rows = {row[3]: row for row in export(targets, "viewer", period="2022Q1", indicator="rate")}
    assert rows["甲局"][7:12] == (90, "%", 9, 10, 5)
    assert rows["甲局"][-2] == "接近（过底线未达目标）"


def test_the_number_of_queries_does_not_grow_with_units(targets: Desk, django_assert_max_num_queries) -> None:
    client = targets.client("viewer")
    address = reverse("admin:indicators_target_overview")
    client.get(address)
    for number in range(6):
        build.unit(targets.office, f"N{number}", f"新{number}局", targets.group)
    with django_assert_max_num_queries(60):
        assert client.get(address, {"period": "2022Q2", "indicator": "count"}).status_code == 200


def test_pages_without_anything_say_so(desk: Desk) -> None:
    assert "尚未设置目标值" in page(desk, "admin")
    assert "尚未设置目标值" in page(desk, "clerk")
