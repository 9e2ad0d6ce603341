"""What the schema refuses, in Chinese, with what to write instead."""

import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.sources import Source

_MESSAGES = {
    "int_parsing": "要写整数，例如 3",
    "int_type": "要写整数，例如 3",
    "greater_than_equal": "不能小于{ge}",
    "greater_than": "要大于{gt}",
    "less_than_equal": "不能大于{le}",
    "decimal_parsing": "要写数字，例如 94.7",
    "decimal_type": "要写数字，例如 94.7",
    "decimal_max_places": "最多{decimal_places}位小数",
    "decimal_max_digits": "最多{max_digits}位数字",
    "decimal_whole_digits": "整数部分最多{whole_digits}位",
    "date_type": "要写日期，例如 2022-04-18",
    "date_parsing": "要写日期，例如 2022-04-18",
    "date_from_datetime_parsing": "要写日期，例如 2022-04-18",
    "date_from_datetime_inexact": "只写日期，不写时间，例如 2022-04-18",
    "time_type": "要写时刻，例如 12:00",
    "time_parsing": "要写时刻，例如 12:00",
    "moment": "要写时间，例如 2022-04-18 10:00",
    "string_too_long": "太长：最多{max_length}个字",
    "string_type": "要写一段文字；以“{{”或“[”开头的文字要加引号",
    "tuple_type": "要写成列表：每行一个“- ”，或 [甲, 乙]",
    "model_type": "要写成下一层的“键: 值”",
    "too_short": "至少要写{min_length}个",
    "yes_no": "要写“是”或“否”",
    "period": "{message}",
    "table_row": "要写“界限 分值”，例如 95 18，或“状态 分值”，例如 done 2",
}


def validated(model: type[BaseModel], data: Any, source: Source, path: tuple) -> tuple[Any, list[Fault]]:
    """The model of `data`, which stands at `path` of the source; None with the faults when it does not fit."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        errors = error.errors()
        # A list whose entries are faulty is reported as too short besides.
        inner = {found["loc"][:size] for found in errors for size in range(len(found["loc"]))}
        told = [found for found in errors if found["type"] != "too_short" or found["loc"] not in inner]
        return None, [_fault(model, dict(found), source, path) for found in told]


def _fault(model: type[BaseModel], error: dict[str, Any], source: Source, path: tuple) -> Fault:
    loc: tuple = error["loc"]
    place = (*path, *loc)
    owner, key = _owner(model, loc[:-1]), str(loc[-1]) if loc else ""
    kind = error["type"]
    if kind == "missing":
        field = owner.model_fields.get(key)
        meaning = f"（{field.description}）" if field and field.description else ""
        return source.fault(place[:-1], f"缺少“{key}”{meaning}")
    if kind == "extra_forbidden":
        return source.fault(place, f"没有叫“{key}”的键{did_you_mean(key, owner.model_fields)}")
    name = f"“{key}”" if isinstance(loc[-1] if loc else None, str) else "这里"
    written = error["input"] if isinstance(error["input"], str) else ""
    if kind == "enum":
        known = re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))
        return source.fault(place, f"{name}不能写“{written}”{did_you_mean(written, known)}")
    if kind == "string_pattern_mismatch":
        return source.fault(place, f"{name}不能写“{written}”：{_shape(key)}")
    template = _MESSAGES.get(kind)
    context: dict[str, Any] = dict(error.get("ctx") or {})
    message = template.format(**context) if template else str(error["msg"])
    return source.fault(place, f"{name}写的是“{written}”，{message}" if written else f"{name}{message}")


def _shape(key: str) -> str:
    if key == "email":
        return "要写电子邮箱，例如 d14@wujin.example"
    if key == "username":
        return "只能用字母、数字和“@.+-_”"
    return "代码只能用英文字母、数字、“-”和“_”，以字母或数字开头"


def _owner(model: type[BaseModel], path: Sequence[Any]) -> type[BaseModel]:
    """The model that holds the key at the end of the path."""
    for key in path:
        field = model.model_fields.get(str(key)) if isinstance(key, str) else None
        if field is not None:
            model = next(iter(_models(field.annotation)), model)
    return model


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
