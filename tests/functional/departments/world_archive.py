"""What leads beyond the office, for the two-office world: an issued issue with its publication and its read-only link."""

from reports.models import Issue
from reports.services.publications import propose_publication
from reports.services.read_links import make_link
from tests.functional.archive.shelf import content_of, shelve
from tests.functional.departments.world import OfficeWorld


def add_archive(world: OfficeWorld, issue: Issue) -> None:
    """Beside the draft an earlier issue of the same bulletin, issued, proposed for publication and linked for a leader.

    It bears the office's canaries and none of a unit's.
    """
    document = content_of(issue)
    document |= {
        "title": f"金丝雀{world.mark}归档",
        "sections": [],
        "annexes": [],
        "cells": {},
        "checks": [],
        "rankings": [],
    }
    earlier = shelve(issue, document, period="2021Q3", sequence=1, year=2021)
    administrator = world.people["administrator"]
    propose_publication(issue=earlier, user=administrator, index_number=f"金丝雀{world.mark}索引")
    make_link(
        office=world.office, reader=f"金丝雀{world.mark}领导", days=30, user=administrator, issue=earlier
    )
    make_link(office=world.office, reader=f"金丝雀{world.mark}书记", days=30, user=administrator)
