"""Rows of schemes for the two-office world: a small tree, a bonus, grades, and what both units reported on a leaf in words."""

import datetime as dt
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from indicators.services.leaf_reports import report_leaf, return_leaf
from indicators.services.schemes import save_adjustment, save_grade, save_node, save_scheme
from tests import build
from tests.functional.departments.world import OfficeWorld

PERIOD = "2022Q1"


def add_schemes(world: OfficeWorld) -> None:
    """Call after the people are there; the second unit's report was returned with its secret as the reason."""
    mark = world.mark
    scheme = save_scheme(
        office=world.office,
        code="scheme",
        name=f"金丝雀{mark}考核方案",
        groups=[world.group],
        valid_from=dt.date(2022, 1, 1),
    )
    save_node(scheme=scheme, key="1", name=f"金丝雀{mark}任务")
    save_node(
        scheme=scheme,
        key="1.1",
        parent="1",
        name="统一入口",
        rule="status",
        points=Decimal(100),
        table=[["done", "100"], ["on_track", "60"], ["behind", "20"], ["not_started", "0"]],
    )
    register = build.register(world.office, f"bonus{mark}", title=f"金丝雀{mark}加分台账")
    save_adjustment(scheme=scheme, name=f"金丝雀{mark}加分", register=register, points=Decimal(2))
    save_grade(scheme=scheme, name="优秀", at_least=Decimal(90))
    save_grade(scheme=scheme, name="较差")
    for number, unit in enumerate(world.units):
        report = report_leaf(
            node=scheme.nodes.get(key="1.1"),
            unit=unit,
            period=PERIOD,
            status="on_track",
            text=f"{unit.name}进展",
            files=[SimpleUploadedFile(f"{unit.name}.pdf", b"%PDF-1.4\n" + unit.name.encode())],
            user=world.people[f"clerk{number}"],
        )
    return_leaf(report=report, user=world.people["administrator"], reason=f"雀{mark}1退回：请补充佐证")
