"""What people do beside figures: reports on leaves in words with the office's decision, and entries of registers."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

from govsvc.packs import schema
from tests.fucheng import MONTHS, SEED
from tests.fucheng.scheme import MONTHLY, RULES, VETO, monthly
from tests.fucheng.units import TWINS, UNITS, Person

SHANGHAI = ZoneInfo("Asia/Shanghai")
REPORTED = {"2023-04": dt.datetime(2023, 5, 5, 10, tzinfo=SHANGHAI), "2023-05": dt.datetime(2023, 6, 5, 10, tzinfo=SHANGHAI)}  # fmt: skip
DECIDED = dt.timedelta(days=2)
WORDS = {
    "done": "已完成（合成）",
    "on_track": "按计划推进，个别渠道正在调整（合成）",
    "behind": "有渠道没有改完，正在整改（合成）",
    "not_started": "尚未开展（合成）",
    "not_applicable": "本单位没有这类渠道（合成）",
}
# Leaf, unit, period → what is not drawn: a security gap in April, one report still to be confirmed, one returned.
FIXED = {
    (VETO, "T07", "2023-04"): "behind",
    (VETO, "D13", "2023-05"): "not_applicable",
    ("4.9", "D02", "2023-04"): "not_applicable",
    ("4.9", "D02", "2023-05"): "not_applicable",
}
WAITING, RETURNED = ("4.4", "T08", "2023-05"), ("4.5", "T08", "2023-05")


def leaf_reports() -> list[schema.LeafReportRow]:
    """The rows of leaf_reports.csv."""
    leaves = [key for key, (_points, rule, _wants) in RULES.items() if rule == "status"]
    return [
        _report(key, unit, period)
        for period in MONTHS
        for key in leaves
        for unit in UNITS
        if _applies(key, unit)
    ]


def _applies(key: str, unit: Person) -> bool:
    node = next(
        leaf
        for section in monthly().nodes
        for head in section.nodes
        for leaf in head.nodes
        if leaf.key == key
    )
    everybody = not node.groups and not node.units
    return everybody or unit.group in node.groups or unit.code in node.units


def _report(key: str, unit: Person, period: str) -> schema.LeafReportRow:
    drawn = TWINS.get((period, unit.code), unit.code)
    chance = random.Random(f"{SEED}/{key}/{period}/{drawn}")
    quality = next(one.quality for one in UNITS if one.code == drawn)
    status = FIXED.get((key, unit.code, period)) or _drawn(chance, quality, key)
    lowered = status == "done" and chance.random() < 0.08 and key != VETO
    place = key, unit.code, period
    at = REPORTED[period]
    common = {"scheme": MONTHLY, "key": key, "unit": unit.name, "period": period, "status": status}
    row = {**common, "text": WORDS[status], "reported_at": at}
    if place == WAITING:
        return schema.LeafReportRow(**row)
    row |= {"decided_at": at + DECIDED, "decided_by": "fucheng-admin2"}
    if place == RETURNED:
        return schema.LeafReportRow(**row, reason="请附截图（合成）")
    if lowered:
        return schema.LeafReportRow(**row, confirmed="on_track", reason="抽查有一个入口打不开（合成）")
    return schema.LeafReportRow(**row, confirmed=status)


def _drawn(chance: random.Random, quality: float, key: str) -> str:
    roll = chance.random()
    if key == VETO or roll < quality:
        return "done"
    return chance.choice(("on_track", "on_track", "behind", "not_started"))


# Reviews: unit, level of the register's own words, opened, due, since (None: still open), revisited, satisfied.
REVIEWS = """
区公安分局 网上差评 04-03 04-11 04-07 是 满意
区公安分局 窗口差评 04-10 04-17 04-14 是 不满意
区人社局 窗口差评 04-06 04-13 04-11 是 满意
区市场监督管理局 网上差评 04-12 04-19 04-21 是 满意
区医保局 窗口差评 04-17 04-24 04-20 是 满意
区自然资源局 网上差评 04-18 04-25 04-28 否
区工信局 网上差评 04-04 04-12 04-19 否
南坝镇（合成） 窗口差评 04-07 04-14 04-24 是 不满意
区公安分局 窗口差评 05-05 05-12 05-10 是 满意
区公安分局 网上差评 05-15 05-22 05-18 是 满意
区住建局 窗口差评 05-08 05-15 05-17 是 满意
区卫健局 网上差评 05-09 05-16 05-15 是 不满意
区市场监督管理局 网上差评 05-11 05-18 05-17 是 满意
区自然资源局 窗口差评 05-16 05-23 05-29 是 不满意
区人社局 网上差评 05-22 05-29 05-26 是 满意
南坝镇（合成） 窗口差评 05-10 05-17
城西街道（合成） 网上差评 05-18 05-25 05-24 是 满意
"""
PRAISE = """
区行政审批局 国家级 04-11
区行政审批局 省级 04-20
区大数据中心 攻坚快报 04-13
区人社局 省级 04-25
城东街道（合成） 攻坚快报 04-26
区行政审批局 国家级 05-09
区行政审批局 国家级 05-16
区行政审批局 省级 05-23
区大数据中心 省级 05-11
区大数据中心 攻坚快报 05-12
区市场监督管理局 攻坚快报 05-17
区公安分局 省级 05-24
城东街道（合成） 攻坚快报 05-19
城东街道（合成） 攻坚快报 05-25
"""
FAULTY = """
区自然资源局 04-14
区工信局 04-18
区工信局 04-21
区教体局 05-12
区自然资源局 05-15
区自然资源局 05-22
南坝镇（合成） 05-24
"""


def entries() -> dict[str, list[schema.EntryRow]]:
    """Register → its rows; every name says that it is synthetic."""
    return {
        "chaping": [_review(place, *line.split()) for place, line in _numbered(REVIEWS)],
        "xuanchuan": [
            schema.EntryRow(
                key=f"XX-2023-{place:03}", name=f"一网通办信息第{place}条被采用（合成）", unit=unit, type="简报采用",
                level=level, opened_on=_day(day), status="confirmed",
            )
            for place, line in _numbered(PRAISE)
            for unit, level, day in [line.split()]
        ],
        "wenti": [
            schema.EntryRow(
                key=f"WT-2023-{place:03}", name=f"问题资源第{place}个（合成）", unit=unit, type="问题资源",
                opened_on=_day(day), status="confirmed",
            )
            for place, line in _numbered(FAULTY)
            for unit, day in [line.split()]
        ],
    }  # fmt: skip


def _numbered(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.strip().splitlines(), 1))


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2023-{text}")


def _review(place: int, unit: str, type_: str, opened: str, due: str, *rest: str) -> schema.EntryRow:
    since, revisited, satisfied = (*rest, "", "", "")[:3]
    done = {"status": "done", "since": _day(since), "text": "已整改（合成）"} if since else {}
    told = {"revisited": revisited} | ({"satisfied": satisfied} if satisfied else {}) if revisited else {}
    return schema.EntryRow(
        key=f"CP-2023-{place:03}", name=f"差评第{place}件（合成）", unit=unit, type=type_,
        opened_on=_day(opened), due_on=_day(due), **done, **told,
    )  # fmt: skip
