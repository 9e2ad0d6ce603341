"""Hostile templates: whatever is written, the answer is a text of bounded size or a fault at its place, never a broken page."""

from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from docx import Document as Word
from lxml import html

from expressions import ExpressionError
from reports.exceptions import Refused
from reports.models import Bulletin
from reports.renderers import render
from reports.services import templates
from reports.services.annex_trial import try_annex
from reports.services.document import build_document
from reports.services.template_specs import AnnexSpec, ColumnSpec, SectionText
from reports.services.template_texts import save_texts, spec_of, text_version
from reports.services.template_trial import try_texts
from reports.statements.limits import (
    MAX_COLUMNS,
    MAX_FAULTS,
    MAX_PRINTED,
    MAX_ROWS,
    MAX_SECTIONS,
    MAX_TEXT,
    Budget,
    Uncomputable,
    check_rows,
    pointing_at,
)
from tests.functional.editor.test_text_editor import address, post, written
from tests.functional.reports.scene import PERIOD, Scene

pytestmark = pytest.mark.django_db

# Every one of them is refused with a fault that has a place.
REFUSED = {
    "attribute of a name": "{办结率.__class__}",
    "attribute of a number": "{0.__init__}",
    "attribute of a function": "{合计.__globals__}",
    "attribute of a word": "{报告期.__class__.__mro__}",
    "item of a name": "{报告期[0]}",
    "import": '{__import__("os")}',
    "call of a bracketed name": '{[__import__]("os")}',
    "file": '{open("/etc/passwd")}',
    "path": "{../../etc/passwd}",
    "conversion of a format string": "{报告期!r}",
    "width of a format string": "{报告期:>1000000000}",
    "power": "{2**99999999}",
    "power sign": "{9^9^9}",
    "exponent": "{1e999999999}",
    "long number": "{" + "9" * 31 + "}",
    "deep brackets": "{" + "(" * 1_900 + "1" + ")" * 1_900 + "}",
    "too deep by one": "{" + "(" * 25 + "1" + ")" * 25 + "}",
    "deep calls": "{" + "绝对值(" * 900 + "1" + ")" * 900 + "}",
    "deep conditions": "{" + "如果(1 < 2，" * 200 + "1" + "，2)" * 200 + "}",
    "unknown names": "{" + " + ".join(f"没有{n}" for n in range(400)) + "}",
    "many unknown names": "{没有}" * 200,
    "ten thousand holes": "{1}" * 6_600,
    "one hole too many": "{1}" * 201,
    "open braces": "{" * 10_001,
    "closed braces": "}" * 10_001,
    "open bracket": "{[" * 5_000,
    "open quote": '{"' * 5_000,
    "too long": "甲" * (MAX_TEXT + 1),
    "depth ten thousand": "(" * 10_000 + "{" + "(" * 9_000,
    "work that multiplies": "{" + "合计(数值(" * 11 + "合计(应办数)" + "))" * 11 + "}",
    "work over periods": "{" + "上期(" * 22 + "合计(应办数)" + ")" * 22 + "}{不存在}",
    "places in two groups": "{前几名(办结率，3，组(甲组，甲组))}",
    "an unknown recipe": "{比率(办结率，算法=“乱写”)}",
    "a list of a million": "{前几名(办结率，1000000)}",
    "a million decimals": "{比率(办结率，小数位=1000000)}",
    "invisible sign": "{合计(应办\u202e数)}",
    "combining": "{合计(" + "a\u0301" * 300 + ")}",
    "braces of full width": "｛比率（办结律）｝",
}

# Printed as it stands, or computed: never more than a page of text.
PRINTED = {
    "doubled braces": ("{{年.__class__}}", "{年.__class__}"),
    "percent signs": ("%s %(x)s %n 100%", "%s %(x)s %n 100%"),
    "template language": ("{{% include 'x' %}} ${7*7} #{7}", None),
    "markup": ("<script>alert(1)</script>&amp;", "<script>alert(1)</script>&amp;"),
    "formula": ('=HYPERLINK("http://x","y")', '=HYPERLINK("http://x","y")'),
    "full width": ("｛比率（办结率，小数位＝１）｝", "53.8%"),
    "division by zero": ("{1 / 0}", "—"),
    "large product": ("{" + " * ".join(["9" * 30] * 100) + "}", None),
    "right to left": ("\u202e甲乙", None),
    "words in quotes": ('{如果(1 < 2，"<b>", "x")}', "<b>"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_at_a_place(scene: Scene, text: str) -> None:
    text = text.replace("甲组", f"[{scene.bulletin.group.name}]")
    trial = try_texts(scene.bulletin, PERIOD, "标题", [SectionText("", text), SectionText("", "好的一节")])
    assert trial.faults
    assert len(trial.faults) <= MAX_FAULTS
    rows = text.split("\n")
    for fault in trial.faults:
        assert fault.section == 1
        assert 1 <= fault.line <= len(rows)
        assert 1 <= fault.column <= len(rows[fault.line - 1]) + 1
        assert 0 < len(fault.message) < 200
    assert trial.sections[1].content is not None


@pytest.mark.parametrize(("text", "shown"), PRINTED.values(), ids=PRINTED.keys())
def test_it_is_printed_as_text(scene: Scene, text: str, shown: str | None) -> None:
    trial = try_texts(scene.bulletin, PERIOD, "标题", [SectionText("", text)])
    assert trial.faults == ()
    assert trial.sections[0].content is not None
    printed = "".join(paragraph["text"] for paragraph in trial.sections[0].content["paragraphs"])
    assert len(printed) < 4_500
    if shown is not None:
        assert printed == shown


@pytest.mark.parametrize(
    "name", ["work that multiplies", "places in two groups", "one hole too many", "open quote"]
)
def test_saved_all_the_same_it_breaks_no_page_and_no_draft_is_made_of_it(scene: Scene, name: str) -> None:
    text = REFUSED[name].replace("甲组", f"[{scene.bulletin.group.name}]")
    client = scene.client("admin")
    assert post(client, scene, written(scene, text, action="save")).status_code == 200
    for page in ("editor", "preview", "change"):
        assert (
            client.get(reverse(f"admin:reports_bulletin_{page}", args=[scene.bulletin.pk])).status_code == 200
        )
    with pytest.raises(ExpressionError):
        scene.draft()


def test_faults_of_one_text_are_counted(scene: Scene) -> None:
    """Looking for similar names is slow: only the first holes with faults are looked at."""
    trial = try_texts(scene.bulletin, PERIOD, "", [SectionText("", "{没有的指标}" * 200)])
    assert len(trial.faults) == MAX_FAULTS


def test_no_more_sections_than_a_bulletin_has(scene: Scene) -> None:
    sections = [SectionText("", "甲")] * (MAX_SECTIONS + 1)
    assert try_texts(scene.bulletin, PERIOD, "", sections).faults
    with pytest.raises(ValidationError):
        save_texts(
            bulletin=scene.bulletin,
            title="标题",
            sections=sections,
            user=scene.people["admin"],
            seen=text_version(scene.bulletin),
        )


def test_all_sections_together_print_a_bounded_text(scene: Scene) -> None:
    """Text repeated for every unit grows with the office."""
    sections = [SectionText("", "甲" * MAX_TEXT, repeat=scene.bulletin.group)] * 40
    trial = try_texts(scene.bulletin, PERIOD, "", sections)
    assert trial.faults
    printed = sum(
        len(paragraph["text"])
        for section in trial.sections
        if section.content
        for paragraph in section.content["paragraphs"]
    )
    assert printed <= MAX_PRINTED


def test_the_budget_is_of_the_whole_document() -> None:
    budget = Budget(left=10)
    budget.spend(10)
    with pytest.raises(Uncomputable):
        budget.spend(1)


def test_a_number_too_long_to_print_is_a_fault_at_its_place() -> None:
    with pytest.raises(ExpressionError) as caught, pointing_at(2, 3, 4):
        str(10**5_000)
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (2, 3)


@pytest.mark.parametrize(
    "text",
    [
        "{year.__class__}",
        "{year!r}",
        "{number:>1000000000}",
        "{0}",
        "{}",
        "{year",
        "{office}",
        "{{year}}",
        "}",
    ],
)
def test_the_number_of_an_issue_is_no_format_string(scene: Scene, text: str) -> None:
    scene.bulletin.number_format = text
    with pytest.raises(ValidationError):
        scene.bulletin.full_clean()


COLUMNS = {
    "attribute": "应办数.__class__",
    "file": 'open("/etc/passwd")',
    "power": "2**9999999",
    "depth": "(" * 200 + "1" + ")" * 200,
    "function of texts": "合计(应办数)",
    "text": '"<script>"',
}


@pytest.mark.parametrize("expression", COLUMNS.values(), ids=COLUMNS.keys())
def test_a_column_refuses_it(scene: Scene, expression: str) -> None:
    columns = (ColumnSpec("unit", "单位", "unit"), ColumnSpec("x", "数", "item", expression))
    trial = try_annex(scene.bulletin, PERIOD, _annex(scene, columns))
    assert {fault.section for fault in trial.faults} == {2}


def test_a_table_has_a_bounded_number_of_columns(scene: Scene) -> None:
    columns = tuple(ColumnSpec(f"c{n}", "列", "item", "应办数") for n in range(MAX_COLUMNS + 1))
    assert try_annex(scene.bulletin, PERIOD, _annex(scene, columns)).faults


def test_a_table_has_a_bounded_number_of_rows() -> None:
    check_rows(MAX_ROWS)
    with pytest.raises(ExpressionError) as caught, pointing_at(1, 1, 1, "附件3："):
        check_rows(MAX_ROWS + 1)
    assert caught.value.problems[0].message.startswith("附件3：")


def test_requests_of_any_size_and_content_are_answered(scene: Scene) -> None:
    client = scene.client("admin")
    for text in ("甲" * 3_000_000, "甲\x00乙\x1b[31m", "\ufffe\uffff", "x" * 100_000):
        answer = post(client, scene, written(scene, text))
        assert answer.status_code in (200, 400)
        assert len(answer.content) < 200_000
    assert post(client, scene, written(scene, "甲\x00乙\x07", action="save")).status_code == 200
    assert scene.bulletin.sections.get().text == "甲乙"


SCRIPT = "<script>alert(1)</script>"
FORMULA = "=1+1"


@pytest.fixture
def poisoned(scene: Scene) -> Bulletin:
    """Markup and a formula in every text that people write."""
    annex = spec_of(scene.bulletin.annexes.get())
    columns = (
        ColumnSpec("unit", f"{FORMULA}|{SCRIPT}", "unit"),
        ColumnSpec("x", FORMULA, "item", "应办数", total_text=FORMULA, in_totals=False),
    )
    spec = AnnexSpec(
        1, SCRIPT, annex.form, columns, period_line=FORMULA, note=SCRIPT, total="bottom", total_label=FORMULA
    )
    bulletin = templates.save_bulletin(
        office=scene.office,
        code="monthly",
        group=scene.bulletin.group,
        title=SCRIPT,
        sections=[templates.SectionText(FORMULA, f"{SCRIPT}\n{FORMULA}\n{{事实(锦旗)}}", level=2)],
        annexes=[spec],
        name=SCRIPT,
        addressees=SCRIPT,
        copies=SCRIPT,
        signature=FORMULA,
        printed_by=SCRIPT,
        annotation=SCRIPT,
        number_format="{year}{number}",
    )
    templates.save_fact(
        bulletin=bulletin, period=PERIOD, code="banner", name="锦旗", text=f"{FORMULA}{SCRIPT}", source=SCRIPT,
        user=scene.people["admin"],
    )  # fmt: skip
    unit = scene.units["乙局"]
    unit.versions.update(short_name=f"{FORMULA}{SCRIPT}")
    return bulletin


def test_markup_and_formulas_stay_text_in_every_document(poisoned: Bulletin) -> None:
    document, _source, _names = build_document(poisoned, PERIOD)
    page = html.fromstring(render(document, "html"))
    assert page.findall(".//script") == []
    assert SCRIPT in page.text_content()
    word = Word(BytesIO(render(document, "docx")))
    assert any(SCRIPT in paragraph.text for paragraph in word.paragraphs)
    book = openpyxl.load_workbook(BytesIO(render(document, "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert any(cell.value == FORMULA for cell in cells)
    assert render(document, "pdf").startswith(b"%PDF")


def test_markup_stays_text_on_the_pages_of_the_template(scene: Scene, poisoned: Bulletin) -> None:
    client = scene.client("admin")
    annex = poisoned.annexes.get()
    pages = [
        address(scene),
        reverse("admin:reports_annex_design", args=[annex.pk]),
        reverse("admin:reports_bulletin_preview", args=[poisoned.pk]),
        reverse("admin:reports_bulletin_change", args=[poisoned.pk]),
        reverse("admin:reports_annex_changelist"),
        reverse("admin:reports_annex_delete", args=[annex.pk]),
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert SCRIPT not in answer.content.decode(), page
    shown = post(client, scene, written(scene, SCRIPT)).json()
    assert SCRIPT not in shown["html"]


def test_nobody_without_the_right_writes_through_the_service(scene: Scene) -> None:
    with pytest.raises(Refused):
        save_texts(
            bulletin=scene.bulletin,
            title="x",
            sections=[],
            user=scene.people["viewer"],
            seen=text_version(scene.bulletin),
        )


def _annex(scene: Scene, columns: tuple[ColumnSpec, ...]) -> AnnexSpec:
    return AnnexSpec(1, "表", scene.bulletin.annexes.get().form, columns)
