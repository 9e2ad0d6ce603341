"""A form as something to fill: reading cells, computing the shown rates and sums, and checking the rules.

The entry page, table import, packs and approval all go through here, so a cell is judged the same way everywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from django.utils.translation import gettext as _

from departments.cells import (
    Cell,
    CellError,
    CellInput,
    Place,
    cell_key,
    cell_of,
    describe_cell,
    read_cell,
    show_cell,
)
from departments.choices import ItemKind, Severity
from departments.exceptions import NOTICE, Problem
from departments.models import Category, Figure, Form, Item, NotApplicableReason, Rule, Submission
from departments.outliers import stands_out
from expressions import BOOLEAN, NUMBER, TEXT, Expression, ExpressionError, NameTable, Symbol, Type, check
from expressions.numbers import display
from expressions.values import MISSING, Kind, NoValue, Value

__all__ = [
    "Cell",
    "CellError",
    "CellInput",
    "Context",
    "Place",
    "Sheet",
    "cell_key",
    "cell_of",
    "cells_of",
    "check_expression",
    "describe_cell",
    "item_symbols",
    "key_of",
    "load_sheet",
    "show_cell",
]

PREVIOUS = "previous"
PREVIOUS_LABEL = "上期"


@dataclass(frozen=True)
class Context:
    """What rules look at beyond the form itself, for one submission (departments.services.contexts loads it).

    `values`: by symbol code, last period's (`previous.item`) and other forms' (`form.item`) figures of the unit.
    `history`: by cell key, the unit's figures of up to twelve earlier periods, newest last.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    history: Mapping[str, Sequence[Fraction]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A form with everything parsed. Built by `load_sheet`; immutable while a request lasts."""

    form: Form
    items: tuple[Item, ...]
    reasons: Mapping[str, NotApplicableReason]
    computed: Mapping[str, Expression]
    rules: tuple[tuple[Rule, Expression], ...]
    # Rows of the form's category list: those of every unit and those of single units.
    categories: tuple[Category, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every cell that can be entered, row by row: plain items first, then the items of each category."""
        entered = [item for item in self.items if item.is_entered]
        plain = [Place(item.code, item) for item in entered if not item.by_category]
        split = [item for item in entered if item.by_category]
        rows = [
            Place(cell_key(item.code, category.code), item, category)
            for category in self.categories
            for item in split
        ]
        return (*plain, *rows)

    @cached_property
    def by_key(self) -> dict[str, Place]:
        return {place.key: place for place in self.places}

    @cached_property
    def outside(self) -> frozenset[str]:
        """Codes of the figures beyond the form that its rules refer to."""
        own = self.by_code
        return frozenset(
            code for _rule, expression in self.rules for code in expression.references if code not in own
        )

    def for_unit(self, unit_id: int) -> "Sheet":
        """The sheet as one unit fills it: only the category rows that are its own or everybody's."""
        mine = tuple(category for category in self.categories if category.unit_id in (None, unit_id))
        return self if len(mine) == len(self.categories) else replace(self, categories=mine)

    def read(self, item: Item, given: CellInput) -> Cell | None:
        """The cell meant by an input; None when blank; CellError when it can't be taken."""
        return read_cell(item, given, self.reasons)

    def compute(self, cells: Mapping[str, Cell]) -> dict[str, Value]:
        """Values of the computed items by code, and by cell key where they are asked per category."""
        env = self._env(cells)
        values: dict[str, Value] = {}
        for code, expression in self.computed.items():
            values[code] = expression.evaluate(env)
            if self.by_code[code].by_category:
                for category in self.categories:
                    row = self._env(cells, category)
                    values[cell_key(code, category.code)] = expression.evaluate(row)
        return values

    def display(self, item: Item, value: Value) -> str:
        """A computed value as shown: half up at the item's decimals; `—` for not applicable or 0/0; blank if missing."""
        if isinstance(value, NoValue):
            return "" if value.kind is Kind.MISSING else "—"
        if isinstance(value, Fraction):
            return display(value, item.decimals) + (
                item.unit_of_measure if item.unit_of_measure == "%" else ""
            )
        return str(value)

    def problems(
        self, cells: Mapping[str, Cell], *, complete: bool, context: Context | None = None
    ) -> list[Problem]:
        """Findings about the cells; with `complete`, blanks that must be filled count as errors too.

        Without a `context`, rules that look beyond the form are left out and no outliers are sought.
        """
        found = []
        if complete:
            found = [
                Problem(place.key, Severity.ERROR, _("“%s” is not filled in yet.") % place.label)
                for place in self.places
                if not place.item.may_be_blank and place.key not in cells
            ]
        envs: dict[str, dict[str, Value]] = {}
        for rule, expression in self.rules:
            if context is None and not self.outside.isdisjoint(expression.references):
                continue
            for category in self._rows_of(expression):
                row = category.code if category else ""
                env = envs.get(row) or envs.setdefault(row, self._whole_env(cells, category, context))
                found += self._judge(rule, expression, env, cells, category)
        if context is not None:
            found += self._outliers(cells, context)
        return found

    def total(self, item: Item, cells: Mapping[str, Cell]) -> Value:
        """An item's value: its cell, or for items asked per category the sum of the rows that hold a number."""
        if not item.by_category:
            return cells[item.code].as_value() if item.code in cells else MISSING
        keys = (cell_key(item.code, category.code) for category in self.categories)
        values = [cells[key].as_value() for key in keys if key in cells]
        numbers = [value for value in values if isinstance(value, Fraction)]
        if numbers:
            return sum(numbers, Fraction(0))
        return next((value for value in values if isinstance(value, NoValue)), MISSING)

    def _rows_of(self, expression: Expression) -> Sequence[Category | None]:
        """A rule over items asked per category is judged row by row; any other once."""
        own = [self.by_code[code] for code in expression.references if code in self.by_code]
        if own and all(item.by_category for item in own):
            return self.categories
        return (None,)

    def _judge(
        self,
        rule: Rule,
        expression: Expression,
        env: Mapping[str, Value],
        cells: Mapping[str, Cell],
        category: Category | None,
    ) -> list[Problem]:
        if expression.evaluate(env) is not False:
            return []
        keys = [cell_key(code, category.code if category else "") for code in expression.references]
        place = next(
            (key for key in keys if key in cells), next((key for key in keys if key in self.by_key), "")
        )
        row = f"{category.name}：" if category else ""
        return [Problem(place, rule.severity, row + self._explain(rule, expression, env), rule.code)]

    def _outliers(self, cells: Mapping[str, Cell], context: Context) -> list[Problem]:
        found = []
        for place in self.places:
            cell, history = cells.get(place.key), context.history.get(place.key, ())
            value = cell.as_value() if cell else None
            if isinstance(value, Fraction) and stands_out(history, value):
                spread = f"{display(min(history), place.item.decimals)}～{display(max(history), place.item.decimals)}"
                found.append(
                    Problem(
                        place.key,
                        NOTICE,
                        _("“%(name)s” %(value)s stands out from the last %(n)s periods (%(spread)s).")
                        % {
                            "name": place.label,
                            "value": show_cell(place.item, cell),
                            "n": len(history),
                            "spread": spread,
                        },
                    )
                )
        return found

    def _whole_env(
        self, cells: Mapping[str, Cell], category: Category | None, context: Context | None
    ) -> dict[str, Value]:
        """Everything a rule may name: the form's own cells and, with a context, what lies beyond it."""
        env = self._env(cells, category)
        env.update(dict.fromkeys(self.outside, MISSING))
        if context is not None:
            env.update(context.values)
        return env

    def _env(self, cells: Mapping[str, Cell], category: Category | None = None) -> dict[str, Value]:
        env: dict[str, Value] = {}
        for item in self.items:
            if category is not None and item.by_category:
                key = cell_key(item.code, category.code)
                env[item.code] = cells[key].as_value() if key in cells else MISSING
            else:
                env[item.code] = self.total(item, cells)
        return env

    def _explain(self, rule: Rule, expression: Expression, env: Mapping[str, Value]) -> str:
        labels = {symbol.code: symbol.label for symbol in expression.symbols}
        parts = []
        for code in dict.fromkeys(expression.references):
            value = env[code]
            if isinstance(value, Fraction):
                item = self.by_code.get(code.removeprefix(f"{PREVIOUS}."))
                parts.append(f"{labels[code]} {display(value, item.decimals if item else 0)}")
        return f"{rule.message}（{'，'.join(parts)}）" if parts else rule.message


def item_symbols(items: Iterable[Item], prefix: str = "") -> list[Symbol]:
    """The names under which expressions know items: code, printed name, `section.name`; with `prefix`, `form.code` too."""
    symbols = []
    for item in items:
        labels = [item.name]
        if item.section:
            labels.append(f"{item.section.name}.{item.name}")
        if prefix:
            labels += [f"{item.form.title}.{label}" for label in tuple(labels)]
        symbols.append(Symbol(f"{prefix}{item.code}", _type_of(item), tuple(dict.fromkeys(labels))))
    return symbols


def load_sheet(form: Form, submission: Submission | None = None) -> Sheet:
    """Reads a form in three to five queries; with a submission only the category rows its unit fills.

    ExpressionError cannot arise here: expressions are checked when saved.
    """
    items = tuple(form.items.select_related("section").order_by("order"))
    scope = _Names(form, items)
    sheet = Sheet(
        form=form,
        items=items,
        reasons={reason.code: reason for reason in form.office.reasons.all()},
        computed={
            item.code: check(item.expression, scope.own, want=NUMBER)
            for item in items
            if item.kind == ItemKind.COMPUTED
        },
        rules=tuple((rule, scope.rule(rule.expression)) for rule in form.rules.order_by("order")),
        categories=tuple(form.category_list.categories.all()) if form.category_list else (),
    )
    return sheet.for_unit(submission.unit_id) if submission else sheet


def check_expression(
    form: Form, text: str, *, boolean: bool, items: Iterable[Item] | None = None
) -> str | None:
    """The fault of an expression over the form's entered items (default: the stored ones) in words, or None.

    A rule (`boolean`) may also name last period's figures (上期.…) and those of the office's other forms.
    """
    known = tuple(form.items.select_related("section") if items is None else items)
    scope = _Names(form, known)
    try:
        if boolean:
            scope.rule(text)
        else:
            check(text, scope.own, want=NUMBER)
    except ExpressionError as error:
        return str(error)
    return None


def cells_of(submission: Submission) -> dict[str, Cell]:
    """The stored cells of a submission by cell key (one query)."""
    figures = submission.figures.select_related("item", "reason", "category")
    return {key_of(figure): cell_of(figure) for figure in figures}


def key_of(figure: Figure) -> str:
    """The cell key of a stored figure; reads its item and category."""
    return cell_key(figure.item.code, figure.category.code if figure.category else "")


class _Names:
    """The names a form's expressions may use, from the nearest on: own items, last period, other forms."""

    def __init__(self, form: Form, items: Sequence[Item]) -> None:
        self.form = form
        entered = [item for item in items if item.is_entered]
        symbols = item_symbols(entered)
        self.own = NameTable(symbols)
        self._near = [
            *symbols,
            *(
                Symbol(
                    f"{PREVIOUS}.{symbol.code}",
                    symbol.type,
                    tuple(f"{PREVIOUS_LABEL}.{label}" for label in symbol.labels),
                )
                for symbol in symbols
            ),
        ]

    def rule(self, text: str) -> Expression:
        """Other forms are read only when the form's own names don't do; so most forms cost no query for them."""
        try:
            return check(text, NameTable(self._near), want=BOOLEAN)
        except ExpressionError:
            return check(text, NameTable([*self._near, *self._others()]), want=BOOLEAN)

    def _others(self) -> list[Symbol]:
        if self.form.office_id is None:
            return []
        others = (
            Item.objects.filter(form__office=self.form.office_id)
            .exclude(form=self.form.pk)
            .exclude(kind=ItemKind.COMPUTED)
            .select_related("section", "form")
        )
        return [Symbol(f"{item.form.code}.{item.code}", _type_of(item), _with_title(item)) for item in others]


def _with_title(item: Item) -> tuple[str, ...]:
    """Another form's item is named with the form's title, so that it never hides one of the form's own."""
    labels = [f"{item.form.title}.{item.name}"]
    if item.section:
        labels.append(f"{item.form.title}.{item.section.name}.{item.name}")
    return tuple(labels)


def _type_of(item: Item) -> Type:
    return NUMBER if item.is_number or item.kind == ItemKind.COMPUTED else TEXT
