"""Who reported nothing, who reported late, and which units a rate does not reach at all."""

from fractions import Fraction

from expressions import Expression
from expressions.values import Kind, NoValue, is_number
from indicators.duties import DUE, LATE, coverage_name
from reports.statements.listing import Basis, basis_of, make_list, values_of
from reports.statements.model import FORM, Group, Source, Statement, chosen_groups


def _form(code: str) -> str:
    return code.removeprefix(f"{FORM.code}.")


def unreported(source: Source, form: str, group: Group) -> Statement:
    """Units expected to fill the form whose figures are not approved: those that coverage calls missing."""
    form = _form(form)
    chosen = chosen_groups(source, group)
    basis = Basis(source.units(chosen, (form,)), chosen, (), frozenset({form}))
    missing = source.data.coverage(basis.forms, basis.among).missing
    return make_list(source, missing, basis, f"没有经审批的“{source.data.form_names[form]}”")


def late(source: Source, form: str, group: Group) -> Statement:
    """Units that handed the form in after it was due, at least once in the period; what lies below them counts nothing."""
    form = _form(form)
    due, times = f"{form}.{DUE}", f"{form}.{LATE}"
    duty = coverage_name(form)
    chosen = chosen_groups(source, group)
    basis = Basis(source.units(chosen, (duty,)), chosen, (times, due), frozenset({duty}))
    counts = _alone(source, times)
    codes = (unit.code for unit in basis.among if counts.get(unit.code))
    return make_list(source, codes, basis, f"迟报“{source.data.form_names[form]}”")


def _alone(source: Source, item: str) -> dict[str, Fraction]:
    """Every unit's own count, without those of the units below it."""
    whole = {unit.code: count for unit in source.data.units if is_number(count := unit.figures.get(item))}
    own = dict(whole)
    for unit in source.data.units:
        if unit.parent in own:
            own[unit.parent] -= whole.get(unit.code, 0)
    return own


def without_figures(source: Source, expression: Expression, group: Group) -> Statement:
    """Units asked for figures for which they reported none: the expression is missing; 0 and 不适用 are reported."""
    basis = basis_of(source, group, expression)
    found = values_of(source, expression, basis)
    codes = [
        code for code, value in found.items() if isinstance(value, NoValue) and value.kind is Kind.MISSING
    ]
    return make_list(source, codes, basis, f"没有报{expression.describe()}")
