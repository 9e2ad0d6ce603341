"""Parameters that many constructs of bulletin text share."""

from expressions import NUMBER, TEXT, Param
from reports.statements.model import GROUP, GROUPS, INDICATOR, UNIT

PLACES = range(7)
YES, NO = "yes", "no"
_YES_OR_NO = {"是": YES, "否": NO}
GROUP_PARAM = Param("group", (GROUP, GROUPS), default=None, label="组")
INDICATOR_PARAM = Param("indicator", INDICATOR, label="指标")
DECIMALS = Param("decimals", NUMBER, default=None, label="小数位", whole=PLACES)
UNIT_PARAM = Param("unit", UNIT, default=None, label="单位")
RECIPE_PARAM = Param(
    "recipe", TEXT, default=None, label="算法", words={"合并计算": "pooled", "简单平均": "mean"}
)
# Values and line are compared as printed with so many decimals; without it exactly.
COMPARE_PARAM = Param("compare", NUMBER, default=None, label="比较小数位", whole=PLACES)
COUNT_PARAM = Param("n", NUMBER, label="个数", whole=range(1, 1000))


def decimals(default: int) -> Param:
    """How many decimals are printed, `default` when a template says nothing."""
    return Param("decimals", NUMBER, default=default, label="小数位", whole=PLACES)


def yes_or_no(name: str, label: str, default: str) -> Param:
    """A choice written 是 or 否, handed over as YES or NO."""
    return Param(name, TEXT, default=default, label=label, words=_YES_OR_NO)
