"""Reading what a bulletin's texts and tables speak of, and checking them against it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from departments.services.organisation import printed_names
from expressions import NUMBER, ExpressionError, NameTable, check
from indicators.dataset import PeriodData
from indicators.services.dataset import load_period, office_names
from reports.choices import ColumnKind
from reports.models import Bulletin
from reports.statements import FactData, Source, names_of
from reports.statements.compose import check_condition, check_template
from reports.statements.model import COLUMN


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
            fact.typed_by.get_full_name() or fact.typed_by.username,
        )
        for fact in bulletin.facts.filter(period=period).select_related("typed_by")
    }


def template_names(bulletin: Bulletin, data: PeriodData, facts: Iterable[FactData]) -> dict[str, NameTable]:
    forms = bulletin.office.forms.prefetch_related("items__section")
    return names_of(data, office_names(forms), facts)


def faults_of(bulletin: Bulletin, period: str) -> list[Fault]:
    """Every fault of every text, column and rule of a saved bulletin; empty when it can be computed."""
    _source, names = load_source(bulletin, period)
    faults = _template_faults("标题", bulletin.title, names)
    for section in bulletin.sections.all():
        where = f"第{section.order}节"
        faults += _template_faults(where, section.heading, names) + _template_faults(
            where, section.text, names
        )
    for annex in bulletin.annexes.prefetch_related("columns"):
        where = f"附件{annex.number}"
        for text in (annex.title, annex.period_line, annex.note):
            faults += _template_faults(where, text, names)
        for column in annex.columns.all():
            if column.kind in (ColumnKind.ITEM, ColumnKind.RATE):
                faults += _faults(
                    f"{where} {column.code}", lambda c=column: check_column(c.expression, names)
                )
    for rule in bulletin.consistency_rules.all():
        faults += _faults(f"勾稽 {rule.code}", lambda r=rule: check_condition(r.expression, names))
    return faults


def check_column(text: str, names: Mapping[str, NameTable]):
    """The expression of an annex column, computed once per unit."""
    return check(text, names[COLUMN], want=NUMBER)


def _template_faults(where: str, text: str, names: Mapping[str, NameTable]) -> list[Fault]:
    return _faults(where, lambda: check_template(text, names))


def _faults(where: str, attempt) -> list[Fault]:
    try:
        attempt()
    except ExpressionError as error:
        return [Fault(where, p.line, p.column, p.message) for p in error.problems]
    return []
