"""What a unit reads: parsed with the email package as it left, then drawn in Chromium."""

import json
import os
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest

from indicators.models import Ranking
from reports.models import Delivery
from reports.services import deliveries
from tests.documents.hostile import PAYLOADS
from tests.functional.mail.scene import Row, Scene, few_rows, make_scene, wujin_rows
from tests.services.browser import PHONE, Pages
from tests.services.smtp import SmtpServer, as_shown

# Where the pictures stay for people to look at; unset: only the measurements count.
PICTURES = os.environ.get("MAIL_PICTURES")


def mail_of(server: SmtpServer, code: str) -> EmailMessage:
    return next(m.message for m in server.messages if m.recipients == (f"{code.lower()}@wujin.example",))


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return found.get_content()


@pytest.fixture
def sent(wujin: Scene, smtp_server: SmtpServer) -> SmtpServer:
    deliveries.deliver_issue(issue_id=wujin.issue.pk)
    return smtp_server


def test_head_and_attachment(sent: SmtpServer, wujin: Scene) -> None:
    message = mail_of(sent, "D32")
    assert (
        message["Subject"]
        == "【通报】2022年一季度一网通办排名：监管行为覆盖率，贵单位第2名（共22家，首次排名）"
    )
    assert message["To"] == "d32@wujin.example"
    assert message["From"] == "通报系统 <tongbao@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == Delivery.objects.get(unit__code="D32").message_id
    assert [p.get_content_type() for p in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    (attachment,) = message.iter_attachments()
    title = json.loads(wujin.issue.content)["title"]
    assert attachment.get_filename() == f"{title}.pdf"
    assert attachment.get_content() == bytes(wujin.issue.files.get().content)
    assert attachment.get_content()[:5] == b"%PDF-"


def test_every_byte_is_lawful(sent: SmtpServer) -> None:
    for message in sent.messages:
        lines = message.raw.split(b"\r\n")
        assert max(map(len, lines)) <= 998
        assert not any(b"\n" in line or b"\r" in line for line in lines)
        head = message.raw.partition(b"\r\n\r\n")[0]
        assert head.isascii()
        assert b"\r\n \r\n" not in head
        assert head.partition(b"Subject: ")[2].startswith(b"=?utf-8?")
        assert not message.message.defects


def test_every_mail_says_the_documents_figures_in_both_parts(sent: SmtpServer, wujin: Scene) -> None:
    document = json.loads(wujin.issue.content)
    ranking = document["rankings"][0]
    assert len(sent.messages) == len(ranking["rows"]) == 36
    for row in ranking["rows"]:
        message = mail_of(sent, row["unit"])
        text = part(message, "plain")
        seen = visible(part(message, "html"))
        for words in (
            document["title"],
            "武政管通〔2022〕1号",
            "2022年一季度",
            ranking["overall"]["display"],
            "≥25%，整体未达到，差2.5个百分点",
            *(other["name"] for other in ranking["rows"]),
            *(f"{o['display']}（{o['numerator']}/{o['denominator']}）" for o in ranking["rows"] if o["rank"]),
        ):
            assert words in text
            assert words in seen
        place = (
            f"{'并列' if row['tied'] else ''}第{row['rank']}名" if row["rank"] else "不参加排名（无此业务）"
        )
        assert place in re.sub(r"\s", "", text)
        assert place in re.sub(r"\s", "", seen)
        assert place in message["Subject"]


def test_no_other_address_stands_in_a_mail(sent: SmtpServer, wujin: Scene) -> None:
    addresses = {clerk.email for clerk in wujin.clerks.values()}
    for message in sent.messages:
        whole = message.raw.decode("ascii", "replace") + "".join(
            part(message.message, kind) for kind in ("plain", "html")
        )
        assert addresses & set(re.findall(r"[\w.]+@wujin\.example", whole)) == set(message.recipients)


@pytest.mark.parametrize("code", ["D01", "D32", "D02"], ids=["last", "first", "not ranked"])
def test_own_row_is_marked_in_words_and_colour_wherever_it_stands(sent: SmtpServer, code: str) -> None:
    message = mail_of(sent, code)
    rows = table_rows(part(message, "html"))
    own = [row for row in rows if "（本单位）" in row.text]
    others = [row for row in rows if "（本单位）" not in row.text]
    assert own
    assert all("#dbe8ff" in row.styles for row in own)
    assert not any("#dbe8ff" in row.styles for row in others)
    marked = [line for line in part(message, "plain").splitlines() if line.endswith("← 本单位")]
    assert len(marked) == len(own)


class _Rows(HTMLParser):
    """The innermost table rows: text, and all styles inside."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[_Rows.Row] = []
        self.open: list[_Rows.Row] = []

    class Row:
        def __init__(self) -> None:
            self.text, self.styles, self.nested = "", "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            for row in self.open:
                row.nested = True
            self.open.append(self.Row())
        for row in self.open:
            row.styles += str(dict(attrs).get("style"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr":
            self.rows.append(self.open.pop())

    def handle_data(self, data: str) -> None:
        for row in self.open:
            row.text += data


def table_rows(html: str) -> list["_Rows.Row"]:
    parser = _Rows()
    parser.feed(html)
    return [row for row in parser.rows if not row.nested]


def visible(html: str) -> str:
    parser = HTMLParser()
    words: list[str] = []
    parser.handle_data = words.append  # type: ignore[method-assign]
    parser.feed(html)
    return " ".join("".join(words).split())


# What a row may say


def one_mail(rows: list[Row], code: str, server: SmtpServer, **document: str) -> EmailMessage:
    scene = make_scene(rows, **document)
    deliveries.deliver_issue(issue_id=scene.issue.pk)
    return mail_of(server, code)


MOVEMENTS = [
    # previous place, in the subject, in the body
    (1, "第3名（共4家，▼2）", "下降2位（上期第1名）"),
    (4, "第3名（共4家，▲1）", "上升1位（上期第4名）"),
    (3, "第3名（共4家，持平）", "较上期：持平"),
    (None, "第3名（共4家，首次排名）", "较上期：首次排名"),
]


@pytest.mark.parametrize(("previous", "subject", "body"), MOVEMENTS)
def test_movement(db: None, smtp_server: SmtpServer, previous: int | None, subject: str, body: str) -> None:
    rows = few_rows(4)
    rows[2] = Row("U03", "第3局", 1, 4, previous=previous)
    message = one_mail(rows, "U03", smtp_server)
    assert message["Subject"] == f"【通报】2022年一季度一网通办排名：监管行为覆盖率，贵单位{subject}"
    assert body in part(message, "plain")
    assert body.removeprefix("较上期：") in visible(part(message, "html"))


def test_gain_and_last_places_with_a_tie(db: None, smtp_server: SmtpServer) -> None:
    rows = [
        Row("U01", "甲局", 3, 4),
        Row("U02", "乙局", 2, 4),
        *(Row(f"U0{n}", f"丙{n}局", 0, 4) for n in range(3, 7)),
    ]
    message = one_mail(rows, "U05", smtp_server)
    text = part(message, "plain")
    assert "贵单位并列第3名（共6家" in message["Subject"]
    assert "提升空间：差2项可升至并列第2名" in text
    block = text.partition("排名靠后单位")[2].partition("全部排名")[0]
    assert [line.split()[1] for line in block.splitlines() if "并列第3名" in line] == [
        "丙3局",
        "丙4局",
        "丙5局",
        "丙6局",
    ]


def test_not_ranked(db: None, smtp_server: SmtpServer) -> None:
    rows = [*few_rows(2), Row("U09", "某局", None, None, "系统未对接"), Row("U10", "另局", None, None, "")]
    message = one_mail(rows, "U09", smtp_server)
    assert message["Subject"].endswith("监管行为覆盖率，贵单位不参加排名（系统未对接）")
    assert "首次排名" not in part(message, "plain").partition("全部排名")[0]
    assert mail_of(smtp_server, "U10")["Subject"].endswith("贵单位不参加排名")


def test_the_synthetic_mark_stands_in_both_parts(db: None, smtp_server: SmtpServer) -> None:
    message = one_mail(few_rows(2), "U01", smtp_server, synthetic="演示数据，非真实统计")
    assert part(message, "plain").startswith("【演示数据，非真实统计】")
    assert visible(part(message, "html")).count("演示数据，非真实统计") == 1


def test_link_leads_to_this_site(db: None, smtp_server: SmtpServer, settings: object) -> None:
    settings.SITE_URL = "https://tongbao.wujin.example/"
    message = one_mail(few_rows(2), "U01", smtp_server)
    page = f"https://tongbao.wujin.example/admin/indicators/ranking/{Ranking.objects.get().pk}/page/?period=2022Q1"
    assert f'href="{page}"' in part(message, "html")
    assert f"查看明细：{page}" in part(message, "plain")


def test_files_hold_the_same_message(small: Scene, eml: Path) -> None:
    assert deliveries.deliver_issue(issue_id=small.issue.pk) == {"sent": 4}
    assert sorted(path.name for path in eml.iterdir()) == sorted(
        f"delivery-{pk}.eml" for pk in Delivery.objects.values_list("pk", flat=True)
    )
    row = Delivery.objects.get(unit__code="U03")
    message = message_from_bytes((eml / f"delivery-{row.pk}.eml").read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert (message["To"], message["Message-ID"]) == (row.address, row.message_id)
    assert "贵单位第3名" in message["Subject"]
    assert [p.get_filename() for p in message.iter_attachments()] == [
        f"{json.loads(small.issue.content)['title']}.pdf"
    ]


# Names that attack


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_name_is_text(db: None, smtp_server: SmtpServer, pages: Pages, payload: str) -> None:
    scene = make_scene(few_rows(3))
    document = json.loads(scene.issue.content)
    document["title"] = document["synthetic"] = payload
    for row in document["rankings"][0]["rows"]:
        row["name"] = row["reason"] = payload
    document["rankings"][0] |= {"title": payload, "indicator_name": payload, "group_name": payload}
    # As bytes in the database: JSON escapes what a text column refuses.
    scene.issue.content = json.dumps(document)
    scene.issue.save()
    assert deliveries.deliver_issue(issue_id=scene.issue.pk) == {"sent": 3}
    received = smtp_server.messages[0]
    assert not received.message.defects
    assert received.recipients == ("u01@wujin.example",)
    assert "Bcc" not in received.message
    html = as_shown(received.message)
    page = pages.open()
    page.on("dialog", lambda dialog: pytest.fail(f"script ran: {dialog.message}"))
    page.set_content(html)
    assert page.locator("script, svg, iframe, object, form").count() == 0
    assert page.evaluate("[...document.images].map(image => image.src.slice(0, 22))") == [
        "data:image/png;base64,"
    ]
    assert page.evaluate("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))") == []  # fmt: skip
    assert page.locator("a").count() == 1


# How it looks


SIZES = {"desktop": (1440, 900), "phone": PHONE}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", ["D01", "D32", "D02"])
def test_it_fits_its_screen(sent: SmtpServer, pages: Pages, size: str, code: str) -> None:
    page = pages.open(SIZES[size])
    page.set_content(as_shown(mail_of(sent, code)))
    width = SIZES[size][0]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    own = page.get_by_text("贵单位").first.bounding_box()
    assert own is not None
    assert own["y"] < 200
    small_texts = page.evaluate(
        "[...document.querySelectorAll('td, th, div')].filter(e => parseFloat(getComputedStyle(e).fontSize) < 13).length"
    )
    assert small_texts == 0
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{size}-{code}.png", full_page=True)


def test_with_movement_gain_and_mark_it_still_fits(db: None, smtp_server: SmtpServer, pages: Pages) -> None:
    rows = [
        Row(r.code, r.name, r.numerator, r.denominator, r.reason, 1 + index % 22)
        for index, r in enumerate(wujin_rows())
    ]
    html = as_shown(one_mail(rows, "D01", smtp_server, synthetic="演示数据，非真实统计"))
    for name, size in SIZES.items():
        page = pages.open(size)
        page.set_content(html)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-full.png", full_page=True)
