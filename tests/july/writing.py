"""packs/yindu_july as files: July's figures beside June's, windows of both months, July's issue."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

from tests.july.changes import CHANGES

PACKS = Path(__file__).parents[2] / "packs"
JUNE, PACK = PACKS / "yindu", PACKS / "yindu_july"
SYNTHETIC = "演示件：2023年6月数字取自公开通报，7月数字为合成，人员、时间为演示"


def july_files() -> dict[str, str]:
    """The generated files of the pack by name; texts written by hand (README.md, facts.csv) are not among them."""
    june = (JUNE / "pack.yaml").read_text(encoding="utf-8")
    head = re.sub(r"synthetic: .*", f"synthetic: {SYNTHETIC}", june[june.index("format:") :])
    windows = (JUNE / "windows.yaml").read_text(encoding="utf-8")
    issues = (JUNE / "issues.yaml").read_text(encoding="utf-8")
    files = {
        "pack.yaml": f"# 由 python -m tests.july 写出：在 packs/yindu 的6月之后接一个合成的7月。\n{head}extends: yindu\n",
        "windows.yaml": windows + a_month_later(windows),
        "issues.yaml": issues + a_month_later(issues),
    }
    for form, changes in CHANGES.items():
        text = (JUNE / "data" / form / "2023-06.csv").read_text(encoding="utf-8")
        files[f"data/{form}/2023-07.csv"] = changed(text, changes)
    return files


def a_month_later(text: str) -> str:
    """June's dates and period moved on by one month; days stay what they are."""
    return re.sub(r"2023-0([67])", lambda found: f"2023-0{int(found[1]) + 1}", text)


def changed(text: str, changes: dict[str, dict[str, int]]) -> str:
    """The table with the differences added; every change must find its row. A row is named by its category where it has one."""
    table = csv.DictReader(io.StringIO(text))
    assert table.fieldnames is not None
    rows, left = list(table), dict(changes)
    for row in rows:
        for item, difference in left.pop(row.get("category") or row["unit"], {}).items():
            row[item] = str(Decimal(row[item]) + difference)
    assert not left, sorted(left)
    out = io.StringIO()
    writer = csv.DictWriter(out, table.fieldnames, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_july(directory: Path) -> list[str]:
    """Writes the files into the directory; their names."""
    files = july_files()
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(files)
