"""What goes along with a mail: files within the limit, a chart beside the HTML; and mails tried out before anybody gets one."""

import hashlib
import json
from collections import Counter
from email.message import EmailMessage

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from departments.choices import Role
from departments.services.organisation import save_account
from reports.exceptions import Refused
from reports.mail.enclosures import LARGEST, LARGEST_PDF
from reports.models import Delivery, Issue, IssueFile, Subscription
from reports.services import deliveries
from reports.services.mailings import check_formats, check_roles, save_subscription
from reports.services.trial_mails import send_subscription_trial, send_unit_trial
from tests.functional.mail.scene import (
    Scene,
    add_clerk,
    few_rows,
    make_scene,
    ranking_document,
    store_issue,
)
from tests.services.smtp import SmtpServer

TITLE = "武进区“一网通办”1-3月份推进情况通报"


def keep(issue: Issue, **sizes: int) -> None:
    """Files of those sizes instead of the issue's own."""
    issue.files.all().delete()
    for format_, size in sizes.items():
        content = bytes(size)
        IssueFile.objects.create(
            issue=issue, format=format_, content=content, sha256=hashlib.sha256(content).hexdigest()
        )


def names(message: EmailMessage) -> list[str | None]:
    return [part.get_filename() for part in message.iter_attachments()]


def text(message: EmailMessage) -> str:
    found = message.get_body(("plain",))
    assert found is not None
    return str(found.get_content())


HALF = LARGEST // 2
# wanted, size of each file, what is attached, what the mail says
LIMITS = [
    ("pdf docx xlsx", {"pdf": HALF, "docx": HALF - 1, "xlsx": 1}, "pdf docx xlsx", ""),
    ("pdf docx xlsx", {"pdf": HALF, "docx": HALF, "xlsx": 1}, "pdf", "未附DOCX、XLSX：附件合计 201 kB，超过 200 kB"),
    ("xlsx docx", {"pdf": 1, "docx": HALF, "xlsx": HALF + 1}, "", "未附文件：附件共 201 kB"),
    ("pdf", {"pdf": LARGEST_PDF}, "pdf", ""),
    ("pdf", {"pdf": LARGEST_PDF + 1}, "", "未附文件：附件共 2001 kB"),
    ("docx", {"pdf": 1, "docx": 7}, "docx", ""),
    ("", {"pdf": 1}, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "sizes", "attached", "words"), LIMITS)
def test_as_many_files_as_a_mail_takes(
    small: Scene, smtp_server: SmtpServer, wanted: str, sizes: dict[str, int], attached: str, words: str
) -> None:
    keep(small.issue, **sizes)
    small.mailing.attachments = wanted
    small.mailing.save()
    assert deliveries.deliver_issue(issue_id=small.issue.pk) == {"sent": 4}
    message = smtp_server.messages[0].message
    assert names(message) == [f"{TITLE}.{format_}" for format_ in attached.split()]
    assert words in text(message)
    assert ("未附" in text(message)) == bool(words)


def test_a_wanted_file_that_is_not_kept_fails_the_mail_with_its_name(
    small: Scene, smtp_server: SmtpServer
) -> None:
    small.mailing.attachments = "pdf xlsx"
    small.mailing.save()
    assert deliveries.deliver_issue(issue_id=small.issue.pk) == {"failed": 4}
    assert "xlsx" in Delivery.objects.first().error
    assert smtp_server.messages == []


def test_the_chart_stands_beside_the_html_and_is_no_attachment(small: Scene, smtp_server: SmtpServer) -> None:
    deliveries.deliver_issue(issue_id=small.issue.pk)
    message = smtp_server.messages[1].message
    (image,) = (part for part in message.walk() if part.get_content_type() == "image/png")
    assert image.get_content()[:8] == b"\x89PNG\r\n\x1a\n"
    html = message.get_body(("html",)).get_content()
    assert f'src="cid:{image["Content-ID"].strip("<>")}"' in html
    assert "各单位监管行为覆盖率柱状图；贵单位：第2名，50.0%（2/4）" in html
    assert image["Content-Disposition"].startswith("inline")
    others = {
        hashlib.sha256(part.get_content()).hexdigest()
        for one in smtp_server.messages
        for part in one.message.walk()
        if part.get_content_type() == "image/png"
    }
    assert len(others) == 4, "each unit has its own bar marked"


def test_without_a_chart_there_is_no_picture(small: Scene, smtp_server: SmtpServer) -> None:
    small.mailing.chart = False
    small.mailing.save()
    deliveries.deliver_issue(issue_id=small.issue.pk)
    assert b"image/png" not in smtp_server.messages[0].raw
    assert b"cid:" not in smtp_server.messages[0].raw


def test_a_long_ranking_is_listed_at_both_ends_and_around_the_own_place(
    db: None, smtp_server: SmtpServer
) -> None:
    scene = make_scene(few_rows(90))
    for code, clerk in scene.clerks.items():
        if code != "U45":
            clerk.email = ""
            clerk.save()
    assert deliveries.deliver_issue(issue_id=scene.issue.pk) == {"sent": 1}
    body = text(smtp_server.messages[0].message).partition("全部排名")[2]
    listed = [line.split()[1] for line in body.splitlines() if line.startswith("  第")]
    assert listed == [f"第{n}局" for n in (*range(1, 11), *range(40, 51), *range(81, 91))]
    assert [line for line in body.splitlines() if line == "  …"] == ["  …"] * 2
    assert "第45局" in listed


# Who gets it


def test_only_the_chosen_roles_get_it(small: Scene) -> None:
    head = add_clerk(small.units["U01"], "head@wujin.example", Role.UNIT_HEAD)
    small.mailing.roles = "unit_head"
    small.mailing.save()
    deliveries.prepare_deliveries(issue=small.issue)
    assert list(Delivery.objects.values_list("address", flat=True)) == [head.email]
    assert deliveries.units_without_address(small.issue) == [small.units[f"U0{n}"] for n in (2, 3, 4)]


def test_words_that_are_no_role_and_no_format_are_named() -> None:
    assert check_roles(" unit_head  clerk clerk ") == "clerk unit_head"
    assert check_formats(" PDF  xlsx pdf ") == "pdf xlsx"
    with pytest.raises(ValidationError, match="reviewer"):
        check_roles("clerk reviewer")
    with pytest.raises(ValidationError, match="exe"):
        check_formats("pdf exe")


@pytest.fixture
def leader(small: Scene) -> Subscription:
    return save_subscription(bulletin=small.mailing.bulletin, name="王副区长", address="wang@wujin.example")


def test_a_subscriber_gets_the_whole_issue_in_short_once(
    small: Scene, leader: Subscription, smtp_server: SmtpServer
) -> None:
    assert deliveries.deliver_issue(issue_id=small.issue.pk) == {"sent": 5}
    assert deliveries.deliver_issue(issue_id=small.issue.pk) == {}
    (message,) = (m.message for m in smtp_server.messages if m.recipients == (leader.address,))
    assert message["Subject"] == f"【通报】{TITLE}（武政管通〔2022〕1号）"
    assert names(message) == [f"{TITLE}.pdf"]
    body = text(message)
    assert "贵单位" not in body
    document = json.loads(small.issue.content)
    assert document["sections"][0]["paragraphs"][0]["text"] in body
    for words in (
        "第1名  第1局  75.0%（3/4）",
        "第4名  第4局  0.0%（0/4）",
        f"/admin/reports/issue/{small.issue.pk}/",
    ):
        assert words in body
    assert body.count("第1局") == 1
    row = Delivery.objects.get(subscription=leader)
    assert (row.status, row.unit, row.mailing, row.message_id) == ("sent", None, None, message["Message-ID"])


def test_who_subscribes_later_gets_no_old_issue(small: Scene, smtp_server: SmtpServer) -> None:
    deliveries.deliver_issue(issue_id=small.issue.pk)
    save_subscription(bulletin=small.mailing.bulletin, name="后来者", address="late@wujin.example")
    assert deliveries.send_due_mailings() == {}
    again = small.again("2022Q2")
    assert deliveries.deliver_issue(issue_id=again.pk) == {"sent": 5}
    assert Delivery.objects.get(subscription__isnull=False).issue == again


def test_a_subscription_that_is_switched_off_gets_nothing(
    small: Scene, leader: Subscription, smtp_server: SmtpServer
) -> None:
    save_subscription(bulletin=leader.bulletin, name=leader.name, address="WANG@wujin.example", enabled=False)
    assert Subscription.objects.count() == 1
    assert deliveries.deliver_issue(issue_id=small.issue.pk) == {"sent": 4}


# Errata


def test_an_erratum_says_so_in_the_subject_and_names_the_place_before(
    small: Scene, leader: Subscription, smtp_server: SmtpServer
) -> None:
    document = json.loads(small.issue.content)
    document["erratum"] = {
        "number": "武政管通〔2022〕1号",
        "title": TITLE,
        "issued_at": "2022-04-18T10:00:00+08:00",
        "reason": "第2局补报",
        "differences": [],
        "moved": [
            {"ranking": "supervision", "ranking_name": "监管行为覆盖率", "unit": "U02", "name": "第2局", "before": 4, "after": 2}
        ],
        "holders": [{"name": "第1局", "address": "secret@wujin.example", "sent_at": None}],
    }  # fmt: skip
    small.issue.content = json.dumps(document)
    small.issue.save()
    deliveries.deliver_issue(issue_id=small.issue.pk)
    by_address = {m.recipients[0]: m.message for m in smtp_server.messages}
    moved, other = by_address["u02@wujin.example"], by_address["u03@wujin.example"]
    assert moved["Subject"].startswith("【更正】2022年一季度")
    said = f"本期更正武政管通〔2022〕1号《{TITLE}》。 原因：第2局补报"
    assert f"{said} 更正前贵单位为第4名。" in text(moved)
    assert said in text(other)
    assert "更正前" not in text(other)
    assert by_address[leader.address]["Subject"].startswith(f"【更正】{TITLE}")
    assert not any(b"secret@" in m.raw for m in smtp_server.messages)


# Trying out


def test_a_draft_is_tried_out_on_oneself_and_counts_as_nothing(small: Scene, smtp_server: SmtpServer) -> None:
    draft = store_issue(
        small.mailing.bulletin, small.administrator, ranking_document(few_rows(4), "draft"), "2022Q2"
    )
    draft.files.all().delete()
    address = send_unit_trial(
        mailing=small.mailing, issue=draft, unit=small.units["U03"], user=small.administrator
    )
    (received,) = smtp_server.messages
    assert received.recipients == (address,) == ("admin1@wujin.example",)
    assert received.message["Subject"].startswith("【测试】【通报】2022年一季度")
    assert "贵单位第3名" in received.message["Subject"]
    assert text(received.message).startswith("【草稿，未签发，仅供测试】")
    assert names(received.message) == [f"{TITLE}.pdf"]
    assert Delivery.objects.count() == 0
    assert "第3局" in LogEntry.objects.get().change_message
    send_unit_trial(mailing=small.mailing, issue=draft, unit=small.units["U03"], user=small.administrator)
    ids = Counter(m.message["Message-ID"] for m in smtp_server.messages)
    assert set(ids.values()) == {1}


def test_a_subscription_is_tried_out(small: Scene, leader: Subscription, smtp_server: SmtpServer) -> None:
    send_subscription_trial(subscription=leader, issue=small.issue, user=small.administrator)
    (received,) = smtp_server.messages
    assert received.recipients == ("admin1@wujin.example",)
    assert received.message["Subject"].startswith(f"【测试】【通报】{TITLE}")
    assert Delivery.objects.count() == 0


def test_who_may_not_try_out_and_what_can_not_be(small: Scene, smtp_server: SmtpServer) -> None:
    stranger = save_account(username="stranger", name="外人", email="stranger@x.example")
    root = save_account(username="root", name="根", email="root@x.example")
    root.is_superuser = True
    root.save()
    given = {"mailing": small.mailing, "issue": small.issue, "unit": small.units["U01"]}
    for user in (stranger, root, small.clerks["U01"]):
        with pytest.raises(Refused, match="管理员"):
            send_unit_trial(**given, user=user)
    stray = add_clerk(small.units["U01"], "stray@wujin.example")
    small.units["U02"].code = "RENAMED"
    small.units["U02"].save()
    with pytest.raises(Refused, match="没有"):
        send_unit_trial(**{**given, "unit": small.units["U02"]}, user=small.administrator)
    smtp_server.fail_with("550 5.7.1 no", times=1)
    with pytest.raises(Refused, match=r"550 5\.7\.1 no"):
        send_unit_trial(**given, user=small.administrator)
    small.administrator.email = ""
    small.administrator.save()
    with pytest.raises(Refused, match="邮箱"):
        send_unit_trial(**given, user=small.administrator)
    assert (smtp_server.messages, LogEntry.objects.count(), stray.pk is None) == ([], 0, False)
