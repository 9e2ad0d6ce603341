"""The services under the tests are the real ones, and the fixtures notice what they promise to notice."""

import smtplib
import time

import pytest
import redis
from django.core import mail
from django.db import connection
from playwright.sync_api import Page

from govsvc.celery import app
from tests.services.browser import Pages, Watch
from tests.services.smtp import SmtpServer
from tests.services.valkey import ValkeyServer
from tests.services.worker import WorkerProcess


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_database_is_the_one_asked_for(pytestconfig: pytest.Config) -> None:
    assert connection.vendor == pytestconfig.getoption("--database")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version_num")
            assert int(cursor.fetchone()[0]) >= 180000
            cursor.execute("SHOW server_encoding")
            assert cursor.fetchone()[0] == "UTF8"
        else:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone()[0] == "wal"


def test_valkey_hangs_dies_and_comes_back_with_its_queue(valkey: ValkeyServer) -> None:
    with valkey.client() as client:
        client.set("kept", "yes")
    valkey.pause()
    with (
        redis.Redis.from_url(valkey.url, socket_timeout=0.3, retry=None) as hasty,
        pytest.raises(redis.TimeoutError),
    ):
        hasty.ping()
    valkey.resume()
    valkey.stop()
    with valkey.client() as client, pytest.raises(redis.ConnectionError):
        client.ping()
    valkey.start()
    with valkey.client() as client:
        assert client.get("kept") == b"yes"


def test_valkey_wants_its_password(valkey: ValkeyServer) -> None:
    port = int(valkey.url.rsplit(":", 1)[1].split("/")[0])
    with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_mail_arrives_or_is_refused_as_told(smtp_server: SmtpServer) -> None:
    smtp_server.fail_with("451 4.3.0 try later", times=1)
    smtp_server.fail_with("550 5.1.1 no such user", recipient="gone@example.org")
    for recipient, code in (("a@example.org", 451), ("gone@example.org", 550)):
        with pytest.raises(smtplib.SMTPDataError) as refused:
            mail.send_mail("通报", "正文", "o@example.org", [recipient])
        assert refused.value.smtp_code == code
    assert smtp_server.messages == []
    mail.send_mail("【通报】第1期", "贵单位第22名", "o@example.org", ["a@example.org"])
    (received,) = smtp_server.messages
    assert received.message["Subject"] == "【通报】第1期"
    assert received.message.get_content().strip() == "贵单位第22名"
    assert received.recipients == ("a@example.org",)


@pytest.mark.both_databases
def test_a_killed_worker_is_gone_and_another_answers(celery_worker_process: WorkerProcess) -> None:
    celery_worker_process.kill()
    assert app.control.ping(timeout=1) == []
    celery_worker_process.start()
    assert len(app.control.ping(timeout=1)) == 1


def fonts_used(page: Page, selector: str) -> set[str]:
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    return {
        font["familyName"] for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    }


def test_the_browser_shows_chinese_and_is_a_chinese_users(page: Page, phone: Page) -> None:
    page.set_content("<p>武进区一网通办通报</p><p style='font-family: serif'>镕堃昇喆</p>")
    assert fonts_used(page, "p") <= {"Noto Sans SC", "Noto Serif SC"}
    assert fonts_used(page, "p:last-child") == {"Noto Serif SC"}
    assert page.evaluate("navigator.language") == "zh-CN"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"
    assert page.evaluate("innerWidth") == 1440
    assert phone.evaluate("screen.width") == 390


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            "<link rel=stylesheet href='http://cdn.example.org/a.css'>",
            "request to another machine: http://cdn.example.org/a.css",
        ),
        ("<script>console.error('broken')</script>", "console error: broken"),
        ("<script>undefinedName()</script>", "undefinedName is not defined"),
    ],
)
def test_the_watch_sees(pages: Pages, watch: Watch, content: str, problem: str) -> None:
    page = pages.open()
    page.set_content(content)
    end = time.monotonic() + 5
    while not any(problem in text for text in watch.problems) and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert any(problem in text for text in watch.left())
    watch.allow(".")


def test_a_page_that_troubles_nobody_is_no_problem(page: Page, watch: Watch) -> None:
    page.set_content(
        "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><script>console.log('fine')</script>"
    )
    page.wait_for_timeout(200)
    assert watch.problems == []
