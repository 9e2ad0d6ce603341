"""Every kind of cell, by form and by JSON: what is typed, what is stored, what is said when it can't be."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from tests.functional.entry.scene import EntryScene

pytestmark = pytest.mark.django_db

# Cell, what is typed, what is stored (None: refused), what the input then holds.
TYPED = [
    ("satisfied", "98.5", "98.5", "98.5"),
    ("satisfied", "98.5%", "98.5", "98.5"),
    ("satisfied", "９８．５％", "98.5", "98.5"),
    ("satisfied", "98.55", None, "98.55"),
    ("days", "2.5", "2.5", "2.5"),
    ("days", "2.55", None, "2.55"),
    ("connected", "是", "1", "是"),
    ("connected", "√", "1", "是"),
    ("connected", "否", "0", "否"),
    ("connected", "也许", None, "也许"),
    ("since", "2022年3月31日", "2022-03-31", "2022-03-31"),
    ("since", "2022/3/31", "2022-03-31", "2022-03-31"),
    ("since", "2022-02-30", None, "2022-02-30"),
    ("channel", "自助机", "自助机", "自助机"),
    ("channel", "电话", None, "电话"),
    ("remark", "第一行\n第二行", "第一行\n第二行", "第一行\n第二行"),
    ("stock@c01", "１２,８００", "12800", "12800"),
    ("digital@c02", "-1", None, "-1"),
]


@pytest.mark.parametrize(("key", "text", "kept", "held"), TYPED)
def test_typed_by_json(
    scene: EntryScene, clerk: Client, address: Callable[..., str], key: str, text: str, kept: str, held: str
) -> None:
    body = {"version": None, "cells": {key: {"text": text}}}
    answer = clerk.post(
        address(scene.submission, "save"), json.dumps(body), content_type="application/json"
    ).json()
    assert scene.stored.get(key) == kept
    assert answer["rejected"] == ([] if kept is not None else [key])
    if kept is not None:
        assert answer["cells"][key]["text"] == held


@pytest.mark.parametrize(("key", "text", "kept", "held"), TYPED)
def test_typed_without_script(
    scene: EntryScene, clerk: Client, address: Callable[..., str], key: str, text: str, kept: str, held: str
) -> None:
    page = address(scene.submission)
    answer = clerk.post(page, {f"cell-{key}": text, "action": "save"})
    assert scene.stored.get(key) == kept
    assert answer.status_code == (302 if kept is not None else 200)
    shown = answer if kept is None else clerk.get(page)
    blocks, table = shown.context["blocks"], shown.context["table"]
    cells = [cell for part in (*blocks, *table.rows) for cell in part.cells]
    [cell] = [cell for cell in cells if cell.key == key]
    assert cell.text == held
    assert bool(cell.problems) == (kept is None)
    if cell.options:
        assert f"<option selected>{held}</option>" in shown.content.decode()


def test_a_tick_may_stay_blank_and_be_cleared(
    scene: EntryScene, clerk: Client, address: Callable[..., str]
) -> None:
    scene.save(connected="是")
    clerk.post(address(scene.submission), {"cell-connected": "", "action": "save"})
    assert "connected" not in scene.stored


def test_computed_items_are_shown_per_row_and_in_total(
    scene: EntryScene, clerk: Client, address: Callable[..., str]
) -> None:
    cells = {
        "stock@c01": {"text": "200"},
        "digital@c01": {"text": "100"},
        "stock@c02": {"text": "100"},
        "digital@c02": {"text": "80"},
    }
    answer = clerk.post(
        address(scene.submission, "check"),
        json.dumps({"version": None, "cells": cells}),
        content_type="application/json",
    ).json()
    assert answer["computed"]["share@c01"] == "50.0%"
    assert answer["computed"]["share@c02"] == "80.0%"
    assert answer["totals"] == {
        "issued": "", "cancelled": "", "stock": "300", "digital": "180", "share": "60.0%"
    }  # fmt: skip
    assert scene.stored == {}, "checking saves nothing"
