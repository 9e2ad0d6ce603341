"""Notifications as mail servers return them."""

from email.message import EmailMessage

POSTFIX = """\
From: MAILER-DAEMON@mail.wujin.example (Mail Delivery System)
To: tongbao@wujin.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.wujin.example
{envelope}Arrival-Date: Mon, 18 Apr 2022 10:00:00 +0800 (CST)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--B
Content-Type: {returned}

{head}
--B--
"""

HEAD = """\
From: tongbao@wujin.example
To: {address}
Subject: =?utf-8?b?6YCa5oql?=
Message-ID: {message_id}

"""


def notification(
    *,
    message_id: str,
    address: str,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 5.1.1 no such user here",
    returned: str = "text/rfc822-headers",
    envelope: str = "",
    with_head: bool = True,
) -> bytes:
    """One notification; `envelope` is an Original-Envelope-Id, `returned` how the original comes back."""
    head = HEAD.format(address=address, message_id=message_id) if with_head else "Subject: x\n"
    made = POSTFIX.format(
        address=address,
        action=action,
        status=status,
        words=words,
        returned=returned,
        envelope=f"Original-Envelope-Id: {envelope}\n" if envelope else "",
        head=head,
    )
    return made.encode()


def holiday_note(message_id: str) -> bytes:
    """An answer that is no notification, whatever it quotes."""
    note = EmailMessage()
    note["Subject"], note["In-Reply-To"] = "自动回复：休假", message_id
    note.set_content(f"本人休假。\n> Message-ID: {message_id}\n> Status: 5.1.1")
    return note.as_bytes()
