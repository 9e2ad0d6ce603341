"""The forms of a pack as people will fill them, before anything is saved.

Models are built here without being saved: names, sheets and rules then come from departments itself.
"""

from collections.abc import Iterator, Mapping, Set

from departments.choices import ItemKind
from departments.models import Category, Form, Item, NotApplicableReason, Rule, Section
from departments.sheets import PREVIOUS, PREVIOUS_LABEL, Sheet, item_symbols
from expressions import (
    BOOLEAN,
    CORE,
    NUMBER,
    Expression,
    ExpressionError,
    FunctionTable,
    NameTable,
    Symbol,
    check,
)
from expressions.names import normalise
from expressions.types import Type
from govsvc.packs.faults import Fault
from govsvc.packs.pack import Pack, Placed, items_of
from govsvc.packs.schema import FormFile


def sheets_of(pack: Pack, broken: Set[str], faults: list[Fault]) -> dict[str, Sheet]:
    """Form code → its sheet; formulas with faults are left out and told, unless a `broken` form may hold what they name."""
    models = {code: _items(code, form.spec) for code, form in pack.forms.items()}
    return {
        code: _sheet(pack, form, models, code, faults, blind="forms" in broken)
        for code, form in pack.forms.items()
    }


def checked(
    row: Placed,
    path: tuple,
    text: str,
    names: NameTable,
    want: Type,
    faults: list[Fault],
    functions: FunctionTable = CORE,
) -> Expression | None:
    """The meaning of a formula; None with its faults."""
    try:
        return check(text, names, functions, want=want)
    except ExpressionError as error:
        faults += [
            row.fault(f"第{p.column}个字：{p.message}", *path, text_line=p.line) for p in error.problems
        ]
        return None


def unit_ids(pack: Pack) -> dict[str, int]:
    """A stand-in for the key each unit will have."""
    return {row.spec.code: number for number, row in enumerate(pack.units, 1)}


def _items(code: str, form: FormFile) -> tuple[Item, ...]:
    model = Form(code=code, title=form.title)
    return tuple(
        Item(
            form=model,
            section=Section(form=model, code=section.code, name=section.name) if section else None,
            code=item.code,
            name=item.name,
            kind=item.kind,
            decimals=item.decimals,
            unit_of_measure=item.unit_of_measure,
            may_be_blank=item.blank,
            may_be_negative=item.negative,
            may_not_apply=item.not_applicable,
            options="\n".join(item.options),
            by_category=item.by_category,
        )
        for item, section, _path in items_of(form)
    )


def _sheet(
    pack: Pack,
    form: Placed[FormFile],
    models: Mapping[str, tuple[Item, ...]],
    code: str,
    faults: list[Fault],
    *,
    blind: bool,
) -> Sheet:
    items = models[code]
    own = item_symbols(item for item in items if item.is_entered)
    names = NameTable(own)
    computed, rules = {}, []
    for item, _section, path in items_of(form.spec):
        if item.kind == ItemKind.COMPUTED and item.expression:
            meaning = checked(form, (*path, "expression"), item.expression, names, NUMBER, faults)
            if meaning:
                computed[item.code] = meaning
    near = NameTable([*own, *_previous(own)])
    wide = NameTable([*own, *_previous(own), *_others(models, code)])
    for place, rule in enumerate(form.spec.rules):
        path = ("rules", place, "expression")
        unknown: list[Fault] = []
        meaning = checked(form, path, rule.expression, near, BOOLEAN, []) or checked(
            form, path, rule.expression, wide, BOOLEAN, unknown
        )
        if meaning:
            rules.append((Rule(code=rule.code, severity=rule.severity, message=rule.message), meaning))
        elif not blind:
            faults += unknown
    return Sheet(
        form=items[0].form if items else Form(code=code, title=form.spec.title),
        items=items,
        reasons={r.spec.code: NotApplicableReason(code=r.spec.code, name=r.spec.name) for r in pack.reasons},
        computed=computed,
        rules=tuple(rules),
        categories=_categories(pack, form.spec.category_list),
    )


def _previous(own: list[Symbol]) -> Iterator[Symbol]:
    for symbol in own:
        labels = tuple(f"{PREVIOUS_LABEL}.{label}" for label in symbol.labels)
        yield Symbol(f"{PREVIOUS}.{symbol.code}", symbol.type, labels)


def _others(models: Mapping[str, tuple[Item, ...]], code: str) -> Iterator[Symbol]:
    for other, items in models.items():
        if other != code:
            entered = (item for item in items if item.is_entered)
            for symbol in item_symbols(entered, f"{other}."):
                titled = tuple(
                    label for label in symbol.labels if label.startswith(f"{items[0].form.title}.")
                )
                yield Symbol(symbol.code, symbol.type, titled)


def _categories(pack: Pack, list_code: str) -> tuple[Category, ...]:
    names, ids = pack.unit_names(), unit_ids(pack)
    found = []
    for row in pack.categories:
        if list_code and row.spec.list == list_code:
            units = names.get(normalise(row.spec.unit), set()) if row.spec.unit else set()
            unit = next(iter(units), None)
            found.append(
                Category(code=row.spec.code, name=row.spec.name, unit_id=ids[unit] if unit else None)
            )
    return tuple(found)
