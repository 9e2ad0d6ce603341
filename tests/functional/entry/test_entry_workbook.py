"""The form as a workbook: down and up again, seen before it is saved; wrong ones are refused by name."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from departments.services.submissions import save_figures
from departments.sheets import CellInput
from tests.functional.entry.scene import USUAL, EntryScene

pytestmark = pytest.mark.django_db
Address = Callable[..., str]
ClientOf = Callable[[Any], Client]


@pytest.fixture
def book(scene: EntryScene, clerk: Client, address: Address) -> Any:
    """The workbook as downloaded, last month's figures saved for this one."""
    scene.save(**USUAL, remark="=1+1")
    return load_workbook(io.BytesIO(clerk.get(address(scene.submission, "workbook")).content))


def content(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(client: Client, url: str, data: bytes, name: str = "表.xlsx") -> Any:
    return client.post(url, {"file": SimpleUploadedFile(name, data)})


def cell_of(book: Any, key: str) -> Any:
    """The input cell of a key, found by the hidden codes."""
    item, _at, category = key.partition("@")
    if not category:
        page = book["填报"]
        return next(page.cell(row[0].row, 6) for row in page.iter_rows() if row[0].value == key)
    page = book["分类"]
    [codes] = [row for row in page.iter_rows() if any(cell.value == "issued" for cell in row)]
    [column] = [cell.column for cell in codes if cell.value == item]
    return next(page.cell(row[0].row, column) for row in page.iter_rows() if row[0].value == category)


def differences(response: Any) -> dict[str, tuple[str, str, bool]]:
    rows = response.context.get("differences") or ()
    return {row.answer.key: (row.old, row.new, bool(row.fault)) for row in rows}


def test_the_workbook_is_filled_with_what_is_there_and_holds_no_formula(book: Any) -> None:
    assert cell_of(book, "total").value == 420
    assert (cell_of(book, "satisfied").value, cell_of(book, "satisfied").number_format) == (99.2, "General")
    assert cell_of(book, "connected").value == "是"
    assert (cell_of(book, "remark").value, cell_of(book, "remark").data_type) == ("'=1+1", "s")
    assert cell_of(book, "stock@c01").value == 12800
    assert book["_govsvc"].sheet_state == "hidden"
    assert book["填报"].column_dimensions["A"].hidden


def test_untouched_it_changes_nothing(scene: EntryScene, clerk: Client, address: Address, book: Any) -> None:
    shown = upload(clerk, address(scene.submission, "upload"), content(book))
    assert shown.context["file"] == "表.xlsx"
    assert differences(shown) == {}


def test_the_difference_is_seen_before_it_is_saved(
    scene: EntryScene, clerk: Client, address: Address, book: Any
) -> None:
    values = {
        "total": 430,
        "satisfied": 98.5,
        "connected": "×",
        "since": "2022年3月1日",
        "remark": "已核对",
        "online": "无此业务",
        "stock@c02": None,
        "issued@c03": "很多",
        "digital@c03": "系统未对接",
    }
    for key, value in values.items():
        cell_of(book, key).value = value
    shown = upload(clerk, address(scene.submission, "upload"), content(book))
    assert differences(shown) == {
        "total": ("420", "430", False),
        "satisfied": ("99.2%", "98.5%", False),
        "connected": ("是", "否", False),
        "since": ("", "2022-03-01", False),
        "remark": ("=1+1", "已核对", False),
        "online": ("396", "—（无此业务）", False),
        "stock@c02": ("5120", "", False),
        "issued@c03": ("", "很多", True),
        "digital@c03": ("", "—（系统未对接）", False),
    }
    assert scene.stored["total"] == "420", "looking saves nothing"
    posted = {"version": shown.context["version"], "action": "save"}
    for row in shown.context["good"]:
        posted[f"cell-{row.answer.key}"] = row.answer.given.text
        posted[f"reason-{row.answer.key}"] = row.answer.given.reason
    assert clerk.post(address(scene.submission), posted).status_code == 302
    assert scene.stored["total"] == "430"
    assert scene.stored["online"] == "—（无此业务）"
    assert "stock@c02" not in scene.stored
    assert "issued@c03" not in scene.stored


def test_what_others_saved_meanwhile_is_a_conflict(
    scene: EntryScene, clerk: Client, address: Address, book: Any
) -> None:
    cell_of(book, "total").value = 430
    save_figures(
        submission=scene.submission,
        inputs={"total": CellInput("425"), "online": CellInput("1")},
        user=scene.head,
    )
    shown = upload(clerk, address(scene.submission, "upload"), content(book))
    assert differences(shown) == {"total": ("425", "430", False)}, "untouched cells are no answers"
    posted = {"version": shown.context["version"], "action": "save", "cell-total": "430"}
    answer = clerk.post(address(scene.submission), posted)
    assert answer.status_code == 409
    assert scene.stored["total"] == "425"


def test_sorted_and_moved_rows_keep_their_cells(
    scene: EntryScene, clerk: Client, address: Address, book: Any
) -> None:
    page = book["分类"]
    first, second = cell_of(book, "stock@c01").row, cell_of(book, "stock@c02").row
    for column in range(1, page.max_column + 1):
        a, b = page.cell(first, column), page.cell(second, column)
        a.value, b.value = b.value, a.value
    page.insert_rows(first)
    assert differences(upload(clerk, address(scene.submission, "upload"), content(book))) == {}


def test_unknown_and_doubled_rows_and_formulas_without_result_are_named(
    scene: EntryScene, clerk: Client, address: Address, book: Any
) -> None:
    page = book["分类"]
    last = page.max_row
    page.cell(last + 1, 2).value, page.cell(last + 1, 3).value = "新证照", 5
    for column in range(1, page.max_column + 1):
        page.cell(last + 2, column).value = page.cell(last, column).value
    cell_of(book, "total").value = "=400+20"
    shown = upload(clerk, address(scene.submission, "upload"), content(book))
    faults = {row.label: row.fault for row in shown.context["differences"]}
    assert "新证照" in faults["新证照"]
    assert faults["事项总数"]
    assert len([label for label in faults if label.startswith("食品生产许可证·")]) == 4
    assert shown.context["good"] == []


@pytest.mark.parametrize(
    ("fact", "value"), [("period", "2022-02"), ("unit", "D15"), ("form", "other"), ("office", "o")]
)
def test_of_another_form_unit_or_period_it_is_refused(
    scene: EntryScene, clerk: Client, address: Address, book: Any, fact: str, value: str
) -> None:
    facts = book["_govsvc"]
    next(row for row in facts.iter_rows() if row[0].value == fact)[1].value = value
    cell_of(book, "total").value = 1
    shown = upload(clerk, address(scene.submission, "upload"), content(book))
    assert "differences" not in shown.context
    assert [str(message) for message in get_messages(shown.wsgi_request)]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a,b\n1,2\n", b"%PDF-1.4", b"\xd0\xcf\x11\xe0" * 9])
def test_no_workbook_of_ours_is_refused(
    scene: EntryScene, clerk: Client, address: Address, data: bytes
) -> None:
    shown = upload(clerk, address(scene.submission, "upload"), data)
    assert shown.status_code == 200
    assert "differences" not in shown.context
    foreign = Workbook()
    foreign.active.append(["事项总数", 5])
    assert "differences" not in upload(clerk, address(scene.submission, "upload"), content(foreign)).context


def test_twelve_per_cent_stored_as_a_fraction_is_never_guessed(
    scene: EntryScene, clerk: Client, address: Address, book: Any
) -> None:
    cell_of(book, "satisfied").value, cell_of(book, "satisfied").number_format = 0.985, "0.0%"
    shown = upload(clerk, address(scene.submission, "upload"), content(book))
    assert "differences" not in shown.context
    [message] = get_messages(shown.wsgi_request)
    assert cell_of(book, "satisfied").coordinate in str(message)


def test_others_neither_get_nor_change_it(
    scene: EntryScene, client_of: ClientOf, address: Address, book: Any
) -> None:
    cell_of(book, "total").value = 1
    for user, allowed in ((scene.viewer, True), (scene.administrator, True), (scene.neighbour, False)):
        client = client_of(user)
        got = client.get(address(scene.submission, "workbook"))
        assert got.status_code == (200 if allowed else 403), user
        shown = upload(client, address(scene.submission, "upload"), content(book))
        assert shown.status_code == (302 if allowed else 403), user
    assert Client().get(address(scene.submission, "workbook")).status_code == 302
    assert scene.stored["total"] == "420"
