"""The constructs that compare units with an average or another unit, print figures beside them, or combine lists."""

from expressions import BOOLEAN, NUMBER, TEXT, Example, Function, Param
from reports.statements.comparisons import below_unit, best_worst, compare, place, ranked, source_of
from reports.statements.counted_lists import (
    ALONE,
    DIFFERENCE,
    IN_BRACKETS,
    RATIO,
    RUNNING,
    counts,
    gap_list,
    sum_of,
    values,
)
from reports.statements.duty_lists import late, unreported, without_figures
from reports.statements.entry_lists import entries, repeats
from reports.statements.lists import zero
from reports.statements.model import FIGURE, FORM, GROUP, GROUPS, LIST, PER_UNIT, REGISTER, UNIT
from reports.statements.more_lists import below_average
from reports.statements.params import (
    COMPARE_PARAM,
    COUNT_PARAM,
    DECIMALS,
    GROUP_PARAM,
    INDICATOR_PARAM,
    NO,
    RECIPE_PARAM,
    decimals,
    yes_or_no,
)
from reports.statements.table_charts import CHARTS_TABLE
from reports.statements.table_combining import COMBINING_TABLE

_LISTED = Param("listed", LIST, label="名单")
_EXPRESSION = Param("expression", NUMBER, scope=PER_UNIT, label="式子")
_FORM = Param("form", FORM, label="报表")
_REGISTER = Param("register", REGISTER, label="台账")
_STYLES = {"括号": IN_BRACKETS, "连写": RUNNING, "只印值": ALONE}


def _text(name: str, label: str, default: str) -> Param:
    return Param(name, TEXT, default=default, label=label)


def _style(default: str) -> Param:
    return Param("style", TEXT, default=default, label="样式", words=_STYLES)


_AGAINST = (
    Function(
        "below_average",
        ("低于平均",),
        (
            INDICATOR_PARAM,
            GROUP_PARAM,
            RECIPE_PARAM,
            Param("except", LIST, default=None, label="除外"),
            _text("reason", "理由", ""),
            _text("words", "后接", ""),
            Param("scope", (GROUP, GROUPS), default=None, label="平均范围"),
            COMPARE_PARAM,
        ),
        LIST,
        below_average,
        "低于平均水平的单位（严格小于）；平均按指标的口径或写明的算法，范围是本组或“平均范围”。“除外”的单位仍计入平均，"
        "低于平均时不列入，名称和理由印在后面。“后接”里的“平均值”换成平均值。写“比较小数位”时按印出来的值比较",
        (
            Example(
                "低于平均(不见面率，除外=名单(涉密 = 1)，理由=“由于必须见面办理”，后接=“低于平均水平（平均值）”)",
                "住建局、民政局低于平均水平（96.34%）（公安局由于必须见面办理）",
            ),
        ),
    ),
    Function(
        "below_unit",
        ("低于单位",),
        (INDICATOR_PARAM, Param("unit", UNIT, label="单位"), GROUP_PARAM),
        LIST,
        below_unit,
        "指标低于另一个单位（如全市）的单位",
    ),
    Function(
        "compare",
        ("比较",),
        (
            Param("one", FIGURE, label="数据"),
            Param("other", (FIGURE, NUMBER), label="与"),
            _text("higher", "高于时", "高于"),
            _text("lower", "低于时", "低于"),
            _text("equal", "相等时", "持平"),
        ),
        FIGURE,
        compare,
        "按精确值比较两个数据（或一个数据与一个数），印三段文字之一",
        (Example("比较(比率(主项覆盖率)，比率(主项覆盖率，单位=安阳市))", "低于"),),
    ),
    Function(
        "best_worst",
        ("最好最差",),
        (
            INDICATOR_PARAM,
            _text("best", "最好词", "最好"),
            _text("worst", "最差词", "最差"),
            GROUP_PARAM,
        ),
        FIGURE,
        best_worst,
        "每个组排名第一和最后的单位及其值；并列的都印",
        (Example("最好最差(即办件率)", "水利局最好（100%），烟草局最差（0.0%）"),),
    ),
    Function(
        "place",
        ("名次",),
        (INDICATOR_PARAM, Param("unit", UNIT, label="单位"), _text("measure", "量词", "位")),
        FIGURE,
        place,
        "一个单位在本组的名次",
        (Example("名次(即办件率，水利局)", "第1位"),),
    ),
    Function(
        "ranked",
        ("参加排名数",),
        (INDICATOR_PARAM, GROUP_PARAM),
        FIGURE,
        ranked,
        "参加排名的单位个数；未报、不适用、分母为 0 或太小的不在内",
    ),
    Function(
        "source_of",
        ("来源",),
        (Param("figure", FIGURE, label="数据"),),
        FIGURE,
        source_of,
        "录入事实（或目标）注明的来源；计算的数据没有",
        (Example("来源(事实(全市线))", "市政务办通报"),),
    ),
)

_WITH_FIGURES = (
    Function(
        "counts",
        ("名单带数",),
        (
            _EXPRESSION,
            Param("condition", BOOLEAN, default=None, scope=PER_UNIT, label="条件"),
            _text("measure", "单位词", ""),
            decimals(0),
            Param("n", NUMBER, default=None, label="个数", whole=range(1, 1000)),
            _style(IN_BRACKETS),
            GROUP_PARAM,
        ),
        LIST,
        counts,
        "单位和它的数，从大到小，相等的按公文顺序；不写条件时列大于 0 的。写“个数”时只列最大的几个，并列不截断",
        (Example("名单带数(逾期件数，单位词=“件”)", "教育局（31件）、民政局（4件）"),),
    ),
    Function("sum", ("名单合计",), (_LISTED,), FIGURE, sum_of, "带数的名单里各数之和"),
    Function(
        "values",
        ("各单位值",),
        (INDICATOR_PARAM, _style(RUNNING), DECIMALS, GROUP_PARAM),
        LIST,
        values,
        "每个单位的指标值，按公文顺序；未报的也列",
        (Example("各单位值(覆盖率，组=设区市)", "长沙98.2%、株洲97.0%"),),
    ),
    Function(
        "gap_list",
        ("差距最大",),
        (
            Param("one", NUMBER, scope=PER_UNIT, label="式子"),
            Param("other", NUMBER, scope=PER_UNIT, label="对照"),
            COUNT_PARAM,
            Param("kind", TEXT, default=DIFFERENCE, label="比法", words={"差": DIFFERENCE, "比": RATIO}),
            yes_or_no("shown", "附值", NO),
            GROUP_PARAM,
        ),
        LIST,
        gap_list,
        "前一个数比后一个数多得最多的几个单位，按差或比，并列不截断；后一个数为 0 的没有比值，单独说明",
        (Example("差距最大(部门报送，电子监察，2，比法=“比”)", "退役军人事务局、民政局"),),
    ),
)

_REPORTING = (
    Function(
        "zero_coverage",
        ("零覆盖",),
        (INDICATOR_PARAM, GROUP_PARAM),
        LIST,
        zero,
        "覆盖率为 0 的单位，同“零值”：分子为 0 而分母大于 0",
    ),
    Function(
        "without_figures",
        ("未填单位",),
        (_EXPRESSION, GROUP_PARAM),
        LIST,
        without_figures,
        "应报而没有报这个数的单位；报 0 和“不适用”都是报了",
    ),
    Function(
        "unreported",
        ("未报单位",),
        (_FORM, GROUP_PARAM),
        LIST,
        unreported,
        "应填这张报表而没有经审批的数据的单位",
        (Example("未报单位(办件月报)", "水利局"),),
    ),
    Function(
        "late",
        ("迟报单位",),
        (_FORM, GROUP_PARAM),
        LIST,
        late,
        "报告期内至少迟报过一次这张报表的单位；次数用“名单带数(报表.迟报次数)”",
    ),
    Function(
        "entries",
        ("条目",),
        (
            _REGISTER,
            _text("count", "统计", "pending"),
            Param("n", NUMBER, default=50, label="个数", whole=range(1, 1000)),
            yes_or_no("grouped", "分单位", NO),
            GROUP_PARAM,
        ),
        LIST,
        entries,
        "台账里某个统计（不写时为待办）的条目名称和单位，按公文顺序；超过个数时印“等n项”",
        (Example("条目(问题台账，“overdue”)", "电子证照未接入（民政局）、系统未对接（水利局）"),),
    ),
    Function(
        "repeats",
        ("重复发生",),
        (_REGISTER, GROUP_PARAM),
        LIST,
        repeats,
        "本期重复发生同类型条目的单位、类型和次数",
        (Example("重复发生(差评整改台账)", "教育局（超时2次）"),),
    ),
)

MORE_LISTS: tuple[Function, ...] = (*_AGAINST, *_WITH_FIGURES, *_REPORTING, *COMBINING_TABLE, *CHARTS_TABLE)
