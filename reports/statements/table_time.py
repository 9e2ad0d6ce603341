"""The constructs over time: figures of other periods, how figures, places and lists moved, and how long a state has held."""

from expressions import BOOLEAN, NUMBER, TEXT, Example, Function, Param
from expressions.names import MAIN
from indicators.time_functions import FURTHEST
from reports.statements.change import FORMS, change, from_to
from reports.statements.contribution import contribution
from reports.statements.model import FIGURE, LIST, PER_UNIT, UNIT
from reports.statements.movers import decliners, improvers, moved_down, moved_up
from reports.statements.over_time import AGAINST, PREVIOUS, back, last_year, previous, rolling, year_to_date
from reports.statements.params import COUNT_PARAM, DECIMALS, GROUP_PARAM, INDICATOR_PARAM, YES, yes_or_no
from reports.statements.shares import count_change
from reports.statements.streaks import BREAK, GAPS, LONGEST, streak, streak_length
from reports.statements.targets import pace

# Checked here, computed in another period.
_ELSEWHERE = Param("figure", FIGURE, scope=MAIN, label="数据")
_NOW = Param("now", FIGURE, label="现值")
_BEFORE = Param("before", FIGURE, label="原值")


def _word(name: str, label: str) -> Param:
    return Param(name, TEXT, default=None, label=label)


def _figure(name: str, label: str) -> Param:
    return Param(name, FIGURE, default=None, label=label)


_TYPED = _figure("typed", "录入")
_BASE = Param("base", TEXT, default=PREVIOUS, label="比", words=AGAINST)
_SHOWN = yes_or_no("shown", "附值", YES)
_CONDITION = Param("condition", BOOLEAN, scope=PER_UNIT, label="条件")
_GAPS = Param("gaps", TEXT, default=BREAK, label="未报期", words=GAPS)
_PLACES_MOVED = Param("n", NUMBER, default=None, label="个数", whole=range(1, 1000))
_WORDS = (_word("up", "升词"), _word("down", "降词"), _word("same", "平词"))

TIME = (
    Function(
        "previous",
        ("上期",),
        (_ELSEWHERE, _TYPED),
        FIGURE,
        previous,
        "数据在上一个报告期的值（月报是上月），取那一期现在已审批的数；那时没有人报，或者还没有这个指标、单位，就是未报，"
        "写了“录入”的用录入的数",
        (
            Example("上期(比率(即办件率))", "65.22%"),
            Example("上期(比率(即办件率)，录入=事实(五月即办件率))", "65.22%"),
        ),
    ),
    Function(
        "last_year",
        ("去年同期",),
        (_ELSEWHERE, _TYPED),
        FIGURE,
        last_year,
        "数据在去年同一报告期的值",
        (Example("去年同期(合计(受理数))", "4082"),),
    ),
    Function(
        "back",
        ("前n期", "往前"),
        (_ELSEWHERE, Param("n", NUMBER, label="期数", whole=range(1, FURTHEST + 1)), _TYPED),
        FIGURE,
        back,
        f"数据在几期（1–{FURTHEST}）以前的值",
        (Example("前n期(合计(受理数)，3)", "3901"),),
    ),
    Function(
        "ytd",
        ("本年累计",),
        (_ELSEWHERE,),
        FIGURE,
        year_to_date,
        "数据从报告期所在年的 1 月 1 日算到期末：流量相加，存量取最后一个；比率由累计的分子、分母重新计算",
        (Example("本年累计(合计(差评数))", "2"),),
    ),
    Function(
        "rolling",
        ("近几期",),
        (_ELSEWHERE, Param("n", NUMBER, label="期数", whole=range(1, FURTHEST + 1))),
        FIGURE,
        rolling,
        f"数据对本期在内的最近几期（1–{FURTHEST}）合起来算，规则同“本年累计”",
        (Example("近几期(合计(受理数)，3)", "11986"),),
    ),
    Function(
        "change",
        ("变化",),
        (
            _NOW,
            _BEFORE,
            Param("form", TEXT, default=None, label="形式", words=FORMS),
            DECIMALS,
            *_WORDS,
            _word("measure", "量词"),
        ),
        FIGURE,
        change,
        "一个数据比另一个增减多少，按精确值相减、印时舍入一次。比率一律印“个百分点”；数量印差，“形式”写“百分比”“倍”时"
        "印相对变化（降的印百分比；原值为 0 或负数时没有百分比，印差）。两个数印出来一样时印“持平”。“量词”跟在数量后面",
        (
            Example("变化(比率(即办件率)，上期(比率(即办件率)))", "降低2.51个百分点"),
            Example("变化(合计(电子证照数)，上期(合计(电子证照数))，量词=“条”)", "增长437条"),
        ),
    ),
    Function(
        "from_to",
        ("由到",),
        (_BEFORE, _NOW, DECIMALS, *_WORDS),
        FIGURE,
        from_to,
        "从一个值到另一个值；两个数印出来一样时印“保持在……”",
        (Example("由到(事实(五月压缩比)，比率(压缩比，小数位=2))", "由63.45%降至16.65%"),),
    ),
    Function(
        "count_change",
        ("单位数变化",),
        (
            _CONDITION,
            GROUP_PARAM,
            _BASE,
            *_WORDS,
            Param("measure", TEXT, default="个", label="量词"),
        ),
        FIGURE,
        count_change,
        "满足条件的单位比上期（去年同期）增减几个",
        (Example("单位数变化(即办件率 = 100)", "增加41个"),),
    ),
    Function(
        "contribution",
        ("影响",),
        (
            INDICATOR_PARAM,
            Param("unit", UNIT, label="单位"),
            GROUP_PARAM,
            _BASE,
            _figure("former_rate", "原比率"),
            _figure("former_numerator", "原分子"),
            _figure("former_denominator", "原分母"),
            DECIMALS,
            _word("up", "升词"),
            _word("down", "降词"),
        ),
        FIGURE,
        contribution,
        "一个单位使总体值变了多少：总体值减去“该单位的分子、分母仍为上期”时的总体值。原值也可以用录入事实：“原分子”和“原分母”，"
        "或“原比率”（按现在的分母折算）",
        (Example("影响(压缩比，公安分局，原比率=事实(公安分局五月压缩比))", "降低2.04个百分点"),),
    ),
    Function(
        "improvers",
        ("进步最大",),
        (INDICATOR_PARAM, COUNT_PARAM, GROUP_PARAM, _BASE, _SHOWN),
        LIST,
        improvers,
        "指标值比上期（去年同期）变好最多的几个单位，并列不截断；两期都有值的才比；附值写“否”时只印名称",
        (Example("进步最大(邀评率，1)", "公安分局（提高20.00个百分点）"),),
    ),
    Function(
        "decliners",
        ("退步最大",),
        (INDICATOR_PARAM, COUNT_PARAM, GROUP_PARAM, _BASE, _SHOWN),
        LIST,
        decliners,
        "指标值比上期（去年同期）变差最多的几个单位",
    ),
    Function(
        "moved_up",
        ("名次上升",),
        (INDICATOR_PARAM, _PLACES_MOVED, GROUP_PARAM, _BASE, _SHOWN),
        LIST,
        moved_up,
        "名次比上期上升的单位，升得多的在前；上期的名次按那一期现在已审批的数计算；两期都参加排名的才比",
        (Example("名次上升(即办件率)", "民政局（上升3位）"),),
    ),
    Function(
        "moved_down",
        ("名次下降",),
        (INDICATOR_PARAM, _PLACES_MOVED, GROUP_PARAM, _BASE, _SHOWN),
        LIST,
        moved_down,
        "名次比上期下降的单位，降得多的在前",
    ),
    Function(
        "streak",
        ("连续",),
        (
            _CONDITION,
            Param("least", NUMBER, default=2, label="至少", whole=range(1, LONGEST + 1)),
            GROUP_PARAM,
            _GAPS,
            _SHOWN,
        ),
        LIST,
        streak,
        f"到本期为止连续几期（最多看{LONGEST}期）满足条件的单位。条件没有结果（未报）的一期使连续中断，“未报期”写“跳过”时不计也不中断；"
        "谁都没有报的一期一定中断。没有安排报这张表的单位也看，所以“没有报也算 0”要写成：未报(派驻人数) 或 派驻人数 = 0",
        (Example("连续(未报(派驻人数) 或 派驻人数 = 0，6)", "水利局（连续6个月）"),),
    ),
    Function(
        "streak_length",
        ("连续期数",),
        (_CONDITION, Param("unit", UNIT, label="单位"), _GAPS),
        FIGURE,
        streak_length,
        "一个单位到本期为止连续几期满足条件",
        (Example("连续期数(未报(派驻人数) 或 派驻人数 = 0，水利局)", "6个月"),),
    ),
    Function(
        "pace",
        ("序时进度",),
        (INDICATOR_PARAM, GROUP_PARAM),
        FIGURE,
        pace,
        "总体值与目标相比；累计目标从目标期的第一天算到报告期末，同时说明完成比例是否跟上时间进度",
        (
            Example(
                "序时进度(办件量)",
                "距目标（≥600件）差285件，完成目标的52.50%，时间过去49.59%，跟上时间进度",
            ),
        ),
    ),
)
