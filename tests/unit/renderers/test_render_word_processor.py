"""The .docx as LibreOffice lays it out: as many sides as the PDF, nothing off the sheet, no table wider than the text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from reports.renderers import page, render_docx, render_pdf
from tests.documents import measure
from tests.documents.errata import chart_document, erratum_document
from tests.documents.fucheng import notice_document
from tests.documents.hostile import bare_document, tall_document, wide_document
from tests.documents.wujin import wujin_document
from tests.documents.yindu import yindu_document
from tests.services.libreoffice import as_pdf

DOCUMENTS: dict[str, dict[str, Any]] = {
    "issued": wujin_document(),
    "draft": wujin_document("draft", synthetic="演示数据，非真实统计"),
    "red_head": yindu_document(),
    "notice": notice_document(),
    "erratum": erratum_document(),
    "charts": chart_document(40),
    "wide": wide_document(),
    "bare": bare_document(),
    "tall": tall_document(),
}
Pdf = pypdfium2.PdfDocument


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Pdf]:
    directory: Path = tmp_path_factory.mktemp("libreoffice")
    files = []
    for name, document in DOCUMENTS.items():
        files.append(directory / f"{name}.docx")
        files[-1].write_bytes(render_docx(document))
    made = as_pdf(files, directory)
    return {file.stem: pypdfium2.PdfDocument(file.read_bytes()) for file in made}


def sides(pdf: Pdf) -> int:
    """Sides with anything on them: LibreOffice leaves blank ones out."""
    return sum(not measure.is_blank(sheet) for sheet in pdf)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_as_many_sides_as_the_pdf(laid_out: Mapping[str, Pdf], name: str) -> None:
    ours = pypdfium2.PdfDocument(render_pdf(DOCUMENTS[name]))
    assert abs(sides(laid_out[name]) - sides(ours)) <= 1


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_leaves_the_sheet(laid_out: Mapping[str, Pdf], name: str) -> None:
    for sheet in laid_out[name]:
        whole = (0.0, 0.0, *sheet.get_size())
        assert [letter for letter in measure.letters(sheet) if not measure.inside(letter.box, whole)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_table_is_wider_than_the_text_and_no_text_than_its_cell(
    laid_out: Mapping[str, Pdf], name: str
) -> None:
    for sheet in laid_out[name]:
        left, _, right, _ = measure.type_area(sheet)
        assert [box for box in measure.lines(sheet) if box[0] < left or box[2] > right] == []
    assert list(measure.crossed(laid_out[name])) == []


def test_the_red_head_stands_where_the_standard_says(laid_out: Mapping[str, Pdf]) -> None:
    first = laid_out["red_head"][0]
    head = [
        letter.box for letter in measure.letters(first) if letter.text in "殷都区人民政府推进政府职能转变和"
    ][:15]
    top = (first.get_height() - max(box[3] for box in head)) / page.PT_PER_MM
    assert top == pytest.approx(page.TOP + page.HEAD_DROP, abs=2)


def test_a_merged_name_stands_on_every_side_it_reaches(laid_out: Mapping[str, Pdf]) -> None:
    found = [
        text for text in map(measure.squeezed, measure.texts(laid_out["red_head"])) if "老年人证" in text
    ]
    assert len(found) == 1
    assert "卫健委" in found[0]
