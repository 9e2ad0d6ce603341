"""The manual's pages hold together: every picture and link leads somewhere, and no picture is left over or heavy."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[3] / "docs"
PICTURES = DOCS / "manual"
# The manual: its entrance and one page per role.
MANUAL = ("manual.md", *sorted(f"manual/{page.name}" for page in PICTURES.glob("*.md")))
PAGES = (*MANUAL, "operations.md", "summary-en.md", "transitions.md")
HEAVIEST = 150 * 1024
LINK = re.compile(r'\]\(([^)\s]+)\)|src="([^"]+)"')
# GitHub keeps these in the anchor of a heading; everything else that is no letter, digit or hyphen is dropped.
_DROPPED = re.compile(r"[^\w\- ]")


def links(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [first or second for first, second in LINK.findall(text)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {_DROPPED.sub("", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    found = links(page)
    for link in found:
        path, _mark, anchor = link.partition("#")
        target = (DOCS / page).parent / path if path else DOCS / page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_picture_is_shown_once_and_light() -> None:
    shown = [
        (DOCS / page).parent.joinpath(link).resolve().name
        for page in MANUAL
        for link in links(page)
        if link.endswith(".png")
    ]
    assert sorted(shown) == sorted(picture.name for picture in PICTURES.glob("*.png"))
    assert {p.name: p.stat().st_size for p in PICTURES.glob("*.png") if p.stat().st_size > HEAVIEST} == {}
