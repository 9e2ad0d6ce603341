"""A week's file of a register: 1,000 entries of which 10 % changed; ours against stock django-import-export.

`python -m … FILE` writes JSON. Both read the same .xlsx twice (preview, then saving) into tables that hold the last week's
file. Ours says what is new, changed and gone and keeps one event for each; stock is a ModelResource that skips unchanged rows, through
the package's own pages, into one plain table; it neither tells what is gone nor keeps what was there before.
"""

import datetime as dt
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

from tests.bench.import_figures import own_templates, timed, workbook
from tests.services.valkey import ValkeyServer

ROWS = int(os.environ.get("BENCH_ENTRIES", "1000"))
UNITS = 36
TARGET = 3.0
HEAD = ["编号", "名称", "责任单位", "类型", "级别", "交办日期", "来源", "联系电话"]
TYPES, LEVELS = ("流程不畅", "材料过多", "态度生硬"), ("市级", "区级")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="govsvc-bench-valkey-") as directory:
        broker = ValkeyServer(Path(directory)).start()
        os.environ["REDIS_URL"] = broker.url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsvc.settings")
        django.setup()
        try:
            found = measure()
        finally:
            broker.kill()
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
    return 0


def measure() -> dict[str, Any]:
    """Seconds by step, how many entries are new, changed and gone, and how many times as fast ours is."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    # Its pages must be there before anything asks for an address.
    model = _stock_model()
    files = workbook(HEAD, week(0)), workbook(HEAD, week(1))
    ours, counts = _ours(*files)
    stock = _stock(model, *files)
    ratio = (stock["preview"] + stock["confirm"]) / (ours["check"] + ours["save"])
    return {"rows": ROWS, "counts": counts, "ours": ours, "stock": stock, "ratio": ratio}


def week(number: int) -> list[list[Any]]:
    """Synthetic rows: in the second week 5 % have a new source, 2.5 % are gone and as many are new."""
    gone, new = (ROWS // 40, ROWS // 40) if number else (0, 0)
    return [
        [
            f"P{n:06}",
            f"第{n}号问题",
            f"第{n % UNITS}局",
            TYPES[n % 3],
            LEVELS[n % 2],
            "2023-06-01",
            "群众投诉" if number and n % 20 == 0 else "自查",
            f"139{n:08}",
        ]
        for n in range(gone, ROWS + new)
    ]


def section(found: dict[str, dict[str, Any]]) -> list[str]:
    """Lines for docs/performance.md by database."""
    lines = [
        "",
        "## 台账每周导入",
        "",
        f"同一个台账已有上周的 {ROWS:,} 条，本周的文件里 10% 有变化。目标：从文件到入库不超过 {TARGET:.0f} 秒。",
        "",
        "| 数据库 | 新增 | 变更 | 不再列出 | 没有变化 | 本系统：核对 | 本系统：保存 | 合计 | 原有：预览 | 原有：确认 | 倍数 |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for database, one in found.items():
        ours, stock = one["ours"], one["stock"]
        cells = [database, *map(str, one["counts"])]
        cells += [f"{ours[step]:.2f} 秒" for step in ("check", "save")]
        cells += [f"{ours['check'] + ours['save']:.2f} 秒"]
        cells += [f"{stock[step]:.1f} 秒" for step in ("preview", "confirm")]
        lines.append(f"| {' | '.join(cells)} | **{one['ratio']:.0f}** |")
    return [
        *lines,
        "",
        "- 原有流程：ModelResource，跳过没有变化的行，经过该软件包自己的上传、预览、确认页面，存入一张普通表。",
        "- 本系统：逐条列出新增、变更、不再列出，每条一个事件，个人信息列另存一张表，并通知各责任单位；原有流程不知道哪些条目不再列出。",
    ]


def _ours(first: bytes, second: bytes) -> tuple[dict[str, float], list[int]]:
    from django.core.files.base import ContentFile

    from departments.choices import Role
    from departments.models import Entry, EntryEvent
    from departments.services.registers import batches, definitions
    from tests import build

    home = build.office("bench", "测量用区")
    for n in range(UNITS):
        unit = build.unit(home, f"U{n:03}", f"第{n}局")
        build.person(f"clerk{n}", home, Role.CLERK, unit)
    register = definitions.save_register(
        office=home,
        code="bench",
        title="测量用台账",
        types="\n".join(TYPES),
        levels="\n".join(LEVELS),
        due_days=10,
    )
    definitions.save_column(register=register, code="source", name="来源", order=1)
    definitions.save_column(register=register, code="telephone", name="联系电话", personal=True, order=2)
    person = build.person("bench", home, Role.ADMINISTRATOR)

    def check(data: bytes, day: dt.date) -> Any:
        file = ContentFile(data, name="清单.xlsx")
        return batches.check_batch(register=register, file=file, user=person, opened_on=day)

    batches.apply_batch(batch=check(first, dt.date(2023, 6, 2)), user=person)
    checking, batch = timed(lambda: check(second, dt.date(2023, 6, 9)))
    saving, _saved = timed(lambda: batches.apply_batch(batch=batch, user=person))
    counts = [batch.n_new, batch.n_changed, batch.n_gone, batch.n_same]
    events = EntryEvent.objects.filter(batch=batch).count()
    if counts[0] + counts[3] + counts[1] != ROWS or events != sum(counts[:3]) or not Entry.objects.exists():
        raise RuntimeError(f"the week's file was not saved as it says: {counts}, {events} events")
    return {"check": checking, "save": saving}, counts


def _stock(model: Any, first: bytes, second: bytes) -> dict[str, float]:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.test.utils import override_settings

    client: Any = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(User.objects.create_superuser("stock"))
    page = "/admin/departments/stockentry"

    def preview(data: bytes) -> Any:
        fields = {"import_file": SimpleUploadedFile("清单.xlsx", data), "format": "0", "resource": "0"}
        return client.post(f"{page}/import/", fields).render()

    def confirm(previewed: Any) -> Any:
        initial = previewed.context_data["confirm_form"].initial
        return client.post(f"{page}/process_import/", initial | {"resource": "0"})

    with override_settings(TEMPLATES=own_templates()):
        confirm(preview(first))
        previewing, previewed = timed(lambda: preview(second))
        confirming, done = timed(lambda: confirm(previewed))
    if done.status_code != 302 or model.objects.filter(来源="群众投诉").count() < ROWS // 20 - 1:
        raise RuntimeError("stock import-export did not save the week's file")
    return {"preview": previewing, "confirm": confirming}


def _stock_model() -> Any:
    """The plain table, its resource as the package's manual shows it, and its admin page."""
    from django.contrib import admin
    from django.db import connection, models
    from import_export.admin import ImportExportModelAdmin
    from import_export.fields import Field
    from import_export.formats.base_formats import XLSX
    from import_export.resources import ModelResource
    from import_export.widgets import ForeignKeyWidget

    from departments.models import Unit

    fields: dict[str, Any] = {name: models.CharField(max_length=300) for name in HEAD}
    fields["编号"] = models.CharField(max_length=100, unique=True)
    fields["交办日期"] = models.DateField()
    fields["责任单位"] = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    meta = type("Meta", (), {"app_label": "departments"})
    entry = type("StockEntry", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    with connection.schema_editor() as editor:
        editor.create_model(entry)
    unit = Field(column_name="责任单位", attribute="责任单位", widget=ForeignKeyWidget(Unit, "name"))
    resource_meta = type(
        "Meta",
        (),
        {"model": entry, "import_id_fields": ("编号",), "exclude": ("id",), "skip_unchanged": True},
    )
    resource = type("StockResource", (ModelResource,), {"Meta": resource_meta, "责任单位": unit})
    page = type("StockAdmin", (ImportExportModelAdmin,), {"resource_classes": [resource], "formats": [XLSX]})
    admin.site.register(entry, page)
    return entry


if __name__ == "__main__":
    sys.exit(main())
