"""The rankings of an office in several periods: each as it was issued, else as the approved figures make it now."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from departments.models import Office
from departments.periods import Period
from indicators.dataset import PeriodData
from indicators.models import Ranking
from indicators.services.history import History
from reports.models import Issue
from reports.services.frozen_rankings import build_ranking
from reports.services.issued_tables import IssuedTable, issued_tables

Table = Mapping[str, Any]


class RankingPast:
    """Tables of some rankings by period, each worked out once; figures are loaded for these rankings only.

    What was issued stands, whatever the figures have become since. ExpressionError where a definition can't be used.
    """

    def __init__(self, office: Office, rankings: Iterable[Ranking], at: dt.datetime | None = None) -> None:
        self.office = office
        self.rankings = tuple(rankings)
        self.history = History(office, at or timezone.now())
        self._issued: dict[str, dict[str, IssuedTable]] = {}
        self._data: dict[str, PeriodData] = {}
        self._tables: dict[tuple[str, str], Table | None] = {}

    def issue(self, ranking: Ranking, period: Period) -> Issue | None:
        """The issued bulletin whose table stands for the period; None where the table is of the present figures."""
        found = self._frozen(period).get(ranking.code)
        return found.issue if found else None

    def table(self, ranking: Ranking, period: Period) -> Table | None:
        """As documents hold it (build_ranking); None where nobody was ranked or nothing was defined in the period."""
        key = ranking.code, period.code
        if key not in self._tables:
            issued = self._frozen(period).get(ranking.code)
            table = issued.data if issued else self._present(ranking, period)
            self._tables[key] = table if table and table["ranked"] else None
        return self._tables[key]

    def data(self, period: Period) -> PeriodData:
        """The present figures of a period, of what these rankings rank."""
        if period.code not in self._data:
            codes = {ranking.subject.code for ranking in self.rankings}
            self._data[period.code] = self.history.data(period, codes)
        return self._data[period.code]

    def _present(self, ranking: Ranking, period: Period) -> Table | None:
        data = self.data(period)
        return build_ranking(ranking, data, {}) if ranking.subject.code in data.definitions else None

    def _frozen(self, period: Period) -> Mapping[str, IssuedTable]:
        if period.code not in self._issued:
            self._issued[period.code] = issued_tables(self.office.pk, [period.code]).get(period.code, {})
        return self._issued[period.code]
