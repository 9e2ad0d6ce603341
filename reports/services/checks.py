"""Contradictions: an issue against itself and against values published elsewhere."""

import json
import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from departments.exceptions import DepartmentsError
from departments.periods import Period
from departments.services.organisation import UnitNames
from expressions import NameTable
from expressions.numbers import parse_exact
from reports.choices import ColumnKind, IssueStatus
from reports.models import Bulletin
from reports.services.annex_cells import annex_cells
from reports.services.document import all_figures
from reports.services.document_checks import (
    list_counts,
    repeated,
    sentences_against_tables,
    totals_against_parts,
)
from reports.services.findings import Finding
from reports.services.last_issue_checks import against_last_issue
from reports.statements import Source
from reports.statements.compose import check_condition
from reports.statements.figures import UNTYPED_TEXT

_CELLS = (ColumnKind.ITEM, ColumnKind.RATE)
_LIST_SEPARATORS = re.compile(r"[、，,；;]|和")


def find_contradictions(
    bulletin: Bulletin, document: Mapping[str, Any], source: Source, names: Mapping[str, NameTable]
) -> list[Finding]:
    """All findings of an issue, in a stable order."""
    last = _last_issue(bulletin, document["period"])
    return [
        *_against_published(bulletin, document),
        *_against_rules(bulletin, source, names),
        *_out_of_range(document),
        *_untyped(document),
        *list_counts(document),
        *repeated(document),
        *sentences_against_tables(document),
        *totals_against_parts(document),
        *(against_last_issue(document, last) if last else ()),
    ]


def _last_issue(bulletin: Bulletin, period: str) -> dict[str, Any] | None:
    """The document of the period before as it stands issued, corrected or not; one query."""
    before = Period.parse(period).previous().code
    issue = bulletin.issues.filter(period=before, status=IssueStatus.ISSUED).order_by("-edition").first()
    return json.loads(issue.content) if issue else None


def _against_published(bulletin: Bulletin, document: Mapping[str, Any]) -> list[Finding]:
    figures = all_figures(document) | annex_cells(document)
    units = UnitNames(bulletin.office)
    findings = []
    for published in bulletin.published_values.filter(period=document["period"]):
        figure = figures.get(published.figure)
        if figure is not None and _agrees(figure, published.value, units):
            continue
        computed = figure["display"] if figure else ""
        message = (
            f"{published.source}印为“{published.value}”，按已审数据计算为“{computed}”"
            if figure
            else f"通报中没有编号为“{published.figure}”的数据，无法与“{published.value}”核对"
        )
        findings.append(
            Finding(
                f"published:{published.claim}",
                "published",
                "warning",
                published.figure,
                message,
                published.claim,
                computed,
                published.value,
                published.typed_by_id,
            )
        )
    return findings


def _agrees(figure: Mapping[str, Any], published: str, units: UnitNames) -> bool:
    """Lists agree as sets of units, whatever name each is printed under; everything else as printed."""
    if figure["kind"] == "list":
        return set(figure["units"]) == _codes(published, units)
    shown, wanted = _plain(figure["display"]), _plain(published)
    if figure["kind"] in _CELLS:
        # A cell may be written down with or without the sign that its column prints.
        return shown.removesuffix("%") == wanted.removesuffix("%")
    return shown == wanted


def _codes(text: str, units: UnitNames) -> set[str]:
    found = set()
    for name in names_in(text):
        try:
            found.add(units.find(name).code)
        except DepartmentsError:
            # A name nobody knows differs from every unit: the finding shows it.
            found.add(name)
    return found


def names_in(text: str) -> list[str]:
    """The names of a printed list, one by one."""
    return [name for part in _LIST_SEPARATORS.split(text) if (name := part.strip())]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _against_rules(bulletin: Bulletin, source: Source, names: Mapping[str, NameTable]) -> list[Finding]:
    findings = []
    for rule in bulletin.consistency_rules.all():
        expression = check_condition(rule.expression, names)
        if expression.evaluate({}, source) is not True:
            findings.append(
                Finding(
                    f"rule:{rule.code}",
                    "consistency",
                    "error",
                    rule.code,
                    f"{rule.message}（{expression.describe()}）",
                )
            )
    return findings


def _untyped(document: Mapping[str, Any]) -> list[Finding]:
    """Facts the text speaks of and nobody typed for this period."""
    return [
        Finding(
            f"untyped:{identity}", "untyped", "error", identity, f"{figure['describe']}：请先录入，再重新起草"
        )
        for identity, figure in all_figures(document).items()
        if figure["kind"] == "fact" and figure["display"] == UNTYPED_TEXT
    ]


def _out_of_range(document: Mapping[str, Any]) -> list[Finding]:
    """Rates outside 0–100 %: right now and then (carry-over), never unnoticed."""
    findings = []
    for identity, figure in all_figures(document).items():
        if figure["kind"] != "rate" or figure["unit_of_measure"] != "%" or figure["value"] is None:
            continue
        if not 0 <= parse_exact(figure["value"]) <= Fraction(100):
            message = f"比率 {figure['display']} 超出 0–100%"
            findings.append(
                Finding(f"range:{identity}", "range", "warning", identity, message, "", figure["display"])
            )
    return findings
