"""Table files: import row by row through the saving service, export without live formulas."""

import csv
import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from departments.formula_safety import safe_cell, safe_text
from departments.models import Figure
from departments.sheets import cells_of, describe_cell
from tests.functional.departments.world import FIGURE, OfficeWorld

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1+1",
    "　=1+1",
    "\x00=1+1",
]
PLAIN = ["", "档案局", "1=1", "a@b", "100%", " ", "（无）"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_never_becomes_a_formula(text: str) -> None:
    assert safe_text(text).startswith("'")
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize("number", [0, -3, Decimal("-1.5"), 10**15])
def test_numbers_stay_numbers(number: Any) -> None:
    assert safe_cell(number) == number
    assert type(safe_cell(number)) is type(number)


def upload(client: Client, world: OfficeWorld, text: str) -> Any:
    file = SimpleUploadedFile("表.csv", text.encode("utf-8-sig"), "text/csv")
    url = reverse("admin:departments_submission_import")
    return client.post(url, {"window": world.window.pk, "import_file": file, "format": "1", "resource": "0"})


def confirm(client: Client, preview: Any) -> Any:
    data = preview.context["confirm_form"].initial | {"resource": "0"}
    return client.post(reverse("admin:departments_submission_process_import"), data)


def claimed(world: OfficeWorld, unit: int) -> str:
    return describe_cell(cells_of(world.submission(unit)).get("claimed"))


@pytest.mark.django_db
def test_import_shows_then_saves_own_rows(office_a: OfficeWorld, login: Any) -> None:
    client = login(office_a.people["clerk0"])
    preview = upload(client, office_a, '单位,清单总数,认领数,认领率\n雀A0局,"1,200",无此业务A,\n')
    assert "confirm_form" in preview.context, preview.content.decode()[-3000:]
    assert claimed(office_a, 0) == "30", "the preview saves nothing"
    confirm(client, preview)
    assert claimed(office_a, 0) == "—（无此业务A）"
    assert describe_cell(cells_of(office_a.submission(0))["total"]) == "1200"
    assert office_a.submission(0).events.last().user == office_a.people["clerk0"]


REFUSED = [
    ("单位,认领数\n雀A1局,5\n", "雀A1局"),
    ("单位,认领数\n雀B0局,5\n", "雀B0局"),
    ("单位,认领数\n雀A0句,5\n", "雀A0局"),
    ("单位,认领数\n雀A0局,5\n雀A0局别名,6\n", "雀A0局"),
    ("单位,认领数\n雀A0局,很多\n", "不是数字"),
    ("单位,没有的列\n雀A0局,5\n", "没有的列"),
    ("认领数\n5\n", "单位"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_import_refuses_whole_files_with_words(
    office_a: OfficeWorld, office_b: OfficeWorld, login: Any, text: str, said: str
) -> None:
    before = list(Figure.objects.order_by("pk").values_list())
    preview = upload(login(office_a.people["clerk0"]), office_a, text)
    assert "confirm_form" not in preview.context
    page = preview.content.decode()
    assert said in page
    assert FIGURE["A"] not in page
    assert "雀A1局附注" not in page
    assert list(Figure.objects.order_by("pk").values_list()) == before


@pytest.mark.django_db
def test_import_is_for_people_who_fill_forms(office_a: OfficeWorld, login: Any) -> None:
    url = reverse("admin:departments_submission_import")
    for name, status in (("clerk0", 200), ("administrator", 403), ("viewer", 403), ("unitviewer0", 403)):
        assert login(office_a.people[name]).get(url).status_code == status, name


@pytest.mark.django_db
def test_a_zip_bomb_is_refused_unread(office_a: OfficeWorld, login: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    file = SimpleUploadedFile("bomb.xlsx", packed.getvalue())
    url = reverse("admin:departments_submission_import")
    data = {"window": office_a.window.pk, "import_file": file, "format": "0", "resource": "0"}
    response = login(office_a.people["clerk0"]).post(url, data)
    assert response.context["form"].errors["import_file"]


def export(client: Client, kind: str) -> bytes:
    url = reverse("admin:departments_submission_export")
    return bytes(client.post(url, {"format": kind, "resource": "0"}).content)


@pytest.mark.django_db
def test_export_holds_exactly_the_visible_figures(
    office_a: OfficeWorld, office_b: OfficeWorld, login: Any
) -> None:
    for name, expected in (
        ("clerk0", Figure.objects.filter(submission__unit=office_a.units[0])),
        ("administrator", Figure.objects.filter(submission__unit__office=office_a.office)),
    ):
        rows = list(csv.reader(io.StringIO(export(login(office_a.people[name]), "1").decode("utf-8-sig"))))
        assert len(rows) - 1 == expected.count()
    sheet = openpyxl.load_workbook(io.BytesIO(export(login(office_a.people["clerk0"]), "0"))).active
    values = [row[9].value for row in sheet.iter_rows(min_row=2)]
    assert {type(value) for value in values if value != "雀A0局附注"} == {int}
