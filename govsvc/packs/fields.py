"""The kinds of values a pack holds, read from texts (sources.py) and written as texts.

A key or cell left empty is the same as one left out: the default holds.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from departments.periods import Period, PeriodError

SHANGHAI = ZoneInfo("Asia/Shanghai")
FORMAT = 1
FIRST_DAY = dt.date(2000, 1, 1)
_YES_NO = {"是": True, "true": True, "yes": True, "否": False, "false": False, "no": False}


def _yes_no(value: Any) -> Any:
    if isinstance(value, str):
        if value.strip().lower() not in _YES_NO:
            raise PydanticCustomError("yes_no", "")
        return _YES_NO[value.strip().lower()]
    return value


def _period(value: str) -> str:
    try:
        return Period.parse(value).code
    except PeriodError as error:
        raise PydanticCustomError("period", "{message}", {"message": str(error)}) from error


def _moment(value: Any) -> Any:
    """`2022-04-18 10:00` in Shanghai's time, or with an offset of its own."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise PydanticCustomError("moment", "") from error
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value.astimezone(SHANGHAI)
    return value


def written(moment: dt.datetime) -> str:
    """Shanghai's time, as short as it can be said exactly."""
    return moment.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(" ").removesuffix(":00")


def _several(value: Any) -> Any:
    """A cell that holds several names: `大数据局；区大数据局`."""
    if isinstance(value, str):
        return tuple(
            part for part in (piece.strip() for piece in value.replace(";", "；").split("；")) if part
        )
    return value


Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
PeriodCode = Annotated[str, Field(max_length=30), AfterValidator(_period)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Moment = Annotated[
    dt.datetime,
    BeforeValidator(_moment),
    PlainSerializer(written),
]
Number = Annotated[
    Decimal, Field(max_digits=18, decimal_places=6), PlainSerializer(lambda n: f"{n.normalize():f}")
]
Percent = Annotated[
    Decimal, Field(ge=0, max_digits=6, decimal_places=2), PlainSerializer(lambda n: f"{n.normalize():f}")
]
Clock = Annotated[dt.time, PlainSerializer(lambda time: time.isoformat().removesuffix(":00"))]
Count = Annotated[int, Field(ge=0)]
Places = Annotated[int, Field(ge=0, le=6)]
Formula = Annotated[str, Field(max_length=500)]
Names = Annotated[tuple[str, ...], BeforeValidator(_several), PlainSerializer("；".join)]
Text = Annotated[str, Field(max_length=20_000)]
T20 = Annotated[str, Field(max_length=20)]
T60 = Annotated[str, Field(max_length=60)]
T100 = Annotated[str, Field(max_length=100)]
T200 = Annotated[str, Field(max_length=200)]
T300 = Annotated[str, Field(max_length=300)]


class Spec(BaseModel):
    """Base: unchangeable, no unknown keys, empty means left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value != "" or key not in cls.model_fields}
        return data


def field(description: str, example: str, default: Any = ...) -> Any:
    return Field(default, description=description, examples=[example])
