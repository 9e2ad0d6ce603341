"""Rows behind the pages of table entry: a kept upload and a remembered mapping, with the office's canaries in them."""

from django.utils import timezone

from departments.models import ColumnMapping
from departments.services.table_uploads import receive_pasted
from tests.functional.departments.world import OfficeWorld


def add_tables(world: OfficeWorld) -> None:
    """A table that the second unit's clerk has uploaded, and columns that the administrator has answered."""
    unit = world.units[1].name
    receive_pasted(window=world.window, text=f"单位\t清单总数\n{unit}\t40", user=world.people["clerk1"])
    ColumnMapping.objects.create(
        form=world.form,
        head=f"head-{world.mark}",
        columns={f"金丝雀{world.mark}列": "total"},
        user=world.people["administrator"],
        at=timezone.now(),
    )
