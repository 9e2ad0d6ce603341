"""附件设计: a table is drawn as it is designed, faults stand at their column, and saving is by version and by right."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports.models import Annex, AnnexColumn
from reports.services.template_specs import COLUMN_FIELDS
from reports.services.template_texts import annex_version, spec_of
from reports.views.designer_form import SETTINGS, design_of
from tests.functional.reports.scene import PERIOD, Scene, make

pytestmark = pytest.mark.django_db
JSON: Any = {"HTTP_ACCEPT": "application/json"}


def address(scene: Scene) -> str:
    return reverse("admin:reports_annex_design", args=[scene.bulletin.annexes.get().pk])


def designed(scene: Scene, columns: Any = None, **given: Any) -> dict[str, Any]:
    """What the page sends for the stored annex, with other columns or settings."""
    annex = scene.bulletin.annexes.get()
    design = design_of(spec_of(annex))
    rows = [dict(column) for column in design.columns] if columns is None else columns
    data: dict[str, Any] = {name: design.settings[name] for name in SETTINGS}
    data |= {f"column-{name}": [row[name] for row in rows] for name in COLUMN_FIELDS}
    return data | {"action": "preview", "period": PERIOD, "version": annex_version(annex)} | given


def stored(scene: Scene) -> list[dict[str, str]]:
    return [dict(column) for column in design_of(spec_of(scene.bulletin.annexes.get())).columns]


def post(client: Client, scene: Scene, data: dict[str, Any]) -> Any:
    return client.post(address(scene), data, **JSON)


def test_what_is_designed_is_drawn_and_nothing_is_stored(scene: Scene) -> None:
    columns = stored(scene)
    columns[2] |= {"head": "办件|网上|应办", "expression": "应办数"}
    before = list(AnnexColumn.objects.values())
    answer = post(
        scene.client("admin"), scene, designed(scene, columns, total="bottom", total_label="全区")
    ).json()
    assert answer["faults"] == []
    for words in ("网上", "应办", "乙局", "全区", "13", "53.8%"):
        assert words in answer["html"], words
    assert list(AnnexColumn.objects.values()) == before


FAULTS = [
    ({"expression": "已办数 +"}, "expression"),
    ({"expression": "没有的项"}, "expression"),
    ({"expression": ""}, "expression"),
    ({"code": ""}, "code"),
    ({"code": "seq"}, "code"),
    ({"code": "a b"}, "code"),
    ({"head": ""}, "head"),
    ({"kind": "odd"}, "kind"),
]


@pytest.mark.parametrize(("change", "part"), FAULTS)
def test_a_fault_stands_at_its_column(scene: Scene, change: dict[str, str], part: str) -> None:
    columns = stored(scene)
    columns[2] |= change
    answer = post(scene.client("admin"), scene, designed(scene, columns)).json()
    assert (3, part) in {(fault["section"], fault["part"]) for fault in answer["faults"]}
    assert "序号" in answer["html"]


def test_faults_of_the_table_itself_stand_at_their_field(scene: Scene) -> None:
    data = designed(scene, [], source="", note="{合计(}", title="{", order_by="没有的项")
    parts = {fault["part"] for fault in post(scene.client("admin"), scene, data).json()["faults"]}
    assert {"source", "note", "title"} <= parts


def test_groups_with_subtotals_are_drawn_and_saved(scene: Scene) -> None:
    group: dict[str, Any] = {
        "group-group": [str(scene.bulletin.group_id)],
        "group-label": ["组成部门"],
        "group-subtotal_label": ["小计"],
    }
    data = designed(scene, **group)
    html = post(scene.client("admin"), scene, data).json()["html"]
    assert "组成部门" in html
    assert "小计" in html
    assert post(scene.client("admin"), scene, data | {"action": "save"}).status_code == 200
    assert scene.bulletin.annexes.get().groups.get().subtotal_label == "小计"


def test_saving_writes_everything_and_the_second_person_is_told(scene: Scene) -> None:
    columns = stored(scene)[::-1]
    data = designed(scene, columns, action="save", title="新表名", landscape="")
    theirs = designed(scene, action="save", title="对方的表名")
    assert post(scene.client("admin"), scene, data).status_code == 200
    annex = scene.bulletin.annexes.get()
    assert [c.code for c in annex.columns.all()] == ["rate", "done", "unit", "seq"]
    assert (annex.title, annex.landscape) == ("新表名", False)
    refused = post(scene.client("approver"), scene, theirs)
    assert refused.status_code == 409
    assert scene.bulletin.annexes.get().title == "新表名"
    again = theirs | {"version": refused.json()["version"]}
    assert post(scene.client("approver"), scene, again).status_code == 200


def test_a_new_table_is_added_copied_and_deleted_after_asking(scene: Scene) -> None:
    client = scene.client("admin")
    new = reverse("admin:reports_bulletin_newannex", args=[scene.bulletin.pk])
    assert client.get(new).status_code == 200
    form = scene.bulletin.annexes.get().form_id
    data = designed(scene, action="save", number="2", title="第二张表", source=f"form:{form}")
    answer = client.post(new, data, **JSON)
    assert answer.status_code == 200
    added = Annex.objects.get(number=2)
    assert answer.json()["address"] == reverse("admin:reports_annex_design", args=[added.pk])
    client.post(reverse("admin:reports_annex_copy", args=[added.pk]))
    copied = Annex.objects.get(number=3)
    assert copied.columns.count() == added.columns.count()
    delete = reverse("admin:reports_annex_delete", args=[copied.pk])
    assert "第二张表" in client.get(delete).content.decode()
    assert client.post(delete, {"post": "yes"}).status_code == 302
    assert not Annex.objects.filter(number=3).exists()


def test_a_number_that_is_taken_is_refused_with_words(scene: Scene) -> None:
    new = reverse("admin:reports_bulletin_newannex", args=[scene.bulletin.pk])
    answer = scene.client("admin").post(new, designed(scene, action="save"), **JSON)
    assert answer.status_code == 422
    assert answer.json()["message"]


def test_those_without_the_right_look_and_never_save(scene: Scene) -> None:
    for who in ("viewer", "reviewer"):
        client = scene.client(who)
        page = client.get(address(scene)).content.decode()
        assert 'id="save"' not in page
        assert post(client, scene, designed(scene, action="save", title="改")).status_code == 403
        new = reverse("admin:reports_bulletin_newannex", args=[scene.bulletin.pk])
        assert client.get(new).status_code == 403
    assert scene.client("clerk").get(address(scene)).status_code == 403
    assert make("p").client("admin").get(address(scene)).status_code == 403
    assert scene.bulletin.annexes.get().title == "办结情况表"


@pytest.mark.parametrize("name", ["source", "group"])
def test_nothing_of_another_office_is_taken(scene: Scene, name: str) -> None:
    other = make("p")
    form = other.bulletin.annexes.get().form_id
    change = (
        {"source": f"form:{form}"}
        if name == "source"
        else {
            "group-group": [str(other.bulletin.group_id)],
            "group-label": [""],
            "group-subtotal_label": [""],
        }
    )
    for action in ("preview", "save"):
        assert post(scene.client("admin"), scene, designed(scene, action=action, **change)).status_code == 400


@pytest.mark.parametrize(
    "broken", [{"number": "x"}, {"number": "99999"}, {"source": "office:1"}, {"column-code": ["a"]}]
)
def test_what_no_page_sends_is_refused(scene: Scene, broken: dict[str, Any]) -> None:
    assert post(scene.client("admin"), scene, designed(scene, **broken)).status_code == 400
