"""The grid's and the wizard's pages as requests: without JavaScript, tampered with, by people who have no business there."""

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from departments.choices import Status
from departments.models import ColumnMapping, Submission, UnitAlias, Upload
from departments.services.submissions import save_figures
from departments.services.table_entry import cells_by_row, rows_of, save_rows, submit_rows
from departments.sheets import CellInput, describe_cell
from tests.functional.tables.offices import ATTENDANCE, Yindu, build_yindu, known
from tests.unit.tables.annexes import yindu_rows, yindu_workbook

pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: int) -> str:
    return reverse(f"admin:departments_window_{name}", args=args)


def upload(client: Client, window: Any, content: bytes, name: str = "附件.xlsx") -> str:
    """Hands in a file and returns the address of the next step."""
    response = client.post(address("table_upload", window.pk), {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def paste(client: Client, window: Any, text: str) -> str:
    response = client.post(address("table_upload", window.pk), {"text": text})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def stored(window: Any, user: Any, name: str) -> dict[str, str]:
    rows = rows_of(window, user)
    unit = next(row.unit_id for row in rows if row.unit.name == name)
    return {key: describe_cell(cell) for key, cell in cells_by_row(rows)[unit].items()}


@pytest.fixture
def yindu(db: None) -> Yindu:
    return build_yindu("attendance")


def test_the_attendance_annex_is_uploaded_and_only_confirmed_is_saved(yindu: Yindu) -> None:
    user, window = yindu.people["enters"], yindu.window("attendance")
    client = client_of(user)
    step = upload(client, window, yindu_workbook(8))
    shown = client.get(step)
    assert shown.templates[0].name == "departments/table_preview.html", "nothing needs to be asked"
    plan = shown.context["plan"]
    assert (plan.changed_units, plan.changes, plan.missing, plan.faults) == (29, 29 * 11, (), ())
    assert plan.hints == 0
    assert stored(window, user, "教育局") == {}
    done = client.post(step, {"action": "save", "versions": shown.context["versions"]})
    assert (done.status_code, done["Location"]) == (302, address("table", window.pk))
    for row in yindu_rows(8):
        if row["row_type"] == "data":
            kept = stored(window, user, known(yindu, row["单位"]).name)
            assert kept["leave_days"] == row["累计请假天数"].rstrip("0").rstrip(".") or "0"
            assert (kept["staff"], kept["leave"]) == (row["入驻总人数"], row["请假人数"])
    again = client.post(step, {"action": "save"})
    assert again["Location"] == address("table", window.pk), "a table is saved once"
    assert Upload.objects.get().state == Upload.State.SAVED
    assert Upload.objects.get().summary == {"changed": 29, "unchanged": 0, "cells": 319}
    assert ColumnMapping.objects.count() == 1


def test_names_and_columns_are_asked_then_remembered(yindu: Yindu) -> None:
    user, window = yindu.people["enters"], yindu.window("attendance")
    client = client_of(user)
    text = "单位\t人数\t请假人数\n区教育\t3\t1\n殷都区\t9\t9\n人社局\t5\t—"
    step = paste(client, window, text)
    shown = client.get(step)
    assert shown.templates[0].name == "departments/table_mapping.html"
    assert [column.key for column in shown.context["reading"].unsettled] == ["人数"]
    assert [q.name for q, _unnumbered in shown.context["questions"]] == ["区教育", "殷都区"]
    answers = {
        "action": "read",
        "column-1": "staff",
        "unit-区教育": str(yindu.units["教育局"].pk),
        "alias-区教育": "1",
        "unit-殷都区": "skip",
    }
    half = client.post(step, {**answers, "unit-殷都区": ""})
    assert [q.name for q, _unnumbered in half.context["questions"]] == ["殷都区"]
    preview = client.post(step, answers)
    assert preview.templates[0].name == "departments/table_preview.html"
    hidden = dict(preview.context["answers"])
    assert hidden == {key: value for key, value in answers.items() if key != "action"}
    assert UnitAlias.objects.filter(name="区教育").count() == 0
    client.post(step, {**hidden, "action": "save", "versions": preview.context["versions"]})
    assert stored(window, user, "教育局") == {"staff": "3", "leave": "1"}
    assert stored(window, user, "人社局") == {"staff": "5"}
    assert UnitAlias.objects.get(name="区教育").unit == yindu.units["教育局"]
    again = client.get(paste(client, window, text))
    assert again.templates[0].name == "departments/table_preview.html", "nothing is asked twice"
    assert again.context["plan"].changes == 0


BAD = [
    # rows of the table → sheet row, part of the message
    ("教育局\t三\t1", 2, "不是数字"),
    ("教育局\t3\t1\n教育局\t4\t1", 3, "教育局"),
    ("教育局\t3\t1\n人社局\t1.5\t1", 3, "入驻总人数"),
    ("教育局\t3\t无此业务", 2, "不是数字"),
]


@pytest.mark.parametrize(("rows", "number", "said"), BAD)
def test_a_wrong_row_is_named_with_its_number_and_nothing_is_saved(
    yindu: Yindu, rows: str, number: int, said: str
) -> None:
    user, window = yindu.people["enters"], yindu.window("attendance")
    client = client_of(user)
    step = paste(client, window, f"单位\t入驻总人数\t请假人数\n{rows}")
    shown = client.get(step)
    [fault] = shown.context["plan"].faults
    assert fault.row == number
    assert said in fault.message
    client.post(step, {"action": "save", "versions": shown.context["versions"]})
    assert stored(window, user, "教育局") == {}
    assert Upload.objects.get().state == Upload.State.CHECKED


def test_what_somebody_saved_after_the_preview_is_not_overwritten(yindu: Yindu) -> None:
    user, window = yindu.people["enters"], yindu.window("attendance")
    client = client_of(user)
    step = paste(client, window, "单位\t入驻总人数\n教育局\t3\n人社局\t5")
    versions = client.get(step).context["versions"]
    row = Submission.objects.get(window=window, unit=yindu.units["人社局"])
    save_figures(submission=row, inputs={"staff": CellInput("7")}, user=yindu.people["approves"])
    refused = client.post(step, {"action": "save", "versions": versions})
    assert [name for name, _message in refused.context["refused"]] == ["人社局"]
    assert stored(window, user, "教育局") == {}
    assert stored(window, user, "人社局") == {"staff": "7"}


def test_a_locked_row_stands_in_the_way_only_where_the_table_changes_it(yindu: Yindu) -> None:
    user, window = yindu.people["enters"], yindu.window("attendance")
    client = client_of(user)
    entered = [code for code, _name, kind in ATTENDANCE if "expression" not in kind]
    [unit] = [yindu.units["教育局"].pk]
    save_rows(window=window, rows={unit: (0, dict.fromkeys(entered, CellInput("3")))}, user=user)
    submit_rows(window=window, units=[unit], user=user, explanation="已核实")
    same = client.get(paste(client, window, "单位\t入驻总人数\n教育局\t3\n人社局\t5")).context["plan"]
    assert (same.faults, same.changed_units) == ((), 1)
    changed = client.get(paste(client, window, "单位\t入驻总人数\n教育局\t4\n人社局\t5")).context["plan"]
    assert [(fault.row, fault.column) for fault in changed.faults] == [(2, "教育局")]


def test_the_tables_own_rates_are_compared_with_ours(yindu: Yindu) -> None:
    window = yindu.window("attendance")
    client = client_of(yindu.people["enters"])
    step = paste(
        client, window, "单位\t入驻总人数\t请假人数\t请假人数比例\n教育局\t3\t1\t33.33%\n人社局\t3\t1\t34"
    )
    [unit] = [unit for unit in client.get(step).context["plan"].units if unit.hints]
    assert unit.submission.unit.name == "人社局"
    assert "34" in unit.hints[0]
    assert "33.33" in unit.hints[0]


def test_certificates_go_to_their_rows_and_an_unknown_one_is_refused() -> None:
    yindu = build_yindu("licences")
    user, window = yindu.people["enters"], yindu.window("licences")
    client = client_of(user)
    shown = client.get(upload(client, window, yindu_workbook(3)))
    assert [q.name for q, _n in shown.context["questions"]] == ["殷都区"]
    preview = client.post(shown.request["PATH_INFO"], {"action": "read", "unit-殷都区": "skip"})
    plan = preview.context["plan"]
    assert plan.faults == ()
    assert plan.changes == 63 * 2
    answers = dict(preview.context["answers"])
    client.post(shown.request["PATH_INFO"], {**answers, "action": "save"})
    kept = stored(window, user, "自然资源局")
    assert kept["signed@L1"] == "2"
    assert (
        sum(
            int(value)
            for unit in plan.units
            for key, value in stored(window, user, unit.submission.unit.name).items()
            if key.startswith("signed")
        )
        == 6799
    )
    step = paste(client, window, "单位名称\t证照类型\t已签章数量\n教育局\t教师证\t3")
    [fault] = client.get(step).context["plan"].faults
    assert "教师证" in fault.message


def test_a_refused_file_says_why_on_the_page(yindu: Yindu) -> None:
    window = yindu.window("attendance")
    client = client_of(yindu.people["enters"])
    url = address("table_upload", window.pk)
    for content, name, said in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "xls"),
        (io.BytesIO(b"x" * 3_000_000).getvalue(), "a.csv", "2"),
    ):
        shown = client.post(url, {"file": SimpleUploadedFile(name, content)})
        assert shown.status_code == 200
        assert said in shown.context["error"]
    assert client.post(url, {}).context["error"]
    assert Upload.objects.count() == 0


def test_nobody_else_reads_an_upload_or_a_grid(yindu: Yindu) -> None:
    window = yindu.window("attendance")
    step = paste(client_of(yindu.people["enters"]), window, "单位\t入驻总人数\n教育局\t3")
    assert client_of(yindu.people["approves"]).get(step).status_code == 403
    for who in ("clerk", "viewer"):
        client = client_of(yindu.people[who])
        for url in (address("table", window.pk), address("table_upload", window.pk), step):
            assert client.get(url).status_code == 403
            assert (
                client.post(url, {"action": "save", "text": "单位\t入驻总人数\n教育局\t3"}).status_code == 403
            )
        body = json.dumps({"save": True, "rows": {str(yindu.units["教育局"].pk): {"cells": {"staff": "3"}}}})
        answer = client.post(address("table_cells", window.pk), body, content_type="application/json")
        assert answer.status_code == 403
    assert stored(window, yindu.people["enters"], "教育局") == {}
    assert (
        Client().post(address("table_cells", window.pk), "{}", content_type="application/json").status_code
        == 401
    )


def test_the_grid_works_without_a_script(yindu: Yindu) -> None:
    user, window = yindu.people["enters"], yindu.window("attendance")
    client = client_of(user)
    url, unit, other = address("table", window.pk), yindu.units["教育局"].pk, yindu.units["人社局"].pk
    posted = {
        f"version-{unit}": "0",
        f"cell-{unit}-staff": "３",
        f"version-{other}": "0",
        f"cell-{other}-staff": "很多",
        "action": "save",
    }
    shown = client.post(url, posted)
    assert shown.status_code == 200
    assert 'value="很多"' in shown.content.decode()
    assert stored(window, user, "教育局") == {"staff": "3"}
    zero = {f"cell-{unit}-{item.code}": "0" for item in shown.context["grid"].items if item.is_entered}
    done = client.post(url, {**zero, f"cell-{unit}-staff": "3", "row": [unit], "action": "submit_chosen"})
    assert done.status_code == 302
    row = Submission.objects.get(window=window, unit=unit)
    assert row.status == Status.SUBMITTED
    locked = client.get(url)
    assert f'name="cell-{unit}-staff"' not in locked.content.decode()
    assert client.post(url, {f"cell-{unit}-staff": "8", "action": "save"}).status_code == 302
    assert stored(window, user, "教育局")["staff"] == "3"


NOT_UNDERSTOOD = [
    "",
    "[]",
    "{}",
    '{"rows": {"x": {"cells": {}}}}',
    '{"rows": {"1": {"cells": {"staff": 3}}}}',
]


def test_the_answer_while_typing_saves_nothing_and_refuses_nonsense(yindu: Yindu) -> None:
    user, window = yindu.people["enters"], yindu.window("attendance")
    client = client_of(user)
    url, unit = address("table_cells", window.pk), str(yindu.units["教育局"].pk)
    body = {"rows": {unit: {"version": 0, "cells": {"staff": "3", "leave": "4", "late": "多"}}}}
    answer = client.post(url, json.dumps(body), content_type="application/json").json()
    row = answer["rows"][unit]
    assert (row["computed"]["leave_rate"], row["rejected"], row["complete"]) == ("133.33%", ["late"], False)
    assert {p["item"] for p in row["problems"]} == {"late", "leave"}
    assert answer["totals"]["staff"] == "3"
    assert stored(window, user, "教育局") == {}
    saved = client.post(url, json.dumps(body | {"save": True}), content_type="application/json").json()
    assert saved["rows"][unit]["version"] == 1
    assert stored(window, user, "教育局") == {"staff": "3", "leave": "4"}
    for text in NOT_UNDERSTOOD:
        assert client.post(url, text, content_type="application/json").status_code == 400, text
