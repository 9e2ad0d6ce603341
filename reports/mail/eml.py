"""E-mail backend without a mail server: every message becomes one .eml file that a mail program opens.

Files stand in settings.EMAIL_FILE_PATH under the name of their Message-ID (a delivery's is stable, see message.py),
else under a random one. An existing file is never overwritten, and a half-written one never bears the ending .eml.
"""

import os
import re
import uuid
from collections.abc import Sequence
from email.utils import make_msgid
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_ID = re.compile(r"<([A-Za-z0-9][A-Za-z0-9-]{0,79})[.@]")


class EmlBackend(BaseEmailBackend):
    """Writes RFC 5322 bytes (CRLF). OSError when a file can't be written; then nothing of it is left."""

    def __init__(
        self, fail_silently: bool = False, file_path: str | Path | None = None, **kwargs: Any
    ) -> None:
        super().__init__(fail_silently=fail_silently)
        self.directory = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """The number of files written; messages without a recipient write none."""
        written = 0
        for message in email_messages:
            if not message.recipients():
                continue
            try:
                self._write(message)
            except OSError:
                if not self.fail_silently:
                    raise
            else:
                written += 1
        return written

    def _write(self, message: EmailMessage) -> Path:
        # Django would take another random id each time the message is asked for.
        message.extra_headers.setdefault("Message-ID", make_msgid(domain="localhost"))
        built: Any = message.message()
        content = built.as_bytes(linesep="\r\n")
        self.directory.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self.directory, prefix=".", suffix=".part") as half:
            half.write(content)
            half.flush()
            os.fsync(half.fileno())
            os.chmod(half.name, 0o644)
            return self._publish(Path(half.name), _stem(message))

    def _publish(self, half: Path, stem: str) -> Path:
        """A hard link appears whole or not at all, and refuses a name that is taken."""
        number = 1
        while True:
            target = self.directory / (f"{stem}.eml" if number == 1 else f"{stem}-{number}.eml")
            try:
                os.link(half, target)
            except FileExistsError:
                number += 1
            else:
                return target


def _stem(message: EmailMessage) -> str:
    found = _ID.match(str(message.extra_headers["Message-ID"]))
    return found.group(1) if found else uuid.uuid4().hex
