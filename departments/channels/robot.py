"""A batch of notices as one message to a group chat, by the webhook of WeCom (企业微信) or DingTalk (钉钉).

Both take {"msgtype": "text", "text": {"content": …}} and answer {"errcode": 0} when they have taken it. DingTalk's
“加签” adds a timestamp in milliseconds and the base64 of HMAC-SHA256(secret, "timestamp\\nsecret") to the address.
"""

import base64
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import Q
from django.utils.translation import gettext as _

from departments.channels import ChannelError, absolute
from departments.models import Notice, NoticeDelivery, Robot

TIMEOUT = 5.0
# More than any answer needs; nobody's endless answer is read to its end.
LONGEST_ANSWER = 64 * 1024
# WeCom takes 2048 bytes of text; the head of the message and the link need their part.
NAMES_BYTES = 1200
TEXT_BYTES = 2000
# Answers that mean “later”: busy (both), too many messages per minute (WeCom 45009, DingTalk 130101 and 410100).
BUSY = frozenset({-1, 45009, 130101, 410100})
BUSY_STATUS = frozenset({408, 425, 429})


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A webhook answers itself; who redirects it elsewhere would get the message and the signature."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def send(delivery: NoticeDelivery) -> None:
    """Posts the message of the delivery's batch; ChannelError when the chat has not taken it."""
    robot = delivery.robot
    if robot is None or not robot.is_active:
        raise ChannelError(_("This group robot is no longer in use."), permanent=True)
    body = json.dumps({"msgtype": "text", "text": {"content": group_text(delivery.notice)}})
    answer = _post(_address(robot), body.encode())
    code = answer.get("errcode")
    if code != 0:
        raise ChannelError(
            _("The group robot refused: %(code)s %(words)s")
            % {"code": code, "words": str(answer.get("errmsg", ""))[:200]},
            permanent=code not in BUSY,
        )


def group_text(notice: Notice) -> str:
    """What the chat reads: the matter, every unit it concerns (as of the notices, each once), the page."""
    lines = [f"【{notice.get_kind_display()}】{notice.title}"]
    if notice.office.synthetic:
        lines.insert(0, f"【{notice.office.synthetic}】")
    units = _units(notice)
    lines.append(
        _("Units (%(n)s): %(names)s") % {"n": len(units), "names": _joined(units)} if units else notice.text
    )
    page = absolute(notice.url if len(units) < 2 else "/")
    return f"{_cut(chr(10).join(lines), TEXT_BYTES - len(page.encode()) - 1)}\n{page}".rstrip()


def signature(secret: str, timestamp: str) -> str:
    """DingTalk's signature of a moment (milliseconds as text), before it is quoted for the address."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _address(robot: Robot) -> str:
    if urlsplit(robot.url).scheme not in ("http", "https"):
        raise ChannelError(_("A group robot's address begins with https:// or http://."), permanent=True)
    if robot.service != Robot.Service.DINGTALK or not robot.secret:
        return robot.url
    timestamp = str(round(time.time() * 1000))
    query = urlencode({"timestamp": timestamp, "sign": signature(robot.secret, timestamp)})
    return f"{robot.url}{'&' if urlsplit(robot.url).query else '?'}{query}"


def _post(url: str, body: bytes) -> dict[str, Any]:
    """The JSON answer. Error texts never hold the address: its key is a password."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310 (checked above)
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as response:
            answer = json.loads(response.read(LONGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            later = error.code >= 500 or error.code in BUSY_STATUS
            raise ChannelError(
                _("The group robot answered HTTP %s.") % error.code, permanent=not later
            ) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise ChannelError(
            _("The group robot can't be reached: %s") % (reason or type(error).__name__), permanent=False
        ) from error
    except ValueError as error:
        raise ChannelError(
            _("What answered is no group robot: check its address."), permanent=True
        ) from error
    if not isinstance(answer, dict):
        raise ChannelError(_("What answered is no group robot: check its address."), permanent=True)
    return answer


def _units(notice: Notice) -> list[str]:
    """The units of the notice's batch (departments.services.notices.batch_of), in protocol order."""
    batch = notice.key.partition("/")[0]
    rows = (
        Notice.objects.filter(Q(key=batch) | Q(key__startswith=f"{batch}/"), office=notice.office_id)
        .filter(unit__isnull=False)
        .order_by("unit__protocol_order", "unit__code")
        .values_list("unit__name", flat=True)
    )
    return list(dict.fromkeys(rows))


def _joined(names: list[str]) -> str:
    """甲、乙、丙; the rest of a long list is counted: 甲、乙等300家."""
    whole = "、".join(names)
    if len(whole.encode()) <= NAMES_BYTES:
        return whole
    kept = list(names)
    while len("、".join(kept).encode()) > NAMES_BYTES:
        kept.pop()
    return _("%(names)s and others, %(n)s in all") % {"names": "、".join(kept), "n": len(names)}


def _cut(text: str, size: int) -> str:
    """At most `size` bytes of UTF-8, ended by “…” where something was left out."""
    raw = text.encode()
    return text if len(raw) <= size else raw[: size - 3].decode(errors="ignore") + "…"
