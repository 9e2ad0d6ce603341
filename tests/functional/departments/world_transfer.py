"""Uploads of the two-office world, for the walk over every address."""

from departments.services import uploads
from tests.functional.departments.world import OfficeWorld


def add_transfer(world: OfficeWorld) -> None:
    """One upload by the second unit's clerk and one by the administrator, each refused with a secret in its fault."""
    for who, unit in (("administrator", 0), ("clerk1", 1)):
        text = f"单位,期间,清单总数\n雀{world.mark}{unit}局没有,2022Q1,1\n"
        upload = uploads.receive(
            form=world.form, data=text.encode(), name=f"金丝雀{world.mark}.csv", user=world.people[who]
        )
        uploads.run(upload_id=upload.pk)
