"""The data tables of a pack, judged as the entry page judges what a clerk types."""

from collections.abc import Iterator, Mapping, Set

from departments.choices import Role, Severity
from departments.periods import Period, PeriodError
from departments.sheets import Cell, CellError, Sheet
from expressions.names import normalise
from govsvc.packs.cells import as_input
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import DataRow, Pack, Placed, Rows
from govsvc.packs.schema import WindowSpec


def check_data(pack: Pack, sheets: Mapping[str, Sheet], broken: Set[str]) -> list[Fault]:
    """Every fault of every data table that does not follow from a `broken` kind of file."""
    faults: list[Fault] = []
    for (form, period), rows in pack.data.items():
        window = next((w.spec for w in pack.windows if (w.spec.form, w.spec.period) == (form, period)), None)
        found = list(_head(pack, form, period, rows, sheets, broken, window))
        if not found and form in sheets and window:
            found = list(_rows(pack, rows, sheets[form], broken, window))
        faults += found
    faults += [
        row.fault(f"写了 entered_at，却没有 data/{row.spec.form}/{row.spec.period}.csv", "entered_at")
        for row in pack.windows
        if row.spec.entered_at and (row.spec.form, row.spec.period) not in pack.data and "data" not in broken
    ]
    return faults


def _head(
    pack: Pack,
    form: str,
    period: str,
    rows: Rows[DataRow],
    sheets: Mapping[str, Sheet],
    broken: Set[str],
    window: WindowSpec | None,
) -> Iterator[Fault]:
    if not rows:
        return
    head = Placed(None, rows[0].source)
    if form not in sheets:
        if "forms" not in broken:
            yield head.fault(f"没有代码为“{form}”的报表{did_you_mean(form, pack.forms)}")
        return
    try:
        Period.parse(period)
    except PeriodError as error:
        yield head.fault(f"文件名：{error}")
        return
    if window is None and "windows" not in broken:
        yield head.fault(f"windows.yaml 里没有 {form} 的 {period} 这一期")
    items = {item.code: item for item in sheets[form].items if item.is_entered}
    for column in rows[0].source.columns:
        if column and column != "unit" and column not in items:
            yield head.fault(f"报表“{form}”没有代码为“{column}”的填报项{did_you_mean(column, items)}")


def _rows(
    pack: Pack, rows: Rows[DataRow], sheet: Sheet, broken: Set[str], window: WindowSpec
) -> Iterator[Fault]:
    units = pack.unit_names()
    clerks = [
        units.get(normalise(row.spec.unit), set()) for row in pack.accounts if row.spec.role == Role.CLERK
    ]
    # With a clerk whose unit is not clear, nobody knows which unit has none.
    clear = "accounts" not in broken and all(len(found) == 1 for found in clerks)
    staffed = {code for found in clerks for code in found}
    seen: set[str] = set()
    for row in rows:
        name = row.spec["unit"]
        found = units.get(normalise(name), set())
        if len(found) != 1:
            if "units" not in broken:
                word = "没有叫" if not found else "有几个单位叫"
                yield row.fault(f"{word}“{name}”{did_you_mean(normalise(name), units)}")
            continue
        if found <= seen:
            yield row.fault(f"“{name}”写了两行")
        if window.entered_at and clear and not found <= staffed:
            yield row.fault(f"accounts.csv 里没有“{name}”的填报员，无人填报")
        seen |= found
        yield from _row(row, sheet, window.default_reason)


def _row(row: Placed[DataRow], sheet: Sheet, default: str) -> Iterator[Fault]:
    cells: dict[str, Cell] = {}
    unreadable = set()
    for item in sheet.items:
        text = row.spec.get(item.code, "")
        if not item.is_entered or not text:
            continue
        try:
            cell = sheet.read(item, as_input(item, text, sheet.reasons, default))
        except CellError as error:
            unreadable.add(item.code)
            yield row.fault(f"{row.spec['unit']}，{item.name}：{error}", item.code)
        else:
            if cell:
                cells[item.code] = cell
    for problem in sheet.problems(cells, complete=True):
        if problem.severity == Severity.ERROR and problem.item not in unreadable:
            yield row.fault(f"{row.spec['unit']}：{problem.message}", problem.item)
