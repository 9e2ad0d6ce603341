"""The forms: a weekly one on cases and reviews, and a monthly one per section, all synthetic."""

from govsvc.packs import schema

# Form → title, frequency, notes, groups asked, further units, exempt units.
FORMS = {
    "week": ("办件和评价周报表（合成）", "week", "每周一报上一周的数；二、运行效能。", ("depts", "towns"), (), ()),
    "items": ("事项梳理月报表（合成）", "month", "截至月末；一、事项梳理。", ("depts", "towns"), (), ()),
    "licences": (
        "证照和分站点月报表（合成）", "month", "三、证照应用和四、分站点建设维护中的数。", ("depts", "towns"), (), (),
    ),
    "works": (
        "工程审批月报表（合成）", "month", "五、工程审批；没有这类业务的选“不适用”。", ("towns",), ("D08", "D12", "D13"), (),
    ),
    "data": ("数据共享与开放月报表（合成）", "month", "截至月末；六、数据共享与开放。", ("depts", "towns"), (), ()),
    "supervision": (
        "“互联网+监管”月报表（合成）", "month", "截至月末；七、“互联网+监管”。没有监管事项的单位不填。",
        ("depts", "towns"), (), ("D02", "D03"),
    ),
    "special": ("专项工作月报表（合成）", "month", "八、专项工作。", ("depts", "towns"), (), ()),
}  # fmt: skip
# Form → lines of: code, name, unit of measure, and what else holds: flow (else stock), d1 (one decimal), na (may not apply).
ITEMS = {
    "week": """
        accepted 受理办件数 件 flow
        on_platform 其中省一体化政务服务平台办件数 件 flow
        due 应办结件数 件 flow
        on_time 按时办结件数 件 flow
        instant 即办件数 件 flow
        instant_hours 即办件办结总时长 小时 flow d1
        applied 网上申请件数 件 flow
        accept_days 申请到受理总时长 工作日 flow d1
        reviewed 主动评价数 件 flow
        default_reviewed 默认评价数（超过5天未主动评价） 件 flow
        good 主动评价中的好评数 件 flow
        hotline_due 12345转办应办件数 件 flow na
        hotline_on_time 12345转办按时办结件数 件 flow na
        hotline_passed 12345转办审核通过件数 件 flow na
    """,
    "items": """
        local_items 地方清单主子项数 项
        local_published 地方清单主子项发布数 项
        local_impl 地方实施清单数 项
        local_impl_published 地方实施清单发布数 项
        impl 应认领实施清单数 项
        impl_claimed 认领实施清单数 项
        guides 应发布办事指南数 项
        guides_published 发布办事指南数 项
        scanned 每周扫描办事指南数 项 flow
        scanned_right 扫描无异常办事指南数 项 flow
    """,
    "licences": """
        cases 应出证照办件数 件 flow
        live 实时生成证照数 件 flow
        to_reissue 应补录证照数 件 flow
        reissued 补录证照数 件 flow
        stock 存量证照数 件
        sealed 已签章证照数 件
        called 成功调用电子证照的办件数 件 flow
        apps 接入高频掌上办应用数 个 na
        themes 主题服务数 个 na
        self_items 接入自助服务机的事项数 个
    """,
    "works": """
        projects 已办理施工许可的项目数 个 flow na
        main_entered 录入“工改2.0”的主线审批事项数 项 flow na
        main_cases 主线办件数 件 flow na
        main_right 主线准确办件数 件 flow na
        agency_cases 中介超市办件数 件 flow na
        agency_right 中介超市准确办件数 件 flow na
        water_cases 水气报装办件数 件 flow na
        water_right 水气报装准确办件数 件 flow na
        power_cases 电报装办件数 件 flow na
        power_right 电报装准确办件数 件 flow na
        plan_cases 其他辅线模块（联合验收等）办件数 件 flow na
        plan_right 其他辅线模块（联合验收等）准确办件数 件 flow na
        land_cases 其他辅线模块（多测合一等）办件数 件 flow na
        land_right 其他辅线模块（多测合一等）准确办件数 件 flow na
    """,
    "data": """
        mounted 已挂接库表资源数 个
        updated 本月更新的库表资源数 个 flow
        big 数据量在1W条以上的库表资源数 个
        goal 本单位目标资源数 个
        effective 有效资源数 个
        interfaces 累计挂接接口数 个
        articles 累计采纳篇数 篇
        calls 累计申请接口数 个
        all_resources 全部资源数 个
    """,
    "supervision": """
        directory 应认领目录清单数 项
        directory_claimed 认领目录清单数 项
        checks 应填报实施清单数 项
        checks_done 完成实施清单数 项
        mains 监管主项数 项
        mains_covered 有监管行为的主项数 项
        actions 录入监管行为数据量 条 flow
        random_plans 双随机计划数据量（年度和专项） 条 flow
        random_actions 双随机行为数 条 flow
        city_place 全市监管数据汇聚量占比全省排名 名 na
        kinds 应编目信息类数 类
        kinds_catalogued 完成编目信息类数 类
        systems 应填报业务系统数 个
        systems_filled 填报业务系统数 个
    """,
    "special": """
        listed 一件事应配置发布数 项
        published 一件事配置发布数 项
        urls 一件事应配置网址的事项数 项
        urls_usable 网址可用的事项数 项
        windows 一件事应入驻综窗数 项
        windows_in 一件事入驻综窗数 项
        guides 扫描一件事办事指南数 项 flow
        guides_right 一件事办事指南无异常数 项 flow
        cases 园区一件事办件总数 件 flow
        sichuan_chongqing 前三批“川渝通办”事项数 项
        sichuan_chongqing_done “川渝通办”认领发布数 项
        province 前两批“省内通办”事项数 项
        province_done “省内通办”认领发布数 项
        policies 惠企政策发布数 条
        explained 惠企政策解读数 条
        no_application “免申即享”服务数 项
        policy_guides 政策申报指南数 条
    """,
}
# A part is never more than the whole: form → (part, whole).
WITHIN = {
    "week": (
        ("on_platform", "accepted"), ("on_time", "due"), ("reviewed", "accepted"), ("good", "reviewed"),
        ("hotline_on_time", "hotline_due"), ("hotline_passed", "hotline_due"),
    ),
    "items": (
        ("local_published", "local_items"), ("local_impl_published", "local_impl"), ("impl_claimed", "impl"),
        ("guides_published", "guides"), ("scanned_right", "scanned"),
    ),
    "licences": (("live", "cases"), ("reissued", "to_reissue"), ("sealed", "stock"), ("called", "cases")),
    "works": (
        ("main_right", "main_cases"), ("agency_right", "agency_cases"), ("water_right", "water_cases"),
        ("power_right", "power_cases"), ("plan_right", "plan_cases"), ("land_right", "land_cases"),
    ),
    "data": (("updated", "mounted"), ("big", "goal"), ("effective", "all_resources")),
    "supervision": (
        ("directory_claimed", "directory"), ("checks_done", "checks"), ("mains_covered", "mains"),
        ("kinds_catalogued", "kinds"), ("systems_filled", "systems"),
    ),
    "special": (
        ("published", "listed"), ("urls_usable", "urls"), ("windows_in", "windows"), ("guides_right", "guides"),
        ("sichuan_chongqing_done", "sichuan_chongqing"), ("province_done", "province"), ("explained", "policies"),
    ),
}  # fmt: skip


def lines(form: str) -> list[tuple[str, str, str, frozenset[str]]]:
    """Code, name, unit of measure and marks of every item of a form."""
    found = [line.split() for line in ITEMS[form].strip().splitlines()]
    return [(code, name, unit, frozenset(marks)) for code, name, unit, *marks in found]


def forms() -> dict[str, schema.FormFile]:
    """The content of forms/*.yaml."""
    return {
        code: schema.FormFile(
            title=title,
            frequency=frequency,
            notes=notes,
            contact="区行政审批局（演示）",
            order=place,
            expected=schema.ExpectedSpec(groups=groups, units=units, exempt=exempt),
            items=tuple(_item(*line) for line in lines(code)),
            rules=tuple(_rule(code, part, whole) for part, whole in WITHIN[code]),
        )
        for place, (code, (title, frequency, notes, groups, units, exempt)) in enumerate(FORMS.items(), 1)
    }


def _item(code: str, name: str, unit: str, marks: frozenset[str]) -> schema.ItemSpec:
    return schema.ItemSpec(
        code=code,
        name=name,
        kind="decimal" if "d1" in marks else "whole",
        decimals=1 if "d1" in marks else 0,
        measure="flow" if "flow" in marks else "stock",
        unit_of_measure=unit,
        not_applicable="na" in marks,
    )


def _rule(form: str, part: str, whole: str) -> schema.RuleSpec:
    names = {code: name for code, name, _unit, _marks in lines(form)}
    return schema.RuleSpec(
        code=f"{part}_within",
        expression=f"{part} <= {whole}",
        message=f"{names[part]}不能大于{names[whole]}",
    )
