"""The constructs that give one figure: sums, rates, shares, targets, typed facts."""

from expressions import NUMBER, TEXT, Example, Function, Param
from reports.statements.figures import (
    denominator,
    exclusion_note,
    fact,
    numerator,
    rate,
    share,
    total,
    value,
    wan,
    yi,
)
from reports.statements.model import FACT, FIGURE, PER_UNIT
from reports.statements.params import (
    COUNT_PARAM,
    DECIMALS,
    GROUP_PARAM,
    INDICATOR_PARAM,
    RECIPE_PARAM,
    UNIT_PARAM,
    decimals,
)
from reports.statements.shares import BOTTOM, LOWEST, balanced_share, bands, top_share
from reports.statements.targets import attainment, gap, target, target_aim, target_floor

FIGURES_TABLE = (
    Function(
        "total",
        ("合计",),
        (
            Param("expression", NUMBER, scope=PER_UNIT, label="式子"),
            GROUP_PARAM,
            UNIT_PARAM,
            decimals(0),
        ),
        FIGURE,
        total,
        "各单位的式子之和；写“单位=”时只取一个单位",
        (Example("合计(认领数)", "1259"),),
    ),
    Function(
        "rate",
        ("比率",),
        (INDICATOR_PARAM, DECIMALS, GROUP_PARAM, RECIPE_PARAM, UNIT_PARAM),
        FIGURE,
        rate,
        "指标的总体值；算法写“简单平均”时为各单位之平均，否则按指标的口径；写“单位=”时是这个单位的值",
        (Example("比率(即办件率，小数位=1)", "46.8%"),),
    ),
    Function(
        "share",
        ("占比",),
        (
            Param("part", FIGURE, label="部分"),
            Param("whole", FIGURE, label="总体"),
            decimals(1),
        ),
        FIGURE,
        share,
        "一个数据占另一个的百分比",
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
        "fact", ("事实",), (Param("code", FACT, label="事实"),), FIGURE, fact, "编辑录入并注明来源的数据"
    ),
    Function(
        "wan",
        ("万",),
        (
            Param("figure", FIGURE, label="数据"),
            decimals(2),
        ),
        FIGURE,
        wan,
        "以“万”为单位，四舍五入",
        (Example("万(合计(网上受理件数量，单位=区级部门))", "52.94万"),),
    ),
    Function("target", ("目标",), (INDICATOR_PARAM, GROUP_PARAM), FIGURE, target, "指标在本期的目标值"),
    Function(
        "yi",
        ("亿",),
        (Param("figure", FIGURE, label="数据"), decimals(2)),
        FIGURE,
        yi,
        "以“亿”为单位，四舍五入",
        (Example("亿(合计(归集数据条数)，1)", "3.2亿"),),
    ),
    Function(
        "numerator",
        ("分子",),
        (Param("figure", FIGURE, label="数据"), DECIMALS),
        FIGURE,
        numerator,
        "比率的分子；不是比率的数据印“—”",
        (Example("分子(比率(即办件率))", "1031"),),
    ),
    Function(
        "denominator",
        ("分母",),
        (Param("figure", FIGURE, label="数据"), DECIMALS),
        FIGURE,
        denominator,
        "比率的分母；不是比率的数据印“—”",
        (Example("分母(比率(即办件率))", "1644"),),
    ),
    Function(
        "gap",
        ("差距",),
        (INDICATOR_PARAM, decimals(2), GROUP_PARAM),
        FIGURE,
        gap,
        "总体值与目标的差，比率以“个百分点”表示",
        (Example("差距(监管行为覆盖率)", "2.46个百分点"),),
    ),
    Function(
        "attainment",
        ("达标",),
        (
            INDICATOR_PARAM,
            Param("met", TEXT, label="达到时"),
            Param("unmet", TEXT, label="未达到时"),
            GROUP_PARAM,
        ),
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
        "top_share",
        ("前几占比",),
        (
            Param("expression", NUMBER, scope=PER_UNIT, label="式子"),
            COUNT_PARAM,
            GROUP_PARAM,
            decimals(1),
        ),
        FIGURE,
        top_share,
        "式子最大的几个单位合起来占全部的百分比",
        (Example("前几占比(资源数据总量，1)", "87.2%"),),
    ),
    Function(
        "balanced_share",
        ("舍位占比",),
        (
            Param("which", NUMBER, label="第几个", whole=range(1, 7)),
            Param("first", FIGURE, label="部分1"),
            Param("second", FIGURE, label="部分2"),
            *(
                Param(name, FIGURE, default=None, label=f"部分{number}")
                for number, name in enumerate(("third", "fourth", "fifth", "sixth"), 3)
            ),
            decimals(1),
        ),
        FIGURE,
        balanced_share,
        "几个部分中第几个所占的百分比，各部分印出来正好合计 100%（舍去的进到余数最大的部分）；每处按同样的次序写全各个部分",
        (Example("舍位占比(1，合计(网上件)，合计(窗口件)，合计(自助件))", "33.4%"),),
    ),
    Function(
        "bands",
        ("分档",),
        (
            INDICATOR_PARAM,
            Param("first", NUMBER, label="线1"),
            *(
                Param(name, NUMBER, default=None, label=f"线{number}")
                for number, name in enumerate(("second", "third", "fourth", "fifth"), 2)
            ),
            Param("lowest", TEXT, default=BOTTOM, label="最后", words=LOWEST),
            GROUP_PARAM,
        ),
        FIGURE,
        bands,
        "按线从高到低把单位分档，各档用分号隔开；最后一条线印“以下”（“最后”写“以上”时与前面一样）；以上、以下都含本数",
        (Example("分档(覆盖率，100，85，50)", "达100%的有甲局；85%以上的有乙局、丙局；50%以下的有丁局"),),
    ),
    Function("target_floor", ("底线",), (INDICATOR_PARAM, GROUP_PARAM), FIGURE, target_floor, "目标的底线值"),
    Function("target_aim", ("力争",), (INDICATOR_PARAM, GROUP_PARAM), FIGURE, target_aim, "目标的争取值"),
)
