"""试算: a definition tried on past quarters beside the one in force; who moves, who comes in, and nothing stored."""

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse

from departments.periods import Period
from indicators.choices import VersionState
from indicators.models import IndicatorVersion
from indicators.services import definitions
from indicators.services.proposals import propose_version
from indicators.services.trial import TrialPeriod, periods_to_try, trial
from tests.functional.indicators.trial_office import Desk, make

pytestmark = pytest.mark.django_db

Q1, Q2 = Period.parse("2022Q1"), Period.parse("2022Q2")


@pytest.fixture
def desk(db: None) -> Desk:
    return make()


def proposed(desk: Desk, **fields: object) -> IndicatorVersion:
    return propose_version(
        indicator=desk.rate, valid_from=dt.date(2022, 7, 1), user=desk.people["admin"], **fields
    )


def rows(tried: TrialPeriod) -> dict[str, tuple[str, str, int | None, int | None]]:
    """By unit: value before and after, place before and after."""
    (group,) = tried.groups
    found = {}
    for row in group.rows:
        before, after = row.before, row.after
        assert before is not None
        assert after is not None
        found[row.unit.name] = (before.display, after.display, before.place, after.place)
    return found


def test_values_and_places_before_and_after(desk: Desk) -> None:
    # Counted in cases instead of per cent, so that the largest department comes first.
    version = proposed(desk, denominator="1", factor=1, unit_of_measure="件", decimals=0)
    first, second = trial(desk.office, version, [Q1, Q2])
    assert rows(first) == {
        "丙局": ("50.0%", "10件", 3, 1),
        "甲局": ("90.0%", "9件", 2, 2),
        "乙局": ("100.0%", "4件", 1, 3),
        "丁局": ("—", "—", None, None),
    }
    assert rows(second) == {
        "丙局": ("95.0%", "19件", 2, 1),
        "甲局": ("80.0%", "8件", 3, 2),
        "乙局": ("75.0%", "3件", 4, 3),
        "丁局": ("100.0%", "1件", 1, 4),
    }
    (group,) = first.groups
    assert {row.unit.name: row.moved for row in group.movers} == {"丙局": 2, "乙局": -2}
    assert (group.before, group.after) == ("67.6%", "23件")


def test_who_comes_in_and_who_drops_out(desk: Desk) -> None:
    (tried,) = trial(desk.office, proposed(desk, minimum_denominator=5), [Q2])
    (group,) = tried.groups
    assert [row.unit.name for row in group.rows if row.drops_out] == ["乙局", "丁局"]
    definitions.save_version(
        indicator=desk.rate,
        valid_from=dt.date(2022, 1, 1),
        numerator="已办数",
        denominator="应办数",
        minimum_denominator=5,
    )
    (tried,) = trial(desk.office, proposed(desk, minimum_denominator=None), [Q2])
    (group,) = tried.groups
    assert [row.unit.name for row in group.rows if row.comes_in] == ["丁局", "乙局"]


def test_a_group_it_no_longer_applies_to_takes_no_part(desk: Desk) -> None:
    towns = desk.office.groups.create(code="towns", name="镇街道")
    (tried,) = trial(desk.office, proposed(desk, groups=[towns]), [Q1])
    (group,) = tried.groups
    assert all(row.after is None for row in group.rows)
    assert sum(row.drops_out for row in group.rows) == 3


def test_what_builds_on_it_is_named_too(desk: Desk) -> None:
    built = definitions.save_indicator(office=desk.office, code="lag", name="未办结率")
    definitions.save_version(
        indicator=built, valid_from=dt.date(2022, 1, 1), numerator="指标.办结率", denominator="1", factor=1
    )
    definitions.save_ranking(
        office=desk.office, code="lag", indicator=built, group=desk.group, name="未办结率排名"
    )
    version = proposed(desk, denominator="1", factor=1)
    (tried,) = trial(desk.office, version, [Q1])
    assert [(knock.ranking.name, knock.units) for knock in tried.others] == [("未办结率排名", 2)]


def test_a_new_indicator_has_nothing_in_force_to_compare_with(desk: Desk) -> None:
    made = definitions.save_indicator(office=desk.office, code="open", name="未办结率")
    version = propose_version(
        indicator=made,
        valid_from=dt.date(2022, 7, 1),
        user=desk.people["admin"],
        numerator="应办数 - 已办数",
        denominator="应办数",
        direction="lower",
    )
    (tried,) = trial(desk.office, version, [Q1])
    (group,) = tried.groups
    assert tried.in_force is None
    assert all(row.before is None for row in group.rows)
    assert {row.unit.name: row.after.place for row in group.rows if row.after}["乙局"] == 1


def test_nothing_is_stored_and_at_most_six_periods_are_taken(desk: Desk) -> None:
    version = proposed(desk, decimals=2)
    before = list(IndicatorVersion.objects.order_by("pk").values())
    with connection.execute_wrapper(_refuse_writes):
        trial(desk.office, version, [Q1])
    assert list(IndicatorVersion.objects.order_by("pk").values()) == before
    with pytest.raises(ValueError, match="at most 6"):
        trial(desk.office, version, [Q1] * 7)


def _refuse_writes(execute, sql, params, many, context):
    assert sql.lstrip().upper().startswith("SELECT"), sql
    return execute(sql, params, many, context)


def test_offered_are_the_periods_with_approved_figures(desk: Desk) -> None:
    assert periods_to_try(desk.rate.versions.get()) == [Q2, Q1]


# The page.


def address(desk: Desk) -> str:
    return reverse("admin:indicators_indicator_trial", args=[desk.rate.pk])


TYPED = {
    "numerator": "已办数",
    "denominator": "1",
    "factor": "1",
    "unit_of_measure": "件",
    "decimals": "0",
    "direction": "higher",
    "recipe": "pooled",
    "minimum_denominator": "",
    "late": "include",
}


def test_what_is_typed_is_tried_without_being_saved(desk: Desk) -> None:
    for who in ("admin", "viewer"):
        page = desk.client(who).post(address(desk), TYPED | {"periods": ["2022Q1"]})
        text = page.content.decode()
        assert page.status_code == 200
        assert "2家位次变动" in text
        assert "10件" in text
        assert "2022年二季度</h2>" not in text
    version = IndicatorVersion.objects.get(indicator=desk.rate)
    assert (version.state, version.denominator) == (VersionState.CHECKED, "应办数")


def test_a_proposal_is_tried_as_soon_as_the_page_opens(desk: Desk) -> None:
    assert "2022年一季度 <b>" not in desk.client("admin").get(address(desk)).content.decode()
    proposed(desk, denominator="1", factor=1)
    text = desk.client("admin").get(address(desk)).content.decode()
    assert "2家位次变动" in text


def test_what_was_tried_is_proposed_from_a_day(desk: Desk) -> None:
    asked = TYPED | {"periods": ["2022Q1"], "action": "propose"}
    refused = desk.client("admin").post(address(desk), asked)
    assert refused.status_code == 422
    assert "valid_from" in refused.context["form"].errors
    asked["valid_from"] = "2022-07-01"
    assert desk.client("viewer").post(address(desk), asked).status_code == 403
    assert desk.client("admin").post(address(desk), asked).status_code == 302
    version = IndicatorVersion.objects.get(indicator=desk.rate, state=VersionState.PROPOSED)
    assert (version.denominator, version.author) == ("1", desk.people["admin"])


def test_a_faulty_expression_is_told_beside_it(desk: Desk) -> None:
    page = desk.client("admin").post(address(desk), TYPED | {"numerator": "已半数"})
    assert page.status_code == 422
    assert "已办数" in page.context["form"].errors["numerator"][0]
    assert page.context["shown"] == []


def test_too_many_periods_are_refused_in_words(desk: Desk) -> None:
    page = desk.client("admin").post(address(desk), TYPED | {"periods": ["2022Q1", "1999Q1"]})
    assert "periods" in page.context["form"].errors


def test_people_of_units_and_other_offices_stay_out(desk: Desk) -> None:
    assert desk.client("clerk").get(address(desk)).status_code == 403
    other = make("p")
    assert other.client("admin").get(address(desk)).status_code == 403
    assert other.client("admin").post(address(desk), TYPED).status_code == 403
