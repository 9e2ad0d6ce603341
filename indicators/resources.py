"""指标 with their dated definitions as a table: one row per checked version. See departments.resources.

A row that says something new is proposed, as on the indicator's page: somebody else has to check it.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from departments.resources.base import (
    Column,
    Row,
    RowError,
    TableResource,
    Texts,
    code_of,
    day_of,
    read_choice,
    read_date,
    read_number,
    text_of,
)
from indicators.choices import Direction, Recipe, VersionState
from indicators.models import Indicator, IndicatorVersion
from indicators.services.definitions import differing, save_indicator
from indicators.services.proposals import propose_version


class IndicatorTable(TableResource):
    """Rows are keyed by code and first day. A checked version is never changed: a change begins on a day of its own."""

    key_columns = ("code", "valid_from")
    columns = (
        Column("code", "代码", ("编码", "指标代码"), required=True),
        Column("name", "名称", ("指标",), required=True),
        Column("order", "顺序", ("排序",)),
        Column("valid_from", "生效日期", ("起",), required=True),
        Column("valid_to", "失效日期", ("止",)),
        Column("numerator", "分子", required=True),
        Column("denominator", "分母", required=True),
        Column("factor", "倍数"),
        Column("unit_of_measure", "计量单位"),
        Column("decimals", "小数位数"),
        Column("direction", "方向", ("排名方向",)),
        Column("recipe", "计算方法"),
        Column("minimum_denominator", "最小分母"),
        Column("note", "说明"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Codes of indicators with a definition proposed by this file.
        self.proposed: set[str] = set()

    @classmethod
    def get_display_name(cls) -> str:
        return _("Indicators, one row per definition")

    def stored(self) -> Iterable[Model]:
        return _in_order(IndicatorVersion.objects.filter(indicator__office=self.office))

    def exported(self, queryset: QuerySet[Indicator]) -> Iterable[IndicatorVersion]:
        """The list is of indicators, the rows are their definitions."""
        return _in_order(IndicatorVersion.objects.filter(indicator__in=queryset.order_by()))

    def texts_of(self, instance: IndicatorVersion) -> Texts:
        least = instance.minimum_denominator
        return {
            "code": instance.indicator.code,
            "name": instance.indicator.name,
            "order": str(instance.indicator.order),
            "valid_from": text_of(instance.valid_from),
            "valid_to": text_of(instance.valid_to),
            "numerator": instance.numerator,
            "denominator": instance.denominator,
            "factor": f"{instance.factor.normalize():f}",
            "unit_of_measure": instance.unit_of_measure,
            "decimals": str(instance.decimals),
            "direction": str(instance.get_direction_display()),
            "recipe": str(instance.get_recipe_display()),
            "minimum_denominator": "" if least is None else str(least),
            "note": instance.note,
        }

    def readers(self) -> dict[str, Callable[[str], str]]:
        higher, pooled = str(Direction.HIGHER.label), str(Recipe.POOLED.label)
        return {
            "order": partial(read_number, "顺序"),
            "valid_from": partial(read_date, "生效日期"),
            "valid_to": partial(read_date, "失效日期"),
            "factor": _read_factor,
            "decimals": partial(read_number, "小数位数", default="1"),
            "direction": lambda text: read_choice("方向", text, Direction.choices, higher),
            "recipe": lambda text: read_choice("计算方法", text, Recipe.choices, pooled),
            "minimum_denominator": partial(read_number, "最小分母", default=""),
        }

    def key_of(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """The day in any spelling; one that is none is its own key and fails in its row."""
        day = texts.get("valid_from", "")
        with contextlib.suppress(RowError):
            day = read_date("生效日期", day)
        return (texts.get("code", ""), day)

    def save(self, row: Row, texts: Texts) -> IndicatorVersion:
        assert self.office is not None
        first = day_of(texts["valid_from"])
        if first is None:
            raise RowError("生效日期", _("From which day does the new definition hold?"))
        indicator = save_indicator(
            office=self.office, code=texts["code"], name=texts["name"], order=int(texts["order"])
        )
        least = texts["minimum_denominator"]
        parts: dict[str, Any] = {
            "valid_to": day_of(texts["valid_to"]),
            "numerator": texts["numerator"],
            "denominator": texts["denominator"],
            "factor": Decimal(texts["factor"]),
            "unit_of_measure": texts["unit_of_measure"],
            "decimals": int(texts["decimals"]),
            "direction": code_of(texts["direction"], Direction.choices),
            "recipe": code_of(texts["recipe"], Recipe.choices),
            "minimum_denominator": int(least) if least else None,
            "note": texts["note"],
        }
        checked = indicator.versions.filter(state=VersionState.CHECKED, valid_from=first).first()
        if checked is not None and not differing(checked, parts):
            return checked
        if indicator.code in self.proposed:
            raise RowError(
                "代码",
                _("One definition of an indicator waits to be checked at a time: bring the next one later."),
            )
        self.proposed.add(indicator.code)
        return propose_version(indicator=indicator, valid_from=first, user=self.user, **parts)


def _in_order(versions: QuerySet[IndicatorVersion]) -> QuerySet[IndicatorVersion]:
    checked = versions.filter(state=VersionState.CHECKED)
    return checked.select_related("indicator").order_by("indicator__order", "indicator__code", "valid_from")


def _read_factor(text: str) -> str:
    if not text:
        return "100"
    try:
        factor = Decimal(text)
    except InvalidOperation as error:
        raise RowError("倍数", _("“%s” is no number.") % text) from error
    if not factor.is_finite():
        raise RowError("倍数", _("“%s” is no number.") % text)
    return f"{factor.normalize():f}"
