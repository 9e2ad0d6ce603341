"""The sections of a template as the editor's page holds them: read from the request, moved, and shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _

from departments.models import Group
from reports.models import Bulletin
from reports.services.template_specs import SectionText
from reports.statements.limits import MAX_SECTIONS

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FIELDS = ("row", "level", "heading", "repeat", "text")


@dataclass(frozen=True)
class Block:
    """One section as typed: `row` and `repeat` are ids as text, "" for none."""

    row: str = ""
    level: str = "1"
    heading: str = ""
    repeat: str = ""
    text: str = ""

    def as_json(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in FIELDS}


@dataclass(frozen=True)
class Draft:
    title: str
    blocks: tuple[Block, ...]


def stored_draft(bulletin: Bulletin) -> Draft:
    return Draft(
        bulletin.title,
        tuple(
            Block(
                str(row.pk),
                str(row.level),
                row.heading,
                str(row.repeat_id or ""),
                row.text,
            )
            for row in bulletin.sections.all()
        ),
    )


def posted_draft(request: HttpRequest) -> Draft:
    """What the page holds: each field once a block, in the order of the blocks. BadRequest when they don't match."""
    columns = [request.POST.getlist(name) for name in FIELDS]
    if len({len(column) for column in columns}) != 1 or len(columns[0]) > 2 * MAX_SECTIONS:
        raise BadRequest(_("This is not what the page sends."))
    texts = [dict(zip(FIELDS, values, strict=True)) for values in zip(*columns, strict=True)]
    return Draft(
        lines(request.POST.get("title", "")),
        tuple(Block(**{name: lines(value) for name, value in given.items()}) for given in texts),
    )


def lines(text: str) -> str:
    """Line ends as they are stored (browsers send both characters), without what no keyboard types and nothing prints."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def sections_of(bulletin: Bulletin, blocks: Sequence[Block]) -> list[SectionText]:
    """The blocks as the services take them. BadRequest for a group that isn't the office's or a level that is none."""
    groups = {str(group.pk): group for group in Group.objects.filter(office=bulletin.office_id)}
    return [
        SectionText(
            block.heading.strip(),
            block.text,
            int(_known(block.level, ("1", "2", "3"))),
            groups[_known(block.repeat, groups)] if block.repeat else None,
            int(block.row) if block.row.isascii() and block.row.isdigit() else None,
        )
        for block in blocks
    ]


def changed(draft: Draft, action: str) -> Draft:
    """The draft after a button that works without script: add, up-2, down-2, delete-2 (blocks count from 0)."""
    verb, _sep, number = action.partition("-")
    blocks = list(draft.blocks)
    place = int(number) if number.isascii() and number.isdigit() else -1
    if verb == "add":
        blocks.append(Block())
    elif 0 <= place < len(blocks):
        if verb == "delete":
            blocks.pop(place)
        elif verb in ("up", "down"):
            to = place + (1 if verb == "down" else -1)
            if 0 <= to < len(blocks):
                blocks[place], blocks[to] = blocks[to], blocks[place]
    return replace(draft, blocks=tuple(blocks))


def _known(value: str, known: Any) -> str:
    if value not in known:
        raise BadRequest(_("This is not what the page sends."))
    return value
