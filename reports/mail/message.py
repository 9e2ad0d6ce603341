"""The message of one delivery: subject, HTML with a complete plain-text part, the bulletin attached as PDF."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlencode

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from departments.channels.mail import FoldedMessage
from reports.mail import wording
from reports.mail.edition import Edition

# RFC 2231 writes a hanzi as nine characters, and a line of a header holds 998.
LONGEST_FILE_NAME = 80
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
# Mail programs load nothing from elsewhere, and neither do we.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True)
class Source:
    """What all mails of an issue share: its frozen document, its PDF, and the bulletin's short name for the subject."""

    document: Mapping[str, Any]
    pdf: bytes
    topic: str


def message_id(*, delivery: int, issue_hash: str, address: str) -> str:
    """The same for the same delivery however often it is sent: a mail program or an administrator sees a duplicate."""
    digest = hashlib.sha256(f"{issue_hash} {address}".encode()).hexdigest()[:16]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<delivery-{delivery}.{digest}@{domain}>"


def file_name(title: str) -> str:
    """The attachment's name: the bulletin's title, without what a file system refuses."""
    return f"{_UNSAFE.sub('_', title)[:LONGEST_FILE_NAME].strip(' .')}.pdf"


def page_url(*, ranking: int, period: str) -> str:
    """The ranking's page on this site, for the period of the issue."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('admin:indicators_ranking_page', args=[ranking])}?{urlencode({'period': period})}"


def build_message(
    *, edition: Edition, address: str, message_id: str, pdf: bytes, page: str
) -> EmailMultiAlternatives:
    """The message to one address, about one unit; nobody else's address stands in it. `page` is where the link leads."""
    context = _context(edition) | {"page": page}
    message = FoldedMessage(
        subject=wording.subject(edition),
        body=render_to_string("reports/mail/ranking.txt", context),
        to=[address],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    html = _INLINER.inline(render_to_string("reports/mail/ranking.html", context))
    message.attach_alternative(html, "text/html")
    message.attach(file_name(edition.bulletin_title), pdf, "application/pdf")
    return message


def _context(edition: Edition) -> dict[str, Any]:
    own = wording.worded(edition.own)
    return {
        "edition": edition,
        "subject": wording.subject(edition),
        "own": own,
        "overall": wording.value(edition.overall, edition.overall_pair),
        "target": wording.target(edition),
        "gain": wording.gain(edition),
        "order": wording.order(edition),
        "last": [wording.worded(line) for line in edition.last],
        "places": [wording.worded(line) for line in edition.places],
        "unranked": [wording.worded(line) for line in edition.unranked],
        "moved": any(line.movement is not None for line in edition.places),
        "attachment": file_name(edition.bulletin_title),
    }
