"""Storing a period's results and places as a Run: what a draft is written from and an issue freezes."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.models import Group, Office
from expressions.numbers import exact_text, half_up
from expressions.values import Kind, NoValue, Value, is_number
from indicators.choices import RunStatus
from indicators.dataset import Definition, PeriodData
from indicators.models import Result, Run, Score
from indicators.ranking import Reason, Row
from indicators.scoring.data import SchemeData
from indicators.scoring.sheets import sheet_json
from indicators.services.dataset import load_period

# Decimals of the stored value, which is for sorting and reading only; the exact pair stands beside it.
_STORED_DECIMALS = 8


@transaction.atomic
def calculate(
    *,
    office: Office,
    period: str,
    user: Any = None,
    at: dt.datetime | None = None,
    data: PeriodData | None = None,
) -> Run:
    """Computes every indicator and score for every group asked for its figures, and stores them with coverage and places."""
    data = data or load_period(office, period)
    run = Run.objects.create(office=office, period=data.period.code, at=at or timezone.now(), by=user)
    groups = {group.code: group for group in office.groups.all()}
    Result.objects.bulk_create(
        result
        for code, definition in data.definitions.items()
        if code not in data.schemes
        for group in groups.values()
        for result in _results(run, data, definition, group)
    )
    Score.objects.bulk_create(
        score
        for scheme in data.schemes.values()
        for group in groups.values()
        for score in _scores(run, data, scheme, group)
    )
    return run


@transaction.atomic
def freeze(*, run: Run) -> None:
    """Marks a run as the one an issue stands on; it is never deleted again."""
    Run.objects.filter(pk=run.pk).update(status=RunStatus.FROZEN)


@transaction.atomic
def discard(*, run: Run) -> None:
    """Deletes a run that no issue stands on any more."""
    Run.objects.filter(pk=run.pk, status=RunStatus.COMPLETE, issues__isnull=True).delete()


def shown(value: Value, definition: Definition, decimals: int | None = None) -> str:
    """A value as tables print it: half up with its unit of measure, blank if not reported, `—` without a value."""
    if isinstance(value, NoValue):
        return "" if value.kind is Kind.MISSING else "—"
    places = definition.decimals if decimals is None else decimals
    return f"{half_up(value, places)}{definition.unit_of_measure}" if is_number(value) else str(value)


def reason_text(row: Row) -> str:
    """Why a unit is shown and counted, but not ranked."""
    words = {
        Reason.MISSING: "未报",
        Reason.NOT_APPLICABLE: "不适用",
        Reason.UNDEFINED: "分母为 0",
        Reason.SMALL_DENOMINATOR: "基数过小",
        Reason.NEUTRAL: "不排名",
    }
    if row.reason is None:
        return ""
    return words[row.reason] + (f"（{row.note}）" if row.note else "")


def _results(run: Run, data: PeriodData, definition: Definition, group: Group) -> Iterator[Result]:
    ranking = data.ranking(definition.code, group.code)
    if not ranking.rows:
        return
    units = [data.unit(row.unit) for row in ranking.rows]
    whole = data.aggregate(definition.code, units)
    yield Result(
        run=run,
        version_id=definition.version_id,
        group=group,
        numerator=_text(whole.pair.numerator),
        denominator=_text(whole.pair.denominator),
        value=_stored(whole.value),
        display=shown(whole.value, definition),
        ranked=ranking.ranked,
        reported=len(whole.coverage.reported),
        expected=len(whole.coverage.expected),
    )
    for row, unit in zip(ranking.rows, units, strict=True):
        pair = unit.pairs[definition.code]
        coverage = data.coverage(definition.forms, [unit])
        yield Result(
            run=run,
            version_id=definition.version_id,
            group=group,
            unit_id=unit.id,
            numerator=_text(pair.numerator),
            denominator=_text(pair.denominator),
            value=_stored(row.value),
            display=shown(row.value, definition),
            reason=reason_text(row),
            mark=data.mark(definition.code, unit.code),
            place=row.place,
            ranked=ranking.ranked,
            reported=len(coverage.reported),
            expected=len(coverage.expected),
        )


def _scores(run: Run, data: PeriodData, scheme: SchemeData, group: Group) -> Iterator[Score]:
    ranking = data.ranking(scheme.code, group.code)
    definition = data.definitions[scheme.code]
    for row in ranking.rows:
        sheet = data.scores[scheme.code][row.unit]
        yield Score(
            run=run,
            scheme_id=scheme.id,
            group=group,
            unit_id=data.unit(row.unit).id,
            total=_text(sheet.total),
            value=_stored(sheet.total),
            display=shown(sheet.total, definition),
            reason=reason_text(row),
            grade=sheet.grade,
            place=row.place,
            ranked=ranking.ranked,
            sheet=sheet_json(sheet),
        )


def _text(value: Fraction | NoValue) -> str:
    return exact_text(value) if is_number(value) else ""


def _stored(value: Value) -> Decimal | None:
    return half_up(value, _STORED_DECIMALS) if is_number(value) else None
