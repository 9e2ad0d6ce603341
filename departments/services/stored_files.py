"""Files people hand in, whatever with: judged by what they hold, not by what they are called, and kept once."""

import datetime as dt
import hashlib
import zipfile
from typing import Any, BinaryIO, TypeVar

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from departments.exceptions import DepartmentsError
from departments.models.files import StoredFile

F = TypeVar("F", bound=StoredFile)

MAX_BYTES = 20 * 1024 * 1024
MOST_FILES = 20
MAX_UNPACKED = 200 * 1024 * 1024

_PDF, _PNG, _JPEG = "application/pdf", "image/png", "image/jpeg"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_DOCX, _XLSX = f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet"
_OFD = "application/ofd"
# The part that makes a package this kind of document.
_PACKAGES = {"word/document.xml": _DOCX, "xl/workbook.xml": _XLSX, "OFD.xml": _OFD}
_ENDINGS = {
    _PDF: (".pdf",),
    _PNG: (".png",),
    _JPEG: (".jpg", ".jpeg"),
    _DOCX: (".docx",),
    _XLSX: (".xlsx",),
    _OFD: (".ofd",),
}


class UnusableFile(DepartmentsError):
    """The file can't be taken; the message says which kinds can."""


def content_type_of(file: BinaryIO) -> str:
    """What a file is by its content: PDF, PNG, JPEG, DOCX, XLSX or OFD; "" for anything else."""
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    if start.startswith(b"%PDF-"):
        return _PDF
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG
    if start.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if start.startswith(b"PK\x03\x04") and zipfile.is_zipfile(file):
        file.seek(0)
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
        file.seek(0)
        names = {entry.filename for entry in entries}
        # A package with macros is a program, and one that unpacks to this much is an attack.
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED or any("vbaProject" in n for n in names):
            return ""
        return next((kind for part, kind in _PACKAGES.items() if part in names), "")
    return ""


def keep(row: F, file: Any, others: Any, *, user: Any, at: dt.datetime, within: Any = None) -> F:
    """Stores an uploaded file as `row` (not saved yet, its parent set); UnusableFile says why it can't be taken.

    `others` are the files already there, `within` those that take the same place (default: all of them): the same content
    handed in again for the same place is the file already kept.
    """
    row.name = str(file.name).replace("\\", "/").rpartition("/")[2][:200]
    row.content_type = _checked(file, row.name)
    present = others.filter(removed_at__isnull=True)
    if present.count() >= MOST_FILES:
        raise UnusableFile(_("At most %s files.") % MOST_FILES)
    content = file.read()
    row.size, row.sha256 = len(content), hashlib.sha256(content).hexdigest()
    rivals = others if within is None else within
    same = rivals.filter(sha256=row.sha256, removed_at__isnull=True).first()
    if same is not None:
        return same
    row.user, row.at = user, at
    row.file.save(row.name, ContentFile(content), save=False)
    row.save()
    return row


def take_away(row: StoredFile, *, user: Any, at: dt.datetime) -> None:
    """The record and the file stay."""
    row.removed_at, row.removed_by = at, user
    row.save(update_fields=["removed_at", "removed_by"])


def _checked(file: Any, name: str) -> str:
    if file.size > MAX_BYTES:
        raise UnusableFile(_("The file is larger than 20 MB."))
    content_type = content_type_of(file)
    if not content_type:
        raise UnusableFile(_("Only PDF, OFD, PNG, JPEG, DOCX and XLSX files without macros can be attached."))
    if not name.lower().endswith(_ENDINGS[content_type]):
        raise UnusableFile(
            _("The name “%(name)s” does not fit what the file holds: %(ending)s.")
            % {"name": name, "ending": _ENDINGS[content_type][0]}
        )
    return content_type
