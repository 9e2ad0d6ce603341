"""殷都区's eight annexes, every published figure entered through the pages of blank forms, then compared cell by cell."""

from dataclasses import replace

import pytest

from departments.choices import EntryMode
from departments.models import Figure, Office, Remark, UnitAlias
from departments.sheets import CellInput
from tests.functional.screens.acts import (
    EXPLAINED,
    address_of,
    approve_all,
    decided,
    enter,
    enter_by_workbook,
    paste_table,
    questions,
    submission_of,
    submit_all,
    totals,
    upload_table,
)
from tests.functional.screens.offices import account, clerk_of, collector, window_of
from tests.functional.screens.published import Annex, Line, differences, plain
from tests.functional.screens.published import yindu as published
from tests.functional.screens.visitor import Visitor
from tests.unit.tables.annexes import yindu_rows, yindu_workbook

pytestmark = pytest.mark.django_db


def enter_units(office: Office, form: str, annex: Annex) -> None:
    """Every unit's clerk types the unit's printed row."""
    window = window_of(office, form)
    entered = set(window.form.items.exclude(kind="computed").values_list("code", flat=True))
    for line in annex.lines:
        cells = {code: CellInput(text) for code, text in line.cells.items() if code in entered}
        enter(clerk_of(office, line.unit), submission_of(window, line.unit), cells)


def approve(office: Office, form: str) -> None:
    window = window_of(office, form)
    approve_all(account(office, "admin1"), window)
    assert decided(window) == []


def printed_totals(annex: Annex) -> dict[str, str]:
    """The last total of an annex, without blanks."""
    return {code: text for code, text in annex.totals[-1].cells.items() if text}


# 公安分局's printed rate still counts an item that is no longer in the table.
MISPRINTED = {("U22", "instant_rate"): ("44.76", "44.44")}


def test_annex_1_by_31_clerks(yindu: Office) -> None:
    annex = published(1, "items")
    enter_units(yindu, "items", annex)
    approve(yindu, "items")
    assert len(annex.units) == 31
    assert differences(window_of(yindu, "items"), annex) == MISPRINTED


def test_annex_2_by_workbooks_and_one_file(yindu: Office) -> None:
    """Some clerks download the form as Excel and upload it again; the others' rows come from one who fills for them."""
    annex, window = published(2, "time_limits"), window_of(yindu, "time_limits")
    names = dict(window.form.items.exclude(kind="computed").values_list("code", "name"))
    alone = annex.of(*annex.units[:6])
    for line in alone.lines:
        cells = {names[code]: text for code, text in line.cells.items() if code in names}
        enter_by_workbook(clerk_of(yindu, line.unit), submission_of(window, line.unit), cells)
    visitor = Visitor(collector(yindu, annex.without(*alone.units).units))
    page = upload_table(visitor, window, "附件2.xlsx", yindu_workbook(2))
    skipped = {f"unit-{line.name}": "skip" for line in alone.lines}
    assert questions(page) == [name.removeprefix("unit-") for name in skipped]
    page.form("read").fill(skipped).press().form("save").press()
    submit_all(visitor, window)
    approve(yindu, "time_limits")
    assert differences(window, annex) == {}


def test_annex_3_row_by_row_of_the_licences(yindu: Office) -> None:
    annex, window = published(3, "licences"), window_of(yindu, "licences")
    for unit in annex.units:
        submission = submission_of(window, unit)
        codes = dict(submission.unit.categories.values_list("name", "code"))
        cells = {
            f"{code}@{codes[line.category]}": CellInput(text)
            for line in annex.of(unit).lines
            for code, text in line.cells.items()
        }
        enter(clerk_of(yindu, unit), submission, cells)
    approve(yindu, "licences")
    assert Figure.objects.filter(submission__window=window).count() == 63 * 2
    assert differences(window, annex) == {}


def test_annex_4_with_two_columns_nobody_fills(yindu: Office) -> None:
    annex = published(4, "resources")
    enter_units(yindu, "resources", annex)
    approve(yindu, "resources")
    assert differences(window_of(yindu, "resources"), annex) == {}
    assert not Figure.objects.filter(item__code__in=("used", "used_by_others")).exists()


def test_annex_5_by_a_file_with_three_levels_of_head(yindu: Office) -> None:
    """The centre fills the form from the system's export; the city's row is read, the district's total is asked about."""
    annex, window = published(5, "supervision"), window_of(yindu, "supervision")
    visitor = Visitor(account(yindu, "admin2"))
    office_fills(visitor, window.form_id)
    page = upload_table(visitor, window, "附件5.xlsx", yindu_workbook(5))
    assert questions(page) == ["殷都区"]
    form = page.form("read").fill({"unit-殷都区": "skip"})
    page = form.press()
    page.form("save").press()
    # Under the grid everything entered is added, the city too; the bulletin's total leaves it out.
    entered = set(window.form.items.exclude(kind="computed").values_list("code", flat=True))
    [city] = [row for row in yindu_rows(5) if row["row_type"] == "comparison"]
    shown, printed = totals(visitor.page), printed_totals(annex)
    assert (shown["main"], printed["main"], city["事项主项数"]) == ("4617", "383", "4234")
    assert sum(int(shown[code]) for code in entered) == sum(int(printed[code]) for code in entered) + sum(
        int(text) for name, text in city.items() if "数" in name and "率" not in name
    )
    submit_all(visitor, window)
    approve(yindu, "supervision")
    assert differences(window, annex) == {}


def office_fills(visitor: Visitor, form: int) -> None:
    """On the form's set-up page: entered by the office from now on."""
    visitor.opens(address_of("form_change", form))
    visitor.page.form("_save").fill({"entered_by": EntryMode.OFFICE}).press()


def test_annex_6_from_three_sources(yindu: Office) -> None:
    """What the units report themselves, and two tables of the office that are pasted, with a name nobody bears."""
    reported = published(6, "cases")
    enter_units(yindu, "cases", reported)
    approve(yindu, "cases")
    # The printed total is 2102 more than its rows.
    assert differences(window_of(yindu, "cases"), reported) == {("总计", "reported"): ("88300", "90402")}
    for form, head in (("cases_monitored", "电子监察数据"), ("cases_window", "综窗办理数据")):
        annex, window = published(6, form), window_of(yindu, form)
        visitor = Visitor(account(yindu, "admin2"))
        [item] = window.form.items.all()
        lines = [f"{n}\t{line.name}\t{line.cells[item.code]}" for n, line in enumerate(annex.lines, 1)]
        text = "\n".join([f"序号\t单位名称\t{head}", *lines]).replace("医保局", "医疗保障中心")
        page = paste_table(visitor, window, text)
        assert questions(page) == ([] if form == "cases_window" else ["医疗保障中心"])
        if questions(page):
            unit = submission_of(window, "U16").unit_id
            page = page.form("read").fill({"unit-医疗保障中心": str(unit)}).press()
        page.form("save").press()
        assert totals(visitor.page) == printed_totals(annex)
        submit_all(visitor, window)
        approve(yindu, form)
        assert differences(window, annex) == {}
    assert UnitAlias.objects.get(name="医疗保障中心").unit.code == "U16"


def test_annex_7_with_a_remark(yindu: Office) -> None:
    annex = published(7, "inspection")
    enter_units(yindu, "inspection", annex)
    approve(yindu, "inspection")
    assert differences(window_of(yindu, "inspection"), annex) == {}
    remarks = Figure.objects.filter(item__code="remark").values_list("submission__unit__code", "text")
    assert list(remarks) == [("U13", "无需排查")]


def test_annex_8_by_a_file_with_groups_and_subtotals(yindu: Office) -> None:
    annex, window = published(8, "attendance"), window_of(yindu, "attendance")
    visitor = Visitor(account(yindu, "admin2"))
    page = upload_table(visitor, window, "附件8.xlsx", yindu_workbook(8))
    assert questions(page) == []
    page.form("save").press()
    shown = totals(visitor.page)
    # The annex prints no rate below its columns.
    assert shown.pop("leave_rate") == "44.07%"
    assert {code: plain(text) for code, text in shown.items()} == printed_totals(annex)
    submit_all(visitor, window)
    approve(yindu, "attendance")
    assert differences(window, annex) == {}
    [explained] = Remark.objects.filter(submission__window=window)
    # 2.8 hours, where hours are counted by halves.
    assert (explained.submission.unit.code, explained.cell, explained.text) == ("U17", "out_hours", EXPLAINED)


def test_one_wrong_figure_is_found(yindu: Office) -> None:
    """The comparison itself: the figures, the rates made of them and the sums over them differ, and nothing else."""
    total = Line("", "合计", "", {"total": "11", "done": "3", "open": "8", "rate": "27.27"})
    annex = Annex(published(7, "inspection").of("U18", "U30").lines, (total,))
    wrong = replace(annex.lines[0], cells={**annex.lines[0].cells, "done": "4", "open": "6"})
    enter_units(yindu, "inspection", Annex((wrong, annex.lines[1])))
    assert differences(window_of(yindu, "inspection"), annex) == {
        ("U18", "done"): ("4", "3"),
        ("U18", "open"): ("6", "7"),
        ("U18", "rate"): ("40.00", "30.00"),
        ("合计", "done"): ("4", "3"),
        ("合计", "open"): ("7", "8"),
        ("合计", "rate"): ("36.36", "27.27"),
    }
