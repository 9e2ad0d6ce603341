"""The pages of schemes and of leaves in words, and who gets which."""

from typing import Any

import pytest
from django.urls import reverse

from indicators.choices import LeafReportState
from indicators.models import LeafReport, Scheme
from indicators.services.leaf_reports import confirm_leaf
from indicators.services.schemes import save_node
from indicators.views.leaf_tasks import leaf_tasks, leaves_waiting
from tests import build
from tests.functional.schemes.desk import PERIOD, STATUSES, Desk, make_desk, pdf

pytestmark = pytest.mark.django_db
LIST = "/admin/indicators/leafreport/"
QUEUE = f"{LIST}queue/"


def tree(desk: Desk) -> str:
    return reverse("admin:indicators_scheme_change", args=[desk.scheme.pk])


def node(desk: Desk, key: str) -> str:
    return reverse("admin:indicators_scheme_node", args=[desk.node(key).pk])


def leaf(desk: Desk, key: str, unit: int, period: str = PERIOD) -> str:
    return reverse("admin:indicators_leafreport_leaf", args=[desk.node(key).pk, desk.units[unit].pk, period])


def shows(desk: Desk) -> str:
    return f"{LIST}?scheme={desk.scheme.pk}&period={PERIOD}"


def words(response: Any) -> str:
    return response.content.decode()


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_tree_says_everything_of_a_leaf(desk: Desk) -> None:
    page = desk.client("admin").get(tree(desk))
    lines = {line.node.key: line for line in page.context["lines"]}
    assert {key: line.points for key, line in lines.items()}["1"] == "30"
    assert page.context["total"] == "100"
    assert "20 − 1×(" in lines["2.1"].rule
    assert lines["1.1.1"].rule.count("；") == 3
    assert lines["1.1.3"].applies == "镇街道"
    text = words(page)
    for word in ("统一入口", "区行政审批局", "编制进驻清单", "市级刊发", "优秀 ≥ 90", "较差 &lt; 80"):
        assert word in text
    assert page.context["blocking"] == []


def test_faults_stand_above_the_tree_and_at_their_node(desk: Desk) -> None:
    save_node(scheme=desk.scheme, key="3", name="空枝")
    page = desk.client("admin").get(tree(desk))
    assert len(page.context["blocking"]) == 1
    assert f'href="#node-{desk.node("3").pk}"' in words(page)
    assert "gs-has-fault" in words(page)


@pytest.mark.parametrize(
    ("who", "status"), [("admin", 200), ("viewer", 200), ("reviewer", 200), ("clerk0", 302)]
)
def test_who_sees_the_tree(desk: Desk, who: str, status: int) -> None:
    page = desk.client(who).get(tree(desk))
    assert page.status_code == status
    if who != "admin":
        assert "gs-moves" not in words(page)
        for url in (node(desk, "1"), f"{tree(desk)}../settings/", f"{tree(desk)}../copy/"):
            assert desk.client(who).get(url).status_code in (302, 403, 404), url


def test_moving_with_the_arrows(desk: Desk) -> None:
    client = desk.client("admin")
    client.post(tree(desk), {"action": f"down-{desk.node('1').pk}"})
    assert next(row.key for row in desk.scheme.nodes.all()) == "2"
    assert desk.client("viewer").post(tree(desk), {"action": f"up-{desk.node('1').pk}"}).status_code == 403
    assert next(row.key for row in desk.scheme.nodes.all()) == "2"


def test_a_leaf_is_added_with_the_fields_of_its_rule(desk: Desk) -> None:
    client = desk.client("admin")
    add = reverse("admin:indicators_scheme_addnode", args=[desk.scheme.pk])
    page = client.get(f"{add}?parent={desk.node('2').pk}&rule=per_point")
    form = page.context["form"]
    assert form.initial["key"] == "2.3"
    assert {"points", "indicator", "per_point", "floor", "target"} <= set(form.fields)
    fields = {
        "key": "2.3", "name": "满意率", "parent": desk.node("2").pk, "rule": "per_point",
        "points": "25", "indicator": desk.rate.pk, "operator": "at_least", "target": "95", "per_point": "0.5",
        "floor": "12.5", "action": "next", "deadline": "2023-12-31", "groups": [desk.groups[0].pk],
    }  # fmt: skip
    done = client.post(add, fields)
    assert done.status_code == 302
    assert done["Location"].startswith(f"{add}?parent={desk.node('2').pk}")
    made = desk.node("2.3")
    assert (made.points, made.per_point, made.floor, made.target) == (25, 0.5, 12.5, 95)
    assert list(made.applies_to_groups.all()) == [desk.groups[0]]
    line = next(one for one in client.get(tree(desk)).context["lines"] if one.node.key == "2.3")
    assert "25 − 0.5×(95 − " in line.rule
    assert "12.5" in line.rule


def test_another_rule_shows_other_fields_and_keeps_what_was_typed(desk: Desk) -> None:
    client = desk.client("admin")
    page = client.post(
        node(desk, "2.1"), {"rule": "status", "name": "改了名", "key": "2.1", "action": "rule"}
    )
    assert page.context["form"]["name"].value() == "改了名"
    assert "status-done" in page.context["form"].fields
    assert "indicator" not in page.context["form"].fields
    assert desk.node("2.1").name == "按时办结"
    done = client.post(
        node(desk, "2.1"),
        {
            "rule": "status", "name": "改了名", "key": "2.9", "parent": desk.node("2").pk, "action": "save", "points": "20",
            "status-done": "20", "status-on_track": "12", "status-behind": "5", "status-not_started": "0",
        },
    )  # fmt: skip
    assert done.status_code == 302
    changed = desk.node("2.9")
    assert (changed.indicator, changed.per_point, changed.rule) == (None, None, "status")
    assert changed.table == [["done", "20"], ["on_track", "12"], ["behind", "5"], ["not_started", "0"]]


def test_steps_are_lines_of_two(desk: Desk) -> None:
    client = desk.client("admin")
    fields = {
        "rule": "steps", "name": "按时办结", "key": "2.1", "parent": desk.node("2").pk, "action": "save",
        "points": "20", "indicator": desk.rate.pk, "operator": "at_least",
        "limit-0": "95", "points-0": "20", "limit-1": "90", "points-1": "",
    }  # fmt: skip
    refused = client.post(node(desk, "2.1"), fields)
    assert refused.status_code == 422
    assert "points-1" in refused.context["form"].errors
    client.post(node(desk, "2.1"), fields | {"points-1": "12.5"})
    assert desk.node("2.1").table == [["95", "20"], ["90", "12.5"]]
    assert client.get(node(desk, "2.1")).context["form"].steps[1][1].value() == "12.5"


def test_a_taken_number_and_a_wrong_choice_are_said_beside_the_field(desk: Desk) -> None:
    client = desk.client("admin")
    add = reverse("admin:indicators_scheme_addnode", args=[desk.scheme.pk])
    page = client.post(add, {"key": "1.1", "name": "重号", "rule": "", "action": "save"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["key"])
    page = client.post(node(desk, "1"), {"key": "2", "name": "重号", "rule": "", "action": "save"})
    assert page.status_code == 422
    other = make_other_office()
    for name, value in (
        ("parent", other.node("1").pk),
        ("indicator", other.rate.pk),
        ("groups", other.groups[0].pk),
    ):
        fields = {
            "key": "2.1", "name": "按时办结", "rule": "full_or_none", "points": "20", "operator": "at_least",
            "indicator": desk.rate.pk, "action": "save", name: value,
        }  # fmt: skip
        page = client.post(node(desk, "2.1"), fields)
        assert (page.status_code, list(page.context["form"].errors)) == (422, [name])


def make_other_office() -> Desk:
    """A second office with the same names; its people end in -x."""
    from departments.models import Office

    Office.objects.filter(code="fc").update(code="before")
    from django.contrib.auth.models import User

    for user in User.objects.all():
        user.username = f"{user.username}-x"
        user.save()
    return make_desk()


def test_deleting_asks_once_more(desk: Desk) -> None:
    client = desk.client("admin")
    page = client.post(node(desk, "1"), {"action": "delete"})
    assert page.context["deleting"]
    assert page.context["under"] == 4
    assert desk.scheme.nodes.count() == 8
    client.post(node(desk, "1"), {"action": "delete-sure"})
    assert desk.scheme.nodes.count() == 3


def test_settings_keep_the_lowest_grade_and_the_registers_words(desk: Desk) -> None:
    client = desk.client("admin")
    url = reverse("admin:indicators_scheme_settings", args=[desk.scheme.pk])
    page = client.get(url)
    assert page.status_code == 200
    grades = list(desk.scheme.grades.all())
    fields: dict[str, Any] = {
        "name": desk.scheme.name, "groups": [group.pk for group in desk.groups], "valid_from": "2023-01-01",
        "decimals": "2", "not_applicable": "redistribute", "missing": "not_ranked", "bonus_cap": "10",
        "adjustments-TOTAL_FORMS": "0", "adjustments-INITIAL_FORMS": "0",
        "grades-TOTAL_FORMS": str(len(grades)), "grades-INITIAL_FORMS": str(len(grades)),
    }  # fmt: skip
    for row, grade in enumerate(grades):
        fields |= {
            f"grades-{row}-id": grade.pk, f"grades-{row}-scheme": desk.scheme.pk, f"grades-{row}-name": grade.name,
            f"grades-{row}-at_least": "" if grade.at_least is None else str(grade.at_least),
        }  # fmt: skip
    lowest = next(row for row, grade in enumerate(grades) if grade.at_least is None)
    refused = client.post(url, fields | {f"grades-{lowest}-at_least": "60"})
    assert refused.status_code == 200
    assert Scheme.objects.get().bonus_cap is None
    assert client.post(url, fields)["Location"] == tree(desk)
    assert Scheme.objects.get().bonus_cap == 10


def test_behind_an_issued_bulletin_the_pages_only_show(desk: Desk) -> None:
    desk.freeze()
    client = desk.client("admin")
    page = client.get(tree(desk))
    assert page.context["fixed"]
    assert "gs-moves" not in words(page)
    fields = {"key": "1", "name": "改名", "rule": "", "action": "save"}
    assert client.post(node(desk, "1"), fields).status_code == 422
    assert desk.node("1").name == "统一服务入口"
    url = reverse("admin:indicators_scheme_settings", args=[desk.scheme.pk])
    settings = words(client.get(url))
    assert 'name="valid_to"' in settings
    assert 'name="name"' not in settings
    assert "grades-0-name" not in settings.replace("__prefix__", "")


def test_the_successor_is_made_on_its_page(desk: Desk) -> None:
    client = desk.client("admin")
    url = reverse("admin:indicators_scheme_copy", args=[desk.scheme.pk])
    assert client.get(url).context["typed"]["name"] == desk.scheme.name
    for fields in (
        {"code": "fc2024", "name": "新", "valid_from": "明年"},
        {"code": "fc2023", "name": "新", "valid_from": "2024-01-01"},
        {"code": "fc 2024", "name": "新", "valid_from": "2024-01-01"},
    ):
        refused = client.post(url, fields)
        assert refused.status_code == 422
        assert refused.context["faults"]
    assert Scheme.objects.count() == 1
    done = client.post(url, {"code": "fc2024", "name": "2024年方案", "valid_from": "2024-01-01"})
    copy = Scheme.objects.get(code="fc2024")
    assert done["Location"] == reverse("admin:indicators_scheme_change", args=[copy.pk])
    assert desk.client("viewer").get(url).status_code == 403


def test_a_unit_finds_its_own_leaves_what_is_owed_first(desk: Desk) -> None:
    desk.report("1.1.1", 0, "on_track")
    desk.report("1.1.1", 1, text="别局的情况")
    page = desk.client("clerk0").get(shows(desk))
    rows = page.context["rows"]
    assert [(row.place.node.key, row.owed) for row in rows] == [("1.1.2", True), ("1.1.1", False)]
    assert "别局的情况" not in words(page)
    assert rows[1].overdue
    street = desk.client("clerk3").get(shows(desk))
    assert [row.place.node.key for row in street.context["rows"]] == ["1.1.1", "1.1.2", "1.1.3"]


def test_the_office_sees_every_unit_and_counts(desk: Desk) -> None:
    confirm_leaf(report=desk.report("1.1.1", 0), user=desk.people["admin"])
    desk.report("1.1.1", 1, "behind")
    page = desk.client("viewer").get(shows(desk))
    first = page.context["lines"][0]
    assert [square.waits for square in first.squares] == [False, True, False, False]
    assert [square.applies for square in page.context["lines"][2].squares] == [False, False, False, True]
    numbers = {
        url.partition("state=")[2]: number for _word, _tone, number, url, _here in page.context["counts"]
    }
    # Done is never overdue; what is not reported is, once the day has passed.
    assert numbers == {"submitted": 1, "missing": 7, "behind": 1, "overdue": 3}
    narrowed = desk.client("viewer").get(f"{shows(desk)}&state=behind")
    assert [line.place.node.key for line in narrowed.context["lines"]] == ["1.1.1"]
    street = desk.client("admin").get(f"{shows(desk)}&group=streets")
    assert [unit.short_name for unit in street.context["units"]] == ["石塘街道"]


def test_a_leaf_is_reported_with_evidence_and_on_to_the_next(desk: Desk) -> None:
    client = desk.client("clerk0")
    url = leaf(desk, "1.1.1", 0)
    assert client.get(url).context["editable"]
    refused = client.post(url, {"action": "report", "status": "behind", "text": "", "version": "0"})
    assert (refused.status_code, refused.context["typed"]["status"]) == (422, "behind")
    fields = {"action": "report-next", "status": "done", "text": "已入驻", "version": "0", "file": [pdf()]}
    done = client.post(url, fields)
    assert done["Location"] == leaf(desk, "1.1.2", 0)
    report = LeafReport.objects.get()
    file = reverse("admin:indicators_leafreport_file", args=[report.files.get().pk])
    assert client.get(file).status_code == 200
    assert desk.client("clerk1").get(file).status_code == 403
    assert desk.client("viewer").get(file).status_code == 200
    client.post(url, {"action": f"remove-{report.files.get().pk}"})
    assert report.files.get().removed_at is not None


def test_last_periods_report_stands_beside(desk: Desk) -> None:
    confirm_leaf(
        report=desk.report("1.1.1", 0, "on_track", period="2023-04", text="四月情况"),
        user=desk.people["admin"],
    )
    page = desk.client("clerk0").get(leaf(desk, "1.1.1", 0))
    assert page.context["before"]["text"] == "四月情况"
    assert desk.client("clerk0").get(leaf(desk, "1.1.1", 0, "2023-03")).context["before"] is None


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk0", 200), ("unitviewer", 200), ("admin", 200), ("viewer", 200), ("clerk1", 403), ("head3", 403)],
)
def test_who_opens_a_leaf(desk: Desk, who: str, status: int) -> None:
    report = desk.report("1.1.1", 0, text="只给本局和办公室看")
    page = desk.client(who).get(leaf(desk, "1.1.1", 0))
    assert page.status_code == status
    assert ("只给本局和办公室看" in words(page)) == (status == 200)
    own = desk.client(who).get(reverse("admin:indicators_leafreport_change", args=[report.pk]))
    assert (own.status_code == 200) == (status == 200)


def test_another_offices_leaf_unit_or_word_is_nobodys(desk: Desk) -> None:
    other = make_other_office()
    mixed = reverse(
        "admin:indicators_leafreport_leaf", args=[desk.node("1.1.1").pk, other.units[0].pk, PERIOD]
    )
    for who in ("clerk0", "admin"):
        assert other.client(who).get(mixed).status_code == 403
        assert other.client(who).get(leaf(desk, "1.1.1", 0)).status_code == 403
    assert other.client("admin").get(tree(desk)).status_code == 302
    assert other.client("admin").get(node(desk, "1")).status_code == 403
    assert other.client("admin").get(leaf(other, "2.1", 0)).status_code == 404
    assert other.client("admin").get(leaf(other, "1.1.1", 0, "五月")).status_code == 404


def test_the_office_confirms_returns_and_goes_on(desk: Desk) -> None:
    first, second = desk.report("1.1.1", 0), desk.report("1.1.1", 1)
    client = desk.client("admin")
    url = leaf(desk, "1.1.1", 0)
    page = client.get(url)
    assert page.context["may_confirm"]
    assert page.context["may_return"]
    assert not page.context["editable"]
    stale = client.post(url, {"action": "confirm", "confirm_as": "done", "version": str(first.version - 1)})
    assert stale.status_code == 422
    refused = client.post(url, {"action": "confirm", "confirm_as": "behind", "version": str(first.version)})
    assert (refused.status_code, refused.context["typed"]["confirm_as"]) == (422, "behind")
    done = client.post(url, {"action": "confirm", "confirm_as": "done", "version": str(first.version)})
    assert done["Location"] == leaf(desk, "1.1.1", 1)
    done = client.post(
        leaf(desk, "1.1.1", 1), {"action": "return", "reason": "缺照片", "version": str(second.version)}
    )
    assert done["Location"] == QUEUE
    assert set(LeafReport.objects.values_list("state", flat=True)) == {"confirmed", "returned"}
    returned = desk.client("clerk1").get(leaf(desk, "1.1.1", 1))
    assert "缺照片" in words(returned)
    assert desk.client("clerk0").post(url, {"action": "confirm"}).status_code == 302
    assert desk.client("viewer").get(url).context["may_return"] is False


def test_several_are_seen_once_more_before_they_are_confirmed(desk: Desk) -> None:
    reports = [desk.report("1.1.1", unit) for unit in range(3)]
    client = desk.client("admin")
    page = client.get(QUEUE)
    assert [row.report.unit.name for row in page.context["rows"]] == ["区教体局", "区住建局", "区卫健局"]
    chosen = [f"{report.pk}:{report.version}" for report in reports[:2]]
    listed = client.post(QUEUE, {"chosen": chosen})
    assert [row.report.pk for row in listed.context["rows"]] == [report.pk for report in reports[:2]]
    assert not LeafReport.objects.filter(state=LeafReportState.CONFIRMED).exists()
    client.post(QUEUE, {"chosen": chosen, "confirmed": "1"})
    assert LeafReport.objects.filter(state=LeafReportState.CONFIRMED).count() == 2
    assert said(client.post(QUEUE, {"chosen": chosen}, follow=True))
    assert desk.client("viewer").get(QUEUE).status_code == 403
    assert desk.client("clerk0").get(QUEUE).status_code == 403


def test_tasks_say_what_is_owed_and_what_waits(desk: Desk) -> None:
    window = build.form(desk.office, "monthly", "month", groups=desk.groups)
    build.window(window, PERIOD)
    (task,) = leaf_tasks(desk.people["clerk0"])
    assert (task.owed, task.returned, task.overdue, task.period.code) == (2, 0, 1, PERIOD)
    assert leaf_tasks(desk.people["admin"]) == []
    for key in ("1.1.1", "1.1.2"):
        desk.report(key, 0)
    assert leaf_tasks(desk.people["clerk0"]) == []
    assert (leaves_waiting(desk.people["admin"]), leaves_waiting(desk.people["viewer"])) == (2, 0)
    desk.freeze()
    assert leaf_tasks(desk.people["clerk1"]) == []


def test_a_scheme_of_figures_only_has_no_leaves_in_words(desk: Desk) -> None:
    desk.scheme.nodes.filter(rule="status").delete()
    for who in ("clerk0", "admin"):
        assert "gs-empty" in words(desk.client(who).get(LIST))
    assert leaf_tasks(desk.people["clerk0"]) == []
    save_node(scheme=desk.scheme, key="9", name="新", rule="status", points=1, table=STATUSES[3:])
    assert desk.client("admin").get(LIST).context["lines"]


def test_the_list_names_leaves_and_points(desk: Desk) -> None:
    page = desk.client("admin").get(reverse("admin:indicators_scheme_changelist"))
    assert "建设服务型政府考核方案" in words(page)
    scheme = page.context["cl"].result_list[0]
    assert (scheme.n_leaves, scheme.total) == (5, 100)
