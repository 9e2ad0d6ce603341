"""The constructs that are drawn."""

from expressions import NUMBER, TEXT, Function, Param
from reports.statements.charts import FIRST, LAST, bars, trend
from reports.statements.model import CHART
from reports.statements.params import GROUP_PARAM, INDICATOR_PARAM, UNIT_PARAM

_TITLE = Param("title", TEXT, default="", label="标题")

CHARTS_TABLE = (
    Function(
        "bars",
        ("排名图",),
        (
            INDICATOR_PARAM,
            GROUP_PARAM,
            Param("n", NUMBER, default=None, label="个数", whole=range(1, 1000)),
            Param("end", TEXT, default=FIRST, label="哪一头", words={"前": FIRST, "后": LAST}),
            _TITLE,
            Param("last", NUMBER, default=0, label="标出后几名", whole=range(1000)),
        ),
        CHART,
        bars,
        "一个组的单位按名次排成条形图，带平均线和目标线；没有名次的在最后。写“个数”时只画前（后）几名，并列不截断。单独占一行",
    ),
    Function(
        "trend",
        ("走势图",),
        (
            INDICATOR_PARAM,
            Param("periods", NUMBER, default=6, label="期数", whole=range(2, 37)),
            GROUP_PARAM,
            UNIT_PARAM,
            _TITLE,
        ),
        CHART,
        trend,
        "总体值（写“单位=”时是这个单位的值）最近几期的折线，带目标线；没有数的一期断开。单独占一行",
    ),
)
