"""Indicators with their versions, targets, rankings."""

from govsvc.packs.loading.state import Loading
from indicators.services import definitions


def save_indicators(job: Loading) -> None:
    for place, row in enumerate(job.pack.indicators, 1):
        with job.at(row):
            order = place if row.spec.order is None else row.spec.order
            indicator = definitions.save_indicator(
                office=job.office, code=row.spec.code, name=row.spec.name, order=order
            )
            job.indicators[row.spec.code] = indicator
            for version in row.spec.versions:
                fields = {name: getattr(version, name) for name in type(version).model_fields}
                definitions.save_version(indicator=indicator, **fields)


def save_rankings(job: Loading) -> None:
    for row in job.pack.targets:
        with job.at(row):
            fields = {
                name: getattr(row.spec, name)
                for name in ("period", "value", "operator", "floor", "aim", "source")
            }
            group = job.groups[row.spec.group] if row.spec.group else None
            definitions.save_target(indicator=job.indicators[row.spec.indicator], group=group, **fields)
    for ranking in job.pack.rankings:
        with job.at(ranking):
            spec = ranking.spec
            job.rankings[spec.code] = definitions.save_ranking(
                office=job.office,
                code=spec.code,
                name=spec.name,
                indicator=job.indicators[spec.indicator],
                group=job.groups[spec.group],
                ties=spec.ties,
                last=spec.last,
                compare_decimals=spec.compare_decimals,
            )
