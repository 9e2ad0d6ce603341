"""An office with an issued bulletin to mail, made through the services that exist; the document is hand-made schema 1."""

import csv
import datetime as dt
import functools
import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from departments.choices import Role
from departments.models import Group, Office, Unit
from departments.services.organisation import grant, save_account, save_unit
from expressions.numbers import display
from expressions.values import NoValue, not_applicable
from indicators.models import Indicator, Ranking, Run
from indicators.ranking import Count, Direction, Entry, cut, gain, rank
from reports.models import Bulletin, Issue, IssueFile, Mailing
from reports.renderers import render
from tests.documents.wujin import wujin_document

TRUTH = Path(__file__).parents[2] / "truth" / "wujin"
ISSUED_AT = dt.datetime(2022, 4, 18, 10, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@dataclass(frozen=True)
class Row:
    """One unit of the ranking: code, name, n and d; without them it is not ranked for `reason`."""

    code: str
    name: str
    numerator: int | None
    denominator: int | None
    reason: str = "无此业务"
    previous: int | None = None


@dataclass
class Scene:
    office: Office
    group: Group
    units: dict[str, Unit]
    clerks: dict[str, User]
    administrator: User
    mailing: Mailing
    issue: Issue

    def again(self, period: str) -> Issue:
        """Another issued issue of the same bulletin."""
        return store_issue(self.mailing.bulletin, self.administrator, json.loads(self.issue.content), period)


def wujin_rows() -> list[Row]:
    """监管行为覆盖率 of the 36 departments as published; 22 are ranked."""
    with (TRUTH / "departments.csv").open(encoding="utf-8-sig", newline="") as file:
        codes = {row["name_annex1"]: row["code"] for row in csv.DictReader(file) if row["name_annex1"]}
    with (TRUTH / "annex1.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            Row(
                codes[row["dept"]],
                row["dept"],
                int(row["supervision_covered"]) if row["supervision_covered"] else None,
                int(row["supervision_total"]) if row["supervision_total"] else None,
            )
            for row in csv.DictReader(file)
        ]


def few_rows(count: int) -> list[Row]:
    """`count` ranked units, best first, all places different."""
    return [Row(f"U{number:02}", f"第{number}局", count - number, count) for number in range(1, count + 1)]


def ranking_document(rows: list[Row], status: str = "issued", synthetic: str = "") -> dict[str, Any]:
    """The Wujin bulletin with one frozen ranking over `rows`."""
    by_code = {row.code: row for row in rows}
    places = rank([_entry(row) for row in rows], Direction.HIGHER)
    summed = [
        sum(pair)
        for pair in zip(*((r.numerator, r.denominator) for r in rows if r.numerator is not None), strict=True)
    ]
    overall = Fraction(100 * summed[0], summed[1])
    return {
        **wujin_document(status, synthetic),
        "rankings": [
            {
                "code": "supervision",
                "title": "监管行为覆盖率",
                "indicator": "supervise",
                "indicator_name": "监管行为覆盖率",
                "version": 1,
                "group": "depts",
                "group_name": "区级部门",
                "period": "2022Q1",
                "direction": "higher",
                "ties": "competition",
                "ranked": places.ranked,
                "overall": {"display": f"{display(overall, 1)}%", "numerator": str(summed[0]), "denominator": str(summed[1])},
                "target": {"display": "25%", "operator": "at_least", "met": overall >= 25, "gap": f"{display(25 - overall, 1)}个百分点"},
                "bottom": [row.unit for row in cut(places, end="last", by=Count(3)).rows],
                "rows": [_row(by_code[row.unit], row, gain(places, row.unit, Fraction(100))) for row in places.rows],
            }
        ],
    }  # fmt: skip


def _entry(row: Row) -> Entry:
    if row.numerator is None or row.denominator is None:
        return Entry(row.code, not_applicable(row.reason))
    numerator, denominator = Fraction(row.numerator), Fraction(row.denominator)
    return Entry(row.code, 100 * numerator / denominator, numerator, denominator)


def _row(row: Row, placed: Any, found: Any) -> dict[str, Any]:
    ranked = not isinstance(placed.value, NoValue)
    return {
        "unit": row.code,
        "name": row.name,
        "rank": placed.place,
        "tied": placed.tied,
        "value": str(placed.value) if ranked else None,
        "display": f"{display(placed.value, 1)}%" if ranked else "—",
        "numerator": str(row.numerator) if ranked else None,
        "denominator": str(row.denominator) if ranked else None,
        "reason": "" if ranked else row.reason,
        "gain": {"cases": found.cases, "place": found.place, "tied": found.tied} if found else None,
        "previous_rank": row.previous,
        "movement": row.previous - placed.place if ranked and row.previous else None,
    }


def make_scene(rows: list[Row], **document: Any) -> Scene:
    """The office, one clerk with an address for each unit, an administrator, and the issued issue with its PDF."""
    office = Office.objects.create(code="wujin", name="武进区")
    group = Group.objects.create(office=office, code="depts", name="区级部门")
    units, clerks = {}, {}
    for order, row in enumerate(rows):
        unit = save_unit(
            office=office,
            code=row.code,
            full_name=row.name[:60],
            short_name=row.name[:60],
            protocol_order=order,
            group=group,
        )
        units[row.code] = unit
        clerks[row.code] = add_clerk(unit, f"{row.code.lower()}@wujin.example")
    administrator = save_account(username="admin1", name="管理员", email="admin1@wujin.example")
    grant(user=administrator, office=office, role=Role.ADMINISTRATOR)
    bulletin = Bulletin.objects.create(
        office=office, code="wujin", name="一网通办", title="通报", group=group,
        number_format="武政管通〔{year}〕{number}号", signature="武进区政务办", printed_by="武进区政务办",
    )  # fmt: skip
    indicator = Indicator.objects.create(office=office, code="supervise", name="监管行为覆盖率")
    ranking = Ranking.objects.create(
        office=office, code="supervision", name="监管行为覆盖率", indicator=indicator, group=group
    )
    mailing = Mailing.objects.create(bulletin=bulletin, ranking=ranking)
    issue = store_issue(bulletin, administrator, ranking_document(rows, **document), "2022Q1")
    return Scene(office, group, units, clerks, administrator, mailing, issue)


def add_clerk(unit: Unit, email: str, role: str = Role.CLERK) -> User:
    user = save_account(username=email.replace("@", "_"), name=f"{unit.name}填报员"[:60], email=email)
    grant(user=user, office=unit.office, role=role, unit=unit)
    return user


@functools.cache
def letter() -> bytes:
    """A PDF to attach, once for all tests; the annexes would take the renderer seconds and tell the mail nothing."""
    return render({**wujin_document(), "annexes": []}, "pdf")


def store_issue(bulletin: Bulletin, user: User, document: dict[str, Any], period: str) -> Issue:
    """The issue of `document` as if issued (its status says whether), with the PDF kept beside it."""
    issued = document["status"] == "issued"
    content = json.dumps({**document, "period": period}, ensure_ascii=False)
    issue = Issue.objects.create(
        bulletin=bulletin,
        period=period,
        status=document["status"],
        run=Run.objects.create(office=bulletin.office, period=period, at=ISSUED_AT, by=user),
        content=content,
        hash=hashlib.sha256(content.encode()).hexdigest(),
        year=2022 if issued else None,
        sequence=Issue.objects.filter(sequence__isnull=False).count() + 1 if issued else None,
        number=document["number"] or "",
        drafted_by=user,
        drafted_at=timezone.now(),
        issued_at=ISSUED_AT if issued else None,
    )
    pdf = letter()
    IssueFile.objects.create(issue=issue, format="pdf", content=pdf, sha256=hashlib.sha256(pdf).hexdigest())
    return issue
