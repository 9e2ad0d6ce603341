"""Reading what a bulletin's texts and tables speak of, and checking them against it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from django.db.models import QuerySet
from django.utils import timezone

from departments.models import UnitAlias
from departments.periods import Period
from departments.services.organisation import printed_names
from departments.templatetags.people import person_name
from expressions import ExpressionError, NameTable
from indicators.dataset import PeriodData
from indicators.services.history import History
from indicators.services.names import office_names
from reports.models import Bulletin, Fact
from reports.services.annexes.faults import annex_faults
from reports.services.entries import CountedEntries
from reports.statements import FactData, Source, names_of
from reports.statements.compose import check_condition, check_template
from reports.statements.limits import MAX_PERIODS, Uncomputable
from reports.statements.model import EntryData


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
    """Everything the bulletin may speak of for the period, and the names it may use.

    Other periods are read when a template first asks for them; until then they cost no query.
    """
    history = History(bulletin.office, timezone.now())

    @cache
    def load(when: Period) -> Source:
        if load.cache_info().currsize > MAX_PERIODS:
            raise Uncomputable(f"整篇用到的别的报告期超过{MAX_PERIODS}个，请减少“前n期”“连续”等函数")
        data = history.data(when)
        return Source(
            data,
            (bulletin.group.code,),
            printed_names(bulletin.office, when.end, bulletin.name_set),
            load_facts(bulletin, when.code),
            _entries_of(CountedEntries(bulletin.office, when), data),
            lambda usage: _names_in(bulletin, when, usage),
            elsewhere=load,
        )

    source = load(Period.parse(period))
    # A text that speaks of a fact stays right in a period for which it is not typed yet.
    return source, template_names(
        bulletin, source.data, _facts_of(bulletin.facts.order_by("period")).values()
    )


def _names_in(bulletin: Bulletin, when: Period, usage: str) -> Mapping[str, str]:
    """The names of a name set by unit code; nothing where the office has none."""
    known = UnitAlias.objects.filter(unit__office=bulletin.office, usage=usage).exists()
    return printed_names(bulletin.office, when.end, usage) if known else {}


def _entries_of(entries: CountedEntries, data: PeriodData) -> Callable[[str], Sequence[EntryData]]:
    """The entries of a register for statements; read when one is first asked for. Those of closed units are left out."""
    codes = {unit.id: unit.code for unit in data.units}

    def of_register(register: str) -> Sequence[EntryData]:
        return [
            EntryData(
                one.content.key,
                one.content.name,
                codes[one.standing.unit],
                one.content.type,
                one.status,
                one.counts,
            )
            for one in entries.of_register[register]
            if one.standing.unit in codes
        ]

    return of_register


def load_facts(bulletin: Bulletin, period: str) -> dict[str, FactData]:
    """The typed facts of one issue, by code."""
    return _facts_of(bulletin.facts.filter(period=period))


def _facts_of(facts: QuerySet[Fact]) -> dict[str, FactData]:
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
        for fact in facts.select_related("typed_by")
    }


def template_names(bulletin: Bulletin, data: PeriodData, facts: Iterable[FactData]) -> dict[str, NameTable]:
    return names_of(data, office_names(bulletin.office, results=False), facts)


def faults_of(bulletin: Bulletin, period: str) -> list[Fault]:
    """Every fault of every text, column and rule of a saved bulletin; empty when it can be computed."""
    source, names = load_source(bulletin, period)
    faults = _template_faults("标题", bulletin.title, names)
    for section in bulletin.sections.all():
        where, repeat = f"第{section.order}节", section.repeat_id is not None
        faults += _template_faults(where, section.heading, names)
        faults += _template_faults(where, section.text, names, is_body=True, repeat=repeat)
    for annex in bulletin.annexes.prefetch_related("columns", "groups__group"):
        where = f"附件{annex.number}"
        for text in (annex.title, annex.period_line, annex.note):
            faults += _template_faults(where, text, names)
        faults += [
            Fault(f"{where}{part}", line, column, why)
            for part, line, column, why in annex_faults(annex, names, source.data)
        ]
    for rule in bulletin.consistency_rules.all():
        faults += _faults(f"勾稽 {rule.code}", lambda r=rule: check_condition(r.expression, names))
    return faults


def _template_faults(
    where: str, text: str, names: Mapping[str, NameTable], *, is_body: bool = False, repeat: bool = False
) -> list[Fault]:
    return _faults(where, lambda: check_template(text, names, is_body=is_body, repeat=repeat))


def _faults(where: str, attempt) -> list[Fault]:
    try:
        attempt()
    except ExpressionError as error:
        return [Fault(where, p.line, p.column, p.message) for p in error.problems]
    return []
