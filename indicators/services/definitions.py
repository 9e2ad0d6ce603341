"""Setting up indicators: definitions with dated versions, targets, rankings. Packs and tables save through these.

What a person changes on a page is proposed and checked by another: see `proposals`.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from departments.models import Group, Office, Unit
from expressions import NUMBER, ExpressionError, NameTable, check
from indicators.choices import RunStatus, VersionState
from indicators.models import Indicator, IndicatorVersion, Ranking, Scheme, SchemeNode, Target
from indicators.services.definition_order import order_definitions
from indicators.services.names import (
    FUNCTIONS,
    INDICATOR,
    SCHEME,
    SCORE_LABEL,
    indicator_code,
    office_names,
)
from indicators.services.target_rules import target_faults

# The parts of a definition that name several groups or units.
SEVERAL = ("groups", "responsible")


@transaction.atomic
def save_indicator(*, office: Office, code: str, **fields: Any) -> Indicator:
    """Creates or changes an indicator's name and order; what it means is saved by `save_version`.

    ValidationError: a scheme of the office bears the code (results are told apart by it).
    """
    if Scheme.objects.filter(office=office, code=code).exists():
        raise ValidationError({"code": _("A scheme of this office bears this code: choose another.")})
    indicator = Indicator.objects.filter(office=office, code=code).first() or Indicator(
        office=office, code=code
    )
    return _save(indicator, fields)


@transaction.atomic
def save_version(*, indicator: Indicator, valid_from: dt.date, **fields: Any) -> IndicatorVersion:
    """Defines an indicator from a day on, as checked already. The same definition again changes nothing.

    `fields` are those of IndicatorVersion; `groups` and `responsible` take groups and units. ValidationError: an
    expression can't be used, or the version stands behind an issued bulletin and would change (write a new one from
    a later day).
    """
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    own = {name: value for name, value in fields.items() if name != "valid_to"}
    version = indicator.versions.filter(valid_from=valid_from, state=VersionState.CHECKED).first()
    if version is None:
        version = IndicatorVersion(indicator=indicator, valid_from=valid_from, number=next_number(indicator))
    elif not differing(version, own):
        return end_versions(indicator, version, fields.get("valid_to"))
    elif stands_behind_an_issue(version):
        raise ValidationError(
            _("“%(version)s” stands behind an issued bulletin: write a new version from a later day.")
            % {"version": version}
        )
    store(version, own)
    return end_versions(indicator, version, fields.get("valid_to"))


def store(version: IndicatorVersion, fields: Mapping[str, Any]) -> IndicatorVersion:
    """Writes the parts of a definition after checking them; ValidationError names each faulty part."""
    several = {name: list(fields[name]) for name in SEVERAL if name in fields}
    plain = {name: value for name, value in fields.items() if name not in several}
    office = version.indicator.office
    _same_office(office, plain.get("lead"), *(thing for things in several.values() for thing in things))
    faults = definition_faults(
        office,
        version.indicator.code,
        {name: plain.get(name, getattr(version, name)) for name in ("numerator", "denominator")},
    )
    if faults:
        raise ValidationError(faults)
    _save(version, plain)
    for name, things in several.items():
        getattr(version, name).set(things)
    return version


def differing(version: IndicatorVersion, fields: Mapping[str, Any]) -> list[str]:
    """The names of the fields in which a stored version is not what `fields` say."""
    return [
        name
        for name, value in fields.items()
        if (
            {thing.pk for thing in getattr(version, name).all()} != {thing.pk for thing in value}
            if name in SEVERAL
            else getattr(version, name) != value
        )
    ]


def next_number(indicator: Indicator) -> int:
    return (indicator.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def stands_behind_an_issue(version: IndicatorVersion) -> bool:
    return version.results.filter(run__status=RunStatus.FROZEN).exists()


def end_versions(indicator: Indicator, saved: IndicatorVersion, valid_to: dt.date | None) -> IndicatorVersion:
    """Checked versions never overlap: each ends at the latest on the day before the next one begins."""
    saved.valid_to = valid_to
    checked = indicator.versions.filter(state=VersionState.CHECKED).order_by("valid_from")
    versions = [saved if v.pk == saved.pk else v for v in checked]
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
    """The fault of a numerator or denominator over the office's figures and indicators in words, or None."""
    try:
        check(text, office_names(office), FUNCTIONS, want=NUMBER)
    except ExpressionError as error:
        return str(error)
    return None


def definition_faults(office: Office, code: str, texts: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the expressions of the indicator `code`, by their names ("numerator", "denominator")."""
    names = office_names(office)
    faults: dict[str, str] = {}
    references: dict[str, set[str]] = {code: set()}
    for name, text in texts.items():
        try:
            references[code] |= set(_references(office, text, names))
            order_definitions(_reachable(office, references, names))
        except ExpressionError as error:
            faults[name] = str(error)
            references[code] = set()
    return faults


def check_leaf(indicator: Indicator) -> None:
    """ValidationError when the indicator, made a leaf of a scheme, would build on that scheme's own score."""
    office = indicator.office
    versions = IndicatorVersion.objects.filter(indicator__office=office, state=VersionState.CHECKED)
    speaks_of_scores = Q()
    for name, word in product(("numerator", "denominator"), (SCHEME, SCORE_LABEL)):
        speaks_of_scores |= Q(**{f"{name}__contains": f"{word}."})
    newest = versions.filter(indicator=indicator).order_by("valid_from").last()
    if newest is None or not versions.filter(speaks_of_scores).exists():
        return
    texts = {"numerator": newest.numerator, "denominator": newest.denominator}
    faults = definition_faults(office, indicator.code, texts)
    if faults:
        raise ValidationError({"indicator": next(iter(faults.values()))})


def _references(office: Office, text: str, names: NameTable) -> Iterator[str]:
    """What an expression names; a score stands for the indicators of its leaves too."""
    for name in check(text, names, FUNCTIONS, want=NUMBER).references:
        yield name
        kind, _dot, code = name.partition(".")
        if kind == SCHEME:
            leaves = SchemeNode.objects.filter(
                scheme__office=office, scheme__code=code, indicator__isnull=False
            )
            yield from map(indicator_code, leaves.values_list("indicator__code", flat=True))


def _reachable(
    office: Office, references: Mapping[str, Iterable[str]], names: NameTable
) -> dict[str, Iterable[str]]:
    """The references, with those of the newest checked definition of every indicator met on the way."""
    found = dict(references)
    waiting = [name for named in references.values() for name in named]
    while waiting:
        kind, _dot, code = waiting.pop().partition(".")
        if kind != INDICATOR or code in found:
            continue
        versions = IndicatorVersion.objects.filter(
            indicator__office=office, indicator__code=code, state=VersionState.CHECKED
        )
        newest = versions.order_by("valid_from").last()
        texts = (newest.numerator, newest.denominator) if newest else ()
        found[code] = [name for text in texts for name in _references(office, text, names)]
        waiting += found[code]
    return found


@transaction.atomic
def save_target(
    *,
    indicator: Indicator,
    period: str,
    value: Decimal,
    group: Group | None = None,
    unit: Unit | None = None,
    **fields: Any,
) -> Target:
    """Sets the target of an indicator for a period: for all units, for one group, or as one unit's quota.

    ValidationError names the parts that do not fit together (an upper limit below the target and the like).
    """
    _same_office(indicator.office, group, unit)
    found = Target.objects.filter(indicator=indicator, group=group, unit=unit, period=period).first()
    target = found or Target(indicator=indicator, group=group, unit=unit, period=period)
    fields = {"value": value, **fields}
    parts = ("operator", "value", "upper", "floor", "aim", "cumulative")
    faults = target_faults(**{name: fields.get(name, getattr(target, name)) for name in parts})
    if group is not None and unit is not None:
        faults["unit"] = _("A target is for a group or for one unit, not for both.")
    if faults:
        raise ValidationError(faults)
    return _save(target, fields)


@transaction.atomic
def save_ranking(
    *,
    office: Office,
    code: str,
    group: Group,
    indicator: Indicator | None = None,
    scheme: Scheme | None = None,
    **fields: Any,
) -> Ranking:
    """Declares a ranking of one indicator, or of one scheme's scores, inside one group."""
    _same_office(office, indicator, scheme, group)
    if (indicator is None) == (scheme is None):
        raise ValidationError(_("A ranking is of one indicator or of one scheme: name exactly one."))
    ranking = Ranking.objects.filter(office=office, code=code).first() or Ranking(office=office, code=code)
    return _save(ranking, {"indicator": indicator, "scheme": scheme, "group": group, **fields})


def _same_office(office: Office, *things: Any) -> None:
    for thing in things:
        if thing is not None and thing.office_id != office.pk:
            raise ValidationError(_("“%s” belongs to another office.") % thing)


def _save(instance: Any, fields: Mapping[str, Any]) -> Any:
    for name, value in fields.items():
        setattr(instance, name, value)
    instance.full_clean()
    instance.save()
    return instance
