"""A pack in memory: what its files say, file by file, valid by itself. How to read one is in reading.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from expressions.names import normalise
from govsvc.packs import schema
from govsvc.packs.faults import Fault
from govsvc.packs.sources import Path, Source

S = TypeVar("S")


@dataclass(frozen=True)
class Placed(Generic[S]):
    """A row or entry and where it was written."""

    spec: S
    source: Source = field(compare=False, repr=False)
    path: Path = field(default=(), compare=False)

    def fault(self, message: str, *path: str | int, text_line: int = 1) -> Fault:
        """A fault at this entry, or at `path` inside it."""
        return self.source.fault((*self.path, *path), message, text_line)


Rows = tuple[Placed[S], ...]
DataRow = Mapping[str, str]
# The columns of a data table that say which cell it is; the others are items.
UNIT_COLUMNS = ("unit", "category")


@dataclass(frozen=True)
class Pack:
    """Everything a pack says. Two packs are equal when they say the same, wherever it was written."""

    file: Placed[schema.PackFile]
    groups: Rows[schema.GroupRow] = ()
    units: Rows[schema.UnitRow] = ()
    names: Rows[schema.NameRow] = ()
    reasons: Rows[schema.ReasonRow] = ()
    calendar: Rows[schema.CalendarRow] = ()
    category_lists: Rows[schema.CategoryListRow] = ()
    categories: Rows[schema.CategoryRow] = ()
    forms: Mapping[str, Placed[schema.FormFile]] = field(default_factory=dict)
    comparisons: Rows[schema.ComparisonSpec] = ()
    registers: Mapping[str, Placed[schema.RegisterFile]] = field(default_factory=dict)
    # Register code → its entries.
    entries: Mapping[str, Rows[schema.EntryRow]] = field(default_factory=dict)
    requests: Rows[schema.RequestSpec] = ()
    indicators: Rows[schema.IndicatorSpec] = ()
    targets: Rows[schema.TargetSpec] = ()
    # Scheme code → its tree, bonuses, deductions and grades.
    schemes: Mapping[str, Placed[schema.SchemeFile]] = field(default_factory=dict)
    rankings: Rows[schema.RankingSpec] = ()
    meetings: Rows[schema.MeetingRuleSpec] = ()
    bulletins: Mapping[str, Placed[schema.BulletinFile]] = field(default_factory=dict)
    accounts: Rows[schema.AccountRow] = ()
    contacts: Rows[schema.ContactRow] = ()
    facts: Rows[schema.FactRow] = ()
    published: Rows[schema.PublishedRow] = ()
    windows: Rows[schema.WindowSpec] = ()
    leaf_reports: Rows[schema.LeafReportRow] = ()
    exclusions: Rows[schema.ExclusionRow] = ()
    issues: Rows[schema.IssueSpec] = ()
    # (form, period) → rows: column → text. `unit` names the unit, `category` the row of the form's category list; a
    # unit has one row without a category and one per category.
    data: Mapping[tuple[str, str], Rows[DataRow]] = field(default_factory=dict)

    @property
    def office(self) -> schema.OfficeSpec:
        return self.file.spec.office

    @property
    def first_administrator(self) -> str:
        """Who typed what names nobody."""
        return next(iter(self.administrators), "")

    @property
    def administrators(self) -> tuple[str, ...]:
        """User names of the office's administrators in the order of the file, each once."""
        names = (row.spec.username for row in self.accounts if row.spec.role == "administrator")
        return tuple(dict.fromkeys(names))

    def unit_names(self) -> dict[str, set[str]]:
        """Every name of every unit, as it is compared → unit codes."""
        found: dict[str, set[str]] = {}
        for row in self.units:
            for name in (row.spec.code, row.spec.full_name, row.spec.short_name, *row.spec.aliases):
                found.setdefault(normalise(name), set()).add(row.spec.code)
        codes = {row.spec.code for row in self.units}
        for name_row in self.names:
            for code in found.get(normalise(name_row.spec.unit), set()) & codes:
                found.setdefault(normalise(name_row.spec.name), set()).add(code)
        return found

    def unit_code(self, name: str) -> str:
        """The code of the unit of that name; checked when the pack was read."""
        (code,) = self.unit_names()[normalise(name)]
        return code


def items_of(form: schema.FormFile) -> list[tuple[schema.ItemSpec, schema.SectionSpec | None, Path]]:
    """Every item in print order with its section and where it stands in the file."""
    found = [(item, None, ("items", n)) for n, item in enumerate(form.items)]
    for section, _parent, path in sections_of(form):
        found += [(item, section, (*path, "items", n)) for n, item in enumerate(section.items)]  # type: ignore[misc]
    return found  # type: ignore[return-value]


def sections_of(form: schema.FormFile) -> list[tuple[schema.SectionSpec, schema.SectionSpec | None, Path]]:
    """Every section, outer before inner, with the one around it and where it stands in the file."""
    found: list[tuple[schema.SectionSpec, schema.SectionSpec | None, Path]] = []

    def walk(sections: tuple[schema.SectionSpec, ...], parent: schema.SectionSpec | None, path: Path) -> None:
        for n, section in enumerate(sections):
            found.append((section, parent, (*path, "sections", n)))
            walk(section.sections, section, (*path, "sections", n))

    walk(form.sections, None, ())
    return found


def nodes_of(scheme: schema.SchemeFile) -> list[tuple[schema.NodeSpec, schema.NodeSpec | None, Path]]:
    """Every branch and leaf depth first, with the one it is part of and where it stands in the file."""
    found: list[tuple[schema.NodeSpec, schema.NodeSpec | None, Path]] = []

    def walk(nodes: tuple[schema.NodeSpec, ...], parent: schema.NodeSpec | None, path: Path) -> None:
        for n, node in enumerate(nodes):
            found.append((node, parent, (*path, "nodes", n)))
            walk(node.nodes, node, (*path, "nodes", n))

    walk(scheme.nodes, None, ())
    return found
