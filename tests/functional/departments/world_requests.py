"""Rows of requests for the two-office world: a draft, and one handed out that the second unit has answered with a file."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from departments.services.requests import answering, drafting, issuing
from tests.functional.departments.world import OfficeWorld


def add_requests(world: OfficeWorld) -> None:
    """Call after the people are there; the first unit's answer is a draft of its own, the second's was returned."""
    admin, mark = world.people["administrator"], world.mark
    common = {"office": world.office, "user": admin, "units": world.units, "text": f"金丝雀{mark}内容"}
    due_at = timezone.now() + dt.timedelta(days=5)
    asked = drafting.save_draft(title=f"金丝雀{mark}要求", due_at=due_at, takes_no_comment=True, **common)
    document = SimpleUploadedFile(f"金丝雀{mark}附件.pdf", b"%PDF-1.4\n" + f"金丝雀{mark}".encode())
    drafting.add_document(request=asked, file=document, user=admin)
    issuing.hand_out(request=asked, user=admin)
    for number, unit in enumerate(world.units):
        clerk = world.people[f"clerk{number}"]
        answer = asked.answers.get(unit=unit)
        content = b"%PDF-1.4\n" + f"{unit.name}".encode()
        file = SimpleUploadedFile(f"{unit.name}意见.pdf", content)
        answering.attach_to_answer(answer=answer, file=file, user=clerk)
        answering.save_answer(answer=answer, user=clerk, text=f"{unit.name}意见")
    answering.hand_in(answer=answer, user=clerk, text=f"{unit.name}意见")
    answering.return_answer(answer=answer, user=admin, reason=f"{unit.name}补充")
    draft = drafting.save_draft(title=f"金丝雀{mark}草稿", due_at=due_at, **common)
    drafting.add_document(request=draft, file=document, user=admin)
