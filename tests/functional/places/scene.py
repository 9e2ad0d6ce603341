"""A district that files every week from April to May 2023: 36 real departments with made-up figures, a score and two rankings."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from departments.choices import Role, Status
from departments.models import Form, Group, Office, Submission, Unit, Window
from departments.periods import Period
from departments.services import submissions
from indicators.choices import MissingLeaf, ScoreRule
from indicators.models import Ranking, Sum
from indicators.services import definitions, schemes
from tests import build
from tests.functional.board.scene import names

WEEKS = [f"2023-W{number}" for number in range(13, 22)]
MAY = "2023-05"
# Without figures in the last week, late in the last week, without any such business.
SILENT, LATE, NO_BUSINESS = "U07", "U03", "U05"


@dataclass
class District:
    """The office with its people; the first department's clerk and a viewer of the office."""

    office: Office
    group: Group
    form: Form
    units: list[Unit]
    rate: Ranking
    score: Ranking
    clerk: User
    viewer: User

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client


def make_district(count: int = 36, code: str = "district") -> District:
    """Everything approved; nothing is calculated or issued."""
    office = build.office(code, "涪城区")
    office.synthetic = "合成数据"
    office.save()
    group = build.group(office)
    units = [
        build.unit(office, f"U{n:02d}", name, group) for n, (_code, name) in enumerate(names()[:count], 1)
    ]
    form = build.form(office, "weekly", "week", groups=[group])
    for week in WEEKS:
        _week(form, Period.parse(week), units)
    rate, score = _rankings(office, group)
    return District(
        office,
        group,
        form,
        units,
        rate,
        score,
        build.person(f"{code}-clerk", office, Role.CLERK, units[0]),
        build.person(f"{code}-viewer", office, Role.VIEWER),
    )


def figures(unit: int, week: int) -> tuple[int, int]:
    """(应办, 已办) of the nth unit in the nth week: made up, with ties and some of both directions."""
    due = 20 + unit * 7 % 31
    short = (unit * 5 + week * (unit % 4 - 1)) % 9 if unit % 6 else 0
    return due, due - min(short, due)


def _week(form: Form, period: Period, units: list[Unit]) -> Window:
    """Written in bulk: filling and approving have tests of their own."""
    monday = dt.datetime.combine(period.end + dt.timedelta(days=1), dt.time(9), build.SHANGHAI)
    window = submissions.open_window(
        form=form,
        period=period.code,
        opens_at=monday - dt.timedelta(days=3),
        due_at=monday + dt.timedelta(days=1),
    )
    week = WEEKS.index(period.code)
    rows = []
    for number, unit in enumerate(units, 1):
        if unit.code == SILENT and week == len(WEEKS) - 1:
            continue
        due, done = figures(number, week)
        slots = {"v0": due, "n0": 1, "v1": done, "n1": 1}
        if unit.code == NO_BUSINESS:
            slots = {"a0": 1, "a1": 1}
        rows.append(
            Sum(
                unit=unit,
                form=form,
                period=period.code,
                starts_on=period.start,
                ends_on=period.end,
                filed=1,
                **slots,
            )
        )
    Sum.objects.bulk_create(rows)
    Submission.objects.filter(window=window, unit__in=[row.unit for row in rows]).update(
        status=Status.APPROVED, handed_in_at=monday, submitted_at=monday, version=1
    )
    if week == len(WEEKS) - 1:
        late = monday + dt.timedelta(days=2)
        Submission.objects.filter(window=window, unit__code=LATE).update(handed_in_at=late)
    return window


def _rankings(office: Office, group: Group) -> tuple[Ranking, Ranking]:
    indicator = definitions.save_indicator(office=office, code="closing", name="办结率")
    definitions.save_version(
        indicator=indicator, valid_from=dt.date(2023, 1, 1), numerator="已办数", denominator="应办数"
    )
    definitions.save_target(
        indicator=indicator, period="2023", value=Decimal(90), group=group, floor=Decimal(85)
    )
    scheme = schemes.save_scheme(
        office=office, code="score", name="服务型政府建设得分", groups=[group], valid_from=dt.date(2023, 1, 1),
        missing=MissingLeaf.ZERO,
    )  # fmt: skip
    schemes.save_node(
        scheme=scheme, key="1", name="办结率", points=Decimal(60), rule=ScoreRule.PROPORTIONAL, target=Decimal(95),
        indicator=indicator,
    )  # fmt: skip
    schemes.save_node(
        scheme=scheme, key="2", name="按时办结", points=Decimal(40), rule=ScoreRule.PER_POINT, target=Decimal(95),
        per_point=Decimal(2), indicator=indicator,
    )  # fmt: skip
    common: dict[str, Any] = {"office": office, "group": group, "last": 3}
    return (
        definitions.save_ranking(code="closing", indicator=indicator, name="办结率排名", **common),
        definitions.save_ranking(code="score", scheme=scheme, name="综合得分排名", **common),
    )
