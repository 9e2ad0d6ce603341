"""All files of packs/fucheng."""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from govsvc.packs import schema
from govsvc.packs.writing import write_files
from tests.fucheng import MONTHS, WEEKS
from tests.fucheng.bulletin import bulletin, issues
from tests.fucheng.figures import figures
from tests.fucheng.forms import FORMS, forms
from tests.fucheng.metrics import indicators, targets
from tests.fucheng.notice import issue, notice
from tests.fucheng.registers import registers
from tests.fucheng.scheme import MONTHLY, WEEKLY, monthly, weekly
from tests.fucheng.units import DEPARTMENTS, UNITS
from tests.fucheng.week import week_issue, weekly_bulletin
from tests.fucheng.work import SHANGHAI, entries, leaf_reports

# When months and weeks are filled in; the last week's table comes in on the Monday after.
MONTH_OPENS = {"2023-04": dt.date(2023, 5, 4), "2023-05": dt.date(2023, 6, 1)}
SYNTHETIC = "合成数据：指标树和目标取自公开文件，单位的数字、权重、计分、人员均为合成"


def write_pack(directory: Path) -> None:
    """Writes every file of the pack but its README; files of the same name are replaced."""
    write_files(_configuration(), directory)
    for code, rows in entries().items():
        _write(directory / "registers" / f"{code}.csv", [_cells(row) for row in rows])
    for (form, period), cells in figures().items():
        _write(directory / "data" / form / f"{period}.csv", cells)


def _configuration() -> dict[str, Any]:
    found: dict[str, Any] = {
        "pack.yaml": schema.PackFile(
            format=1, office=schema.OfficeSpec(code="fucheng", name="涪城区", synthetic=SYNTHETIC)
        ),
        "groups.csv": [
            schema.GroupRow(code="depts", name="区级部门"),
            schema.GroupRow(code="towns", name="镇街道"),
        ],
        "units.csv": _units(),
        "reasons.csv": [schema.ReasonRow(code="no_business", name="无此业务")],
        "indicators.yaml": indicators(),
        "targets.yaml": targets(),
        "rankings.yaml": _rankings(),
        "meetings.yaml": _meetings(),
        "accounts.csv": _accounts(),
        "windows.yaml": _windows(),
        "bulletins/paiming.yaml": bulletin(),
        "bulletins/renwu.yaml": notice(),
        "bulletins/zhoubao.yaml": weekly_bulletin(),
        "issues.yaml": [issue(), week_issue(), *issues()],
        "leaf_reports.csv": leaf_reports(),
        "exclusions.csv": _exclusions(),
        f"schemes/{MONTHLY}.yaml": monthly(),
        f"schemes/{WEEKLY}.yaml": weekly(),
    }
    found |= {f"forms/{code}.yaml": form for code, form in forms().items()}
    return found | {f"registers/{code}.yaml": register for code, register in registers().items()}


def _units() -> list[schema.UnitRow]:
    """The office itself is 区行政审批局; what the document calls a unit in full is kept as another name."""
    aliases = {"D03": ("区政府办(12345市长热线办公室)",)}
    rows = [schema.UnitRow(code="FC", full_name="绵阳市涪城区", short_name="涪城区")]
    return rows + [
        schema.UnitRow(
            code=unit.code,
            full_name=f"涪城{unit.name}" if unit in DEPARTMENTS else f"涪城区{unit.name}",
            short_name=unit.name,
            group=unit.group,
            parent="FC",
            aliases=aliases.get(unit.code, ()),
        )
        for unit in UNITS
    ]


def _accounts() -> list[schema.AccountRow]:
    office = {
        "admin1": ("administrator", "管理员甲"),
        "admin2": ("administrator", "管理员乙"),
        "reviewer": ("reviewer", "复核员"),
        "issuer": ("issuer", "签发员"),
        "viewer": ("viewer", "查看员"),
        "operator": ("operator", "系统管理员"),
    }
    rows = [
        schema.AccountRow(
            username=f"fucheng-{name}", name=f"{title}（演示）", email=f"{name}@fucheng.example", role=role
        )
        for name, (role, title) in office.items()
    ]
    return rows + [
        schema.AccountRow(
            username=f"fucheng-{unit.code.lower()}", name=f"{unit.name.removesuffix('（合成）')}填报员（演示）",
            email=f"{unit.code.lower()}@fucheng.example", role="clerk", unit=unit.code,
        )
        for unit in UNITS
    ]  # fmt: skip


def _rankings() -> list[schema.RankingSpec]:
    """The scores of both groups, monthly and weekly, and a few indicators."""
    subjects: list[tuple[str, str, dict[str, str]]] = [
        ("case_good", "主动评价好评率", {"indicator": "l2_4"}),
        ("case_on_time", "按时办结率", {"indicator": "l2_2"}),
        ("licences_live", "电子证照实时生产率", {"indicator": "l3_1"}),
        ("supervised", "监管主项覆盖率", {"indicator": "l7_3"}),
        ("week_score", "办件和评价得分", {"scheme": WEEKLY}),
        ("ywtb", "“一网通办”考核得分", {"scheme": MONTHLY}),
    ]
    return [
        schema.RankingSpec(code=f"{code}_{group}", name=f"{name}排名（{title}）", group=group, last=3, **what)
        for code, name, what in subjects
        for group, title in (("depts", "区级部门"), ("towns", "镇街道"))
    ]


def _meetings() -> list[schema.MeetingRuleSpec]:
    """The document only says 每月排名靠后的单位: how many, and how often in a row, is ours."""
    return [
        schema.MeetingRuleSpec(ranking=f"ywtb_{group}", last=last, streak=streak, opens_in="zhenggai")
        for last, streak in ((1, 1), (3, 2))
        for group in ("depts", "towns")
    ]


def _windows() -> list[schema.WindowSpec]:
    found = []
    for month in MONTHS:
        for week in WEEKS[month]:
            monday = dt.date.fromisocalendar(int(week[:4]), int(week[-2:]), 1) + dt.timedelta(days=7)
            found.append(_window("week", week, monday, days_open=3))
        found += [_window(form, month, MONTH_OPENS[month], days_open=6) for form in FORMS if form != "week"]
    return found


def _window(form: str, period: str, opens: dt.date, days_open: int) -> schema.WindowSpec:
    def at(days: int, hour: int) -> dt.datetime:
        return dt.datetime.combine(opens + dt.timedelta(days=days), dt.time(hour), tzinfo=SHANGHAI)

    return schema.WindowSpec(
        form=form,
        period=period,
        opens_at=at(0, 8),
        due_at=at(days_open, 17),
        default_reason="no_business",
        entered_at=at(1, 9),
        submitted_at=at(1, 15),
        approved_at=at(2, 10),
        approved_by="fucheng-admin1",
    )


def _exclusions() -> list[schema.ExclusionRow]:
    """One case too many, taken off with a reason; the score is computed without it."""
    return [
        schema.ExclusionRow(
            item="works.main_cases",
            unit="区住建局",
            period="2023-05",
            amount=1,
            reason="市级审批事项，不属本单位职权（合成）",
            asked_by="fucheng-admin2",
            asked_at=dt.datetime(2023, 6, 6, 9, tzinfo=SHANGHAI),
            decided_by="fucheng-admin1",
            decided_at=dt.datetime(2023, 6, 6, 11, tzinfo=SHANGHAI),
        )
    ]


def _cells(row: schema.EntryRow) -> dict[str, str]:
    told = row.model_dump(mode="json", exclude_defaults=True) | (row.model_extra or {})
    return {name: str(value) for name, value in told.items()}


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
