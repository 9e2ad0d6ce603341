"""A 通知 with its table of 59 tasks (涪城, 2023): long texts, sections and headings merged over their tasks."""

from typing import Any

from tests.fucheng.truth import leaves

from .wujin import annex, column, paragraph, wujin_document

_HEADS = (
    ("number", "序号", "seq", True),
    ("section", "一级指标", "text", True),
    ("heading", "二级指标", "text", True),
    ("leaf", "三级指标", "text", True),
    ("task", "重点任务", "text", False),
    ("target", "目标", "text", False),
    ("lead", "牵头单位", "unit", False),
    ("units", "责任单位", "text", False),
    ("due", "完成时限", "text", False),
)
_FIELDS = (
    "序号",
    "一级指标",
    "二级指标",
    "三级指标",
    "重点任务",
    "targets",
    "牵头单位",
    "责任单位",
    "完成时限",
)


def notice_document(status: str = "issued", synthetic: str = "") -> dict[str, Any]:
    """The notice: a short letter and one annex of nine columns and 59 rows on turned sheets."""
    rows = [
        {
            "kind": "data",
            "unit": None,
            "cells": [line[field] for field in _FIELDS],
            "values": [None] * len(_FIELDS),
        }
        for line in leaves()
    ]
    columns = [column(code, [head], kind) | {"merge": merge} for code, head, kind, merge in _HEADS]
    return wujin_document(status, synthetic) | {
        "office": {"code": "fucheng", "name": "涪城区"},
        "bulletin": "renwu",
        "layout": "notice",
        "edition": 1,
        "title": "关于印发《涪城区2023年“一网通办”工作重点任务》的通知",
        "number": "涪服务办〔2023〕1号",
        "addressees": {
            "主送": ["各镇人民政府、街道办事处", "区级相关部门"],
            "抄送": [],
            "抄送标签": "抄送",
            "印发": {"机关": "涪城区行政审批局", "日期": "2023-04-18"},
        },
        "signature": {"name": "涪城区建设服务型政府领导小组办公室", "date": "2023-04-18"},
        "sections": [
            {
                "heading": "一、工作目标",
                "level": 1,
                "paragraphs": [
                    paragraph(
                        "以更便捷、更高效、更精准为服务目标，坚持“数据多跑路、群众少跑路”，围绕规范政务服务事项网上运行、提升政务服务运行效能、电子证照高质量归集应用，完成重点任务‹tasks=59›项。"
                    )
                ],
            }
        ],
        "annexes": [annex(1, "涪城区2023年“一网通办”能力巩固提升重点任务清单", columns, rows)],
    }
