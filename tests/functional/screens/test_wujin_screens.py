"""武进区's three annexes entered through the pages: some units by themselves, the others in the grid of one who fills for them."""

import pytest

from departments.models import Office
from departments.sheets import CellInput
from tests.functional.screens.acts import (
    approve_all,
    decided,
    enter,
    enter_by_workbook,
    paste_table,
    questions,
    submission_of,
    submit_all,
    unsettled,
    upload_table,
)
from tests.functional.screens.offices import account, clerk_of, collector, window_of
from tests.functional.screens.published import Annex, differences
from tests.functional.screens.published import wujin as published
from tests.functional.screens.visitor import Visitor
from tests.unit.tables.annexes import WUJIN, wujin_workbook

pytestmark = pytest.mark.django_db

# 自然资源和规划局 and 保密局 claimed nothing: their dashes have another reason than the others'.
CLAIMED_NOTHING = ("D35", "D36")


def enter_units(office: Office, form: str, annex: Annex) -> None:
    """Every unit's clerk types the unit's printed row; a dash is an answer with its reason."""
    window = window_of(office, form)
    entered = set(window.form.items.exclude(kind="computed").values_list("code", flat=True))
    for line in annex.lines:
        cells = {
            code: CellInput(reason=reason(line.unit, code)) if text == "—" else CellInput(text)
            for code, text in line.cells.items()
            if code in entered
        }
        enter(clerk_of(office, line.unit), submission_of(window, line.unit), cells)


def reason(unit: str, code: str) -> str:
    nothing_claimed = unit in CLAIMED_NOTHING and not code.startswith("supervision")
    return "unclaimed" if nothing_claimed else "no_business"


def approve(office: Office, form: str, annex: Annex) -> None:
    window = window_of(office, form)
    approve_all(account(office, "admin2"), window)
    assert decided(window) == []
    assert differences(window, annex) == {}


def test_annex_1_with_dashes_and_two_levels_of_head(wujin: Office) -> None:
    annex, window = published(1, "items"), window_of(wujin, "items")
    alone = ("D02", "D14", *CLAIMED_NOTHING)
    enter_units(wujin, "items", annex.of(*alone))
    visitor = Visitor(collector(wujin, annex.without(*alone).units))
    page = upload_table(visitor, window, "附件1.xlsx", wujin_workbook())
    names = [line.name for line in annex.of(*alone).lines]
    assert questions(page) == names, "units that are not this person's are no units here"
    assert unsettled(page) == {
        "column-8": "办理时限压缩 / 压缩时限（天）＝法定时限合计－承诺时限合计",
        "dash": "",
    }
    answers = dict.fromkeys((f"unit-{name}" for name in names), "skip")
    page = page.form("read").fill(answers | {"column-8": "days_cut", "dash": "no_business"}).press()
    page.form("save").press()
    submit_all(visitor, window)
    approve(wujin, "items", annex)
    reasons = window.submissions.get(unit__code="D35").figures.filter(reason__isnull=False)
    assert sorted(reasons.values_list("reason__code", flat=True)) == ["no_business"] * 2 + ["unclaimed"] * 10


def test_annex_2_from_a_file_in_gb18030_and_from_workbooks(wujin: Office) -> None:
    annex, window = published(2, "cases"), window_of(wujin, "cases")
    names = dict(window.form.items.values_list("code", "name"))
    alone = ("D03", "D10")
    for line in annex.of(*alone).lines:
        cells = {names[code]: text for code, text in line.cells.items()}
        enter_by_workbook(clerk_of(wujin, line.unit), submission_of(window, line.unit), cells)
    visitor = Visitor(collector(wujin, annex.without(*alone).units))
    content = (WUJIN / "annex2.csv").read_text("utf-8-sig").encode("gb18030")
    page = upload_table(visitor, window, "附件2.csv", content)
    skipped = {f"unit-{line.name}": "skip" for line in annex.of(*alone).lines}
    assert questions(page) == [name.removeprefix("unit-") for name in skipped]
    page.form("read").fill(skipped).press().form("save").press()
    submit_all(visitor, window)
    approve(wujin, "cases", annex)


def test_annex_3_typed_and_pasted(wujin: Office) -> None:
    """The district's own row and a town are typed, the other towns come from the clipboard."""
    annex, window = published(3, "daily"), window_of(wujin, "daily")
    alone = ("D00", "T03", "T11")
    enter_units(wujin, "daily", annex.of(*alone))
    visitor = Visitor(collector(wujin, annex.without(*alone).units))
    with (WUJIN / "annex3.csv").open(encoding="utf-8-sig") as file:
        text = file.read().replace(",", "\t")
    page = paste_table(visitor, window, text)
    names = [line.name for line in annex.of(*alone).lines]
    assert questions(page) == names
    page = page.form("read").fill(dict.fromkeys((f"unit-{name}" for name in names), "skip")).press()
    page.form("save").press()
    submit_all(visitor, window)
    approve(wujin, "daily", annex)
