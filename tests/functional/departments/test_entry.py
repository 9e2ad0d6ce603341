"""The entry page and its JSON answers: bad input, conflicts, locked states, and the page without JavaScript."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.choices import Status
from departments.models import Submission
from departments.services.submissions import save_figures, submit
from departments.sheets import CellInput, cells_of, describe_cell
from tests.functional.departments.world import OfficeWorld

pytestmark = pytest.mark.django_db


def page(submission: Submission) -> str:
    return reverse("admin:departments_submission_change", args=[submission.pk])


def answer(
    client: Client, name: str, submission: Submission, cells: dict[str, Any], version: Any = None
) -> Any:
    url = reverse(f"admin:departments_submission_{name}", args=[submission.pk])
    body = {"version": version, "cells": cells}
    return client.post(url, json.dumps(body), content_type="application/json")


def stored(submission: Submission) -> dict[str, str]:
    return {code: describe_cell(cell) for code, cell in cells_of(submission).items()}


@pytest.fixture
def mine(office_a: OfficeWorld) -> Submission:
    return office_a.submission(0)


@pytest.fixture
def clerk(office_a: OfficeWorld, login: Any) -> Client:
    return login(office_a.people["clerk0"])


# What is typed → what is stored (None: refused, the old figure stays) and a part of what is said.
TYPED = [
    ("claimed", "12", "12", ""),
    ("claimed", "１２", "12", ""),
    ("claimed", " 0 ", "0", ""),
    ("total", "1,234", "1234", ""),
    ("claimed", "三十", None, "不是数字"),
    ("claimed", "-3", None, "认领数"),
    ("claimed", "1.5", None, "认领数"),
    ("claimed", "12项", None, "只填数字"),
    ("claimed", "1e3", None, "科学计数法"),
    ("claimed", "50%", None, "百分号"),
    ("rate", "75", None, "认领率"),
    ("remark", "=1+1", "=1+1", ""),
]


@pytest.mark.parametrize(("code", "text", "kept", "said"), TYPED)
def test_json_save_takes_or_refuses(
    mine: Submission, clerk: Client, code: str, text: str, kept: str | None, said: str
) -> None:
    before = stored(mine).get(code, "")
    response = answer(clerk, "save", mine, {code: {"text": text}}, mine.version)
    assert response.status_code == 200
    assert stored(mine).get(code, "") == (before if kept is None else kept)
    problems = {p["item"]: p["message"] for p in response.json()["problems"]}
    assert (code in response.json()["rejected"]) == (kept is None)
    if kept is None:
        assert said in problems[code]


def test_numerator_above_denominator_is_shown_beside_the_cell_and_blocks(
    mine: Submission, clerk: Client
) -> None:
    checked = answer(clerk, "check", mine, {"claimed": {"text": "41"}})
    [problem] = checked.json()["problems"]
    assert (problem["item"], problem["severity"]) == ("claimed", "error")
    assert checked.json()["computed"] == {"rate": "102.5%"}
    assert stored(mine)["claimed"] == "30", "checking saves nothing"
    shown = clerk.post(page(mine), {"cell-total": "40", "cell-claimed": "41", "action": "submit"})
    assert shown.status_code == 200
    text = shown.content.decode()
    assert 'href="#cell-claimed"' in text
    assert text.count("认领数不能大于清单总数") >= 2, "in the list and at the cell"
    mine.refresh_from_db()
    assert mine.status == Status.RETURNED


def test_without_script_typed_text_stays_and_the_rest_is_saved(mine: Submission, clerk: Client) -> None:
    shown = clerk.post(page(mine), {"cell-total": "５0", "cell-claimed": "很多", "action": "save"})
    assert 'value="很多"' in shown.content.decode()
    assert stored(mine)["total"] == "50"
    assert stored(mine)["claimed"] == "30"


def test_submit_wants_an_explanation_of_each_warning(mine: Submission, clerk: Client) -> None:
    cells = {"cell-total": "40", "cell-claimed": "0", "action": "submit"}
    asked = clerk.post(page(mine), cells)
    assert 'name="explain-r2-claimed"' in asked.content.decode()
    mine.refresh_from_db()
    assert mine.status == Status.RETURNED
    assert clerk.post(page(mine), cells | {"explain-r2-claimed": "本期无认领"}).status_code == 302
    mine.refresh_from_db()
    assert mine.status == Status.SUBMITTED


def test_not_applicable_is_an_answer(mine: Submission, clerk: Client) -> None:
    response = answer(clerk, "save", mine, {"claimed": {"text": "", "reason": "none"}}, mine.version)
    assert response.json()["cells"]["claimed"] == {"text": "", "reason": "none"}
    assert response.json()["computed"]["rate"] == "—"
    refused = answer(
        clerk, "save", mine, {"total": {"text": "", "reason": "none"}}, response.json()["version"]
    )
    assert refused.json()["rejected"] == ["total"]


def test_conflict_shows_both_sides_and_stores_nothing(
    mine: Submission, clerk: Client, office_a: OfficeWorld
) -> None:
    read = mine.version
    save_figures(submission=mine, inputs={"claimed": CellInput("31")}, user=office_a.people["head0"])
    response = answer(clerk, "save", mine, {"claimed": {"text": "32"}, "total": {"text": "41"}}, read)
    assert response.status_code == 409
    assert set(response.json()["theirs"]) == {"claimed"}
    assert response.json()["theirs"]["claimed"]["value"] == "31"
    assert response.json()["cells"]["claimed"]["text"] == "31"
    assert (stored(mine)["claimed"], stored(mine)["total"]) == ("31", "40")
    mine.refresh_from_db()
    assert response.json()["version"] == mine.version
    plain = clerk.post(page(mine), {"cell-claimed": "32", "version": str(read), "action": "save"})
    assert plain.status_code == 409
    assert 'value="32"' in plain.content.decode()
    assert stored(mine)["claimed"] == "31"


def test_different_cells_merge_without_a_word(mine: Submission, clerk: Client, office_a: OfficeWorld) -> None:
    read = mine.version
    save_figures(submission=mine, inputs={"claimed": CellInput("31")}, user=office_a.people["head0"])
    response = answer(clerk, "save", mine, {"total": {"text": "41"}}, read)
    assert response.status_code == 200
    assert response.json()["cells"]["claimed"]["text"] == "31"


def test_session_lost_answers_401_and_not_a_page(mine: Submission) -> None:
    response = answer(Client(), "save", mine, {"claimed": {"text": "32"}}, mine.version)
    assert response.status_code == 401
    assert "login" in response.json()
    assert stored(mine)["claimed"] == "30"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        '{"cells": 3}',
        '{"cells": {"claimed": 3}}',
        '{"cells": {"claimed": {"text": 3}}}',
        '{"cells": {}, "version": "1"}',
        "\xff",
    ],
)
def test_a_body_that_the_page_does_not_send_is_refused(mine: Submission, clerk: Client, body: str) -> None:
    url = reverse("admin:departments_submission_save", args=[mine.pk])
    response = clerk.post(url, body.encode("latin-1"), content_type="application/json")
    assert response.status_code == 400


def test_submitted_form_is_read_only_and_says_whose_turn(
    mine: Submission, clerk: Client, office_a: OfficeWorld
) -> None:
    submit(submission=mine, user=office_a.people["clerk0"])
    text = clerk.get(page(mine)).content.decode()
    assert 'name="cell-claimed"' not in text
    assert 'value="withdraw"' in text
    assert answer(clerk, "save", mine, {"claimed": {"text": "1"}}).status_code == 403
    clerk.post(page(mine), {"cell-claimed": "1", "action": "save"})
    assert stored(mine)["claimed"] == "30"
    clerk.post(page(mine), {"action": "withdraw"})
    mine.refresh_from_db()
    assert mine.status == Status.DRAFT


def test_last_period_stands_beside_each_cell_and_only_stocks_are_copied(
    mine: Submission, clerk: Client
) -> None:
    text = clerk.get(page(mine)).content.decode()
    assert 'data-copy="40" data-to="total"' in text
    assert 'data-to="claimed"' not in text
    assert "2021年四季度" in text


def test_mass_assignment_is_not_honoured(mine: Submission, clerk: Client, office_a: OfficeWorld) -> None:
    posted = {"cell-total": "44", "action": "save", "status": "approved", "unit": str(office_a.units[1].pk)}
    posted |= {"version": str(mine.version), "submitted_by": "1", "decided_by": "1", "window": "1"}
    clerk.post(page(mine), posted)
    after = Submission.objects.get(pk=mine.pk)
    assert (after.status, after.unit_id, after.window_id) == (Status.RETURNED, mine.unit_id, mine.window_id)
    assert after.decided_by_id == mine.decided_by_id
    assert after.version == mine.version + 1
