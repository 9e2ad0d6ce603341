"""The pages of leaves in words, and who gets which."""

import pytest
from django.urls import reverse

from indicators.choices import LeafReportState
from indicators.models import LeafReport
from indicators.services.leaf_reports import confirm_leaf
from indicators.services.schemes import save_node
from indicators.views.leaf_tasks import leaf_tasks, leaves_waiting
from tests import build
from tests.functional.schemes.desk import PERIOD, STATUSES, Desk, pdf
from tests.functional.schemes.scheme_addresses import (
    LIST,
    QUEUE,
    leaf,
    make_other_office,
    node,
    said,
    shows,
    tree,
    words,
)

pytestmark = pytest.mark.django_db


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
