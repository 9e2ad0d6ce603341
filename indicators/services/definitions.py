"""Setting up indicators: definitions with dated versions, targets, rankings. Packs and the admin save through these."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from departments.models import Group, Office
from expressions import NUMBER, ExpressionError, check
from indicators.choices import RunStatus
from indicators.models import Indicator, IndicatorVersion, Ranking, Target
from indicators.services.dataset import office_names


@transaction.atomic
def save_indicator(*, office: Office, code: str, **fields: Any) -> Indicator:
    """Creates or changes an indicator's name and order; what it means is saved by `save_version`."""
    indicator = Indicator.objects.filter(office=office, code=code).first() or Indicator(
        office=office, code=code
    )
    return _save(indicator, fields)


@transaction.atomic
def save_version(*, indicator: Indicator, valid_from: dt.date, **fields: Any) -> IndicatorVersion:
    """Defines an indicator from a day on. The same definition again changes nothing.

    ValidationError: an expression can't be used, or the version stands behind an issued bulletin and would change
    (write a new one from a later day).
    """
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    version = indicator.versions.filter(valid_from=valid_from).first()
    if version is None:
        last = indicator.versions.aggregate(last=Max("number"))["last"] or 0
        version = IndicatorVersion(indicator=indicator, valid_from=valid_from, number=last + 1)
    elif all(getattr(version, name) == value for name, value in fields.items() if name != "valid_to"):
        return _end_versions(indicator, version, fields.get("valid_to"))
    elif version.results.filter(run__status=RunStatus.FROZEN).exists():
        raise ValidationError(
            _("“%(version)s” stands behind an issued bulletin: write a new version from a later day.")
            % {"version": version}
        )
    for name in ("numerator", "denominator"):
        fault = check_definition(indicator.office, fields.get(name, getattr(version, name)))
        if fault:
            raise ValidationError({name: fault})
    _save(version, {name: value for name, value in fields.items() if name != "valid_to"})
    return _end_versions(indicator, version, fields.get("valid_to"))


def _end_versions(
    indicator: Indicator, saved: IndicatorVersion, valid_to: dt.date | None
) -> IndicatorVersion:
    """Versions never overlap: each ends at the latest on the day before the next one begins."""
    saved.valid_to = valid_to
    versions = [saved if v.pk == saved.pk else v for v in indicator.versions.order_by("valid_from")]
    for place, version in enumerate(versions):
        end = version.valid_to
        if place + 1 < len(versions):
            before_next = versions[place + 1].valid_from - dt.timedelta(days=1)
            end = min(end, before_next) if end else before_next
        if end is not None and end < version.valid_from:
            raise ValidationError(_("“%s” would end before it begins.") % version)
        version.valid_to = end
        version.save(update_fields=["valid_to"])
    return saved


def check_definition(office: Office, text: str) -> str | None:
    """The fault of a numerator or denominator over the office's items in words, or None."""
    try:
        check(text, office_names(office), want=NUMBER)
    except ExpressionError as error:
        return str(error)
    return None


@transaction.atomic
def save_target(
    *, indicator: Indicator, period: str, value: Decimal, group: Group | None = None, **fields: Any
) -> Target:
    """Sets the target of an indicator for a period, for one group or for all."""
    _same_office(indicator.office, group)
    target = Target.objects.filter(indicator=indicator, group=group, period=period).first()
    return _save(
        target or Target(indicator=indicator, group=group, period=period), {"value": value, **fields}
    )


@transaction.atomic
def save_ranking(*, office: Office, code: str, indicator: Indicator, group: Group, **fields: Any) -> Ranking:
    """Declares a ranking of one indicator inside one group."""
    _same_office(office, indicator, group)
    ranking = Ranking.objects.filter(office=office, code=code).first() or Ranking(office=office, code=code)
    return _save(ranking, {"indicator": indicator, "group": group, **fields})


def _same_office(office: Office, *things: Any) -> None:
    for thing in things:
        if thing is not None and thing.office_id != office.pk:
            raise ValidationError(_("“%s” belongs to another office.") % thing)


def _save(instance: Any, fields: dict[str, Any]) -> Any:
    for name, value in fields.items():
        setattr(instance, name, value)
    instance.full_clean()
    instance.save()
    return instance
