"""Reporting periods as people write them in a table: the code, or the Chinese name (2022年第一季度, 2022年3月上旬). Pure."""

import re

from departments.periods import Period, PeriodError

_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}
_THIRDS = {"上": 1, "中": 2, "下": 3}
_YEAR = r"(?P<year>\d{4})年"
_MONTH = _YEAR + r"(?P<month>\d{1,2})月"
_WORDS = (
    (re.compile(_MONTH + r"(?P<day>\d{1,2})日"), "{year}-{month:02}-{day:02}"),
    (re.compile(_MONTH + r"(?P<third>[上中下])旬"), "{year}-{month:02}-T{third}"),
    (re.compile(_MONTH), "{year}-{month:02}"),
    (re.compile(_YEAR + r"(?:第)?(?P<quarter>[一二三四1-4])季度"), "{year}Q{quarter}"),
    (re.compile(_YEAR + r"(?P<half>[上下])半年"), "{year}H{half}"),
    (re.compile(_YEAR + r"第?(?P<week>\d{1,2})周"), "{year}-W{week:02}"),
    (re.compile(r"(?P<year>\d{4})年(?:度|全年)?"), "{year}"),
)
_PART = re.compile(r"(?P<week>\d{4}年第?\d{1,2}周)[（(](?P<month>\d{1,2})月部分[）)]")
_SPAN = re.compile(r"(?P<year>\d{4})年(?P<first>\d{1,2})[-—至~](?P<last>\d{1,2})月")


def read_period(text: str) -> Period:
    """The period meant by a code or a Chinese name; PeriodError for anything else."""
    words = "".join(text.split())
    try:
        return Period.parse(words)
    except PeriodError:
        code = _code(words)
    if code is None:
        raise PeriodError(text)
    return Period.parse(code)


def _code(words: str) -> str | None:
    part = _PART.fullmatch(words)
    if part:
        week = read_period(part["week"])
        return f"{week.code}-P{1 if week.start.month == int(part['month']) else 2}"
    span = _SPAN.fullmatch(words)
    if span:
        year = span["year"]
        return f"{year}-{int(span['first']):02}..{year}-{int(span['last']):02}"
    for pattern, code in _WORDS:
        match = pattern.fullmatch(words)
        if match:
            return code.format(**{name: _number(name, value) for name, value in match.groupdict().items()})
    return None


def _number(name: str, value: str) -> int:
    if name == "third":
        return _THIRDS[value]
    if name == "half":
        return 1 if value == "上" else 2
    return _DIGITS.get(value) or int(value)
