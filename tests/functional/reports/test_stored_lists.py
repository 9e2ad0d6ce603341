"""Further lists, a repeated section and a chart on stored figures and entries: who is named, what it costs, what is kept."""

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Register
from departments.services import submissions
from departments.sheets import CellInput
from reports.models import BulletinSection
from reports.services.document import all_figures, build_document, figures_hash
from reports.services.excerpts import excerpt, names_of_units
from reports.services.issues import draft_issue
from reports.services.source import faults_of, load_source
from reports.statements import compose
from tests import build
from tests.functional.reports.scene import PERIOD, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NEXT = "2022Q2"
TEXT = (
    "{late: 迟报单位(事项表)}迟报；{none: 未报单位(事项表)}未报。仍有{open: 合计(mend.pending)}项未整改："
    "{what: 条目(整改问题台账)}。{again: 重复发生(整改问题台账)}重复发生。"
    "其中，{most: 名单带数(mend.pending，单位词=“项”)}。\n{chart: 排名图(办结率，标题=“图1 办结率排名”)}"
)


@pytest.fixture
def register(scene: Scene) -> Register:
    """甲局 has two open problems of one kind, the second of them in the period; 乙局 has one."""
    made = build.register(scene.office)
    admin = scene.people["admin"]
    for key, unit, opened, kind in (
        ("1", "甲局", dt.date(2021, 12, 20), "时限"),
        ("2", "甲局", dt.date(2022, 2, 20), "时限"),
        ("3", "乙局", dt.date(2022, 3, 1), "态度"),
        ("4", "乙局", dt.date(2022, 4, 2), "材料"),
    ):
        build.entry(made, scene.units[unit], admin, key, opened_on=opened, type=kind)
    return made


def written(scene: Scene, text: str, **changes: Any) -> None:
    section = scene.bulletin.sections.get()
    section.text = text
    for name, value in changes.items():
        setattr(section, name, value)
    section.save()


def printed(scene: Scene, text: str, period: str = PERIOD) -> str:
    source, names = load_source(scene.bulletin, period)
    (paragraph,) = compose(text, source, names)
    return paragraph.text


def test_who_reported_late_or_nothing(scene: Scene) -> None:
    form = scene.bulletin.annexes.get().form
    assert form is not None
    window = build.window(form, NEXT)
    for name, day in (("甲局", 12), ("乙局", 5)):
        clerk = scene.people["clerk"] if name == "乙局" else User.objects.get(username="o-U1")
        submission = window.submissions.get(unit=scene.units[name])
        inputs = {"due": CellInput(text="4"), "done": CellInput(text="2")}
        submissions.save_figures(submission=submission, inputs=inputs, user=clerk, at=build.at(day))
        submissions.submit(submission=submission, user=clerk, at=build.at(day))
        submissions.approve(submission=submission, user=scene.people["approver"], at=build.at(day + 1))
    text = "{迟报单位(事项表)}；{名单带数(事项表.迟报次数，单位词=“次”)}；{未报单位(事项表)}；{个数(未报单位(事项表))}"
    assert printed(scene, text, NEXT) == "甲局；甲局（1次）；丙局、丁局；2"
    assert printed(scene, text) == "无；无；无；0"


def test_entries_are_named_and_kept_with_the_document(scene: Scene, register: Register) -> None:
    written(scene, TEXT)
    assert faults_of(scene.bulletin, PERIOD) == []
    document, _source, _names = build_document(scene.bulletin, PERIOD)
    figures = all_figures(document)
    assert {name: figures[name]["display"] for name in ("late", "none", "open", "what", "again", "most")} == {
        "late": "无",
        "none": "无",
        "open": "3",
        "what": "问题1（甲局）、问题2（甲局）、问题3（乙局）",
        "again": "甲局（时限1次）",
        "most": "甲局（2项）、乙局（1项）",
    }
    assert (figures["most"]["value"], figures["most"]["units"], figures["most"]["computed"]) == (
        "3",
        ["U1", "U2"],
        None,
    )
    assert document["cells"]["mend/U1/pending"]["counted"] == ["1", "2"]
    assert document["cells"]["mend/U1/repeats"]["counted"] == ["2"]
    assert set(document["registers"]["mend"]["entries"]) == {"1", "2", "3"}


def test_a_chart_is_kept_as_exact_text(scene: Scene, register: Register) -> None:
    written(scene, TEXT)
    issue = draft_issue(bulletin=scene.bulletin, period=PERIOD, user=scene.people["admin"])
    document = json.loads(issue.content)
    paragraph = document["sections"][0]["paragraphs"][1]
    assert paragraph["text"] == paragraph["chart"]["title"] == "图1 办结率排名"
    points = [(point["label"], point["value"], point["display"]) for point in paragraph["chart"]["points"]]
    assert points == [
        ("甲局", "100", "100.0%"),
        ("丙局", "75", "75.0%"),
        ("乙局", "0", "0.0%"),
        ("丁局", None, "—"),
    ]
    assert [line["label"] for line in paragraph["chart"]["lines"]] == ["平均", "目标"]
    assert all_figures(document)["chart"]["kind"] == "chart"
    again, _source, _names = build_document(scene.bulletin, PERIOD)
    assert figures_hash(again) == figures_hash(document)


def test_a_section_is_written_once_for_every_unit(scene: Scene) -> None:
    text = "{本单位名}：应办{due: 合计(应办数，单位=本单位)}件，办结率{比率(办结率，单位=本单位)}，{名次(办结率，本单位)}。"
    written(scene, text, repeat=scene.bulletin.group)
    assert faults_of(scene.bulletin, PERIOD) == []
    document, _source, _names = build_document(scene.bulletin, PERIOD)
    assert [paragraph["text"] for paragraph in document["sections"][0]["paragraphs"]] == [
        "甲局：应办4件，办结率100.0%，第1位。",
        "乙局：应办5件，办结率0.0%，第3位。",
        "丙局：应办4件，办结率75.0%，第2位。",
        "丁局：应办—件，办结率—，不参加排名。",
    ]
    figures = all_figures(document)
    assert figures["due-U2"]["inputs"] == ["items/U2/due"]
    written(scene, text, repeat=None)
    assert [fault.where for fault in faults_of(scene.bulletin, PERIOD)] == ["第1节"] * 4


def queries(scene: Scene, text: str) -> int:
    with CaptureQueriesContext(connection) as found:
        printed(scene, text)
    return len(found)


def test_entries_are_read_only_when_a_text_names_them_and_once(scene: Scene, register: Register) -> None:
    none = queries(scene, "{合计(mend.pending)}")
    once = queries(scene, "{条目(整改问题台账)}")
    assert none < once <= none + 10
    assert queries(scene, "{条目(整改问题台账)}{重复发生(整改问题台账)}{条目(整改问题台账，“done”)}") == once


def test_a_unit_reads_nothing_of_others_in_its_excerpt(scene: Scene, register: Register) -> None:
    """甲局 has no figure of 乙局, 丙局 or 丁局 to see: neither beside a name, nor in another one's paragraph, nor in a chart."""
    text = (
        "{名单带数(mend.pending，单位词=“项”)}，{各单位值(办结率)}，{最好最差(办结率)}，{条目(整改问题台账)}，"
        "{低于平均(办结率，后接=“低于平均水平（平均值）”)}。\n{排名图(办结率)}"
    )
    written(scene, text)
    BulletinSection.objects.create(
        bulletin=scene.bulletin,
        order=2,
        repeat=scene.bulletin.group,
        text="{本单位名}办结{合计(已办数，单位=本单位)}件，{名次(办结率，本单位)}，{比率(办结率，单位=本单位)}。",
    )
    document, _source, _names = build_document(scene.bulletin, PERIOD)
    found = excerpt(document, "U1", names_of_units(scene.office), {})
    shown = "".join(found["sentences"])
    assert "甲局办结4件，第1位，100.0%。" in shown
    for other in ("乙局", "丙局", "丁局", "75.0%", "第2位", "第3位", "问题3", "1项"):
        assert other not in shown
