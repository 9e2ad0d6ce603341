"""Files handed in with a form: evidence and the stamped scan. Judged by what they hold, not by what they are called."""

import datetime as dt
import hashlib
import zipfile
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Action, AttachmentKind
from departments.exceptions import DepartmentsError
from departments.models import Attachment, Submission
from departments.services.ledger import lock
from departments.transitions import check_can

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


@transaction.atomic
def attach(
    *,
    submission: Submission,
    user: Any,
    file: Any,
    kind: str = AttachmentKind.EVIDENCE,
    cell: str = "",
    at: dt.datetime | None = None,
) -> Attachment:
    """Adds an uploaded file while the form can be changed; UnusableFile says why not."""
    at = at or timezone.now()
    locked = lock(submission)
    check_can(Action.SAVE, locked, user, at=at)
    name = str(file.name).replace("\\", "/").rpartition("/")[2][:200]
    content_type = _checked(file, name)
    if locked.attachments.filter(removed_at__isnull=True).count() >= MOST_FILES:
        raise UnusableFile(_("At most %s files.") % MOST_FILES)
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    same = locked.attachments.filter(sha256=digest, kind=kind, cell=cell, removed_at__isnull=True).first()
    if same is not None:
        return same
    attachment = Attachment(
        submission=locked,
        kind=AttachmentKind(kind),
        cell=cell,
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=digest,
        user=user,
        at=at,
    )
    attachment.file.save(name, ContentFile(content), save=False)
    attachment.save()
    return attachment


@transaction.atomic
def remove(*, attachment: Attachment, user: Any, at: dt.datetime | None = None) -> Attachment:
    """Takes a file off the form while it can be changed; the record and the file stay."""
    at = at or timezone.now()
    locked = lock(attachment.submission)
    check_can(Action.SAVE, locked, user, at=at)
    attachment.removed_at, attachment.removed_by = at, user
    attachment.save(update_fields=["removed_at", "removed_by"])
    return attachment


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
