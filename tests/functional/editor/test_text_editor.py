"""模板编辑: what is written is computed without being stored, faults have a place, and nobody's text is overwritten unseen."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports.models import BulletinSection, Issue, SectionEdit
from reports.services import templates
from reports.services.template_texts import text_version
from tests.functional.reports.scene import PERIOD, Scene, make

pytestmark = pytest.mark.django_db
JSON: Any = {"HTTP_ACCEPT": "application/json"}


def address(scene: Scene) -> str:
    return reverse("admin:reports_bulletin_editor", args=[scene.bulletin.pk])


def written(scene: Scene, *texts: str, **given: Any) -> dict[str, Any]:
    """What the page sends for sections of these texts; the first ones are the stored rows in order."""
    rows = [str(row.pk) for row in scene.bulletin.sections.all()]
    count = len(texts)
    return {
        "action": "preview",
        "period": PERIOD,
        "version": text_version(scene.bulletin),
        "title": scene.bulletin.title,
        "row": (rows + [""] * count)[:count],
        "level": ["1"] * count,
        "heading": ["一、情况"] * count,
        "repeat": [""] * count,
        "text": list(texts),
    } | given


def post(client: Client, scene: Scene, data: dict[str, Any]) -> Any:
    return client.post(address(scene), data, **JSON)


def test_unsaved_text_is_computed_and_nothing_is_stored(scene: Scene) -> None:
    before = list(BulletinSection.objects.values())
    answer = post(scene.client("admin"), scene, written(scene, "办结率为{比率(办结率，小数位=1)}。")).json()
    assert "53.8%" in answer["html"]
    assert answer["faults"] == []
    assert list(BulletinSection.objects.values()) == before
    assert not Issue.objects.exists()


def test_a_fault_has_its_section_line_and_column_and_the_others_are_computed(scene: Scene) -> None:
    data = written(scene, "好的一节，{合计(应办数)}件", "第一行\n  办结率{比率(办结律)}，{合计(}")
    answer = post(scene.client("admin"), scene, data).json()
    places = [(f["section"], f["part"], f["line"], f["column"]) for f in answer["faults"]]
    assert places == [(2, "text", 2, 10), (2, "text", 2, 19)]
    assert "13" in answer["html"]
    assert "gt-broken" in answer["html"]


def test_what_can_only_be_seen_when_computing_has_a_place_too(scene: Scene) -> None:
    group = scene.bulletin.group.name
    data = written(scene, f"头一行\n 前{{前几名(办结率，3，组([{group}]，[{group}]))}}")
    answer = post(scene.client("admin"), scene, data).json()
    assert [(f["section"], f["line"], f["column"]) for f in answer["faults"]] == [(1, 2, 4)]


def test_a_chart_and_a_text_for_every_unit_are_tried_too(scene: Scene) -> None:
    data = written(scene, "{排名图(办结率)}", "{本单位名}应办{合计(应办数，单位=本单位)}件。")
    data["repeat"] = ["", str(scene.bulletin.group_id)]
    answer = post(scene.client("admin"), scene, data).json()
    assert answer["faults"] == []
    for words in ("75.0%", "甲局应办", "乙局应办", "丙局应办"):
        assert words in answer["html"], words


def test_saving_keeps_the_rows_that_edits_point_at_and_new_ones_follow(scene: Scene) -> None:
    first = scene.bulletin.sections.get()
    data = written(scene, "甲", "乙", "丙", action="save")
    answer = post(scene.client("admin"), scene, data)
    assert answer.status_code == 200
    assert [(s.order, s.text) for s in scene.bulletin.sections.all()] == [(1, "甲"), (2, "乙"), (3, "丙")]
    assert answer.json()["rows"][0] == str(first.pk)
    rows = answer.json()["rows"]
    moved = written(scene, "丙", "甲", action="save", row=[rows[2], rows[0]])
    assert post(scene.client("admin"), scene, moved).status_code == 200
    stored = [(str(s.pk), s.order, s.text) for s in scene.bulletin.sections.all()]
    assert stored == [(rows[2], 1, "丙"), (rows[0], 2, "甲")]


def test_faulty_text_is_saved_and_pointed_at(scene: Scene) -> None:
    answer = post(scene.client("admin"), scene, written(scene, "办结率{比率(办结律)}", action="save"))
    assert answer.status_code == 200
    assert BulletinSection.objects.get().text.endswith("办结律)}")
    assert answer.json()["faults"][0]["section"] == 1


def test_the_second_of_two_people_is_told_and_loses_nothing(scene: Scene) -> None:
    mine = written(scene, "我的文字", action="save")
    theirs = written(scene, "对方的文字", action="save")
    assert post(scene.client("approver"), scene, theirs).status_code == 200
    answer = post(scene.client("admin"), scene, mine)
    assert answer.status_code == 409
    assert answer.json()["theirs"]["blocks"][0]["text"] == "对方的文字"
    assert BulletinSection.objects.get().text == "对方的文字"
    again = mine | {"version": answer.json()["version"]}
    assert post(scene.client("admin"), scene, again).status_code == 200
    assert BulletinSection.objects.get().text == "我的文字"


def test_a_section_with_an_edit_in_force_is_not_removed(scene: Scene) -> None:
    section = scene.bulletin.sections.get()
    edit = SectionEdit.objects.create(
        bulletin=scene.bulletin, period=PERIOD, section=section, heading="", text="改过", reason="核对",
        edited_by=scene.people["admin"], edited_at="2022-04-01T00:00:00Z",
    )  # fmt: skip
    answer = post(scene.client("admin"), scene, written(scene, "新的", action="save", row=[""]))
    assert answer.status_code == 422
    assert PERIOD in answer.json()["message"]
    edit.refresh_from_db()
    kept = written(scene, "新的一版", action="save")
    assert post(scene.client("admin"), scene, kept).status_code == 200
    assert SectionEdit.objects.get().section.text == "新的一版"


def test_a_template_saved_from_a_pack_keeps_its_rows_by_order(scene: Scene) -> None:
    section = scene.bulletin.sections.get()
    fields = {
        name: getattr(scene.bulletin, name)
        for name in ("name", "title", "number_format", "signature", "printed_by")
    }
    templates.save_bulletin(
        office=scene.office,
        code=scene.bulletin.code,
        group=scene.bulletin.group,
        sections=[templates.SectionText("新标题", "甲"), templates.SectionText("二", "乙")],
        **fields,
    )
    assert [(s.pk == section.pk, s.text) for s in scene.bulletin.sections.all()] == [
        (True, "甲"),
        (False, "乙"),
    ]


@pytest.mark.parametrize("who", ["viewer", "reviewer", "issuer"])
def test_those_without_the_right_read_and_preview_but_never_save(scene: Scene, who: str) -> None:
    client = scene.client(who)
    page = client.get(address(scene))
    assert page.status_code == 200
    assert 'id="save"' not in page.content.decode()
    assert post(client, scene, written(scene, "{合计(应办数)}件")).status_code == 200
    assert post(client, scene, written(scene, "改了", action="save")).status_code == 422
    assert BulletinSection.objects.get().text.startswith("办结率")


def test_it_stays_inside_the_office(scene: Scene) -> None:
    stranger = make("p")
    assert stranger.client("admin").get(address(scene)).status_code == 403
    assert scene.client("clerk").get(address(scene)).status_code == 403
    data = written(scene, "甲", action="save", repeat=[str(stranger.bulletin.group_id)])
    assert post(scene.client("admin"), scene, data).status_code == 400
    row = stranger.bulletin.sections.get()
    taken = written(scene, "甲", action="save", row=[str(row.pk)])
    assert post(scene.client("admin"), scene, taken).status_code == 200
    row.refresh_from_db()
    assert row.text.startswith("办结率")


def test_without_a_script_the_buttons_work_too(scene: Scene) -> None:
    client = scene.client("admin")
    page = client.post(address(scene), written(scene, "甲", "乙", action="up-1"))
    body = page.content.decode()
    assert body.index(">\n乙</textarea>") < body.index(">\n甲</textarea>")
    page = client.post(address(scene), written(scene, "甲", "乙", action="delete-0"))
    assert "甲</textarea>" not in page.content.decode()
    assert client.post(address(scene), written(scene, "甲", action="save")).status_code == 302
    assert BulletinSection.objects.get().text == "甲"


@pytest.mark.parametrize(
    "broken",
    [{"level": ["1", "2"]}, {"level": ["9"]}, {"repeat": ["x"]}, {"text": []}, {"row": ["1", "2", "3"]}],
)
def test_what_no_page_sends_is_refused(scene: Scene, broken: dict[str, Any]) -> None:
    assert post(scene.client("admin"), scene, written(scene, "甲", **broken)).status_code == 400


def test_the_last_issue_s_edited_text_is_set_beside_the_template(scene: Scene) -> None:
    scene.issued()
    SectionEdit.objects.create(
        bulletin=scene.bulletin, period=PERIOD, section=scene.bulletin.sections.get(), heading="一、总体情况",
        text="上期改过的一句。", reason="核对", edited_by=scene.people["admin"], edited_at="2022-04-01T00:00:00Z",
    )  # fmt: skip
    stored = scene.bulletin.sections.get().text
    data = written(scene, stored, action="last", period="2022Q2")
    answer = post(scene.client("admin"), scene, data).json()
    assert answer["taken"] == [{"block": 0, "heading": "一、总体情况", "text": "上期改过的一句。"}]
    assert "<ins>上期改过的一句。</ins>" in answer["html"]
    assert scene.bulletin.sections.get().text == stored
