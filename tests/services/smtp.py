"""A real mail server that keeps what it receives and can be told to refuse."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from govsvc.embedded.valkey import free_port


@dataclass(frozen=True)
class Received:
    """One accepted message: envelope sender and recipients, the parsed message, the bytes as sent."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes


def as_shown(message: EmailMessage) -> str:
    """The HTML part as a mail program shows it: with the pictures that travel beside it."""
    body = message.get_body(("html",))
    assert body is not None
    html: str = body.get_content()
    for part in message.walk():
        if part.get_content_maintype() == "image":
            picture = base64.b64encode(part.get_content()).decode()
            html = html.replace(
                f"cid:{part['Content-ID'].strip('<>')}", f"data:{part.get_content_type()};base64,{picture}"
            )
    return html


@dataclass
class Refusal:
    """What to answer instead of 250, and how many more times (None: always)."""

    reply: str
    times: int | None
    recipient: str | None

    def applies(self, recipients: list[str]) -> bool:
        return self.times != 0 and (self.recipient is None or self.recipient in recipients)


@dataclass
class SmtpServer:
    """`messages` are the accepted ones, in order. Accept is the default; `fail_with` refuses at the end of DATA."""

    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    messages: list[Received] = field(default_factory=list)
    before_answer: Callable[[Envelope], None] | None = None

    def __post_init__(self) -> None:
        self._refusals: list[Refusal] = []
        self._controller = Controller(self, hostname=self.host, port=self.port)

    @property
    def url(self) -> str:
        """An EMAIL_URL."""
        return f"smtp://{self.host}:{self.port}"

    def start(self) -> "SmtpServer":
        """Listen in a thread of its own."""
        self._controller.start()
        return self

    def stop(self) -> None:
        """Close the socket and end the thread."""
        self._controller.stop()

    def fail_with(self, reply: str, times: int | None = None, recipient: str | None = None) -> None:
        """Answer e.g. `451 4.3.0 try later` or `550 5.1.1 no such user`, `times` times, to one recipient or to all."""
        self._refusals.append(Refusal(reply, times, recipient))

    def accept(self) -> None:
        """Forget every refusal."""
        self._refusals.clear()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's hook, so its name is given: the reply to a whole message."""
        for refusal in self._refusals:
            if refusal.applies(envelope.rcpt_tos):
                if refusal.times is not None:
                    refusal.times -= 1
                return refusal.reply
        raw = envelope.original_content or b""
        parsed = message_from_bytes(raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.messages.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), parsed, raw))
        if self.before_answer is not None:
            self.before_answer(envelope)
        return "250 OK"
