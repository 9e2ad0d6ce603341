"""What units reported on leaves described in words, as scoring reads it: only what the office confirmed has a status."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from departments.periods import Period
from indicators.choices import LeafReportState
from indicators.models import LeafReport, Scheme, SchemeNode


class Reported(NamedTuple):
    """One unit's report on one leaf: `status` is the confirmed one, "" while nothing is confirmed (it scores nothing)."""

    status: str
    text: str
    state: str


def words_leaves(scheme: Scheme) -> list[SchemeNode]:
    """The leaves of a scheme that are described in words, in the order of the scheme."""
    return [node for node in scheme.nodes.all() if is_in_words(node)]


def is_in_words(node: SchemeNode) -> bool:
    """Whether units report on the leaf in words, not through an indicator."""
    return node.is_leaf and node.indicator_id is None


def leaf_inputs(schemes: Sequence[Scheme], period: Period) -> Mapping[tuple[int, str, str], Reported]:
    """Every report of a period by (scheme id, leaf key, unit code); one query for all schemes."""
    rows = LeafReport.objects.filter(node__scheme__in=schemes, period=period.code).values_list(
        "node__scheme_id", "node__key", "unit__code", "confirmed", "text", "state"
    )
    return {
        (scheme, key, unit): Reported(
            confirmed if state == LeafReportState.CONFIRMED else "", text, str(state)
        )
        for scheme, key, unit, confirmed, text, state in rows
    }
