"""The data tables of a pack, judged as the entry page judges what a clerk types."""

from collections.abc import Iterator, Mapping, Set

from departments.cells import split_key
from departments.choices import EntryMode, Role, Severity
from departments.periods import Period, PeriodError
from departments.sheets import Cell, CellError, Sheet
from expressions.names import normalise
from govsvc.packs.cells import as_input, category_of, places_of
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import UNIT_COLUMNS, DataRow, Pack, Placed, Rows
from govsvc.packs.schema import WindowSpec
from govsvc.packs.sheets import unit_ids


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
        if column and column not in UNIT_COLUMNS and column not in items:
            yield head.fault(f"报表“{form}”没有代码为“{column}”的填报项{did_you_mean(column, items)}")
    if "category" in rows[0].source.columns and not pack.forms[form].spec.category_list:
        yield head.fault(f"报表“{form}”不按类别填，不写“category”列")


def _rows(
    pack: Pack, rows: Rows[DataRow], sheet: Sheet, broken: Set[str], window: WindowSpec
) -> Iterator[Fault]:
    units, ids = pack.unit_names(), unit_ids(pack)
    needed = _needed(pack, window) if "accounts" not in broken else {}
    people = {role: staffed(pack, role) for role in needed}
    mine: dict[str, list[Placed[DataRow]]] = {}
    for row in rows:
        name = row.spec["unit"]
        found = units.get(normalise(name), set())
        if len(found) != 1:
            if "units" not in broken:
                word = "没有叫" if not found else "有几个单位叫"
                yield row.fault(f"{word}“{name}”{did_you_mean(normalise(name), units)}")
            continue
        (code,) = found
        for role, word in needed.items():
            if code not in mine and code not in people[role]:
                yield row.fault(f"accounts.csv 里没有“{name}”的{word}")
        mine.setdefault(code, []).append(row)
    if not broken & {"categories", "units"}:
        for code, own in mine.items():
            yield from _unit(own, sheet.for_unit(ids[code]), window)


def _needed(pack: Pack, window: WindowSpec) -> dict[Role, str]:
    """The people of each unit whom the demonstration needs, with what is missing without them."""
    form = pack.forms[window.form].spec
    found = {}
    if window.entered_at and form.entered_by == EntryMode.UNIT:
        found[Role.CLERK] = "填报员，无人填报"
    if window.confirmed_at and form.unit_head_step:
        found[Role.UNIT_HEAD] = "单位负责人，无人确认"
    return found


def staffed(pack: Pack, role: Role) -> Set[str]:
    """Codes of the units with somebody in the role; every unit when it is not clear whose somebody is."""
    units = pack.unit_names()
    found = [units.get(normalise(row.spec.unit), set()) for row in pack.accounts if row.spec.role == role]
    if any(len(codes) != 1 for codes in found):
        return {row.spec.code for row in pack.units}
    return {code for codes in found for code in codes}


def _unit(rows: list[Placed[DataRow]], sheet: Sheet, window: WindowSpec) -> Iterator[Fault]:
    """All the rows of one unit: one without a category, one per category."""
    name = rows[0].spec["unit"]
    cells: dict[str, Cell] = {}
    unreadable: set[str] = set()
    placed: dict[str, Placed[DataRow]] = {}
    for row in rows:
        written = row.spec.get("category", "")
        category = category_of(sheet, written) if written else None
        if written and category is None:
            known = [known.name for known in sheet.categories]
            yield row.fault(f"{name}没有叫“{written}”的类别{did_you_mean(written, known)}", "category")
            continue
        key = category.code if category else ""
        if key in placed:
            where = row.spec["unit"] + (f"，{category.name}" if category else "")
            yield row.fault(f"“{where}”写了两行")
        placed[key] = row
        yield from _strangers(row, sheet, bool(category))
        for place, text in places_of(sheet, row.spec):
            try:
                given = as_input(place.item, text, sheet.reasons, window.default_reason)
                cell = sheet.read(place.item, given)
            except CellError as error:
                unreadable.add(place.key)
                yield row.fault(f"{name}，{place.label}：{error}", place.item.code)
            else:
                if cell:
                    cells[place.key] = cell
    for problem in sheet.problems(cells, complete=True):
        row = placed.get(split_key(problem.item)[1], rows[0])
        if problem.severity == Severity.ERROR and problem.item not in unreadable:
            yield row.fault(f"{name}：{problem.message}", split_key(problem.item)[0])
        if problem.severity == Severity.WARNING and window.entered_at and not window.explanation:
            yield row.fault(
                f"{name}：{problem.message}；windows.yaml 的这一期没有写 explanation（说明）", problem.item
            )


def _strangers(row: Placed[DataRow], sheet: Sheet, split: bool) -> Iterator[Fault]:
    """Figures in a row of the wrong kind would be dropped without a word."""
    for item in sheet.items:
        if item.is_entered and item.by_category != split and row.spec.get(item.code):
            where = "不按类别填，写在没有类别的行里" if split else "按类别填，要写“category”（类别）"
            yield row.fault(f"{row.spec['unit']}，{item.name}：{where}", item.code)
