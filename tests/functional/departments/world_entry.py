"""What stands beside the figures of the world's forms: a comment, a file and a request, each with its unit's canary texts."""

from django.core.files.uploadedfile import SimpleUploadedFile

from departments.services import attachments, remarks, reopenings
from tests.functional.departments.world import OfficeWorld


def add_entry(world: OfficeWorld) -> None:
    """For both units: the open form gets a comment and a file, the approved one of last period a request to re-open it."""
    for n in range(2):
        clerk = world.people[f"clerk{n}"]
        mark = f"雀{world.mark}{n}局"
        submission = world.submission(n)
        remarks.comment(submission=submission, user=clerk, text=f"{mark}批注", cell="total")
        file = SimpleUploadedFile(f"{mark}佐证.pdf", f"%PDF-1.4 {mark}".encode())
        attachments.attach(submission=submission, user=clerk, file=file)
        earlier = world.submission(n, world.earlier)
        reopenings.ask(submission=earlier, user=clerk, reason=f"{mark}更正")
