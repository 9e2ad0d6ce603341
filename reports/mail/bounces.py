"""What a mail server sends back when it could not deliver: delivery status notifications (RFC 3464), read without trust."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import HeaderParser

# Ours are written by message.message_id; nothing else can be a delivery of ours.
_OURS = re.compile(r"<delivery-\d+\.[0-9a-f]{16}@[^<>\s]+>")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
# A notification is short; what is longer is not read further.
LONGEST = 2_000_000
_WORDS = 400


@dataclass(frozen=True)
class Bounce:
    """One recipient of a notification: the message it is about, whether it failed for good, and the server's words.

    `status` is the enhanced code (5.1.1), `failed` is False for a mere delay. `message_id` stands in angle brackets.
    """

    message_id: str
    recipient: str
    status: str
    failed: bool
    words: str


def read_bounces(raw: bytes) -> tuple[Bounce, ...]:
    """The recipients a notification names; () for any other message, and for one about a message that is not ours."""
    message = message_from_bytes(raw[:LONGEST], policy=policy.default)
    assert isinstance(message, EmailMessage)
    report = next((p for p in message.walk() if p.get_content_type() == "message/delivery-status"), None)
    if report is None:
        return ()
    fields = _fields(report)
    about = _about(message, fields)
    if not about:
        return ()
    return tuple(_bounce(about, group) for group in fields if _field(group, "Action"))


def _fields(report: Message) -> list[Message]:
    """The groups of a delivery status: that of the message first, then one a recipient."""
    payload = report.get_payload()
    if isinstance(payload, list):
        return [part for part in payload if isinstance(part, Message)]
    # Some servers encode the part, which the standard forbids and the parser then leaves as it is.
    decoded = report.get_payload(decode=True)
    text = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else str(payload)
    return [
        HeaderParser(policy=policy.compat32).parsestr(block)
        for block in re.split(r"\r?\n\r?\n", text.strip())
    ]


def _about(message: EmailMessage, fields: list[Message]) -> str:
    """Our Message-ID: that of the returned message or its headers, else the envelope id of the status."""
    found: list[str] = [
        match.group() for text in _returned(message) if (match := _OURS.search(_header(text, "Message-ID")))
    ]
    envelope = next((value for group in fields if (value := _field(group, "Original-Envelope-Id"))), "")
    plain = _XTEXT.sub(lambda match: chr(int(match.group(1), 16)), envelope)
    match = _OURS.search(plain if plain.startswith("<") else f"<{plain}>")
    return next(iter(found), match.group() if match else "")


def _returned(message: EmailMessage) -> Iterator[str]:
    """Whole returned messages and returned headers, as text; what is quoted in words proves nothing."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            payload = part.get_payload()
            if isinstance(payload, list) and isinstance(payload[0], Message):
                yield f"Message-ID: {payload[0].get('Message-ID', '')}\n\n"
        elif kind == "text/rfc822-headers":
            decoded = part.get_payload(decode=True)
            yield decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""


def _header(text: str, name: str) -> str:
    return str(HeaderParser(policy=policy.compat32).parsestr(text, headersonly=True).get(name) or "")


def _field(group: Message, name: str) -> str:
    """A field of a status on one line; of a typed one (rfc822; a@b) what follows the type."""
    value = " ".join(str(group.get(name) or "").split())
    return value.partition(";")[2].strip() if ";" in value else value


def _bounce(about: str, group: Message) -> Bounce:
    status = _field(group, "Status")
    words = _field(group, "Diagnostic-Code")
    return Bounce(
        message_id=about,
        recipient=_field(group, "Original-Recipient") or _field(group, "Final-Recipient"),
        status=status,
        failed=_field(group, "Action").casefold() == "failed",
        words=" ".join(part for part in (status if status not in words else "", words) if part)[:_WORDS],
    )
