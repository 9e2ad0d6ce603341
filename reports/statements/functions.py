"""The table of the constructs of bulletin text: one typed function each (design: bulletins, Sentences).

Every function gets the Source as its context. Groups default to the bulletin's own; only units that are asked for the
figures take part.
"""

from expressions import BOOLEAN, CORE, NUMBER, TEXT, Example, Function, FunctionTable, Param
from reports.statements.figures import exclusion_note, fact, rate, share, total, value, wan
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
)
from reports.statements.targets import attainment, gap, target
from reports.statements.unit_texts import unit_texts, units_without_text

_PLACES = range(7)
_GROUP = Param("group", (GROUP, GROUPS), default=None, label="组")
_INDICATOR = Param("indicator", INDICATOR, label="指标")
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
            "exclusion_note",
            ("核减说明",),
            (),
            FIGURE,
            exclusion_note,
            "本期经批准的核减：哪个单位、多少、为什么；没有则不印",
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
