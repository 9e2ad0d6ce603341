"""The constructs of bulletin text: one typed function each (design: bulletins, Sentences).

Every function gets the Source as its context. Groups default to the bulletin's own; only units that are asked for the
figures take part. Lists stand in protocol order; ends of a ranking stand in order of place.
"""

from collections.abc import Iterable
from fractions import Fraction

from expressions import BOOLEAN, CORE, NUMBER, TEXT, Example, Expression, Function, FunctionTable, Param
from expressions.values import MISSING, UNDEFINED, Value, is_number
from indicators.dataset import UnitData
from indicators.ranking import Count, Entry, at_least, below, cut, zero_numerator
from indicators.rollup import PERCENT
from reports.statements.model import (
    FACT,
    FIGURE,
    GROUP,
    GROUPS,
    INDICATOR,
    LIST,
    PER_UNIT,
    TEXTS,
    UNIT,
    UNIT_TEXT,
    Group,
    Source,
    Statement,
    chosen_groups,
    printed,
)
from reports.statements.unit_texts import unit_texts, units_without_text

_PLACES = range(7)
_GROUP = Param("group", (GROUP, GROUPS), default=None, label="组")
_INDICATOR = Param("indicator", INDICATOR, label="指标")


def _forms(source: Source, items: Iterable[str]) -> frozenset[str]:
    return frozenset(item.split(".")[0] for item in items)


def _inputs(units: Iterable[UnitData], items: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((unit.code, item) for unit in units for item in items)


def groups(source: Source, *codes: str) -> tuple[str, ...]:
    return tuple(code.removeprefix("group.") for code in codes)


def total(source: Source, expression: Expression, group: Group, unit: str | None, decimals: int) -> Statement:
    """Σ over the units that reported; who did not is in the coverage. Nobody: not reported.

    Where nobody is asked, all units are looked at: what is counted without being filed is 0 then, not unknown.
    """
    items = source.operands(expression.references)
    forms = _forms(source, items)
    chosen = chosen_groups(source, group)
    units = (
        source.units(chosen, forms) or source.units(chosen)
        if unit is None
        else (source.data.unit(unit.removeprefix("unit.")),)
    )
    scope = source.scope_name(chosen) if unit is None else units[0].name
    values = [expression.evaluate(source.environment(u)) for u in units]
    numbers = [value for value in values if is_number(value)]
    value: Value = sum(numbers, Fraction()) if numbers else next(iter(values), MISSING)
    sign = "" if unit else "Σ "
    return Statement(
        "total",
        printed(value, decimals),
        value,
        decimals,
        scope=scope,
        coverage=source.data.coverage(forms, units),
        describe=f"{sign}{expression.describe()}（{scope}）",
        inputs=_inputs(units, items),
    )


def rate(source: Source, indicator: str, decimals: int | None, group: Group, recipe: str | None) -> Statement:
    """One figure for all units, by the indicator's recipe (合并计算) or the plain mean (简单平均)."""
    definition = source.data.definitions[indicator]
    chosen = chosen_groups(source, group)
    units = source.units(chosen, definition.forms)
    recipe = {"简单平均": "mean", "合并计算": "pooled"}.get(recipe or "", recipe)
    result = source.data.aggregate(indicator, units, recipe)
    places = definition.decimals if decimals is None else decimals
    word = "各单位简单平均" if result.recipe == "mean" else "合并计算"
    return Statement(
        "rate",
        printed(result.value, places, definition.unit_of_measure),
        result.value,
        places,
        definition.unit_of_measure,
        indicator,
        source.scope_name(chosen),
        result.recipe,
        result.pair,
        result.coverage,
        describe=f"Σ {definition.numerator.describe()} ÷ Σ {definition.denominator.describe()}（{word}）",
        inputs=_inputs(units, definition.operands),
    )


def count(source: Source, condition: Expression | None, group: Group) -> Statement:
    """How many units, all or those for which the condition holds."""
    listed = units(source, condition, group)
    number = Fraction(len(listed.units))
    return Statement(
        "count",
        printed(number, 0),
        number,
        scope=listed.scope,
        coverage=listed.coverage,
        units=listed.units,
        among=listed.among,
        describe=f"单位数：{listed.describe}",
        inputs=listed.inputs,
    )


def units(source: Source, condition: Expression | None, group: Group) -> Statement:
    """The units for which the condition holds; one that can't be judged (not reported) is not among them."""
    chosen = chosen_groups(source, group)
    items = source.operands(condition.references) if condition else ()
    forms = _forms(source, items)
    among = source.units(chosen, forms)
    hit = [u for u in among if condition is None or condition.evaluate(source.environment(u)) is True]
    words = condition.describe() if condition else "全部单位"
    return _listed(source, "list", (u.code for u in hit), among, chosen, words, items, forms)


def _listed(
    source: Source,
    kind: str,
    codes: Iterable[str],
    among: Iterable[UnitData],
    chosen: tuple[str, ...],
    words: str,
    items: tuple[str, ...],
    forms: frozenset[str],
    *,
    indicator: str = "",
    mark: str = "",
) -> Statement:
    codes, among = tuple(codes), tuple(among)
    scope = source.scope_name(chosen)
    return Statement(
        kind,
        ("、".join(source.names[code] for code in codes) or "无") + mark,
        indicator=indicator,
        scope=scope,
        coverage=source.data.coverage(forms, among) if forms else None,
        units=codes,
        among=tuple(unit.code for unit in among),
        describe=f"{words}（{scope}）",
        inputs=_inputs((unit for unit in among), items),
    )


def _entries(
    source: Source, indicator: str, group: Group
) -> tuple[tuple[str, ...], tuple[UnitData, ...], tuple[Entry, ...]]:
    chosen = chosen_groups(source, group)
    among = source.units(chosen, source.data.definitions[indicator].forms)
    return chosen, among, source.data.entries(indicator, among)


def _from_entries(
    source: Source, indicator: str, group: Group, codes: Iterable[str], words: str, mark: str = ""
) -> Statement:
    definition = source.data.definitions[indicator]
    chosen = chosen_groups(source, group)
    among = source.units(chosen, definition.forms)
    return _listed(
        source,
        "list",
        codes,
        among,
        chosen,
        f"{definition.name}{words}",
        definition.operands,
        definition.forms,
        indicator=indicator,
        mark=mark,
    )


def _line(line: Fraction | Statement) -> Value:
    if isinstance(line, Statement):
        return line.value if line.value is not None else UNDEFINED
    return line


def _beyond(source: Source, indicator: str, line: Fraction | Statement, group: Group, word: str) -> Statement:
    value = _line(line)
    _chosen, _among, entries = _entries(source, indicator, group)
    unit = source.data.definitions[indicator].unit_of_measure
    if not is_number(value):
        return _from_entries(source, indicator, group, (), f"{word}（无可比线）")
    chosen = below(entries, value) if word == "低于" else at_least(entries, value)
    shown = line.display if isinstance(line, Statement) else printed(value, _decimals(value), unit)
    basis = f"，{line.describe}" if isinstance(line, Statement) and line.describe else ""
    return _from_entries(source, indicator, group, (e.unit for e in chosen), f"{word} {shown}{basis}")


def _decimals(value: Fraction) -> int:
    return 0 if value.denominator == 1 else 2


def below_line(source: Source, indicator: str, line: Fraction | Statement, group: Group) -> Statement:
    """低于 is strict and compares exact values with the exact line."""
    return _beyond(source, indicator, line, group, "低于")


def at_least_line(source: Source, indicator: str, line: Fraction | Statement, group: Group) -> Statement:
    return _beyond(source, indicator, line, group, "不低于")


def zero(source: Source, indicator: str, group: Group) -> Statement:
    """Units that had something to do and did none of it; one to which it does not apply is never among them."""
    _chosen, _among, entries = _entries(source, indicator, group)
    return _from_entries(
        source, indicator, group, (e.unit for e in zero_numerator(entries)), "分子为 0 且分母大于 0"
    )


def _end(source: Source, indicator: str, n: int, group: Group, end: str) -> Statement:
    chosen = chosen_groups(source, group)
    if len(chosen) != 1:
        raise ValueError("places exist inside one group")
    ranking = source.data.ranking(indicator, chosen[0])
    found = cut(ranking, end="first" if end == "前" else "last", by=Count(n))
    mark = "（并列）" if found.grown_by_tie else ""
    return _from_entries(
        source, indicator, group, (row.unit for row in found.rows), f"{end}{n}名（并列不截断）", mark
    )


def first(source: Source, indicator: str, n: int, group: Group) -> Statement:
    return _end(source, indicator, n, group, "前")


def last(source: Source, indicator: str, n: int, group: Group) -> Statement:
    return _end(source, indicator, n, group, "后")


def others(source: Source, listed: Statement) -> Statement:
    """The units the list was chosen from, without those in it."""
    rest = tuple(code for code in listed.among if code not in listed.units)
    return Statement(
        "list",
        "、".join(source.names[code] for code in rest) or "无",
        indicator=listed.indicator,
        scope=listed.scope,
        coverage=listed.coverage,
        units=rest,
        among=listed.among,
        describe=f"除去：{listed.describe}",
        inputs=listed.inputs,
    )


def wan(source: Source, figure: Statement, decimals: int) -> Statement:
    """A count in units of ten thousand (万), half up."""
    value = figure.value / 10_000 if is_number(figure.value) else (figure.value or UNDEFINED)
    return _with(
        figure, display=printed(value, decimals, "万"), unit_of_measure="万", decimals=decimals, value=value
    )


def _with(figure: Statement, **changes: object) -> Statement:
    return Statement(**{**figure.__dict__, **changes})


def fact(source: Source, code: str) -> Statement:
    """A typed fact; its source stands beside it wherever it is opened."""
    data = source.facts[code.removeprefix("fact.")]
    value = data.number
    places = 0 if value is None else _places_of(value)
    return Statement(
        "fact",
        printed(value, places, data.unit_of_measure) if value is not None else data.text,
        value,
        places,
        data.unit_of_measure,
        typed_by=data.typed_by,
        source=data.source,
        describe=f"录入事实：{data.name}（{data.source}）",
    )


def _places_of(value: Fraction) -> int:
    places = 0
    while (value * 10**places).denominator != 1 and places < 6:
        places += 1
    return places


def target(source: Source, indicator: str, group: Group) -> Statement:
    """The target in force for the period."""
    definition, chosen = source.data.definitions[indicator], chosen_groups(source, group)
    goal = source.data.target(indicator, chosen[0])
    value: Value = goal.value if goal else MISSING
    places = _places_of(goal.value) if goal else 0
    return Statement(
        "target",
        printed(value, places, definition.unit_of_measure) if goal else "（未定目标）",
        value,
        places,
        definition.unit_of_measure,
        indicator,
        source.scope_name(chosen),
        source=goal.source if goal else "",
        describe=f"{definition.name}目标",
    )


def gap(source: Source, indicator: str, decimals: int, group: Group) -> Statement:
    """How far the overall figure is from its target, as a difference of exact values (个百分点 for rates), never negative."""
    overall, goal = rate(source, indicator, None, group, None), target(source, indicator, group)
    if not is_number(overall.value) or not is_number(goal.value):
        return _with(goal, kind="target", value=MISSING, display=_first_gap(overall, goal))
    unit = "个百分点" if overall.unit_of_measure == "%" else overall.unit_of_measure
    difference = abs(goal.value - overall.value)
    return _with(
        overall,
        kind="target",
        display=printed(difference, decimals, unit),
        value=difference,
        decimals=decimals,
        unit_of_measure=unit,
        describe=f"|{goal.display} － {overall.describe}|",
    )


def _first_gap(overall: Statement, goal: Statement) -> str:
    return overall.display if not is_number(overall.value) else goal.display


def attainment(source: Source, indicator: str, met: str, unmet: str, group: Group) -> Statement:
    """One of two texts: whether the overall figure meets its target."""
    overall = rate(source, indicator, None, group, None)
    chosen = chosen_groups(source, group)
    goal = source.data.target(indicator, chosen[0])
    if goal is None or not is_number(overall.value):
        return _with(overall, kind="text", display="（未定目标）" if goal is None else overall.display)
    reached = goal.met(overall.value)
    return _with(
        overall, kind="text", display=met if reached else unmet, describe=f"{overall.describe} 是否达到目标"
    )


def value(source: Source, figure: Statement) -> Value:
    """The exact number of a figure, for conditions and arithmetic."""
    return figure.value if figure.value is not None else UNDEFINED


def size(source: Source, listed: Statement) -> Fraction:
    """How many units a list names."""
    return Fraction(len(listed.units))


def share(source: Source, part: Statement, whole: Statement, decimals: int) -> Statement:
    """One figure's share of another, in per cent."""
    if not is_number(part.value) or not is_number(whole.value) or not whole.value:
        return _with(part, kind="rate", value=UNDEFINED, display="—")
    ratio = PERCENT * part.value / whole.value
    return _with(
        part,
        kind="rate",
        value=ratio,
        display=printed(ratio, decimals, "%"),
        decimals=decimals,
        unit_of_measure="%",
        describe=f"{part.describe} ÷ {whole.describe}",
        inputs=(*part.inputs, *whole.inputs),
    )


_TEXT_ITEM = Param("item", UNIT_TEXT, label="填报项")
_DECIMALS = Param("decimals", NUMBER, default=None, label="小数位", whole=_PLACES)
FUNCTIONS = FunctionTable(
    [
        *CORE,
        Function(
            "total",
            ("合计",),
            (
                Param("expression", NUMBER, scope=PER_UNIT, label="式子"),
                _GROUP,
                Param("unit", UNIT, default=None, label="单位"),
                Param("decimals", NUMBER, default=0, label="小数位", whole=_PLACES),
            ),
            FIGURE,
            total,
            "各单位的式子之和；写“单位=”时只取一个单位",
            (Example("合计(认领数)", "1259"),),
        ),
        Function(
            "rate",
            ("比率",),
            (_INDICATOR, _DECIMALS, _GROUP, Param("recipe", TEXT, default=None, label="算法")),
            FIGURE,
            rate,
            "指标的总体值；算法写“简单平均”时为各单位之平均，否则按指标的口径",
            (Example("比率(即办件率，小数位=1)", "46.8%"),),
        ),
        Function(
            "count",
            ("单位数",),
            (Param("condition", BOOLEAN, default=None, scope=PER_UNIT, label="条件"), _GROUP),
            FIGURE,
            count,
            "满足条件的单位个数；不写条件时为全部单位",
            (Example("单位数(认领数 > 0)", "34"),),
        ),
        Function(
            "units",
            ("名单",),
            (Param("condition", BOOLEAN, default=None, scope=PER_UNIT, label="条件"), _GROUP),
            LIST,
            units,
            "满足条件的单位名单",
            (Example("名单(即办件事项数 = 0)", "大数据局、城管局、烟草局"),),
        ),
        Function(
            "below",
            ("低于",),
            (_INDICATOR, Param("line", (NUMBER, FIGURE), label="线"), _GROUP),
            LIST,
            below_line,
            "指标低于某线的单位（严格小于，按精确值比较）；线可以是数、比率(…)、目标(…)、事实(…)",
            (Example("低于(办理时限压缩度，60)", "人社局、医保局、税务局"),),
        ),
        Function(
            "at_least",
            ("不低于",),
            (_INDICATOR, Param("line", (NUMBER, FIGURE), label="线"), _GROUP),
            LIST,
            at_least_line,
            "指标不低于某线的单位",
        ),
        Function(
            "zero",
            ("零值",),
            (_INDICATOR, _GROUP),
            LIST,
            zero,
            "分子为 0 而分母大于 0 的单位；不适用的不在内",
            (Example("零值(即办件率)", "大数据局、城管局、烟草局"),),
        ),
        Function(
            "first",
            ("前几名",),
            (_INDICATOR, Param("n", NUMBER, label="个数", whole=range(1, 1000)), _GROUP),
            LIST,
            first,
            "排名最前的单位，并列不截断",
        ),
        Function(
            "last",
            ("后几名",),
            (_INDICATOR, Param("n", NUMBER, label="个数", whole=range(1, 1000)), _GROUP),
            LIST,
            last,
            "排名最后的单位，并列不截断",
        ),
        Function("others", ("其余",), (Param("listed", LIST, label="名单"),), LIST, others, "名单以外的单位"),
        Function(
            "wan",
            ("万",),
            (
                Param("figure", FIGURE, label="数据"),
                Param("decimals", NUMBER, default=2, label="小数位", whole=_PLACES),
            ),
            FIGURE,
            wan,
            "以“万”为单位，四舍五入",
            (Example("万(合计(网上受理件数量，单位=区级部门))", "52.94万"),),
        ),
        Function(
            "fact", ("事实",), (Param("code", FACT, label="事实"),), FIGURE, fact, "编辑录入并注明来源的数据"
        ),
        Function("target", ("目标",), (_INDICATOR, _GROUP), FIGURE, target, "指标在本期的目标值"),
        Function(
            "gap",
            ("差距",),
            (_INDICATOR, Param("decimals", NUMBER, default=2, label="小数位", whole=_PLACES), _GROUP),
            FIGURE,
            gap,
            "总体值与目标的差，比率以“个百分点”表示",
            (Example("差距(监管行为覆盖率)", "2.46个百分点"),),
        ),
        Function(
            "attainment",
            ("达标",),
            (_INDICATOR, Param("met", TEXT, label="达到时"), Param("unmet", TEXT, label="未达到时"), _GROUP),
            FIGURE,
            attainment,
            "按是否达到目标，印两段文字之一",
        ),
        Function(
            "share",
            ("占比",),
            (
                Param("part", FIGURE, label="部分"),
                Param("whole", FIGURE, label="总体"),
                Param("decimals", NUMBER, default=1, label="小数位", whole=_PLACES),
            ),
            FIGURE,
            share,
            "一个数据占另一个的百分比",
        ),
        Function(
            "groups",
            ("组",),
            (Param("codes", GROUP, label="考核组"),),
            GROUPS,
            groups,
            "几个考核组合在一起",
            variadic=True,
        ),
        Function(
            "value",
            ("数值",),
            (Param("figure", FIGURE, label="数据"),),
            NUMBER,
            value,
            "数据的精确值，用于比较和运算",
        ),
        Function(
            "unit_texts",
            ("各单位文字",),
            (
                _TEXT_ITEM,
                _GROUP,
                Param("prefix", TEXT, default="单位名：", label="前缀"),
            ),
            TEXTS,
            unit_texts,
            "每个单位一段：报送并经审批的文字，按公文顺序；没有文字的单位不列。单独占一行。前缀里的“单位名”换成单位名称",
        ),
        Function(
            "units_without_text",
            ("未报文字",),
            (_TEXT_ITEM, _GROUP),
            LIST,
            units_without_text,
            "应报而没有经审批的文字的单位名单",
        ),
        Function("size", ("个数",), (Param("listed", LIST, label="名单"),), NUMBER, size, "名单里的单位个数"),
    ]
)
