"""Scores and who must speak for the two-office world: a scheme of one leaf, both units' scores, a rule over the ranking."""

import datetime as dt
from decimal import Decimal

from indicators.models import MeetingRule, Ranking
from indicators.services import schemes
from indicators.services.calculation import calculate
from tests.functional.departments.world import OfficeWorld


def add_scores(world: OfficeWorld, ranking: Ranking, period: str) -> None:
    """Call once the office has its ranking of an indicator and approved figures for the period."""
    mark = world.mark
    scheme = schemes.save_scheme(
        office=world.office,
        code="assessed",
        name=f"金丝雀{mark}考核",
        groups=[world.group],
        valid_from=dt.date(2021, 1, 1),
    )
    schemes.save_node(
        scheme=scheme,
        key="1",
        name=f"金丝雀{mark}考核内容",
        indicator=ranking.indicator,
        points=Decimal(10),
        rule="proportional",
        target=Decimal(50),
    )
    schemes.save_grade(scheme=scheme, name=f"金丝雀{mark}等次")
    calculate(office=world.office, period=period, user=world.people["administrator"])
    MeetingRule.objects.create(office=world.office, ranking=ranking)
