"""What each fault of a mail server means for the message."""

import smtplib

import pytest

from reports.mail.enclosures import file_name
from reports.mail.message import message_id
from reports.mail.postman import Fate, Outcome, Postman

# error, had the text begun to leave, fate, words
FATES = [
    (smtplib.SMTPRecipientsRefused({"a@x": (450, b"greylisted")}), False, Fate.LATER, "450 greylisted"),
    (smtplib.SMTPRecipientsRefused({"a@x": (550, b"no such user")}), False, Fate.REFUSED, "550 no such user"),
    (smtplib.SMTPRecipientsRefused({"a@x": (550, "查无此人".encode())}), False, Fate.REFUSED, "550 查无此人"),
    (smtplib.SMTPSenderRefused(451, b"busy", "a@x"), False, Fate.LATER, "451 busy"),
    (smtplib.SMTPSenderRefused(530, b"log in first", "a@x"), False, Fate.REFUSED, "530 log in first"),
    (smtplib.SMTPDataError(452, b"disk full"), True, Fate.LATER, "452 disk full"),
    (smtplib.SMTPDataError(554, b"rejected"), True, Fate.REFUSED, "554 rejected"),
    (smtplib.SMTPDataError(-1, b"?"), True, Fate.UNKNOWN, "-1 ?"),
    (smtplib.SMTPServerDisconnected("gone"), False, Fate.LATER, "SMTPServerDisconnected: gone"),
    (smtplib.SMTPServerDisconnected("gone"), True, Fate.UNKNOWN, "SMTPServerDisconnected: gone"),
    (TimeoutError("timed out"), False, Fate.LATER, "TimeoutError: timed out"),
    (TimeoutError("timed out"), True, Fate.UNKNOWN, "TimeoutError: timed out"),
    (
        OSError(28, "No space left on device"),
        False,
        Fate.LATER,
        "OSError: [Errno 28] No space left on device",
    ),
    (ValueError("bad header"), False, Fate.REFUSED, "ValueError: bad header"),
]


@pytest.mark.parametrize(("error", "in_data", "fate", "words"), FATES)
def test_fates(error: Exception, in_data: bool, fate: Fate, words: str) -> None:
    postman = Postman()
    postman._in_data = in_data
    assert postman._judge(error) == Outcome(fate, words)


# title, name of the attached file
NAMES = [
    ("武进区“一网通办”1-3月份推进情况通报", "武进区“一网通办”1-3月份推进情况通报.pdf"),
    ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j.pdf"),
    ("  ..通报.. ", "通报.pdf"),
    ("长" * 200, "长" * 80 + ".pdf"),
]


@pytest.mark.parametrize(("title", "name"), NAMES)
def test_file_names(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_message_id_is_stable_and_the_deliverys_own(settings: object) -> None:
    settings.DEFAULT_FROM_EMAIL = "通报系统 <tongbao@wujin.example>"
    given = {"delivery": 7, "issue_hash": "ab", "address": "a@x"}
    first = message_id(**given)
    assert first == message_id(**given)
    assert first.startswith("<delivery-7.")
    assert first.endswith("@wujin.example>")
    others = [{**given, "delivery": 8}, {**given, "issue_hash": "ac"}, {**given, "address": "b@x"}]
    assert len({first, *(message_id(**other) for other in others)}) == 4
