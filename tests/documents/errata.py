"""Documents of the other new kinds: a corrected edition, charts among the text."""

from typing import Any

from .wujin import wujin_document

NAMES = (
    "发展和改革委员会", "教育局", "科学技术局", "公安局武进分局交通警察大队", "民政局", "司法局", "财政局",
    "人力资源和社会保障局", "自然资源和规划局武进分局", "生态环境局", "住房和城乡建设局", "交通运输局", "水利局",
    "农业农村局", "商务局", "文体广电和旅游局", "卫生健康局", "退役军人事务局", "应急管理局", "审计局",
)  # fmt: skip


def erratum_document(status: str = "issued", synthetic: str = "") -> dict[str, Any]:
    """The second edition of the bulletin of 武进: differences of every kind, two units that changed their places."""
    differences = [
        {"kind": "figure", "where": "rate", "label": "正文“即办件率”", "before": "46.8%", "after": "46.9%"},
        {"kind": "cell", "where": "annex1/D14/claimed", "label": "附件1 人社局 认领数", "before": "41", "after": "43"},
        {"kind": "cell", "where": "annex1/D02/claimed", "label": "附件1 统计局 认领数", "before": None, "after": "2"},
        {
            "kind": "sentence", "where": "s2p1", "label": "“二、存在的问题”第1段",
            "before": "不见面办理率94.3%，其中区公安局、民政局、人社局、住建局、消防大队、不动产登记交易中心低于全区平均水平。",
            "after": "不见面办理率94.4%，其中区公安局、民政局、人社局、住建局、消防大队低于全区平均水平。",
        },
    ]  # fmt: skip
    moved = [
        {
            "ranking": "instant",
            "ranking_name": "即办件率",
            "unit": "D14",
            "name": "人社局",
            "before": 12,
            "after": 9,
        },
        {
            "ranking": "instant",
            "ranking_name": "即办件率",
            "unit": "D02",
            "name": "统计局",
            "before": None,
            "after": 10,
        },
    ]
    document = wujin_document(status, synthetic)
    return document | {
        "title": f"关于更正《{document['title']}》的通报",
        "number": "武政管通〔2022〕2号" if status == "issued" else None,
        "edition": 2,
        "erratum": {
            "number": "武政管通〔2022〕1号",
            "title": document["title"],
            "issued_at": "2022-04-18T10:00:00+08:00",
            "reason": "人社局补报认领数，原件计算时未计入",
            "differences": differences,
            "moved": moved,
            "holders": [
                {"name": "周文静", "address": "zhou@example.gov.cn", "sent_at": "2022-04-18T10:05:00+08:00"}
            ],
        },
    }


def bars(count: int = 20) -> dict[str, Any]:
    """A chart of units, one of them without a value, one the reader's own, the last three marked."""
    points = [
        {
            "label": NAMES[place % len(NAMES)],
            "value": None if place == 3 else f"{1000 - place * 23}/10",
            "display": "未报" if place == 3 else f"{100 - place * 2.3:.1f}%",
            "unit": f"D{place:02}",
            "mark": "own" if place == 5 else "last" if place >= count - 3 else "",
        }
        for place in range(count)
    ]
    lines = [
        {"label": "全区平均", "value": "943/10", "display": "94.3%"},
        {"label": "目标", "value": "25", "display": "25%"},
    ]
    return {
        "kind": "bars", "title": "各部门不见面办理率", "unit_of_measure": "%", "points": points, "lines": lines,
    }  # fmt: skip


def trend(count: int = 12) -> dict[str, Any]:
    """A chart of months with a gap in the fourth."""
    points = [
        {
            "label": f"2023年{month}月",
            "value": None if month == 4 else f"{60 + month * month % 7}",
            "display": "未报" if month == 4 else f"{60 + month * month % 7}.00%",
            "unit": "",
            "mark": "",
        }
        for month in range(1, count + 1)
    ]
    lines = [{"label": "目标", "value": "70", "display": "70%"}]
    return {
        "kind": "trend", "title": "即办件占比走势", "unit_of_measure": "%", "points": points, "lines": lines,
    }  # fmt: skip


def chart_document(count: int = 20) -> dict[str, Any]:
    """The bulletin of 武进 with two charts after its first section."""
    document = wujin_document()
    document["sections"][1]["paragraphs"] += [
        {"text": chart["title"], "figures": [], "chart": chart} for chart in (bars(count), trend())
    ]
    return document
