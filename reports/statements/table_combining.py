"""The constructs that make lists from lists: other units, another order, other words between them."""

from expressions import NUMBER, TEXT, Example, Function, Param
from reports.statements.model import LIST, PER_UNIT, UNIT
from reports.statements.more_lists import (
    both,
    by_place,
    either,
    in_order,
    joined,
    named,
    ordered,
    these,
    without,
)
from reports.statements.params import INDICATOR_PARAM

_LISTED = Param("listed", LIST, label="名单")

COMBINING_TABLE = (
    Function(
        "except",
        ("除去",),
        (_LISTED, Param("removed", LIST, label="除去的")),
        LIST,
        without,
        "前一个名单里不在后一个名单里的单位",
        (Example("除去(名单(已完成 = 0)，名单(无需排查 = 1))", "公安分局、医保局"),),
    ),
    Function(
        "both",
        ("同时",),
        (_LISTED, Param("other", LIST, label="另一个")),
        LIST,
        both,
        "两个名单里都有的单位，按公文顺序",
    ),
    Function(
        "either",
        ("或者",),
        (_LISTED, Param("other", LIST, label="另一个")),
        LIST,
        either,
        "至少在一个名单里的单位，按公文顺序",
    ),
    Function(
        "ordered",
        ("按数排",),
        (
            _LISTED,
            Param("by", NUMBER, scope=PER_UNIT, label="式子"),
            Param(
                "order",
                TEXT,
                default="descending",
                label="次序",
                words={"降序": "descending", "升序": "ascending"},
            ),
        ),
        LIST,
        ordered,
        "名单按一个数从大到小（或升序）排；没有数的在最后",
    ),
    Function(
        "by_place",
        ("按名次排",),
        (_LISTED, INDICATOR_PARAM),
        LIST,
        by_place,
        "名单按指标的名次排；没有名次的在最后",
    ),
    Function(
        "in_order",
        ("依次",),
        (_LISTED, Param("units", UNIT, label="单位")),
        LIST,
        in_order,
        "名单里写出的单位在前，按写的次序；其余的照旧",
        variadic=True,
    ),
    Function(
        "these",
        ("这些单位",),
        (Param("units", UNIT, label="单位"),),
        LIST,
        these,
        "正文里写明的单位，用于“除外”“除去”等",
        (Example("除去(名单(已完成 = 0)，这些单位(房管局))", "公安分局、医保局"),),
        variadic=True,
    ),
    Function(
        "named",
        ("用名",),
        (_LISTED, Param("usage", TEXT, label="名称集")),
        LIST,
        named,
        "名单改用另一个名称集里的单位名称；其中没有的用简称",
        (Example("用名(零值(主项覆盖率)，“annex5”)", "金融办、工信局"),),
    ),
    Function(
        "joined",
        ("连接",),
        (
            _LISTED,
            Param("separator", TEXT, default="、", label="分隔"),
            Param("last", TEXT, default="", label="末尾"),
            Param("none", TEXT, default="无", label="空时"),
        ),
        LIST,
        joined,
        "名单用别的字连接：“分隔”在两个之间，“末尾”在最后一个之前（如“和”），名单空时印“空时”",
        (Example("连接(低于(即办件率，60)，末尾=“和”)", "人社局、医保局和税务局"),),
    ),
)
