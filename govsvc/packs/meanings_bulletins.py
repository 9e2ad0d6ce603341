"""The texts and annexes of a pack's bulletins, judged by the same code that will compose them."""

from collections.abc import Iterator, Mapping, Set

from expressions import ExpressionError, HolePart, NameTable, parse_template
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import Pack, Placed
from govsvc.packs.schema import AnnexSpec, BulletinFile, ColumnSpec
from reports.choices import AnnexRows, ColumnKind
from reports.services.annex_cells import ANNEX, TOTALS
from reports.services.annexes.columns import WANTED, check_column
from reports.services.annexes.leaf_rows import READINGS, reading_of
from reports.services.annexes.order import key_texts
from reports.statements.compose import check_condition, check_template

Tables = Mapping[str, NameTable]


def bulletin_faults(row: Placed[BulletinFile], names: Tables) -> Iterator[Fault]:
    """Everything wrong with the texts, annexes and rules of one bulletin."""
    spec = row.spec
    texts: list[tuple[tuple, str]] = [(("title",), spec.title)]
    for n, section in enumerate(spec.sections):
        texts += [(("sections", n, "heading"), section.heading), (("sections", n, "text"), section.text)]
    for n, annex in enumerate(spec.annexes):
        texts += [(("annexes", n, key), getattr(annex, key)) for key in ("title", "period_line", "note")]
    for path, text in texts:
        is_body = path[-1] == "text"
        yield from _problems(
            row, path, lambda text=text, is_body=is_body: check_template(text, names, is_body=is_body)
        )
    for n, annex in enumerate(spec.annexes):
        yield from _annex(row, n, annex, names)
    for n, rule in enumerate(spec.consistency):
        path = ("consistency", n, "expression")
        yield from _problems(row, path, lambda rule=rule: check_condition(rule.expression, names))


def _annex(row: Placed[BulletinFile], n: int, annex: AnnexSpec, names: Tables) -> Iterator[Fault]:
    """What is computed for each row; a column of entries names what it prints, which loading checks."""
    for m, text in enumerate(annex.order_by):
        for key in key_texts(text):
            yield from _problems(
                row, ("annexes", n, "order_by", m), lambda key=key: check_column(key.text, names)
            )
    for m, column in enumerate(annex.columns):
        path = ("annexes", n, "columns", m, "expression")
        if annex.rows == AnnexRows.LEAVES:
            yield from _leaf_column(row, path, column)
        elif annex.rows != AnnexRows.ENTRIES and column.kind in WANTED and column.expression:
            want = WANTED[column.kind]
            yield from _problems(
                row,
                path,
                lambda column=column, want=want: check_column(column.expression, names, want, annex.rows),
            )


def _leaf_column(row: Placed[BulletinFile], path: tuple, column: ColumnSpec) -> Iterator[Fault]:
    if column.kind not in (ColumnKind.SEQUENCE, ColumnKind.TEXT):
        yield row.fault("一行一任务的附件只有 seq 列和 text 列", *path[:-1], "kind")
    elif column.kind == ColumnKind.TEXT and reading_of(column.expression) is None:
        known = did_you_mean(column.expression, set(READINGS))
        yield row.fault(f"任务没有“{column.expression}”{known}", *path)


def _problems(row: Placed, path: tuple, attempt) -> list[Fault]:
    try:
        attempt()
    except ExpressionError as error:
        return [row.fault(f"第{p.column}个字：{p.message}", *path, text_line=p.line) for p in error.problems]
    return []


def uncut(row: Placed[BulletinFile]) -> Iterator[Fault]:
    """Holes that are wrong whatever the names mean."""
    for n, section in enumerate(row.spec.sections):
        yield from _problems(row, ("sections", n, "text"), lambda text=section.text: parse_template(text))


def figure_ids(spec: BulletinFile) -> Iterator[tuple[int, HolePart]]:
    """Every named hole of the sentences with the number of its section; texts that can't be cut are left out."""
    for n, section in enumerate(spec.sections):
        try:
            parts = parse_template(section.text)
        except ExpressionError:
            continue
        yield from ((n, part) for part in parts if isinstance(part, HolePart) and part.id)


def published_faults(pack: Pack, code: str, bulletin: Placed[BulletinFile]) -> Iterator[Fault]:
    """An id means one figure of the whole bulletin; published values name figures or cells that exist."""
    ids: set[str] = set()
    for n, part in figure_ids(bulletin.spec):
        if part.id in ids:
            message = f"编号“{part.id}”在别的部分已经用过，每个编号在整份通报里只能用一次"
            yield bulletin.fault(message, "sections", n, "text", text_line=part.line)
        ids.add(part.id)
    if list(uncut(bulletin)):
        return
    units = {unit.spec.code for unit in pack.units}
    for row in pack.published:
        if row.spec.bulletin != code or row.spec.figure in ids:
            continue
        if row.spec.figure.startswith(ANNEX):
            if not _is_cell(row.spec.figure, bulletin.spec, units):
                yield row.fault(
                    f"没有“{row.spec.figure}”这一格：写 annex附件号/单位代码或 total/列代码", "figure"
                )
        else:
            yield row.fault(
                f"正文里没有编号为“{row.spec.figure}”的数{did_you_mean(row.spec.figure, ids)}", "figure"
            )


def _is_cell(identity: str, spec: BulletinFile, units: Set[str]) -> bool:
    """Whether an annex of the bulletin can have such a cell; which rows there will be only the figures say."""
    number, _slash, rest = identity.removeprefix(ANNEX).partition("/")
    row, _slash, column = rest.rpartition("/")
    columns = {c.code for annex in spec.annexes if str(annex.number) == number for c in annex.columns}
    if column not in columns or not row:
        return False
    return row.split(".")[0] in units or row.startswith(TOTALS)
