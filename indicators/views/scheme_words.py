"""Schemes in words: what a rule gives points for, what is aimed at, until when."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from departments.templatetags.moments import day
from indicators.choices import LeafReportState, LeafStatus, Operator, ScoreRule
from indicators.models import SchemeAdjustment, SchemeNode

# A status and a state are told by sign and word, never by colour alone.
STATUS_SIGNS = {
    LeafStatus.DONE: "✓",
    LeafStatus.ON_TRACK: "▶",
    LeafStatus.BEHIND: "▼",
    LeafStatus.NOT_STARTED: "○",
    LeafStatus.NOT_APPLICABLE: "—",
}
STATUS_TONES = {
    LeafStatus.DONE: "good",
    LeafStatus.ON_TRACK: "info",
    LeafStatus.BEHIND: "error",
    LeafStatus.NOT_STARTED: "warning",
    LeafStatus.NOT_APPLICABLE: "none",
}
STATE_TONES = {
    LeafReportState.SUBMITTED: "warning",
    LeafReportState.RETURNED: "error",
    LeafReportState.CONFIRMED: "good",
}


def plain(number: Decimal | str | None) -> str:
    """A number without idle zeros; "" for none."""
    return "" if number is None else f"{Decimal(str(number)).normalize():f}"


def rule_words(node: SchemeNode) -> str:
    """How a leaf's value becomes points, in one line; "" for a branch."""
    words = _WORDS.get(node.rule)
    return words(node) if words is not None else ""


def target_words(node: SchemeNode) -> str:
    """What the leaf is held against: its own target, the indicator's, or nothing."""
    if node.rule not in (ScoreRule.PROPORTIONAL, ScoreRule.PER_POINT, ScoreRule.FULL_OR_NONE):
        return ""
    if node.target is None:
        return _("the indicator's target")
    if node.operator == Operator.YES:
        return _("yes") if node.target else _("no")
    if node.operator == Operator.PLACE:
        return _("place %s or better") % plain(node.target)
    return f"{node.get_operator_display()} {plain(node.target)}"


def deadline_words(deadline: dt.date | None) -> str:
    """The day, or that it is kept up for good."""
    return day(deadline) if deadline else _("kept up for good")


def overdue_words(deadline: dt.date | None, today: dt.date, is_done: bool) -> str:
    """By how many days the deadline is past, for what is not done; "" otherwise."""
    if deadline is None or is_done or today <= deadline:
        return ""
    return _("%s days overdue") % (today - deadline).days


def adjustment_words(row: SchemeAdjustment) -> str:
    """What is counted and what each is worth: 情况通报（市级）每条 +2 分，最多 6 分."""
    kinds = "、".join(filter(None, (row.type, row.level)))
    words = _("%(register)s%(kinds)s: %(points)s points each") % {
        "register": row.register.title,
        "kinds": f"（{kinds}）" if kinds else "",
        "points": f"{row.points.normalize():+f}".replace("-", "−"),
    }
    if row.cap is not None:
        words += _(", at most %s points") % plain(row.cap)
    return words


def _proportional(node: SchemeNode) -> str:
    if node.operator == Operator.AT_MOST:
        return _("full marks × target ÷ value, at most full marks")
    return _("full marks × value ÷ target, at most full marks")


def _per_point(node: SchemeNode) -> str:
    value = _("actual value")
    target = _("target") if node.target is None else plain(node.target)
    short = f"{value} − {target}" if node.operator == Operator.AT_MOST else f"{target} − {value}"
    words = f"{plain(node.points)} − {plain(node.per_point)}×({short})"
    return _("%(formula)s, not below %(floor)s") % {"formula": words, "floor": plain(node.floor)}


def _full_or_none(node: SchemeNode) -> str:
    return _("full marks where the target is met, else 0")


def _steps(node: SchemeNode) -> str:
    sign = "≤" if node.operator == Operator.AT_MOST else "≥"
    steps = [
        _("%(limit)s: %(points)s points") % {"limit": f"{sign}{plain(limit)}", "points": plain(points)}
        for limit, points in node.table
    ]
    return "；".join([*steps, _("else %s points") % plain(node.floor)])


def _place(node: SchemeNode) -> str:
    steps = [
        _("up to place %(limit)s: %(points)s points") % {"limit": plain(limit), "points": plain(points)}
        for limit, points in node.table
    ]
    return "；".join([*steps, _("else %s points") % plain(node.floor)])


def _status(node: SchemeNode) -> str:
    names = dict(LeafStatus.choices)
    return "；".join(
        _("%(limit)s: %(points)s points") % {"limit": names.get(status, status), "points": plain(points)}
        for status, points in node.table
    )


_WORDS: dict[str, Callable[[SchemeNode], str]] = {
    ScoreRule.PROPORTIONAL: _proportional,
    ScoreRule.PER_POINT: _per_point,
    ScoreRule.FULL_OR_NONE: _full_or_none,
    ScoreRule.STEPS: _steps,
    ScoreRule.PLACE: _place,
    ScoreRule.STATUS: _status,
}
