"""Reading what a bulletin's texts and tables speak of, and checking them against it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from departments.services.organisation import printed_names
from departments.templatetags.people import person_name
from expressions import NUMBER, TEXT, Expression, ExpressionError, NameTable, Type, check
from indicators.dataset import PeriodData
from indicators.services.dataset import load_period
from indicators.services.names import office_names
from reports.choices import AnnexRows, ColumnKind
from reports.models import Annex, Bulletin
from reports.services.entry_rows import entry_faults
from reports.statements import FactData, Source, names_of
from reports.statements.compose import check_condition, check_template
from reports.statements.model import COLUMN

# What each kind of column computes.
_COMPUTED: dict[str, Type] = {ColumnKind.ITEM: NUMBER, ColumnKind.RATE: NUMBER, ColumnKind.TEXT: TEXT}
_ORDER = "行序"


@dataclass(frozen=True)
class Fault:
    """A text of a bulletin that can't be used: which one, where in it, why."""

    where: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.where}：第{self.line}行第{self.column}列：{self.message}"


def load_source(bulletin: Bulletin, period: str) -> tuple[Source, dict[str, NameTable]]:
    """Everything the bulletin may speak of for the period, and the names it may use."""
    data = load_period(bulletin.office, period)
    facts = load_facts(bulletin, period)
    source = Source(
        data,
        (bulletin.group.code,),
        printed_names(bulletin.office, data.period.end, bulletin.name_set),
        facts,
    )
    return source, template_names(bulletin, data, facts.values())


def load_facts(bulletin: Bulletin, period: str) -> dict[str, FactData]:
    """The typed facts of one issue, by code."""
    return {
        fact.code: FactData(
            fact.code,
            fact.name,
            None if fact.number is None else Fraction(fact.number),
            fact.text,
            fact.unit_of_measure,
            fact.source,
            person_name(fact.typed_by),
        )
        for fact in bulletin.facts.filter(period=period).select_related("typed_by")
    }


def template_names(bulletin: Bulletin, data: PeriodData, facts: Iterable[FactData]) -> dict[str, NameTable]:
    return names_of(data, office_names(bulletin.office, results=False), facts)


def faults_of(bulletin: Bulletin, period: str) -> list[Fault]:
    """Every fault of every text, column and rule of a saved bulletin; empty when it can be computed."""
    _source, names = load_source(bulletin, period)
    faults = _template_faults("标题", bulletin.title, names)
    for section in bulletin.sections.all():
        where = f"第{section.order}节"
        faults += _template_faults(where, section.heading, names)
        faults += _template_faults(where, section.text, names, is_body=True)
    for annex in bulletin.annexes.prefetch_related("columns"):
        where = f"附件{annex.number}"
        for text in (annex.title, annex.period_line, annex.note):
            faults += _template_faults(where, text, names)
        faults += _annex_faults(where, annex, names)
    for rule in bulletin.consistency_rules.all():
        faults += _faults(f"勾稽 {rule.code}", lambda r=rule: check_condition(r.expression, names))
    return faults


def check_column(text: str, names: Mapping[str, NameTable], want: Type = NUMBER) -> Expression:
    """The expression of an annex column, computed once per unit."""
    return check(text, names[COLUMN], want=want)


def _annex_faults(where: str, annex: Annex, names: Mapping[str, NameTable]) -> list[Fault]:
    faults = []
    if annex.order_by:
        faults += _faults(f"{where} {_ORDER}", lambda: check_column(annex.order_by, names))
    if annex.register is not None:
        faults += [Fault(f"{where} {part}".rstrip(), 1, 1, why) for part, why in entry_faults(annex)]
    if annex.rows == AnnexRows.ENTRIES:
        return faults
    for column in annex.columns.all():
        if column.kind in _COMPUTED:
            want = _COMPUTED[column.kind]
            faults += _faults(
                f"{where} {column.code}",
                lambda c=column, want=want: check_column(c.expression, names, want),
            )
    return faults


def _template_faults(
    where: str, text: str, names: Mapping[str, NameTable], *, is_body: bool = False
) -> list[Fault]:
    return _faults(where, lambda: check_template(text, names, is_body=is_body))


def _faults(where: str, attempt) -> list[Fault]:
    try:
        attempt()
    except ExpressionError as error:
        return [Fault(where, p.line, p.column, p.message) for p in error.problems]
    return []
