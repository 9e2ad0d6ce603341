"""Words and numbers as the pages of bulletins write them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from indicators.choices import Recipe

register = template.Library()


@register.filter
def at(words: Mapping[str, str], key: str) -> str:
    """The entry of a mapping, which Django's templates can't look up by a variable."""
    return words[key]


@register.filter
def recipe(code: str) -> str:
    """The recipe of a figure for several units in words."""
    return str(Recipe(code).label) if code in Recipe.values else code


@register.filter
def plain(number: Decimal) -> str:
    """A decimal without idle zeros."""
    return f"{number.normalize():f}"


@register.filter
def movement(places: int | None) -> str:
    """Places gained or lost since the issued ranking before, with a sign and in words."""
    if places is None:
        return "—"
    if places == 0:
        return _("same place")
    sign, words = ("▲", _("up %s places")) if places > 0 else ("▼", _("down %s places"))
    return f"{sign} {words % abs(places)}"


@register.filter
def gain(found: Mapping[str, Any] | None) -> str:
    """What would gain a place, as a frozen ranking's row says it; "" when nothing would."""
    if not found:
        return ""
    words = (
        _("%(cases)s cases to share place %(place)s")
        if found["tied"]
        else _("%(cases)s cases to place %(place)s")
    )
    return words % {"cases": found["cases"], "place": found["place"]}


@register.filter
def target(frozen: Mapping[str, Any]) -> str:
    """A frozen target: its line, and whether the overall figure reaches it."""
    line = f"{'≤' if frozen.get('operator') == 'at_most' else '≥'} {frozen['display']}"
    if frozen.get("met") is None:
        return line
    gap = _(", off by %s") % frozen["gap"] if frozen.get("gap") and not frozen["met"] else ""
    return f"{line}，{_('reached') if frozen['met'] else _('not reached')}{gap}"
