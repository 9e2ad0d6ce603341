"""Who speaks at the meeting: the last n with ties, only who was there for so many periods, and what is opened for them."""

import pytest
from django.urls import reverse

from departments.choices import Role
from departments.models import Entry
from indicators.models import MeetingRule
from reports.services.meetings import RuleList, meeting_list
from tests import build
from tests.functional.scores.assessed_office import (
    FEBRUARY,
    JANUARY,
    MARCH,
    Assessed,
    Figures,
    build_assessed,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def names(part: RuleList) -> tuple[list[str], list[str]]:
    """Who speaks and who is spared."""
    return [one.row["name"] for one in part.speakers], [one.row["name"] for one in part.spared]


def test_the_last_one_and_who_was_among_the_last_two_twice(assessed: Assessed) -> None:
    found = meeting_list(assessed.office, MARCH)
    last, twice = found.rules
    assert names(last) == (["城管局"], [])
    # Places 1-2-2-4: the last two are three, and only one of them was there in February as well.
    assert names(twice) == (["城管局"], ["住建局", "教体局"])
    assert (last.grown, twice.grown) == (False, True)
    [speaker] = found.speakers
    assert speaker.name == "城管局"
    assert last.speakers[0].reason == "按时办结率排名第4名（共4家，60.00%）"
    # Two rules over one ranking: the sentence that says more.
    assert speaker.reasons == ("按时办结率排名第4名（共4家，60.00%），2022年2月并列第4名，连续2期列后2名",)


def test_a_tie_is_never_cut_and_the_first_period_has_no_streak(assessed: Assessed) -> None:
    last, twice = meeting_list(assessed.office, FEBRUARY).rules
    assert names(last) == (["卫健局", "城管局"], [])
    assert last.grown
    assert "并列第4名" in last.speakers[0].reason
    # In January the last two were 卫健局 and 教体局.
    assert names(twice) == (["卫健局"], ["城管局"])
    assert names(meeting_list(assessed.office, JANUARY).rules[1]) == ([], ["教体局", "卫健局"])


def test_without_figures_there_is_no_ranking(assessed: Assessed) -> None:
    found = meeting_list(assessed.office, "2021-12")
    assert found.speakers == ()
    assert [part.table for part in found.rules] == [None, None]


@pytest.mark.parametrize(("breaks", "speakers"), [(True, []), (False, ["城管局"])])
def test_a_period_without_a_ranking_ends_the_row_or_is_passed_over(breaks: bool, speakers: list[str]) -> None:
    figures: Figures = {
        JANUARY: {"公安局": (10, 9), "城管局": (10, 1)},
        FEBRUARY: {"公安局": "none", "城管局": "none"},
        MARCH: {"公安局": (10, 9), "城管局": (10, 2)},
    }
    assessed = build_assessed(figures, {})
    rule = assessed.rules[1]
    MeetingRule.objects.filter(pk=rule.pk).update(last=1, missing_breaks=breaks)
    assessed.rules[0].delete()
    [part] = meeting_list(assessed.office, MARCH).rules
    assert [one.row["name"] for one in part.speakers] == speakers


def test_what_was_issued_stands_whatever_the_figures_become(assessed: Assessed) -> None:
    issue = assessed.issue()
    assessed.change("城管局", 100, 100)
    part = meeting_list(assessed.office, MARCH).rules[0]
    assert (names(part), part.issue) == ((["城管局"], []), issue)


def test_everybody_in_the_first_place_is_told(assessed: Assessed) -> None:
    for name in ("公安局", "住建局", "教体局", "城管局"):
        assessed.change(name, 100, 100)
    part = meeting_list(assessed.office, MARCH).rules[0]
    assert part.all_tied
    assert len(part.speakers) == 4


def test_scores_are_ranked_the_same_way(assessed: Assessed) -> None:
    MeetingRule.objects.create(office=assessed.office, ranking=assessed.score_ranking, last=1, order=9)
    part = meeting_list(assessed.office, MARCH).rules[-1]
    # 城管局: 0 + 0 + 10 − 1 = 9 points; 教体局 has no score and is not ranked.
    assert names(part) == (["城管局"], [])
    assert part.speakers[0].reason == "综合考核排名第4名（共4家，9.00分）"


def page(assessed: Assessed, who: str, **query: str):
    return assessed.client(who).get(reverse("admin:indicators_score_meeting"), {"period": MARCH, **query})


def test_the_page_is_for_the_office_alone(assessed: Assessed) -> None:
    assert page(assessed, "viewer").status_code == 200
    assert page(assessed, "城管局").status_code == 403
    watcher = build.person("watcher", assessed.office, Role.VIEWER, assessed.units["公安局"])
    assessed.people["watcher"] = watcher
    assert page(assessed, "watcher").status_code == 403
    other = build_assessed(code="p")
    answer = other.client("admin").get(
        reverse("admin:indicators_score_meeting"), {"period": MARCH, "office": assessed.office.code}
    )
    assert answer.context["office"] == other.office


def test_print_and_empty_and_wrong_periods(assessed: Assessed) -> None:
    html = page(assessed, "viewer", print="1").content.decode()
    assert "城管局" in html
    assert "住建局" not in html
    assert page(assessed, "viewer", period="2021-12").status_code == 200
    assert page(assessed, "viewer", period="nonsense").status_code == 404
    assessed.office.meeting_rules.all().delete()
    assert page(assessed, "viewer").status_code == 200


def opening(assessed: Assessed, rule: MeetingRule) -> str:
    return reverse("admin:indicators_score_meeting_opening", args=[rule.pk]) + f"?period={MARCH}"


def test_opening_for_the_list_is_idempotent_and_shown(assessed: Assessed) -> None:
    address = opening(assessed, assessed.rules[0])
    admin = assessed.client("admin")
    # 信息宣传台账 comes first; the rule proposes its own register.
    asked = admin.get(address)
    assert asked.context["register"] == assessed.register
    unit = assessed.units["城管局"]
    data = {"register": assessed.register.pk, "unit": [unit.pk], "action": "open", "name": "排名靠后整改"}
    for _time in range(2):
        assert admin.post(address, data).status_code == 302
    # The other rule is about the same end of the same ranking.
    assert admin.post(opening(assessed, assessed.rules[1]), data).status_code == 302
    entry = Entry.objects.get(register=assessed.register)
    assert entry.unit == unit
    html = page(assessed, "viewer").content.decode()
    assert entry.key in html
    assert address.replace("&", "&amp;") not in html
    assert "开立整改" in page(assessed, "admin").content.decode()


def test_only_listed_units_and_only_by_administrators(assessed: Assessed) -> None:
    address = opening(assessed, assessed.rules[0])
    spared = {
        "register": assessed.register.pk,
        "unit": [assessed.units["住建局"].pk],
        "action": "open",
        "name": "x",
    }
    assert assessed.client("admin").post(address, spared).status_code == 200
    other = build_assessed(code="p")
    for client in (*map(assessed.client, ("viewer", "reviewer", "issuer", "城管局")), other.client("admin")):
        assert client.get(address).status_code == 403
        assert client.post(address, spared).status_code == 403
    assert not Entry.objects.filter(register=assessed.register).exists()


def test_rules_are_set_up_by_administrators_within_their_office(assessed: Assessed) -> None:
    other = build_assessed(code="p")
    address = reverse("admin:indicators_meetingrule_add")
    fields = {
        "office": assessed.office.pk, "ranking": assessed.ranking.pk, "last": 3, "streak": 3,
        "missing_breaks": "on", "register": assessed.register.pk, "order": 5,
    }  # fmt: skip
    assert assessed.client("viewer").post(address, fields).status_code == 403
    for name, value in (("ranking", other.ranking.pk), ("register", other.register.pk), ("last", 0)):
        assert assessed.client("admin").post(address, fields | {name: value}).status_code == 200
    events = assessed.office.registers.get(code="news")
    assert assessed.client("admin").post(address, fields | {"register": events.pk}).status_code == 200
    assert assessed.office.meeting_rules.count() == 2
    assert assessed.client("admin").post(address, fields).status_code == 302
    assert assessed.office.meeting_rules.filter(last=3, streak=3).exists()
