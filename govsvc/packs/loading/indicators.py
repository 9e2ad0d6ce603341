"""Indicators with their versions, targets, rankings, and who must speak at the meeting."""

from typing import Any

from govsvc.packs.loading.state import Loading
from govsvc.packs.schema import RankingSpec, TargetSpec, VersionSpec
from indicators.models import MeetingRule
from indicators.services import definitions

_TARGET = ("period", "value", "operator", "upper", "floor", "aim", "cumulative", "source")
_PLAIN_VERSION = frozenset(VersionSpec.model_fields) - {"groups", "lead", "responsible"}


def save_indicators(job: Loading) -> None:
    """Names first: definitions and leaves of schemes may name any of them."""
    for place, row in enumerate(job.pack.indicators, 1):
        with job.at(row):
            order = place if row.spec.order is None else row.spec.order
            job.indicators[row.spec.code] = definitions.save_indicator(
                office=job.office, code=row.spec.code, name=row.spec.name, order=order
            )


def save_versions(job: Loading) -> None:
    for row in job.pack.indicators:
        with job.at(row):
            for version in row.spec.versions:
                definitions.save_version(
                    indicator=job.indicators[row.spec.code],
                    lead=job.unit(version.lead) if version.lead else None,
                    groups=[job.groups[code] for code in version.groups],
                    responsible=[job.unit(name) for name in version.responsible],
                    **{name: getattr(version, name) for name in _PLAIN_VERSION},
                )


def save_targets(job: Loading) -> None:
    for row in job.pack.targets:
        with job.at(row):
            _target(job, row.spec)


def _target(job: Loading, spec: TargetSpec) -> None:
    definitions.save_target(
        indicator=job.indicators[spec.indicator],
        group=job.groups[spec.group] if spec.group else None,
        unit=job.unit(spec.unit) if spec.unit else None,
        **{name: getattr(spec, name) for name in _TARGET},
    )


def save_rankings(job: Loading) -> None:
    for row in job.pack.rankings:
        with job.at(row):
            job.rankings[row.spec.code] = definitions.save_ranking(
                office=job.office, **_ranking(job, row.spec)
            )


def _ranking(job: Loading, spec: RankingSpec) -> dict[str, Any]:
    return {
        "indicator": job.indicators[spec.indicator] if spec.indicator else None,
        "scheme": job.schemes[spec.scheme] if spec.scheme else None,
        "group": job.groups[spec.group],
        **{name: getattr(spec, name) for name in ("code", "name", "ties", "last", "compare_decimals")},
    }


def save_meetings(job: Loading) -> None:
    """Rules are as the file says: what it does not mention goes."""
    kept = []
    for place, row in enumerate(job.pack.meetings, 1):
        spec = row.spec
        with job.at(row):
            key = {"ranking": job.rankings[spec.ranking], "last": spec.last, "streak": spec.streak}
            rule = MeetingRule.objects.filter(**key).first() or MeetingRule(**key)
            rule.office, rule.order, rule.missing_breaks = job.office, place, spec.missing_breaks
            rule.register = job.registers[spec.opens_in] if spec.opens_in else None
            rule.full_clean()
            rule.save()
            kept.append(rule.pk)
    job.office.meeting_rules.exclude(pk__in=kept).delete()
