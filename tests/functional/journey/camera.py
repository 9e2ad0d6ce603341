"""Pictures of the journey for docs/manual: taken only where GOVSVC_SCREENSHOTS names a directory."""

import os
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.functional.journey.palette import shrink

DIRECTORY = os.environ.get("GOVSVC_SCREENSHOTS", "")


def shoot(page: Page, name: str, part: Locator | None = None) -> None:
    """What the window shows (or one part of the page) as DIRECTORY/name.png, in CSS pixels."""
    if not DIRECTORY:
        return
    path = Path(DIRECTORY) / f"{name}.png"
    if part is None:
        page.screenshot(path=path, animations="disabled", scale="css")
    else:
        part.screenshot(path=path, animations="disabled", scale="css")
    shrink(path)
