"""Small documents of the shape of bulletin.json, for what is pure over them."""

from typing import Any


def figure(identity: str, display: str, kind: str = "rate", **more: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "kind": kind,
        "display": display,
        "value": None,
        "unit_of_measure": "",
        "indicator": None,
        "scope": "区级部门",
        "period": "2023-06",
        "recipe": None,
        "units": None,
        "describe": identity,
        "inputs": [],
    } | more


def paragraph(*parts: str | dict[str, Any]) -> dict[str, Any]:
    """Texts and figures one after another, as they are printed."""
    text, figures = "", []
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        figures.append(part | {"start": len(text), "end": len(text) + len(part["display"])})
        text += part["display"]
    return {"text": text, "figures": figures}


def column(code: str, kind: str = "item", **more: Any) -> dict[str, Any]:
    inputs = [f"items/{code}"] if kind == "item" else []
    return {
        "code": code,
        "path": [code],
        "kind": kind,
        "decimals": 0,
        "inputs": inputs,
        "indicator": "",
    } | more


def row(unit: str, *cells: str, kind: str = "data", **more: Any) -> dict[str, Any]:
    """`cells` from the second column on; the first is the unit's name."""
    name = unit or {"total": "合计", "subtotal": "小计"}.get(kind, "")
    values = [cell.removesuffix("%") if cell[:1].isdecimal() else None for cell in cells]
    return {"kind": kind, "unit": unit, "cells": [name, *cells], "values": [None, *values]} | more


def annex(columns: list[dict[str, Any]], *rows: dict[str, Any], number: int = 1) -> dict[str, Any]:
    head = column("unit", "unit")
    return {"number": number, "title": "一览表", "columns": [head, *columns], "rows": list(rows)}


def ranking(code: str, **places: int | None) -> dict[str, Any]:
    rows = [{"unit": unit, "name": f"{unit}局", "rank": rank} for unit, rank in places.items()]
    return {"code": code, "title": f"{code}排名", "rows": rows}


def document(
    *paragraphs: dict[str, Any],
    annexes: list[dict[str, Any]] | None = None,
    rankings: list[dict[str, Any]] | None = None,
    period: str = "2023-06",
    heading: str = "一、情况",
) -> dict[str, Any]:
    return {
        "title": "通报",
        "number": "某政〔2023〕5号",
        "period": period,
        "sections": [{"heading": heading, "level": 1, "paragraphs": list(paragraphs)}],
        "annexes": annexes or [],
        "rankings": rankings or [],
    }
