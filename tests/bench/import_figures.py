"""10,000 uploaded rows of figures: ours against stock django-import-export; `python -m … FILE SHAPE` writes JSON.

Both read the same .xlsx into empty tables of the same database. SHAPE "long" has one figure a row (unit, period, item,
value: as figures are exported), "wide" one column for each of 13 items, so thirteen times as many figures.

Stock is a ModelResource with its default settings, through the package's own admin pages and templates: upload with
preview, then confirm. For "long" its table is the plain equivalent of ours (unit, window and item by foreign keys found by
name and code, one value); for "wide" one plain table with a column per item. It checks types and that the keys exist, and
keeps one log line a row. Ours is an upload that is checked and then confirmed: every figure through the entry rules, four
rules between the figures of a form, duplicates, names, periods, locks; saved as forms with one stored cell per figure and
an event with the old and new content of every cell. Both include reading the file twice.
"""

import io
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import xlsxwriter

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "10000"))
UNITS = 60
ITEMS = 13
SHAPES = ("long", "wide")
NOTES = (
    "- 原有流程：ModelResource 默认设置，经过该软件包自己的上传、预览、确认页面和模板，只检查类型和外键是否存在，每行写一条操作日志；"
    "一行一个数据时存入与本系统等价的普通表（单位、填报期次、填报项为外键，一个值），一行多个数据时存入每项一列的一张普通宽表，"
    "所以后者存的行数只有本系统的十几分之一，倍数也小得多。",
    "- 本系统：每个数据都经过填报时的同一套检查，四条审核公式、重复、单位名称和别名、报告期、锁定状态；"
    "确认时全部重新检查；存成填报单、每个数据一行，并记录每一格的旧值和新值。",
    "- 两边都读两遍文件。行数全部实测，没有外推。",
    "- 有错的文件：同样的行里放一个不是数字的格和一处违反审核公式的格，两处都指出所在行和列，什么都不保存。",
)
TARGET = 50


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsvc.settings")
    django.setup()
    Path(sys.argv[1]).write_text(json.dumps(measure(sys.argv[2])), encoding="utf-8")
    return 0


def measure(shape: str) -> dict[str, Any]:
    """Seconds by step, rows and figures, and how many times as fast ours is, from file to saved."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    head, rows = sample(shape)
    book, wrong = workbook(head, rows), workbook(head, spoilt(shape, rows))
    figures = len(rows) * (ITEMS if shape == "wide" else 1)
    ours = _ours(book, wrong, figures)
    stock = _stock(book, shape)
    ratio = (stock["preview"] + stock["confirm"]) / (ours["check"] + ours["save"])
    return {
        "shape": shape,
        "rows": len(rows),
        "figures": figures,
        "stock": stock,
        "ours": ours,
        "ratio": ratio,
    }


def sample(shape: str) -> tuple[list[str], list[list[Any]]]:
    """Synthetic rows, as many as are measured: each second figure is a part of the one before it."""
    numbers = random.Random(20220331)
    items = [f"指标{n}" for n in range(ITEMS)]
    rows: list[list[Any]] = []
    for form in range(ROWS):
        unit, month = f"第{form % UNITS}局", form // UNITS
        period = f"{2000 + month // 12}-{month % 12 + 1:02}"
        figures: list[int] = []
        while len(figures) < ITEMS:
            whole = numbers.randrange(100_000)
            figures += [whole, numbers.randrange(whole + 1)]
        if shape == "wide":
            rows.append([unit, period, *figures[:ITEMS]])
        else:
            rows += [[unit, period, *pair] for pair in zip(items, figures, strict=False)]
        if len(rows) >= ROWS:
            break
    head = ["单位", "期间", *(items if shape == "wide" else ("填报项", "数值"))]
    return head, rows


def spoilt(shape: str, rows: list[list[Any]]) -> list[list[Any]]:
    """The same rows with a word for a figure, and with a part larger than its whole."""
    wrong = [list(row) for row in rows]
    if shape == "wide":
        wrong[0][4] = "约三百"
        wrong[1][2:4] = [1, 2]
    else:
        wrong[2][3] = "约三百"
        wrong[ITEMS][3], wrong[ITEMS + 1][3] = 1, 2
    return wrong


def workbook(head: list[str], rows: list[list[Any]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, head)
        for place, row in enumerate(rows, 1):
            sheet.write_row(place, 0, row)
    return stream.getvalue()


def page(found: dict[str, list[dict[str, Any]]], machine: str, more: list[str]) -> str:
    """docs/performance.md: the measured steps by database, and the ratio; then the lines of what else was measured."""
    lines = [
        "# 性能",
        "",
        "由 `make bench` 写入，请勿手工修改。秒数属于下面这台机器，可以比较的是倍数。",
        "",
        f"机器：{machine}",
        "",
        "## 批量上传与 django-import-export 原有流程的比较",
        "",
        f"同一个 .xlsx 文件、同一台机器、同一个数据库。目标：从文件到入库，至少快 {TARGET} 倍（一行一个数据）。",
        "",
        "| 数据库 | 文件 | 原有：预览 | 原有：确认 | 本系统：检查 | 本系统：保存 | 本系统：行/秒 | 倍数 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for database, rows in found.items():
        for one in rows:
            stock, ours = one["stock"], one["ours"]
            shape = "一行一个数据" if one["shape"] == "long" else f"一行{ITEMS}个数据"
            speed = one["rows"] / (ours["check"] + ours["save"])
            lines.append(
                f"| {database} | {one['rows']:,} 行、{one['figures']:,} 个数据（{shape}） | {stock['preview']:.1f} 秒 "
                f"| {stock['confirm']:.1f} 秒 | {ours['check']:.2f} 秒 | {ours['save']:.2f} 秒 | {speed:,.0f} "
                f"| **{one['ratio']:.0f}** |"
            )
    refused = "、".join(
        f"{one['ours']['refuse']:.2f} 秒（{database}，{one['rows']:,} 行）"
        for database, rows in found.items()
        for one in rows
    )
    return "\n".join([*lines, "", *NOTES, f"- 有错的文件多久被退回：{refused}。", *more, ""])


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds by the clock, and what the act returned."""
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def _ours(book: bytes, wrong: bytes, figures: int) -> dict[str, float]:
    """An upload is checked; a spoilt one is refused with both faults and nothing saved; the good one is confirmed."""
    from departments.models import Figure, Submission, SubmissionEvent, Upload
    from departments.services import uploads

    form, person = _office()

    def checked(data: bytes) -> Upload:
        upload = uploads.receive(form=form, data=data, name="数据.xlsx", user=person)
        uploads.run(upload_id=upload.pk)
        upload.refresh_from_db()
        return upload

    refusing, refused = timed(lambda: checked(wrong))
    if refused.state != Upload.State.REFUSED or refused.faults_count != 2 or Figure.objects.exists():
        raise RuntimeError(f"the spoilt file was not refused with its two faults: {refused.faults}")
    checking, upload = timed(lambda: checked(book))
    if upload.state != Upload.State.CHECKED:
        raise RuntimeError(f"the file was not accepted: {upload.faults[:3]}")

    def save() -> None:
        uploads.confirm(upload=upload, user=person)
        uploads.run(upload_id=upload.pk)

    saving, _nothing = timed(save)
    if Figure.objects.count() != figures or SubmissionEvent.objects.count() != Submission.objects.count():
        raise RuntimeError("not every figure and event was saved")
    return {"refuse": refusing, "check": checking, "save": saving}


def _office() -> tuple[Any, Any]:
    from departments.choices import Role
    from departments.services import forms
    from tests import build

    home = build.office("bench", "测量用区")
    group = build.group(home)
    for n in range(UNITS):
        build.unit(home, f"U{n:03}", f"第{n}局", group)
    form = forms.save_form(office=home, code="bench", title="测量用表", frequency="month", order=1)
    for n in range(ITEMS):
        forms.save_item(form=form, code=f"i{n}", name=f"指标{n}", order=n)
    for n in range(4):
        forms.save_rule(
            form=form,
            code=f"r{n}",
            expression=f"指标{2 * n + 1} <= 指标{2 * n}",
            message="其中数不能大于总数",
            order=n,
        )
    forms.expect(form=form, groups=[group])
    return form, build.person("bench", home, Role.ADMINISTRATOR)


def _stock(book: bytes, shape: str) -> dict[str, float]:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.test.utils import override_settings

    model = _stock_model(shape)
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(User.objects.create_superuser("stock"))
    page = "/admin/departments/stockrow"
    with override_settings(TEMPLATES=own_templates()):
        file = SimpleUploadedFile("数据.xlsx", book)
        data = {"import_file": file, "format": "0", "resource": "0"}
        previewing, preview = timed(lambda: client.post(f"{page}/import/", data).render())
        form = preview.context_data["confirm_form"]
        confirming, done = timed(
            lambda: client.post(f"{page}/process_import/", form.initial | {"resource": "0"})
        )
    if done.status_code != 302 or model.objects.count() < ROWS:
        raise RuntimeError("stock import-export did not save every row")
    return {"preview": previewing, "confirm": confirming}


def _stock_model(shape: str) -> Any:
    """The plain table, its resource as the package's manual shows it, and its admin page."""
    from django.contrib import admin
    from django.db import connection, models
    from import_export.admin import ImportExportModelAdmin
    from import_export.fields import Field
    from import_export.formats.base_formats import XLSX
    from import_export.resources import ModelResource
    from import_export.widgets import ForeignKeyWidget

    from departments.models import Item, Unit, Window

    def key(model: type[models.Model]) -> models.Field:
        return models.ForeignKey(model, models.CASCADE, related_name="+")

    def number() -> models.Field:
        return models.DecimalField(max_digits=21, decimal_places=6, null=True)

    found: dict[str, tuple[type[models.Model], str]] = {}
    fields: dict[str, Any] = {
        "单位": models.CharField(max_length=60),
        "期间": models.CharField(max_length=30),
    }
    fields |= {f"指标{n}": number() for n in range(ITEMS)}
    keys: tuple[str, ...] = ("单位", "期间")
    if shape == "long":
        found = {"单位": (Unit, "name"), "期间": (Window, "period"), "填报项": (Item, "name")}
        fields = {name: key(model) for name, (model, _lookup) in found.items()} | {"数值": number()}
        keys = tuple(found)
    meta = type("Meta", (), {"app_label": "departments", "unique_together": [keys]})
    row = type("StockRow", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    with connection.schema_editor() as editor:
        editor.create_model(row)
    columns = {
        name: Field(column_name=name, attribute=name, widget=ForeignKeyWidget(model, lookup))
        for name, (model, lookup) in found.items()
    }
    resource_meta = type("Meta", (), {"model": row, "import_id_fields": keys, "exclude": ("id",)})
    resource = type("StockResource", (ModelResource,), {"Meta": resource_meta, **columns})
    page = type("StockAdmin", (ImportExportModelAdmin,), {"resource_classes": [resource], "formats": [XLSX]})
    admin.site.register(row, page)
    return row


def own_templates() -> list[dict[str, Any]]:
    """The package's templates on Django's own admin: our theme's preview tables must not weigh on it."""
    import import_export
    from django.conf import settings
    from django.contrib import admin

    own = [str(Path(module.__file__).parent / "templates") for module in (import_export, admin)]
    [engine] = settings.TEMPLATES
    return [{**engine, "DIRS": own}]


if __name__ == "__main__":
    sys.exit(main())
