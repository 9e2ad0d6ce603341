"""The texts units handed in (月度工作情况), one paragraph each, and who handed in none."""

from reports.statements.model import UNIT_TEXT, Group, Source, Statement, UnitText, chosen_groups

# What stands for the unit's name in a prefix.
NAME = "单位名"


def _item(code: str) -> str:
    return code.removeprefix(f"{UNIT_TEXT.code}.")


def _text(source: Source, unit: str, item: str) -> str:
    """The unit's approved text; "" without one: not reported, not applicable."""
    value = source.data.unit(unit).figures.get(item)
    return value if isinstance(value, str) else ""


def unit_texts(
    source: Source, code: str, group: Group, prefix: str, unit: str | None = None
) -> tuple[UnitText, ...]:
    """One text for each unit of the groups that is asked for the form and has an approved one, in protocol order.

    With `unit` only that one's, of whatever group.
    """
    item = _item(code)
    label = source.data.item_names.get(item, item)
    form = item.split(".")[0]
    if unit is None:
        asked = source.units(chosen_groups(source, group), (form,))
    else:
        asked = tuple(u for u in (source.unit(unit),) if u.code in source.data.expected.get(form, ()))
    return tuple(
        UnitText(
            one.code,
            source.names[one.code],
            item,
            label,
            prefix.replace(NAME, source.names[one.code]),
            text,
        )
        for one in asked
        if (text := _text(source, one.code, item))
    )


def units_without_text(source: Source, code: str, group: Group) -> Statement:
    """The units that `unit_texts` leaves out although they are asked for the form."""
    item, chosen = _item(code), chosen_groups(source, group)
    form = item.split(".")[0]
    among = source.units(chosen, (form,))
    codes = tuple(unit.code for unit in among if not _text(source, unit.code, item))
    scope = source.scope_name(chosen)
    return Statement(
        "list",
        "、".join(source.names[code] for code in codes) or "无",
        scope=scope,
        coverage=source.data.coverage({form}, among),
        units=codes,
        among=tuple(unit.code for unit in among),
        describe=f"没有“{source.data.item_names.get(item, item)}”（{scope}）",
        inputs=tuple((unit.code, item) for unit in among),
    )
