"""A form as something to fill: reading cells, computing the shown rates and sums, and checking the rules.

The entry page, table import, packs and approval all go through here, so a cell is judged the same way everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from departments.choices import FigureState, ItemKind, Severity
from departments.exceptions import Problem
from departments.models import Figure, Form, Item, NotApplicableReason, Rule, Submission
from expressions import BOOLEAN, NUMBER, TEXT, Expression, ExpressionError, NameTable, Symbol, check
from expressions.numbers import NumberError, display, parse_number
from expressions.values import MISSING, Kind, NoValue, Value, not_applicable

MAX_TEXT = 5000


@dataclass(frozen=True)
class Cell:
    """Content of one cell. A missing cell is the absence of a Cell."""

    state: FigureState
    value: Decimal | None = None
    text: str = ""
    reason: NotApplicableReason | None = None

    def as_value(self) -> Value:
        if self.state == FigureState.NUMBER:
            assert self.value is not None
            return Fraction(self.value)
        if self.state == FigureState.NOT_APPLICABLE:
            return not_applicable(self.reason.name if self.reason else "")
        return self.text


@dataclass(frozen=True)
class CellInput:
    """What a person or a file says about a cell: a text as typed, or the code of a reason for not applicable."""

    text: str = ""
    reason: str = ""


class CellError(ValueError):
    """The input can't be taken; the message says what to write instead."""


@dataclass(frozen=True)
class Sheet:
    """A form with everything parsed. Built by `load_sheet`; immutable while a request lasts."""

    form: Form
    items: tuple[Item, ...]
    reasons: Mapping[str, NotApplicableReason]
    computed: Mapping[str, Expression]
    rules: tuple[tuple[Rule, Expression], ...]

    @property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    def read(self, item: Item, given: CellInput) -> Cell | None:
        """The cell meant by an input; None when blank; CellError when it can't be taken."""
        if not item.is_entered:
            raise CellError(_("“%s” is computed and can't be entered.") % item.name)
        if given.reason:
            return self._read_reason(item, given.reason)
        text = given.text.strip()
        if not text:
            return None
        if item.kind == ItemKind.TEXT:
            if len(text) > MAX_TEXT:
                raise CellError(_("At most %s characters.") % MAX_TEXT)
            return Cell(FigureState.TEXT, text=text)
        return Cell(FigureState.NUMBER, value=_read_number(item, text))

    def _read_reason(self, item: Item, code: str) -> Cell:
        if not item.may_not_apply:
            raise CellError(_("“%s” must be answered with a figure.") % item.name)
        if code not in self.reasons:
            raise CellError(_("There is no reason “%s”.") % code)
        return Cell(FigureState.NOT_APPLICABLE, reason=self.reasons[code])

    def compute(self, cells: Mapping[str, Cell]) -> dict[str, Value]:
        """Values of the computed items, by code."""
        env = self._env(cells)
        return {code: expression.evaluate(env) for code, expression in self.computed.items()}

    def display(self, item: Item, value: Value) -> str:
        """A computed value as shown: half up at the item's decimals; `—` for not applicable or 0/0; blank if missing."""
        if isinstance(value, NoValue):
            return "" if value.kind is Kind.MISSING else "—"
        if isinstance(value, Fraction):
            return display(value, item.decimals) + (
                item.unit_of_measure if item.unit_of_measure == "%" else ""
            )
        return str(value)

    def problems(self, cells: Mapping[str, Cell], *, complete: bool) -> list[Problem]:
        """Findings about the cells; with `complete`, blanks that must be filled count as errors too."""
        found = []
        if complete:
            found = [
                Problem(item.code, Severity.ERROR, _("“%s” is not filled in yet.") % item.name)
                for item in self.items
                if item.is_entered and not item.may_be_blank and item.code not in cells
            ]
        env = self._env(cells)
        for rule, expression in self.rules:
            if expression.evaluate(env) is False:
                place = next((code for code in expression.references if code in cells), "")
                found.append(Problem(place, rule.severity, self._explain(rule, expression, env), rule.code))
        return found

    def _env(self, cells: Mapping[str, Cell]) -> dict[str, Value]:
        return {
            item.code: cells[item.code].as_value() if item.code in cells else MISSING for item in self.items
        }

    def _explain(self, rule: Rule, expression: Expression, env: Mapping[str, Value]) -> str:
        names = self.by_code
        parts = []
        for code in dict.fromkeys(expression.references):
            value = env[code]
            if isinstance(value, Fraction):
                parts.append(f"{names[code].name} {display(value, names[code].decimals)}")
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
        kind = TEXT if item.kind == ItemKind.TEXT else NUMBER
        symbols.append(Symbol(f"{prefix}{item.code}", kind, tuple(dict.fromkeys(labels))))
    return symbols


def load_sheet(form: Form) -> Sheet:
    """Reads a form in three queries. ExpressionError cannot arise here: expressions are checked when saved."""
    items = tuple(form.items.select_related("section").order_by("order"))
    names = NameTable(item_symbols(item for item in items if item.is_entered))
    return Sheet(
        form=form,
        items=items,
        reasons={reason.code: reason for reason in form.office.reasons.all()},
        computed={
            item.code: check(item.expression, names, want=NUMBER)
            for item in items
            if item.kind == ItemKind.COMPUTED
        },
        rules=tuple(
            (rule, check(rule.expression, names, want=BOOLEAN)) for rule in form.rules.order_by("order")
        ),
    )


def check_expression(
    form: Form, text: str, *, boolean: bool, items: Iterable[Item] | None = None
) -> str | None:
    """The fault of an expression over the form's entered items (default: the stored ones) in words, or None."""
    known = form.items.select_related("section") if items is None else items
    entered = [item for item in known if item.is_entered]
    try:
        check(text, NameTable(item_symbols(entered)), want=BOOLEAN if boolean else NUMBER)
    except ExpressionError as error:
        return str(error)
    return None


def cells_of(submission: Submission) -> dict[str, Cell]:
    """The stored cells of a submission by item code (one query)."""
    figures = submission.figures.select_related("item", "reason")
    return {figure.item.code: cell_of(figure) for figure in figures}


def cell_of(figure: Figure) -> Cell:
    return Cell(FigureState(figure.state), figure.value, figure.text, figure.reason)


def describe_cell(cell: Cell | None) -> str:
    """A cell as the event log and the approver's page write it; "" when missing."""
    if cell is None:
        return ""
    if cell.state == FigureState.NUMBER:
        assert cell.value is not None
        return f"{cell.value.normalize():f}"
    if cell.state == FigureState.NOT_APPLICABLE:
        return f"—（{cell.reason.name}）" if cell.reason else "—"
    return cell.text


def _read_number(item: Item, text: str) -> Decimal:
    try:
        number = parse_number(text)
    except NumberError as error:
        raise CellError(str(error)) from error
    if number < 0 and not item.may_be_negative:
        raise CellError(_("“%s” can't be negative.") % item.name)
    places = 0 if item.kind == ItemKind.WHOLE else item.decimals
    scaled = number * 10**places
    if scaled.denominator != 1:
        if places == 0:
            raise CellError(_("“%s” is a whole number: no decimals.") % item.name)
        raise CellError(_("“%(name)s” has at most %(n)s decimals.") % {"name": item.name, "n": places})
    return Decimal(scaled.numerator).scaleb(-places)
