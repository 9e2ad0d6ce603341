"""The way to the mail server: one connection for many messages, and what is known of each message afterwards."""

import contextlib
import smtplib
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any

from django.core.mail import EmailMessage, get_connection


class Fate(Enum):
    """ACCEPTED by the server; LATER: surely not taken, worth another try; REFUSED for good; UNKNOWN: it may have been taken."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """A message's fate, and the server's or the system's words for it."""

    fate: Fate
    words: str = ""


class Postman:
    """Sends through Django's configured connection, opened at the first message and again after a fault.

    A server that can't be reached is asked once: the other messages of this postman share the answer.
    """

    def __init__(self) -> None:
        self._connection: Any = get_connection()
        self._unreachable: Outcome | None = None
        self._open = False
        self._in_data = False

    def __enter__(self) -> "Postman":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def send(self, message: EmailMessage) -> Outcome:
        """Sends to the message's only recipient. Never raises: every fault is an outcome."""
        if not self._open and self._unreachable is None:
            self._unreachable = self._connect()
        if self._unreachable is not None:
            return self._unreachable
        self._in_data = False
        try:
            self._connection.send_messages([message])
        except Exception as error:
            outcome = self._judge(error)
            self._drop()
            return outcome
        return Outcome(Fate.ACCEPTED)

    def _connect(self) -> Outcome | None:
        try:
            self._connection.open()
        except Exception as error:
            # Whatever goes wrong before the server has seen a message is about us, not about a recipient.
            self._drop()
            return Outcome(Fate.LATER, _words(error))
        self._open = True
        self._watch()
        return None

    def _watch(self) -> None:
        """Notes when the text of a message begins to leave: a silence before is a failure, one after is a doubt."""
        smtp = getattr(self._connection, "connection", None)
        if not isinstance(smtp, smtplib.SMTP):
            return
        transfer = smtp.data

        def data(text: Any) -> Any:
            self._in_data = True
            return transfer(text)

        setattr(smtp, "data", data)  # noqa: B010 (an assignment to a method is no matter for the type checker)

    def _judge(self, error: Exception) -> Outcome:
        code = _reply_code(error)
        if code is not None:
            return Outcome(Fate.LATER if code < 500 else Fate.REFUSED, _words(error))
        if self._in_data:
            return Outcome(Fate.UNKNOWN, _words(error))
        return Outcome(Fate.LATER if isinstance(error, OSError) else Fate.REFUSED, _words(error))

    def _drop(self) -> None:
        self._open = False
        with contextlib.suppress(OSError):
            self._connection.close()


def _reply(error: BaseException) -> tuple[int, bytes | str] | None:
    """The server's answer inside an exception; for refused recipients that of the (only) one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, error.smtp_error
    return None


def _reply_code(error: BaseException) -> int | None:
    reply = _reply(error)
    # smtplib answers −1 for a reply that is no reply.
    return reply[0] if reply and reply[0] >= 400 else None


def _words(error: BaseException) -> str:
    reply = _reply(error)
    if reply is None:
        return f"{type(error).__name__}: {error}"
    code, text = reply
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
