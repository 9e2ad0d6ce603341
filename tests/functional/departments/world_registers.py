"""A register of each office with an entry, evidence, a file of entries and a telephone number per unit, each with its canary texts."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from departments.choices import MoveBy
from departments.services.registers import batches, closing, definitions, life
from tests.functional.departments.world import OfficeWorld


def add_registers(world: OfficeWorld) -> None:
    """Unit 0's and unit 1's entry is answered and has a file; what is personal in them is the unit's own secret."""
    mark, admin = world.mark, world.people["administrator"]
    register = definitions.save_register(
        office=world.office, code="reg", title=f"金丝雀{mark}台账", types="材料", groups=[world.group]
    )
    definitions.save_column(register=register, code="what", name=f"金丝雀{mark}列")
    definitions.save_column(register=register, code="phone", name="电话", personal=True, order=1)
    definitions.save_column(register=register, code="how", name="措施", by=MoveBy.OWNER, order=2)
    definitions.save_count(register=register, code="all", name=f"金丝雀{mark}计数")
    today = timezone.localdate()
    closing.close_register(register=register, through=today - dt.timedelta(days=90), user=admin)
    for n, unit in enumerate(world.units):
        canary = f"雀{mark}{n}局"
        entry = life.create_entry(
            register=register,
            unit=unit,
            key=f"{mark}{n}",
            name=f"{canary}问题",
            type="材料",
            opened_on=today - dt.timedelta(days=30),
            due_on=today - dt.timedelta(days=3),
            values={"what": f"{canary}内容"},
            personal={"phone": f"{canary}电话"},
            user=admin,
        )
        file = SimpleUploadedFile(f"{canary}证据.pdf", f"%PDF-1.4 {canary}".encode())
        life.attach_file(entry=entry, file=file, user=world.people[f"clerk{n}"])
        answered = register.statuses.get(code="answered")
        life.move_entry(entry=entry, target=answered, user=world.people[f"clerk{n}"], text=f"{canary}已改")
        table = f"编号,名称,责任单位,电话\n新{n},{canary}新问题,{unit.name},{canary}电话\n"
        batches.check_batch(
            register=register,
            file=SimpleUploadedFile(f"金丝雀{mark}{n}.csv", table.encode()),
            user=admin,
            is_complete=False,
        )
