"""殷放管服办〔2023〕18号 issued from entered and approved figures: claims, contradictions, pages, and LibreOffice's reading."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from departments.models import Office
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.pack import Pack
from reports.models import Issue, PublishedValue
from reports.services.document import all_figures
from tests.documents import measure
from tests.documents.pictures import shoot_pages
from tests.services.libreoffice import as_pdf

TRUTH = Path(__file__).resolve().parents[2] / "truth" / "yindu"
CLAIMS = {
    claim["id"]: claim for claim in map(json.loads, (TRUTH / "claims.jsonl").read_text("utf-8").splitlines())
}
REPRODUCES = [name for name, claim in CLAIMS.items() if claim["status"] == "reproduces"]
DIFFERS = [name for name, claim in CLAIMS.items() if claim["status"] == "differs"]
# The two cells that must differ from the published tables.
CELLS = {"A1-U22": ("44.76%", "44.44%"), "A6-total": ("88300", "90402")}
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(scope="module")
def issue(filled: Office, django_db_blocker: Any, pack: Pack) -> Iterator[Issue]:
    """The issued bulletin; tests only read."""
    with django_db_blocker.unblock():
        demonstration = Demonstration(pack, lambda line: None, lambda *step: None, worker=False)
        demonstration.prepare()
        (issued,) = demonstration.publish()
        yield issued


@pytest.fixture(scope="module")
def issued(issue: Issue) -> dict[str, Any]:
    return json.loads(issue.content)


@pytest.fixture(scope="module")
def figure_of(issue: Issue, issued: dict[str, Any], django_db_blocker: Any) -> dict[str, dict[str, Any]]:
    """The figure of the text that the pack names for each claim."""
    figures = all_figures(issued)
    with django_db_blocker.unblock():
        rows = dict(PublishedValue.objects.filter(bulletin=issue.bulletin).values_list("claim", "figure"))
    return {claim: figures[figure] for claim, figure in rows.items() if claim not in CELLS}


def test_the_claims_are_the_ones_counted_in_the_report() -> None:
    assert (len(REPRODUCES), len(DIFFERS)) == (25, 3)


@pytest.mark.parametrize("name", REPRODUCES)
def test_what_reproduces_is_printed_as_published(
    name: str, issued: dict[str, Any], figure_of: dict[str, dict[str, Any]]
) -> None:
    claim = CLAIMS[name]
    if name == "C059":
        assert len(issued["annexes"]) == claim["published"] == 8
        return
    figure = figure_of[name]
    assert name not in {check["claim"] for check in issued["checks"]}
    if figure["kind"] == "list":
        assert len(figure["units"]) == len(claim["published"])
    elif claim["kind"] == "rate" and name != "C041":
        assert figure["display"] in (f"{claim['published']:.2f}%", f"{claim['published']:.0f}%")
    elif claim["kind"] in ("total", "count") and isinstance(claim["published"], int):
        assert figure["display"] == str(claim["published"])


def test_words_that_reproduce(figure_of: dict[str, dict[str, Any]]) -> None:
    """What stands behind the claims that are neither a number nor a list."""
    assert figure_of["C024"]["display"] == "均低于"
    assert figure_of["C053"]["display"] == CLAIMS["C053"]["published"] == "多数"
    assert figure_of["C041"]["display"] == f"由63.45%降至{CLAIMS['C041']['published']}%"


def test_only_the_two_cells_and_the_three_claims_contradict(issued: dict[str, Any]) -> None:
    checks = {check["claim"]: check for check in issued["checks"]}
    assert sorted(checks) == sorted([*CELLS, *DIFFERS])
    assert {name: (checks[name]["computed"], checks[name]["published"]) for name in CELLS} == CELLS
    assert (checks["C004"]["computed"], checks["C004"]["published"]) == ("1644", "1645")
    assert all(check["accepted_by"] and check["reason"] for check in issued["checks"])


def test_baselines_of_may_are_typed_and_say_so(issued: dict[str, Any]) -> None:
    figures = all_figures(issued)
    wanted = {
        "instant_change": "降低2.51个百分点",
        "compression_change": "降低1.92个百分点",
        "licences_change": "增长437条",
        "mount_change": "无变化",
        "reviews_change": "增长36926件",
    }
    assert {name: figures[name]["display"] for name in wanted} == wanted
    assert all("原通报" in figures[name]["source"] for name in wanted)


def test_the_document_is_red_headed_and_numbered(issue: Issue, issued: dict[str, Any]) -> None:
    assert issued["layout"] == "red_head"
    assert issue.number == issued["number"] == "殷放管服办〔2023〕1号"
    assert issued["addressees"]["印发"]["日期"] == "2023-07-10"
    assert [section["level"] for section in issued["sections"] if section["heading"]].count(2) == 15


def test_nothing_runs_off_the_pages(issue: Issue) -> None:
    """The pictures of all pages are the manual's."""
    content = bytes(issue.files.get(format="pdf").content)
    pdf = pypdfium2.PdfDocument(content)
    assert shoot_pages(content, "yindu-page") == len(pdf) > 15
    assert list(measure.strays(pdf)) == []
    assert list(measure.crossed(pdf)) == []


def test_libreoffice_opens_the_docx_as_long_as_the_pdf(issue: Issue, tmp_path: Path) -> None:
    docx = tmp_path / "bulletin.docx"
    docx.write_bytes(bytes(issue.files.get(format="docx").content))
    (made,) = as_pdf([docx], tmp_path)
    theirs = pypdfium2.PdfDocument(made.read_bytes())
    ours = pypdfium2.PdfDocument(bytes(issue.files.get(format="pdf").content))
    sides = [sum(not measure.is_blank(sheet) for sheet in pdf) for pdf in (theirs, ours)]
    assert abs(sides[0] - sides[1]) <= 1
    for sheet in theirs:
        left, _, right, _ = measure.type_area(sheet)
        assert [box for box in measure.lines(sheet) if box[0] < left or box[2] > right] == []
    assert list(measure.crossed(theirs)) == []
