"""The real quarter: every number of the bulletin and a cell of every column opens, and agrees with what is printed."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from expressions.numbers import parse_exact
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.reading import read_pack
from reports.models import Bulletin, Issue
from reports.services.document import all_figures
from reports.services.issues import draft_issue
from reports.views.origins import Origins

PACK = Path(__file__).parents[3] / "packs" / "wujin"


@pytest.fixture
def issue(db: None) -> Issue:
    """Drafted from the pack's data, nothing accepted yet."""
    demonstration = Demonstration(read_pack(PACK), lambda _line: None, lambda *_state: None, worker=False)
    demonstration.prepare()
    demonstration.fill()
    drafter = User.objects.get(username="wujin-admin1")
    return draft_issue(bulletin=Bulletin.objects.get(), period="2022Q1", user=drafter)


def test_every_number_opens_to_cells_that_give_it(issue: Issue) -> None:
    document = json.loads(issue.content)
    origins = Origins(issue, document)
    rates = 0
    for identity, figure in all_figures(document).items():
        origin = origins.figure(identity)
        assert figure["kind"] == "fact" or origin.table.rows or not figure["inputs"]
        if figure["kind"] != "rate" or figure["numerator"] is None or len(origin.table.heads) != 2:
            continue
        pairs = [
            [parse_exact(c.text) for c in row.cells]
            for row in origin.table.rows
            if all(c.state == "number" for c in row.cells)
        ]
        summed = [sum(column, Fraction()) for column in zip(*pairs, strict=True)]
        assert summed == [parse_exact(figure["numerator"]), parse_exact(figure["denominator"])]
        assert all(row.people for row in origin.table.rows)
        rates += 1
    assert rates >= 7  # fmt: skip


def test_pages_of_the_real_issue_open(issue: Issue, django_assert_max_num_queries) -> None:
    client = Client()
    client.force_login(User.objects.get(username="wujin-reviewer"))
    page = client.get(reverse("admin:reports_issue_change", args=[issue.pk]))
    assert page.context["open_count"] == 21
    document = json.loads(issue.content)
    for annex in document["annexes"]:
        row = annex["rows"][len(annex["rows"]) // 2]
        for column, printed in zip(annex["columns"], row["cells"], strict=True):
            if column["kind"] in ("item", "rate"):
                address = reverse(
                    "admin:reports_issue_cell", args=[issue.pk, annex["number"], row["unit"], column["code"]]
                )
                with django_assert_max_num_queries(12):
                    answer = client.get(address, {"fragment": 1})
                assert answer.context["origin"]["cell"].printed == printed
                assert len(answer.context["origin"]["cell"].table.rows) == 1
