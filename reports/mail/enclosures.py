"""Which files of an issue go with a mail: together at most LARGEST bytes, else the PDF alone, else none but a link.

Sizes are before base64, which makes a third more of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Mailboxes of offices fill up, and 1,000 mails are to leave in a minute.
LARGEST = 200_000
# The bulletin itself, whose fonts alone are as large as that, is worth more room.
LARGEST_PDF = 2_000_000
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# RFC 2231 writes a hanzi as nine characters, and a line of a header holds 998.
LONGEST_NAME = 80
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True)
class Attached:
    """One file as it is attached."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Enclosed:
    """The files that go along, the wanted formats that do not, and the bytes all wanted ones have together."""

    files: tuple[Attached, ...]
    left_out: tuple[str, ...]
    size: int


def formats_of(text: str) -> tuple[str, ...]:
    """The formats written in a mailing or a subscription, each once, in their order. ValueError names an unknown one."""
    formats = tuple(dict.fromkeys(text.split()))
    for format_ in formats:
        if format_ not in CONTENT_TYPES:
            raise ValueError(format_)
    return formats


def enclose(files: Mapping[str, bytes], *, wanted: tuple[str, ...], title: str) -> Enclosed:
    """The wanted files of an issue, by format, as many as a mail takes; KeyError when the issue lacks one."""
    size = sum(len(files[format_]) for format_ in wanted)
    taken = wanted
    if size > LARGEST:
        taken = ("pdf",) if "pdf" in wanted and len(files["pdf"]) <= LARGEST_PDF else ()
    return Enclosed(
        files=tuple(
            Attached(file_name(title, format_), files[format_], CONTENT_TYPES[format_]) for format_ in taken
        ),
        left_out=tuple(format_ for format_ in wanted if format_ not in taken),
        size=size,
    )


def file_name(title: str, format_: str = "pdf") -> str:
    """The attachment's name: the bulletin's title, without what a file system refuses."""
    return f"{_UNSAFE.sub('_', title)[:LONGEST_NAME].strip(' .')}.{format_}"
