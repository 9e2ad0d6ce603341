"""What every leaf with figures is measured by: one indicator per published target, and what else its points need."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from govsvc.packs import schema
from tests.fucheng import truth
from tests.fucheng.units import BY_NAME

START = dt.date(2023, 1, 1)
SOURCE = "涪城区2023年“一网通办”能力巩固提升重点任务清单"
OPERATORS = {"=": "equal", ">=": "at_least", "<=": "at_most"}
# Section → the form most of its figures come from.
FORM = {"1": "items", "2": "week", "3": "licences", "4": "licences", "5": "works", "6": "data", "7": "supervision", "8": "special"}  # fmt: skip


@dataclass(frozen=True)
class Metric:
    """One indicator. `printed` is the published metric it measures, "" for what is ours alone."""

    code: str
    leaf: str
    name: str
    numerator: str
    denominator: str
    printed: str = ""
    unit: str = "%"
    decimals: int = 2
    direction: str = "higher"
    note: str = ""


def _share(leaf: str, part: str, whole: str, printed: str = "", letter: str = "", name: str = "") -> Metric:
    """A percentage of two figures of the section's form."""
    form = FORM[leaf.split(".")[0]]
    return Metric(
        _code(leaf, letter),
        leaf,
        f"{name or printed}（{leaf}）",
        f"{form}.{part}",
        f"{form}.{whole}",
        printed,
    )


def _count(leaf: str, item: str, printed: str, unit: str, name: str = "") -> Metric:
    """A number as it is reported; several units together are their mean."""
    form = FORM[leaf.split(".")[0]]
    return Metric(
        _code(leaf), leaf, f"{name or printed}（{leaf}）", f"{form}.{item}", "1", printed, unit, decimals=0
    )


def _code(leaf: str, letter: str = "") -> str:
    return "l" + leaf.replace(".", "_") + letter


def _together(leaf: str, name: str, parts: list[tuple[str, str]], note: str) -> Metric:
    """Leaves with several rates score by all of them pooled: the sum of the numerators ÷ the sum of the denominators."""
    numerator = " + ".join(part for part, _whole in parts)
    denominator = " + ".join(whole for _part, whole in parts)
    return Metric(_code(leaf), leaf, f"{name}（{leaf}）", numerator, denominator, note=note)


POOLED = "几个指标合并计分：分子之和÷分母之和（合成）；各指标另有自己的目标。"
METRICS = (
    _share("1.1", "local_published", "local_items", "地方清单主子项发布率", "a"),
    _share("1.1", "local_impl_published", "local_impl", "地方实施清单发布率", "b"),
    _together("1.1", "地方清单发布率合计", [("items.local_published", "items.local_items"), ("items.local_impl_published", "items.local_impl")], POOLED),
    _share("1.2", "impl_claimed", "impl", "实施清单认领率", "a"),
    _share("1.2", "guides_published", "guides", "办事指南发布率", "b"),
    _together("1.2", "认领率和发布率合计", [("items.impl_claimed", "items.impl"), ("items.guides_published", "items.guides")], POOLED),
    _share("1.3", "scanned_right", "scanned", "办事指南准确率"),
    _share("2.1", "on_platform", "accepted", name="办件数据汇聚率"),
    _share("2.2", "on_time", "due", "按时办结率"),
    Metric("l2_2b", "2.2", "即办件办结时长（2.2）", "week.instant_hours", "week.instant", "即办件办结时长", "小时", 1, "lower", "平均每件"),
    Metric("l2_2c", "2.2", "申请受理时长（2.2）", "week.accept_days", "week.applied", "申请受理时长", "工作日", 1, "lower", "平均每件"),
    _share("2.3", "reviewed", "accepted", "主动评价数/办件数", name="主动评价率"),
    _share("2.4", "good", "reviewed", "主动评价好评率"),
    _share("2.4", "reviewed", "accepted", "主动评价率", "b"),
    Metric("l2_5a", "2.5", "差评按期整改率（2.5）", "chaping.on_time", "chaping.due", "差评按期整改率"),
    Metric("l2_5b", "2.5", "整改回访率（2.5）", "chaping.revisited", "chaping.mended", "整改回访率"),
    Metric("l2_5c", "2.5", "整改满意率（2.5）", "chaping.satisfied", "chaping.revisited", "整改满意率"),
    _together("2.5", "差评整改合计", [("chaping.on_time", "chaping.due"), ("chaping.revisited", "chaping.mended"), ("chaping.satisfied", "chaping.revisited")], POOLED),
    _share("2.6", "hotline_on_time", "hotline_due", "按时办结率", "a", "12345按时办结率"),
    _share("2.6", "hotline_passed", "hotline_due", "审核通过率", "b", "12345审核通过率"),
    _together("2.6", "12345办理合计", [("week.hotline_on_time", "week.hotline_due"), ("week.hotline_passed", "week.hotline_due")], POOLED),
    _share("3.1", "live", "cases", "电子证照实时生产率"),
    _share("3.2", "reissued", "to_reissue", "证照补录率"),
    _share("3.3", "sealed", "stock", "证照签章率"),
    _share("3.4", "called", "cases", "证照调用率"),
    _count("4.1", "apps", "高频掌上办应用数", "个"),
    _count("4.3", "themes", "", "个", "主题服务数"),
    _count("4.11", "self_items", "自助办事项接入数", "个"),
    Metric("l5_2", "5.2", "每个项目录入的主线审批事项（5.2）", "works.main_entered", "works.projects", "主线审批事项录入", "项"),
    _share("5.3", "main_right", "main_cases", "主线办件准确率"),
    _share("5.4", "agency_right", "agency_cases", "办件准确率", name="中介超市办件准确率"),
    _share("5.5", "water_right", "water_cases", "办件准确率", name="水气报装办件准确率"),
    _share("5.6", "power_right", "power_cases", "办件准确率", name="电报装办件准确率"),
    _share("5.7", "plan_right", "plan_cases", "办件准确率", name="其他辅线办件准确率"),
    _share("5.8", "land_right", "land_cases", "办件准确率", name="其他辅线办件准确率"),
    _share("6.1", "updated", "mounted", "更新库表资源/已挂接库表资源", name="数据更新率"),
    Metric("l6_2", "6.2", "大容量库表资源占比（6.2）", "data.big", "data.goal", "大容量库表资源/本单位目标资源", note="大容量阈值：数据量在10000条（1W条）以上"),
    _share("6.3", "effective", "goal", "有效资源数/目标数", name="目标任务完成度"),
    _count("6.4", "interfaces", "挂接接口数", "个"),
    _count("6.5", "articles", "采纳篇数", "篇"),
    _count("6.6", "calls", "申请接口数", "个"),
    _share("6.7", "effective", "all_resources", "有效资源占比"),
    _share("7.1", "directory_claimed", "directory", "目录清单认领率"),
    _share("7.2", "checks_done", "checks", "实施清单完成情况"),
    _share("7.3", "mains_covered", "mains", "监管主项覆盖率"),
    _count("7.4", "actions", "", "条", "监管行为数据量"),
    Metric("l7_5", "7.5", "双随机一公开数据量（7.5）", "supervision.random_plans + supervision.random_actions", "1", unit="条", decimals=0),
    Metric("l7_6", "7.6", "全市监管数据汇聚量占比全省排名（7.6）", "supervision.city_place", "1", "全市监管数据汇聚量占比排名", "名(全省)", 0, "lower"),
    _share("7.7", "kinds_catalogued", "kinds", "编目完成度"),
    _share("7.8", "systems_filled", "systems", "系统采集填报情况"),
    _share("8.1", "published", "listed", "配置发布情况"),
    _share("8.2", "urls_usable", "urls", "可用性"),
    _share("8.3", "windows_in", "windows", "入驻率"),
    _share("8.4", "guides_right", "guides", "办事指南准确率"),
    _count("8.5", "cases", "", "件", "园区一件事办件总数"),
    _share("8.6", "sichuan_chongqing_done", "sichuan_chongqing", "认领发布率", name="“川渝通办”认领发布率"),
    _share("8.7", "province_done", "province", "认领发布率", name="“省内通办”认领发布率"),
    _count("8.8", "policies", "", "条", "惠企政策汇聚量"),
    _share("8.9", "explained", "policies", "解读率"),
    _count("8.10", "no_application", "", "项", "“免申即享”服务数量"),
    _count("8.11", "policy_guides", "", "条", "政策申报指南汇聚量"),
)  # fmt: skip


def indicators() -> list[schema.IndicatorSpec]:
    """The content of indicators.yaml."""
    return [
        schema.IndicatorSpec(
            code=metric.code,
            name=metric.name,
            versions=(
                schema.VersionSpec(
                    valid_from=START,
                    numerator=metric.numerator,
                    denominator=metric.denominator,
                    factor=Decimal(100 if metric.unit == "%" else 1),
                    unit_of_measure=metric.unit,
                    decimals=metric.decimals,
                    direction=metric.direction,
                    lead=_lead(metric.leaf),
                    responsible=_responsible(metric.leaf),
                    note=metric.note or "取数口径为合成",
                ),
            ),
        )
        for metric in METRICS
    ]


def _lead(leaf: str) -> str:
    """The first unit named; the printed words stand at the leaf."""
    row = next(row for row in truth.leaves() if row["id"] == leaf)
    return BY_NAME[row["牵头单位"].split("、")[0].split("(")[0]]


def _responsible(leaf: str) -> tuple[str, ...]:
    """The units named one by one; whole groups are asked by the forms."""
    row = next(row for row in truth.leaves() if row["id"] == leaf)
    return tuple(BY_NAME[name] for name in row["责任单位_list"].split("|") if name in BY_NAME)


def targets() -> list[schema.TargetSpec]:
    """The content of targets.yaml: the published targets for the year, and the scope of 5.2."""
    by_metric = {(metric.leaf, metric.printed): metric.code for metric in METRICS if metric.printed}
    return [
        schema.TargetSpec(
            indicator=by_metric[row["id"], row["metric"]],
            period="2023",
            operator=OPERATORS[row["op"]],
            value=Decimal(row["value"]),
            aim=Decimal(100) if row["id"] == "7.3" else None,
            cumulative="cumulative" in row["period"],
            source=f"{SOURCE}：{row['phrase']}",
        )
        for row in sorted(truth.targets(), key=lambda row: _place(by_metric.get((row["id"], row["metric"]))))
        if row["role"] != "threshold"
    ]


def _place(code: str | None) -> int:
    codes = [metric.code for metric in METRICS]
    return codes.index(code) if code in codes else -1
