"""A computed list as an editor changed it: units struck, added, put in another order. The computed one stays beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from departments.templatetags.people import person_name
from reports.choices import ListAction
from reports.models import ListEdit
from reports.services.issue_edits import says_something
from reports.statements import Source, Statement


@dataclass(frozen=True)
class EditedList:
    """The statement as printed and what was done to it, as the document tells it; unit codes in `computed`."""

    statement: Statement
    computed: tuple[str, ...]
    struck: tuple[dict[str, Any], ...]
    added: tuple[dict[str, Any], ...]
    reordered: dict[str, Any] | None

    def json(self) -> dict[str, Any]:
        """The keys of a figure that an edit writes."""
        return {
            "computed": list(self.computed),
            "struck": list(self.struck),
            "added": list(self.added),
            "reordered": self.reordered,
        }


def edited_list(statement: Statement, edits: Sequence[ListEdit], source: Source) -> EditedList | None:
    """The list after those edits that still say something; None where none does."""
    computed = statement.units
    names = {unit.code: unit.name for unit in source.data.units} | dict(source.names)
    names |= dict(zip(computed, statement.labels, strict=False))
    edits = [edit for edit in edits if says_something(edit, set(computed))]
    if not edits:
        return None
    struck = [edit for edit in edits if edit.action == ListAction.STRIKE]
    added = [edit for edit in edits if edit.action == ListAction.ADD]
    order = next((edit for edit in edits if edit.action == ListAction.ORDER), None)
    gone = {_code(edit) for edit in struck}
    units = _placed(
        [code for code in computed if code not in gone], [_code(edit) for edit in added], computed, source
    )
    if order is not None:
        wanted = {code: place for place, code in enumerate(order.units.split())}
        units.sort(key=lambda code: wanted.get(code, len(wanted)))
    labels = tuple(names.get(code, code) for code in units)
    printed = replace(statement, display=statement.joining.join(labels), units=tuple(units), labels=labels)
    return EditedList(
        printed,
        computed,
        tuple(_unit_json(edit, names) for edit in struck),
        tuple(_unit_json(edit, names) for edit in added),
        _by_json(order) if order is not None else None,
    )


def _placed(kept: list[str], added: list[str], computed: Sequence[str], source: Source) -> list[str]:
    """Added units stand at their place where the list is in protocol order, else at its end."""
    protocol = {unit.code: place for place, unit in enumerate(source.data.units)}
    places = [protocol.get(code, len(protocol)) for code in computed]
    if places == sorted(places):
        return sorted((*kept, *added), key=lambda code: protocol.get(code, len(protocol)))
    return [*kept, *added]


def _code(edit: ListEdit) -> str:
    assert edit.unit is not None, "only an order is of no unit"
    return edit.unit.code


def _unit_json(edit: ListEdit, names: dict[str, str]) -> dict[str, Any]:
    code = _code(edit)
    return {"unit": code, "name": names.get(code, code), **_by_json(edit)}


def _by_json(edit: ListEdit) -> dict[str, Any]:
    return {
        "reason": edit.reason,
        "by": person_name(edit.edited_by),
        "at": edit.edited_at.isoformat(),
    }
