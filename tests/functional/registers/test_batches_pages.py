"""The pages of an import: who may see them, what they say, what their buttons do, what can be downloaded."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from departments.choices import BatchState
from departments.models import Entry, EntryBatch
from departments.services.registers import batches
from departments.table_files import read_sheet
from tests.functional.registers.batch_office import (
    HEAD,
    TELEPHONE,
    UNITS,
    Problems,
    everything,
    problems,
    row,
    workbook,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def yindu(db: None) -> Problems:
    return problems()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, number: int) -> str:
    return reverse(f"admin:departments_register_{name}", args=[number])


def upload(yindu: Problems, data: bytes, **answers: Any) -> Any:
    file = SimpleUploadedFile("6月清单.xlsx", data)
    fields = {"file": file, "opened_on": "2023-06-10", "is_complete": "1"} | answers
    return client_of(yindu.administrator).post(address("import", yindu.register.pk), fields)


def rows_of(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_a_file_is_uploaded_looked_at_and_saved_by_its_button(yindu: Problems) -> None:
    answered = upload(yindu, workbook(HEAD, [row(1, 申请人电话=TELEPHONE), row(2)]), gone_to="")
    batch = EntryBatch.objects.get()
    assert (answered.status_code, answered["Location"]) == (302, address("batch", batch.pk))
    assert (batch.state, batch.is_complete, batch.gone_to) == (BatchState.CHECKED, True, None)
    client = client_of(yindu.administrator)
    page = client.get(answered["Location"]).content.decode()
    assert "P0001" in page
    assert TELEPHONE not in page
    assert not Entry.objects.exists()
    client.post(answered["Location"], {"action": "apply"})
    assert Entry.objects.count() == 2
    page = client.get(answered["Location"]).content.decode()
    assert TELEPHONE not in page
    assert reverse("admin:departments_entry_change", args=[yindu.entry("P0001").pk]) in page
    # Pressed twice, saved once.
    before = everything(yindu.register)
    client.post(answered["Location"], {"action": "apply"})
    assert everything(yindu.register) == before


def test_the_answers_travel_with_the_file(yindu: Problems) -> None:
    void = yindu.status("void")
    upload(yindu, workbook(HEAD, [row(1)]), is_complete="", gone_to=void.pk)
    upload(yindu, workbook(HEAD, [row(1)]), gone_to=void.pk)
    found = [(one.is_complete, one.gone_to_id) for one in EntryBatch.objects.order_by("pk")]
    assert found == [(False, None), (True, void.pk)]


@pytest.mark.parametrize(
    "answers", [{"opened_on": "2999-01-01"}, {"opened_on": ""}, {"gone_to": "0"}, {"file": ""}]
)
def test_an_answer_that_can_not_be_is_said_above_the_form(yindu: Problems, answers: dict[str, str]) -> None:
    answered = upload(yindu, workbook(HEAD, [row(1)]), **answers)
    assert (answered.status_code, EntryBatch.objects.exists()) == (200, False)
    assert 'role="alert"' in answered.content.decode()


def test_a_file_is_put_away_by_its_button(yindu: Problems) -> None:
    upload(yindu, workbook(HEAD, [row(1)]))
    batch = EntryBatch.objects.get()
    client = client_of(yindu.administrator)
    client.post(address("batch", batch.pk), {"action": "drop"})
    client.post(address("batch", batch.pk), {"action": "apply"})
    batch.refresh_from_db()
    assert (batch.state, Entry.objects.exists()) == (BatchState.DROPPED, False)


def test_faults_are_shown_and_can_be_downloaded_harmlessly(yindu: Problems) -> None:
    upload(yindu, workbook(HEAD, [row(1), row(2, "=cmd|'/c calc'!A1", 级别="省级")]))
    batch = EntryBatch.objects.get()
    client = client_of(yindu.administrator)
    page = client.get(address("batch", batch.pk)).content.decode()
    assert 'value="apply"' not in page
    _head, first, second = rows_of(client.get(address("batch_faults", batch.pk)).content)
    assert first[:4] == ["清单", 3.0, "责任单位", "'=cmd|'/c calc'!A1"]
    assert second[:4] == ["清单", 3.0, "级别", "省级"]


def test_the_template_is_read_without_a_question(yindu: Problems) -> None:
    data = client_of(yindu.administrator).get(address("template", yindu.register.pk)).content
    sheet = read_sheet(data)
    # The unit's own column is not asked of the higher office.
    assert sheet.rows[0] == ["编号", "问题名称", "责任单位", "类型", "级别", "交办日期", "整改时限", "状态", "来源", "反映次数", "申请人电话"]  # fmt: skip
    batch = yindu.load(["P1", "某问题", "卫健委"], head=sheet.rows[0], sheet=sheet.name)
    assert (batch.n_new, batch.plan["ignored"]) == (1, [])


def test_a_thousand_lines_are_paged_and_narrowed(yindu: Problems, django_assert_max_num_queries: Any) -> None:
    yindu.load(*(row(n, UNITS[n % 9]) for n in range(1, 1001)))
    client = client_of(yindu.administrator)
    url = address("batch", EntryBatch.objects.get().pk)
    with django_assert_max_num_queries(40):
        page = client.get(url, {"part": "new"})
    assert (len(page.context["rows"]), page.context["page"].paginator.num_pages) == (50, 20)
    found = client.get(url, {"part": "new", "q": "第77号"}).context["rows"]
    assert [one.line.key for one in found] == ["P0077"]
    unit = yindu.units["卫健委"]
    page = client.get(url, {"part": "new", "unit": unit.pk, "page": "2"})
    assert {one.unit for one in page.context["rows"]} == {"卫健委"}
    assert client.get(url, {"part": "nonsense", "unit": "x", "page": "-1"}).status_code == 200


def test_the_list_says_what_each_file_changed(yindu: Problems) -> None:
    yindu.load(row(1), row(2), name="第一批.xlsx")
    yindu.check(row(1), name="第二批.xlsx")
    yindu.check(row(1, "没有的局"), name="第三批.xlsx")
    page = client_of(yindu.administrator).get(address("files", yindu.register.pk))
    shown = [(batch.name, batch.n_new, batch.n_gone) for batch, _tone in page.context["batches"]]
    assert shown == [("第三批.xlsx", 0, 0), ("第二批.xlsx", 0, 1), ("第一批.xlsx", 2, 0)]


@pytest.mark.parametrize("who", ["clerk", "viewer", "elsewhere"])
def test_nobody_else_sees_any_of_it(yindu: Problems, who: str) -> None:
    person = problems("other").administrator if who == "elsewhere" else yindu.people[who]
    batch = yindu.check(row(1))
    client = client_of(person)
    pages = [("import", yindu.register.pk), ("files", yindu.register.pk), ("template", yindu.register.pk)]
    for name, number in [*pages, ("batch", batch.pk), ("batch_faults", batch.pk)]:
        assert client.get(address(name, number)).status_code == 403, name
    for action in ("apply", "drop"):
        assert client.post(address("batch", batch.pk), {"action": action}).status_code == 403
    batch.refresh_from_db()
    assert (batch.state, Entry.objects.exists()) == (BatchState.CHECKED, False)


def test_what_was_changed_between_is_said_on_the_page(yindu: Problems) -> None:
    batch = yindu.check(row(1))
    batches.apply_batch(batch=yindu.check(row(1)), user=yindu.people["wang"])
    client = client_of(yindu.administrator)
    answered = client.post(address("batch", batch.pk), {"action": "apply"}, follow=True)
    assert "P0001" in str(next(iter(answered.context["messages"])))
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
