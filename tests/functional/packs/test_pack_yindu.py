"""packs/yindu against the transcribed annexes: heads, names and cells of the pack, then what the approved figures give."""

import csv
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from departments.cells import split_key
from departments.choices import FigureState, ItemKind, RemarkKind, Status
from departments.models import Figure, Form, Office, Remark, Submission
from departments.services.comparisons import side_by_side
from departments.services.organisation import UnitNames
from departments.sheets import Cell, Sheet, cells_of, load_sheet
from expressions.numbers import display, half_up
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.pack import Pack, items_of, sections_of
from govsvc.packs.reading import read_pack
from indicators.dataset import PeriodData
from indicators.services.calculation import shown
from indicators.services.dataset import load_period
from tests.services.undone import undone_afterwards

ROOT = Path(__file__).parents[3]
TRUTH = ROOT / "tests" / "truth" / "yindu"
PERIOD = "2023-06"
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Stored = Mapping[tuple[str, str], Mapping[str, Cell]]

# Annex → the forms its columns are filled with; annex 6 has three sources.
FORMS = {
    1: ("items",),
    2: ("time_limits",),
    3: ("licences",),
    4: ("resources",),
    5: ("supervision",),
    6: ("cases", "cases_monitored", "cases_window"),
    7: ("inspection",),
    8: ("attendance",),
}
# Compared with, in annex 5 only; it belongs to no group.
CITY = "安阳市"
NOT_ITEMS = {"序号", "单位", "单位名称", "区划/部门", "证照类型名称"}
# 公安分局: the printed rate still counts an item that is no longer in the table.
MISPRINTED = {(1, "U22", "即办件事项占比"): ("44.76", "44.44")}


def table(name: str) -> list[dict[str, str]]:
    with (TRUTH / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def annex(number: int, kind: str = "data") -> list[dict[str, str]]:
    return [row for row in table(f"annex{number}.csv") if row["row_type"] == kind]


def unit_name(row: Mapping[str, str]) -> str:
    return next(row[head] for head in ("单位", "单位名称", "区划/部门") if head in row)


HEADERS = json.loads((TRUTH / "headers.json").read_text("utf-8"))
DEPARTMENTS = [row for row in table("departments.csv") if row["annexes_present"] and row["unit_id"] < "U44"]
NAMES = {
    (number, row[f"annex{number}_name"]): row["unit_id"]
    for row in DEPARTMENTS
    for number in FORMS
    if row[f"annex{number}_name"]
} | {(3, "人社局"): "U20", (5, CITY): "AY"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(ROOT / "packs" / "yindu")


def heads(pack: Pack, form: str) -> dict[str, str]:
    """Column as the annex prints it, levels joined by `/` → item code, in print order."""
    spec = pack.forms[form].spec
    parents = {section.code: parent for section, parent, _path in sections_of(spec)}
    found: list[tuple[int, str, str]] = []
    for place, (item, section, _path) in enumerate(items_of(spec), 1):
        levels = [item.name]
        while section is not None:
            levels.insert(0, section.name)
            section = parents[section.code]
        found.append((item.order or place, "/".join(levels), item.code))
    return {name: code for _order, name, code in sorted(found)}


def columns(pack: Pack, number: int) -> dict[str, tuple[str, str]]:
    """Column of an annex → form and item."""
    return {name: (form, code) for form in FORMS[number] for name, code in heads(pack, form).items()}


@pytest.mark.parametrize("number", FORMS)
def test_the_forms_have_the_annex_s_head(pack: Pack, number: int) -> None:
    printed = [
        "/".join(column["levels"])
        for column in HEADERS[f"annex{number}"]["columns"]
        if column["name"] not in NOT_ITEMS
    ]
    assert list(columns(pack, number)) == printed


@pytest.mark.parametrize("number", FORMS)
def test_the_data_are_the_annex_s_cells(pack: Pack, number: int) -> None:
    """Every entered cell, in the annex's own names and order; nothing else."""
    for form in FORMS[number]:
        kinds = {item.code: item.kind for item, _section, _path in items_of(pack.forms[form].spec)}
        entered = {name: code for name, code in heads(pack, form).items() if kinds[code] != ItemKind.COMPUTED}
        rows = pack.data[form, PERIOD]
        published = annex(number) + annex(number, "comparison")
        assert len(rows) == len(published)
        for truth, row in zip(published, rows, strict=True):
            assert row.spec["unit"] == unit_name(truth)
            assert row.spec.get("category", "") == truth.get("证照类型名称", "")
            assert {code: row.spec.get(code, "") for code in entered.values()} == {
                code: truth[name] for name, code in entered.items()
            }


def test_every_printed_name_is_its_unit(pack: Pack) -> None:
    printed = {(row.spec.unit, row.spec.usage): row.spec.name for row in pack.names}
    short = {row.spec.code: row.spec.short_name for row in pack.units}
    for (number, name), code in NAMES.items():
        assert pack.unit_code(name) == code
        if (number, name) != (3, "人社局"):
            assert printed.get((code, f"annex{number}"), short[code]) == name
    for row in DEPARTMENTS:
        for alias in row["all_aliases"].split("|"):
            assert pack.unit_code(alias) == row["unit_id"]
    assert len({code for code in short if code.startswith("U")}) == len(DEPARTMENTS) == 42


@pytest.mark.parametrize("number", FORMS)
def test_who_is_expected_has_a_row_and_nobody_else(pack: Pack, number: int, filled: Office) -> None:
    units = {NAMES[number, unit_name(row)] for row in annex(number) + annex(number, "comparison")}
    for form in FORMS[number]:
        found = Submission.objects.filter(window__form__code=form, window__form__office=filled)
        assert {submission.unit.code for submission in found} == units
        assert {submission.status for submission in found} == {Status.APPROVED}


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker, pack: Pack) -> Iterator[Office]:
    """The office with all its figures entered and approved, in a transaction of this module that is rolled back."""
    with undone_afterwards(django_db_blocker):
        demonstration = Demonstration(pack, lambda line: None, lambda *args: None, worker=False)
        demonstration.prepare()
        demonstration.fill()
        yield demonstration.office


@pytest.fixture(scope="module")
def forms(filled: Office, django_db_blocker) -> dict[str, Sheet]:
    """Form code → its sheet."""
    with django_db_blocker.unblock():
        return {form.code: load_sheet(form) for form in Form.objects.filter(office=filled)}


@pytest.fixture(scope="module")
def stored(filled: Office, django_db_blocker) -> Stored:
    """(form, unit) → the cells in the database."""
    with django_db_blocker.unblock():
        found = Submission.objects.filter(unit__office=filled).select_related("unit", "window__form")
        return {(row.window.form.code, row.unit.code): cells_of(row) for row in found}


@pytest.fixture(scope="module")
def figures(filled: Office, django_db_blocker) -> PeriodData:
    """What indicators are computed from."""
    with django_db_blocker.unblock():
        return load_period(filled, PERIOD)


def shown_cells(sheet: Sheet, cells: Mapping[str, Cell]) -> dict[str, str]:
    """Item code → as the annex prints it: entered numbers plain, rates with two decimals and no sign."""
    printed = {
        item.code: display(value, item.decimals)
        for item in sheet.items
        if item.code in sheet.computed and isinstance(value := sheet.compute(cells)[item.code], Fraction)
    }
    for item in sheet.items:
        value = sheet.total(item, cells) if item.is_entered else None
        if isinstance(value, Fraction):
            printed[item.code] = (
                f"{half_up(value, 1).normalize():f}"
                if item.decimals == 1
                else f"{half_up(value, item.decimals):f}"
            )
        elif isinstance(value, str):
            printed[item.code] = value
    return printed


def test_every_row_prints_as_published_but_one_rate(
    pack: Pack, forms: dict[str, Sheet], stored: Stored
) -> None:
    rates, different = 0, {}
    for number in FORMS:
        if number == 3:
            continue
        for truth in annex(number):
            unit = NAMES[number, unit_name(truth)]
            for name, (form, code) in columns(pack, number).items():
                ours = shown_cells(forms[form], stored[form, unit]).get(code, "")
                rates += code in forms[form].computed
                if ours != truth[name]:
                    different[number, unit, name] = (ours, truth[name])
    assert different == MISPRINTED
    assert rates == 31 + 31 + 16 + 2 * 25 + 9 + 29


def test_every_licence_is_its_row(filled: Office, forms: dict[str, Sheet], stored: Stored) -> None:
    for truth in annex(3):
        unit = NAMES[3, truth["单位名称"]]
        figures = Figure.objects.filter(
            submission__unit__code=unit,
            submission__unit__office=filled,
            category__name=truth["证照类型名称"],
            category__unit__code=unit,
        )
        assert {figure.item.name: figure.value for figure in figures} == {
            "已签章数量": Decimal(truth["已签章数量"]),
            "未签章数量": Decimal(truth["未签章数量"]),
        }
    sheet = forms["licences"]
    blocks = json.loads((TRUTH / "sort_checks.json").read_text("utf-8"))["sorts"]["annex3"]
    signed = sheet.by_code["signed"]
    assert [sheet.total(signed, stored["licences", NAMES[3, name]]) for name in blocks["blocks"]] == blocks[
        "unit_subtotals_signed"
    ]


def summed(stored: Stored, form: str, units: set[str]) -> dict[str, Cell]:
    """The figures of several units added up cell by cell; a cell nobody filled stays missing."""
    total: dict[str, Decimal] = {}
    for (code, unit), cells in stored.items():
        if code == form and unit in units:
            for key, cell in cells.items():
                if cell.state == FigureState.NUMBER:
                    assert cell.value is not None
                    item = split_key(key)[0]
                    total[item] = total.get(item, Decimal(0)) + cell.value
    return {code: Cell(FigureState.NUMBER, value=value) for code, value in total.items()}


def groups(number: int) -> Iterator[tuple[dict[str, str], set[str]]]:
    """Every total and subtotal row of an annex with the units it adds up."""
    rows = annex(number)
    for total in annex(number, "total"):
        yield total, {NAMES[number, unit_name(row)] for row in rows}
    for part in annex(number, "subtotal"):
        yield part, {NAMES[number, unit_name(row)] for row in rows if row["group"] == part["group"]}


# The printed total of the departments' own reports is 2102 more than its rows.
NOT_THE_SUM = {(6, "部门报送数据"): ("88300", "90402")}


def test_every_total_is_published_but_one(pack: Pack, forms: dict[str, Sheet], stored: Stored) -> None:
    different, checked = {}, 0
    for number in FORMS:
        for truth, units in groups(number):
            for name, (form, code) in columns(pack, number).items():
                sheet = forms[form]
                if code == "no_visit_rate" or not truth[name]:
                    continue
                cells = summed(stored, form, units)
                ours = total_text(sheet, code, cells)
                checked += 1
                if ours != truth[name]:
                    different[number, name] = (ours, truth[name])
    assert different == NOT_THE_SUM
    assert checked == 3 + 7 + 2 + 4 + 16 + 3 + 4 + 3 * 11


def total_text(sheet: Sheet, code: str, cells: Mapping[str, Cell]) -> str:
    item = sheet.by_code[code]
    if code in sheet.computed:
        value = sheet.compute(cells)[code]
        assert isinstance(value, Fraction)
        return display(value, item.decimals)
    assert cells[code].value is not None
    return f"{cells[code].value.normalize():f}" if cells[code].value else "0"


def test_the_share_without_visits_is_everywhere_whole(filled: Office, stored: Stored) -> None:
    """It has no published numerator, so it is entered and never added."""
    rows = [cells for (form, _unit), cells in stored.items() if form == "items"]
    assert {cells["no_visit_rate"].value for cells in rows} == {Decimal(100)}
    assert Form.objects.get(office=filled, code="items").items.get(code="no_visit_rate").unit_total == "none"


def test_blank_stays_blank(filled: Office) -> None:
    assert not Figure.objects.filter(item__code__in=("used", "used_by_others")).exists()
    remarks = Figure.objects.filter(item__form__code="inspection", item__code="remark")
    assert [(row.submission.unit.code, row.text) for row in remarks] == [("U13", "无需排查")]


def test_only_the_odd_hours_wanted_an_explanation(filled: Office) -> None:
    rows = Remark.objects.filter(kind=RemarkKind.EXPLANATION, submission__unit__office=filled)
    assert [(row.submission.unit.code, row.cell, row.rule) for row in rows] == [
        ("U17", "out_hours", "out_hours_by_halves")
    ]


DISTRICT = {
    "instant": "62.71%",
    "compression": "92.25%",
    "mount": "62.39%",
    "main_cover": "20.63%",
    "sub_cover": "27.46%",
    "inspected": "5.50%",
    "leave": "44.07%",
    "on_time_filing": "100.00%",
    "window_share": "2.06%",
}


@pytest.mark.parametrize("indicator", DISTRICT)
def test_the_district_s_indicators(figures: PeriodData, indicator: str) -> None:
    definition = figures.definitions[indicator]
    value = figures.unit("YD").pairs[indicator].value(definition.factor)
    assert shown(value, definition) == DISTRICT[indicator]


@pytest.mark.parametrize(
    ("indicator", "number", "rate"),
    [
        ("instant", 1, "即办件事项占比"),
        ("compression", 2, "压缩比例"),
        ("mount", 4, "资源挂载率"),
        ("main_cover", 5, "主项覆盖率"),
        ("inspected", 7, "完成率"),
    ],
)
def test_places_follow_the_annex(
    filled: Office, figures: PeriodData, indicator: str, number: int, rate: str
) -> None:
    """Down the annex no unit has a better place than the one above it, and equal places have equal printed rates."""
    ranking = filled.rankings.get(indicator__code=indicator)
    rows = {row.unit: row for row in figures.ranking(indicator, ranking.group.code, ranking.ties).rows}
    published = [(rows[NAMES[number, unit_name(row)]].place, row[rate]) for row in annex(number)]
    places = [place for place, _rate in published]
    assert len(rows) == len(places)
    assert None not in places
    assert places == sorted(places)
    assert len(dict(published)) == len(set(published))


def test_annex_6_side_by_side(filled: Office) -> None:
    reader = filled.memberships.get(user__username="yindu-admin1").user
    sides = side_by_side(filled.comparisons.get(), PERIOD, reader)
    rows = {row.unit.code: row for row in sides.rows}
    for truth in annex(6):
        row = rows[NAMES[6, truth["单位名称"]]]
        assert [filed.value for filed in row.figures if filed] == [
            int(truth[name]) for name in ("部门报送数据", "电子监察数据", "综窗办理数据")
        ]
    assert rows.keys() - {NAMES[6, truth["单位名称"]] for truth in annex(6)} == {"YD"}
    assert [total.value for total in sides.totals[:3]] == [88300, 205762, 1816]


def test_a_name_is_never_guessed_from_a_part_of_it(filled: Office) -> None:
    names = UnitNames(filled)
    assert names.find("市场监管殷都大队").code == "U34"
    assert names.find("市场监管局").code == "U04"
    assert names.find("综合窗口").code == "U33"
    assert names.find("交通局综合受理窗口").code == "U02"
