"""The names by which indicators and bulletins know an office's figures, and the functions they may use."""

from collections.abc import Iterable, Iterator

from departments.models import Category, Form, Item, Office, Register, Request
from departments.services.registers.counts import registers_of
from departments.sheets import item_symbols
from expressions import NUMBER, NameTable, Symbol
from indicators.models import Indicator, Scheme
from indicators.services.alerts import alert_symbols
from indicators.services.duty import duty_symbols
from indicators.services.frequency import frequency_symbols
from indicators.services.reconciled import reconciled_symbols
from indicators.services.registers import register_symbols
from indicators.services.requests import request_symbols, requests_of
from indicators.time_functions import TIME

FUNCTIONS = TIME
INDICATOR, SCHEME = "indicator", "scheme"
INDICATOR_LABEL, SCORE_LABEL = "指标", "得分"


def office_names(
    office: Office,
    forms: Iterable[Form] | None = None,
    registers: Iterable[Register] | None = None,
    requests: Iterable[Request] | None = None,
    *,
    results: bool = True,
) -> NameTable:
    """The names of all figures of an office, and with `results` those of indicators and scores to build on.

    Bulletins reach results by functions of their own, so that rates are never added up like figures. Forms (with items
    and sections), registers and requests are all of the office's, if they have been read already.
    """
    forms = list(office.forms.prefetch_related("items__section") if forms is None else forms)
    registers = registers_of(office) if registers is None else registers
    requests = requests_of(office) if requests is None else requests
    items = [
        symbol
        for form in forms
        for symbol in item_symbols((item for item in form.items.all() if item.is_entered), f"{form.code}.")
    ]
    return NameTable(
        [
            *items,
            *_category_symbols(forms),
            *reconciled_symbols(forms),
            *duty_symbols(forms),
            *register_symbols(registers),
            *request_symbols(requests),
            *frequency_symbols(registers),
            *alert_symbols(),
            *(_result_symbols(office) if results else ()),
        ]
    )


def category_code(form: Form, item: Item, category: Category) -> str:
    """The code of an item's figure in one category: `form.item.category`."""
    return f"{form.code}.{item.code}.{category.code}"


def indicator_code(code: str) -> str:
    """The name of an indicator's value in other definitions."""
    return f"{INDICATOR}.{code}"


def scheme_code(code: str) -> str:
    """The name of a scheme's score in definitions."""
    return f"{SCHEME}.{code}"


def _category_symbols(forms: Iterable[Form]) -> Iterator[Symbol]:
    """Items by the categories that are every unit's; always with the item's name: a category's alone is no figure."""
    split = [(form, item) for form in forms for item in form.items.all() if item.by_category]
    if not split:
        return
    lists = {form.category_list_id for form, _item in split}
    by_list: dict[int, list[Category]] = {}
    for category in Category.objects.filter(list__in=lists, unit__isnull=True):
        by_list.setdefault(category.list_id, []).append(category)
    for form, item in split:
        for category in by_list.get(form.category_list_id or 0, ()):
            name = f"{item.name}.{category.name}"
            yield Symbol(
                category_code(form, item, category),
                NUMBER,
                (f"{form.title}.{name}", name),
                by_endings=False,
            )


def _result_symbols(office: Office) -> Iterator[Symbol]:
    """Indicators and scores, which other definitions may build on."""
    for code, name in Indicator.objects.filter(office=office).values_list("code", "name"):
        yield Symbol(indicator_code(code), NUMBER, (f"{INDICATOR_LABEL}.{name}",), by_endings=False)
    for code, name in Scheme.objects.filter(office=office).values_list("code", "name"):
        yield Symbol(scheme_code(code), NUMBER, (f"{SCORE_LABEL}.{name}",), by_endings=False)
