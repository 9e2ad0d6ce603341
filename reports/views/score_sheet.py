"""得分表: every point of one unit under a scheme, as it stands now or as it was frozen with an issued bulletin."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Entry, Unit
from departments.periods import Period
from departments.permissions import visible
from expressions import ExpressionError
from expressions.numbers import parse_exact
from indicators.dataset import PeriodData
from indicators.models import Indicator, Result, Scheme, Score
from indicators.ranking import Ties
from indicators.scoring.rules import STATUS_WORDS, number
from indicators.scoring.sheets import sheet_json
from indicators.services.adjustments import adjustment_entries
from indicators.services.calculation import reason_text, shown
from indicators.services.history import History
from indicators.services.targets import declared_rankings
from reports.choices import IssueStatus
from reports.models import Issue
from reports.services.explanations import Standing, standing_of
from reports.views.unit_scope import asked_period, unit_for


@dataclass(frozen=True)
class LeafRow:
    """A leaf to show: numbers as printed; `url` leads to the cells (or the report in words) behind it."""

    line: Mapping[str, Any]
    value: str
    full: str
    points: str
    lost: str
    url: str

    @property
    def pair(self) -> str:
        n, d = self.line["numerator"], self.line["denominator"]
        return f"{n}/{d}" if n and d and d != "1" else ""

    @property
    def below(self) -> str:
        """The branches between the top one and the leaf."""
        return " › ".join(self.line["path"][1:])


@dataclass(frozen=True)
class Branch:
    """A top branch with its leaves and their sums."""

    name: str
    rows: tuple[LeafRow, ...]
    full: str
    points: str
    lost: str


@dataclass(frozen=True)
class Adjusted:
    """A bonus or deduction, and the entries behind it that the person sees. `moved`: their number is another by now."""

    line: Mapping[str, Any]
    each: str
    points: str
    entries: Sequence[Entry]

    @property
    def moved(self) -> bool:
        return len(self.entries) != self.line["count"]


@dataclass(frozen=True)
class Shown:
    """A score sheet from either source. `sheet` is its JSON; `issue` None: the present figures."""

    sheet: Mapping[str, Any]
    issue: Issue | None
    total: str
    grade: str
    place: int | None
    ranked: int
    reason: str
    displays: Mapping[str, str]
    standing: Standing | None = None


def sheet_page(request: HttpRequest, scheme_id: int, unit_id: int, context: dict[str, Any]) -> HttpResponse:
    """A unit's people see their own sheet, as issued once it was; the office's people every one, present or issued."""
    unit, whole = unit_for(request.user, unit_id)
    scheme = Scheme.objects.filter(pk=scheme_id, office=unit.office_id).first()
    if scheme is None:
        raise Http404(_("There is no such scheme."))
    asked = asked_period(request, unit.office)
    found, issued, trouble = None, None, ""
    if asked.period:
        issued = _issued(scheme, unit, asked.period)
        if issued and (not whole or request.GET.get("source") == "issued"):
            found = issued
        else:
            found, trouble = _present(scheme, unit, asked.period)
    page = "score_sheet_print" if "print" in request.GET else "score_sheet"
    return TemplateResponse(
        request,
        f"reports/{page}.html",
        context
        | {
            "title": f"{unit.name} · {scheme.name}",
            "unit": unit,
            "scheme": scheme,
            "asked": asked,
            "period": asked.period,
            "found": found,
            "issued": issued.issue if issued else None,
            "trouble": trouble,
            "whole": whole,
            "query": urlencode({"period": asked.period.code}) if asked.period else "",
            "branches": _branches(found, unit, scheme, asked.period) if found and asked.period else [],
            "adjusted": _adjusted(request.user, found, scheme, unit, asked.period)
            if found and asked.period
            else [],
            "missing": [line for line in found.sheet["lines"] if line["state"] == "missing"] if found else [],
            "base": _sum_words(found) if found else "",
            "now": timezone.now(),
        },
    )


def _issued(scheme: Scheme, unit: Unit, period: Period) -> Shown | None:
    """The sheet that the newest issued bulletin of the period froze."""
    issues = Issue.objects.filter(
        bulletin__office=unit.office_id, period=period.code, status=IssueStatus.ISSUED
    ).order_by("-issued_at")
    for issue in issues:
        score = Score.objects.filter(run=issue.run_id, scheme=scheme, unit=unit).first()
        if score is not None:
            results = Result.objects.filter(run=issue.run_id, unit=unit)
            return Shown(
                sheet=score.sheet,
                issue=issue,
                total=score.display,
                grade=score.grade,
                place=score.place,
                ranked=score.ranked,
                reason=score.reason,
                displays=dict(results.values_list("version__indicator__code", "display")),
            )
    return None


def _present(scheme: Scheme, unit: Unit, period: Period) -> tuple[Shown | None, str]:
    """The sheet by the present figures, or in words why there is none."""
    history = History(unit.office, timezone.now())
    try:
        known = history.schemes(period).get(scheme.code)
        if known is None:
            return None, _("“%s” is not in force in this period.") % scheme
        data = history.data(period, {scheme.code, *(leaf.indicator or "" for leaf in known.leaves)})
    except ExpressionError as error:
        return None, _("A definition can't be used: %s") % error
    sheet = data.scores[scheme.code].get(unit.code)
    if sheet is None:
        return None, _("%(unit)s is not assessed by “%(scheme)s”.") % {"unit": unit, "scheme": scheme}
    return _shown(scheme, unit, data, sheet_json(sheet)), ""


def _shown(scheme: Scheme, unit: Unit, data: PeriodData, sheet: Mapping[str, Any]) -> Shown:
    found = data.unit(unit.code)
    definition = data.definitions[scheme.code]
    declared = declared_rankings(unit.office).get((scheme.code, found.group))
    ties = Ties(declared.ties) if declared else Ties.COMPETITION
    ranking = data.ranking(scheme.code, found.group, ties, declared.compare_decimals if declared else None)
    row = ranking.row(unit.code)
    return Shown(
        sheet=sheet,
        issue=None,
        total=shown(row.value, definition),
        grade=str(sheet["grade"]),
        place=row.place,
        ranked=ranking.ranked,
        reason=reason_text(row),
        displays={
            code: shown(found.pairs[code].value(one.factor), one)
            for code, one in data.definitions.items()
            if code in found.pairs
        },
        standing=standing_of(ranking, definition, found, data),
    )


def _branches(found: Shown, unit: Unit, scheme: Scheme, period: Period) -> list[Branch]:
    indicators = dict(Indicator.objects.filter(office=unit.office_id).values_list("code", "pk"))
    nodes = dict(scheme.nodes.values_list("key", "pk"))
    query = urlencode({"period": period.code})

    def url(line: Mapping[str, Any]) -> str:
        if line["indicator"] in indicators:
            args = [indicators[line["indicator"]], unit.pk]
            return f"{reverse('admin:indicators_score_explanation', args=args)}?{query}"
        if line["key"] in nodes:
            return reverse(
                "admin:indicators_leafreport_leaf", args=[nodes[line["key"]], unit.pk, period.code]
            )
        return ""

    branches = []
    for name, lines in groupby(found.sheet["lines"], key=lambda line: (line["path"] or [line["name"]])[0]):
        part = list(lines)
        rows = tuple(_leaf_row(line, found.displays, url(line)) for line in part)
        full, points = _added(part, "full"), _added(part, "points")
        branches.append(Branch(name, rows, number(full), number(points), number(full - points)))
    return branches


def _added(lines: Iterable[Mapping[str, Any]], what: str) -> Fraction:
    """The sum over the leaves that count for the unit."""
    return sum((parse_exact(line[what]) for line in lines if line["state"] != "not_applicable"), Fraction())


def _leaf_row(line: Mapping[str, Any], displays: Mapping[str, str], url: str) -> LeafRow:
    full, points = parse_exact(line["full"]), parse_exact(line["points"])
    applies = line["state"] != "not_applicable"
    value = line["value"] and number(parse_exact(line["value"]))
    return LeafRow(
        line,
        value=STATUS_WORDS.get(line["status"], line["status"])
        or displays.get(line["indicator"], value)
        or value,
        full=number(full) if applies else "—",
        points=number(points) if applies else "—",
        lost=number(full - points) if applies and points < full else "",
        url=url,
    )


def _adjusted(user: Any, found: Shown, scheme: Scheme, unit: Unit, period: Period) -> list[Adjusted]:
    entries = adjustment_entries(scheme, unit, period)
    seen = {
        entry.pk
        for entry in visible(
            Entry.objects.filter(pk__in=[one.pk for rows in entries.values() for one in rows]), user
        )
    }
    return [
        Adjusted(
            line,
            number(parse_exact(line["each"])),
            number(parse_exact(line["points"])),
            [entry for entry in entries.get(line["name"], ()) if entry.pk in seen],
        )
        for line in found.sheet["adjustments"]
    ]


def _sum_words(found: Shown) -> str:
    """The sum at the foot of the sheet: 82.5 + 3 − 1 = 84.5; without a total the sum stays open."""
    sheet = found.sheet
    base, bonus, deduction = (number(parse_exact(sheet[name])) for name in ("base", "bonus", "deduction"))
    text = f"{base} + {bonus} − {deduction}"
    return f"{text} = {number(parse_exact(sheet['total']))}" if sheet["total"] else text
