"""Reporting periods (报告期): parsing, arithmetic, Chinese labels. Pure; written as semantics “Periods” says.

`2022-03-31` day, `2022-W13` week (Monday to Sunday, ISO number), `2022-W13-P1` and `2022-W13-P2` the parts of a week that a
month's end cuts in two, for forms filed that way, `2022-03-T1` ten days (上旬 T1, 中旬 T2, 下旬 T3), `2022-03`
month, `2022Q1` quarter, `2022H1` half-year, `2022` year, `2022-01..2022-03` span. Codes of one frequency sort in time order.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import total_ordering

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_FORMS = (
    ("span", re.compile(r"(.+)\.\.(.+)")),
    ("week", re.compile(r"(\d{4})-W(\d{2})")),
    ("split_week", re.compile(r"(\d{4})-W(\d{2})-P([12])")),
    ("ten_days", re.compile(r"(\d{4})-(\d{2})-T([123])")),
    ("day", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
    ("month", re.compile(r"(\d{4})-(\d{2})")),
    ("quarter", re.compile(r"(\d{4})Q([1-4])")),
    ("half_year", re.compile(r"(\d{4})H([12])")),
    ("year", re.compile(r"(\d{4})")),
)


class PeriodError(ValueError):
    """The text is not a period."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}”不是报告期。写法：2022-03-31、2022-W13、2022-W13-P1、2022-03、2022Q1、2022H1、2022、2022-01..2022-03。"
        )


@total_ordering
@dataclass(frozen=True)
class Period:
    """One reporting period; `start` and `end` are its first and last day, both included."""

    code: str
    frequency: str
    start: dt.date
    end: dt.date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period written as `text`; PeriodError when it is none (no such day, week or order)."""
        code = text.strip()
        if not code.isascii():
            raise PeriodError(text)
        for frequency, pattern in _FORMS:
            match = pattern.fullmatch(code)
            if match:
                try:
                    return cls._build(code, frequency, match.groups())
                except (ValueError, OverflowError) as error:
                    raise PeriodError(text) from error
        raise PeriodError(text)

    @classmethod
    def _build(cls, code: str, frequency: str, parts: tuple[str, ...]) -> "Period":
        if frequency == "span":
            first, last = cls.parse(parts[0]), cls.parse(parts[1])
            if first.frequency != last.frequency or first.start > last.start:
                raise PeriodError(code)
            return cls(code, frequency, first.start, last.end)
        numbers = [int(part) for part in parts]
        if frequency == "day":
            day = dt.date(*numbers)
            return cls(code, frequency, day, day)
        if frequency == "week":
            monday = dt.date.fromisocalendar(numbers[0], numbers[1], 1)
            return cls(code, frequency, monday, monday + dt.timedelta(days=6))
        if frequency == "split_week":
            monday = dt.date.fromisocalendar(numbers[0], numbers[1], 1)
            sunday, month_end = monday + dt.timedelta(days=6), _month_end(monday.year, monday.month)
            if month_end >= sunday:
                raise ValueError("no month ends inside this week")
            if numbers[2] == 1:
                return cls(code, frequency, monday, month_end)
            return cls(code, frequency, month_end + dt.timedelta(days=1), sunday)
        if frequency == "ten_days":
            year, month, third = numbers
            last_day = 10 * third if third < 3 else calendar.monthrange(year, month)[1]
            return cls(code, frequency, dt.date(year, month, 10 * third - 9), dt.date(year, month, last_day))
        length = _MONTHS[frequency]
        month = 1 + ((numbers[1] - 1) * length if len(numbers) > 1 else 0)
        return cls(code, frequency, dt.date(numbers[0], month, 1), _month_end(numbers[0], month + length - 1))

    @classmethod
    def containing(cls, day: dt.date, frequency: str) -> "Period":
        """The period of that frequency that holds the day.

        For "split_week" it is a whole week, or one of its parts where a month's end cuts it.
        """
        year, month = day.year, day.month
        if frequency in ("week", "split_week"):
            iso = day.isocalendar()
            week = cls.parse(f"{iso.year:04}-W{iso.week:02}")
            if frequency == "week" or week.start.month == week.end.month:
                return week
            return cls.parse(f"{week.code}-P{1 if month == week.start.month else 2}")
        codes = {
            "day": day.isoformat(),
            "ten_days": f"{year:04}-{month:02}-T{min(3, (day.day - 1) // 10 + 1)}",
            "month": f"{year:04}-{month:02}",
            "quarter": f"{year:04}Q{(month - 1) // 3 + 1}",
            "half_year": f"{year:04}H{(month - 1) // 6 + 1}",
            "year": f"{year:04}",
        }
        return cls.parse(codes[frequency])

    def fits(self, frequency: str) -> bool:
        """Whether a form of that frequency is filed for this period."""
        if frequency == "split_week":
            return (
                self.frequency in ("week", "split_week") and Period.containing(self.start, frequency) == self
            )
        return self.frequency == frequency

    def previous(self, n: int = 1) -> "Period":
        """The period n steps back (环比); n steps on when negative."""
        if self.frequency == "span":
            first, last = (Period.parse(part) for part in self.code.split(".."))
            length = 1
            while last.previous(length - 1) > first:
                length += 1
            return Period.parse(f"{first.previous(n * length).code}..{last.previous(n * length).code}")
        if self.frequency == "split_week":
            found = self
            for _step in range(abs(n)):
                day = dt.timedelta(days=1)
                found = Period.containing(found.start - day if n > 0 else found.end + day, "split_week")
            return found
        if self.frequency in ("day", "week"):
            days = n * (7 if self.frequency == "week" else 1)
            return Period.containing(self.start - dt.timedelta(days=days), self.frequency)
        if self.frequency == "ten_days":
            index = (self.start.year * 12 + self.start.month - 1) * 3 + (self.start.day - 1) // 10 - n
            months, third = divmod(index, 3)
            return Period.parse(f"{months // 12:04}-{months % 12 + 1:02}-T{third + 1}")
        index = self.start.year * 12 + self.start.month - 1 - n * _MONTHS[self.frequency]
        return Period.containing(dt.date(index // 12, index % 12 + 1, 1), self.frequency)

    def year_ago(self) -> "Period":
        """The same period of last year (同比); week 53 falls back to the last week of a year without one."""
        if self.frequency == "span":
            return Period.parse(
                "..".join(Period.parse(part).year_ago().code for part in self.code.split(".."))
            )
        if self.frequency == "week":
            year, week = int(self.code[:4]) - 1, int(self.code[-2:])
            last = dt.date(year, 12, 28).isocalendar().week
            return Period.parse(f"{year:04}-W{min(week, last):02}")
        if self.frequency in ("day", "split_week"):
            last_day = calendar.monthrange(self.start.year - 1, self.start.month)[1]
            day = self.start.replace(year=self.start.year - 1, day=min(self.start.day, last_day))
            return Period.containing(day, self.frequency)
        return Period.parse(f"{self.start.year - 1:04}{self.code[4:]}")

    def contains(self, other: "Period") -> bool:
        """Whether the other lies inside; a week belongs to the period its last day falls in."""
        if other.frequency == "week":
            return self.start <= other.end <= self.end
        return self.start <= other.start and other.end <= self.end

    def subperiods(self, frequency: str) -> tuple["Period", ...]:
        """The periods of that frequency which belong to this one, in time order; none when they are longer.

        As `contains` decides: a week belongs where its last day falls, so a month's weeks may begin before it.
        """
        part = Period.containing(self.start, frequency)
        found = []
        while part.end <= self.end:
            if self.contains(part):
                found.append(part)
            part = Period.containing(part.end + dt.timedelta(days=1), frequency)
        return tuple(found)

    def year_to_date(self) -> "Period":
        """From 1 January of the year in which the period ends, to its end (本年累计).

        Weeks don't begin with the year: theirs is a span of days, to which the weeks ending in it belong.
        """
        frequency = Period.parse(self.code.split("..")[-1]).frequency
        if frequency in ("week", "split_week"):
            frequency = "day"
        new_year = dt.date(self.end.year, 1, 1)
        return _span(Period.containing(new_year, frequency), Period.containing(self.end, frequency))

    def rolling(self, n: int) -> "Period":
        """The last n periods up to this one as one span; ValueError unless n is 1 or more."""
        if n < 1:
            raise ValueError(f"a span of {n} periods")
        first = self.previous(n - 1)
        if n > 1 and "split_week" in (first.frequency, self.frequency):
            # Parts of weeks and whole weeks make no span together: their days do.
            return _span(Period.containing(first.start, "day"), Period.containing(self.end, "day"))
        return _span(Period.parse(first.code.split("..")[0]), Period.parse(self.code.split("..")[-1]))

    @property
    def label(self) -> str:
        """The Chinese name printed in pages and documents."""
        year, month = self.start.year, self.start.month
        match self.frequency:
            case "day":
                return f"{year}年{month}月{self.start.day}日"
            case "week":
                return f"{self.code[:4]}年第{int(self.code[-2:])}周"
            case "split_week":
                return f"{self.code[:4]}年第{int(self.code[6:8])}周（{month}月部分）"
            case "ten_days":
                return f"{year}年{month}月{'上中下'[(self.start.day - 1) // 10]}旬"
            case "month":
                return f"{year}年{month}月"
            case "quarter":
                return f"{year}年{'一二三四'[(month - 1) // 3]}季度"
            case "half_year":
                return f"{year}年{'上' if month == 1 else '下'}半年"
            case "year":
                return f"{year}年"
        first, last = (Period.parse(part) for part in self.code.split(".."))
        if first.frequency == "month" and first.start.year == last.start.year:
            return f"{year}年{month}-{last.start.month}月"
        return f"{first.label}至{last.label}"

    @property
    def months_label(self) -> str:
        """First to last month, as statistical tables head their columns: 2022年1月-2022年3月."""
        return f"{self.start.year}年{self.start.month}月-{self.end.year}年{self.end.month}月"

    def __lt__(self, other: "Period") -> bool:
        return (self.start, self.end) < (other.start, other.end)

    def __str__(self) -> str:
        return self.code


def _span(first: Period, last: Period) -> Period:
    return last if first == last else Period.parse(f"{first.code}..{last.code}")


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
