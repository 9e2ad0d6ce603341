"""The constructs that list units, count them, or repeat what each of them wrote."""

from expressions import BOOLEAN, NUMBER, TEXT, Example, Function, Param
from reports.statements.lists import (
    at_least_line,
    below_line,
    count,
    first,
    groups,
    last,
    others,
    size,
    units,
    zero,
)
from reports.statements.model import FIGURE, GROUP, GROUPS, LIST, PER_UNIT, TEXTS, UNIT_TEXT
from reports.statements.params import COMPARE_PARAM, COUNT_PARAM, GROUP_PARAM, INDICATOR_PARAM, UNIT_PARAM
from reports.statements.unit_texts import unit_texts, units_without_text

_TEXT_ITEM = Param("item", UNIT_TEXT, label="填报项")
_LINE = Param("line", (NUMBER, FIGURE), label="线")
_CONDITION = Param("condition", BOOLEAN, default=None, scope=PER_UNIT, label="条件")

LISTS_TABLE = (
    Function(
        "count",
        ("单位数",),
        (_CONDITION, GROUP_PARAM),
        FIGURE,
        count,
        "满足条件的单位个数；不写条件时为全部单位",
        (Example("单位数(认领数 > 0)", "34"),),
    ),
    Function(
        "units",
        ("名单",),
        (_CONDITION, GROUP_PARAM),
        LIST,
        units,
        "满足条件的单位名单",
        (Example("名单(即办件事项数 = 0)", "大数据局、城管局、烟草局"),),
    ),
    Function(
        "below",
        ("低于",),
        (INDICATOR_PARAM, _LINE, GROUP_PARAM, COMPARE_PARAM),
        LIST,
        below_line,
        "指标低于某线的单位（严格小于，按精确值比较，写“比较小数位”时按印出来的值）；线可以是数、比率(…)、目标(…)、事实(…)",
        (Example("低于(办理时限压缩度，60)", "人社局、医保局、税务局"),),
    ),
    Function(
        "at_least",
        ("不低于",),
        (INDICATOR_PARAM, _LINE, GROUP_PARAM, COMPARE_PARAM),
        LIST,
        at_least_line,
        "指标不低于某线的单位",
    ),
    Function(
        "zero",
        ("零值",),
        (INDICATOR_PARAM, GROUP_PARAM),
        LIST,
        zero,
        "分子为 0 而分母大于 0 的单位；不适用的不在内",
        (Example("零值(即办件率)", "大数据局、城管局、烟草局"),),
    ),
    Function(
        "first",
        ("前几名",),
        (INDICATOR_PARAM, COUNT_PARAM, GROUP_PARAM),
        LIST,
        first,
        "排名最前的单位，并列不截断",
    ),
    Function(
        "last",
        ("后几名",),
        (INDICATOR_PARAM, COUNT_PARAM, GROUP_PARAM),
        LIST,
        last,
        "排名最后的单位，并列不截断",
    ),
    Function("others", ("其余",), (Param("listed", LIST, label="名单"),), LIST, others, "名单以外的单位"),
    Function(
        "groups",
        ("组",),
        (Param("codes", GROUP, label="考核组"),),
        GROUPS,
        groups,
        "几个考核组合在一起",
        variadic=True,
    ),
    Function("size", ("个数",), (Param("listed", LIST, label="名单"),), NUMBER, size, "名单里的单位个数"),
    Function(
        "unit_texts",
        ("各单位文字",),
        (
            _TEXT_ITEM,
            GROUP_PARAM,
            Param("prefix", TEXT, default="单位名：", label="前缀"),
            UNIT_PARAM,
        ),
        TEXTS,
        unit_texts,
        "每个单位一段：报送并经审批的文字，按公文顺序；没有文字的单位不列。单独占一行。前缀里的“单位名”换成单位名称；写“单位=”时只取一个单位",
    ),
    Function(
        "units_without_text",
        ("未报文字",),
        (_TEXT_ITEM, GROUP_PARAM),
        LIST,
        units_without_text,
        "应报而没有经审批的文字的单位名单",
    ),
)
