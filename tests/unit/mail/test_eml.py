"""Messages as files: whole, lawful, never one over another."""

import stat
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage

from reports.mail.eml import EmlBackend


def read(path: Path):
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def test_a_mail_program_reads_what_was_written(tmp_path: Path) -> None:
    message = EmailMessage(
        "【通报】排名", "正文\n第二行", "通报系统 <a@localhost>", ["b@localhost"], bcc=["secret@localhost"]
    )
    message.attach("通报　第1号.pdf", b"%PDF-1.7", "application/pdf")
    assert EmlBackend(file_path=tmp_path / "new" / "mail").send_messages([message]) == 1
    (path,) = (tmp_path / "new" / "mail").iterdir()
    raw = path.read_bytes()
    found = read(path)
    assert raw.count(b"\n") == raw.count(b"\r\n") > 10
    assert (found["Subject"].strip(), found["To"]) == ("【通报】排名", "b@localhost")
    assert found.get_body().get_content().splitlines() == ["正文", "第二行"]
    assert [part.get_filename() for part in found.iter_attachments()] == ["通报　第1号.pdf"]
    assert b"secret" not in raw
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("message_id", "name"),
    [
        ("<delivery-12.0123456789abcdef@wujin.example>", "delivery-12.eml"),
        ("<../../etc/passwd@x>", None),
        ("<.hidden@x>", None),
        ("<a/b@x>", None),
        ("<" + "a" * 300 + "@x>", None),
        (None, None),
    ],
)
def test_names(tmp_path: Path, message_id: str | None, name: str | None) -> None:
    headers = {"Message-ID": message_id} if message_id else {}
    message = EmailMessage("s", "b", "a@x.example", ["b@x.example"], headers=headers)
    EmlBackend(file_path=tmp_path).send_messages([message])
    (path,) = tmp_path.iterdir()
    assert path.suffix == ".eml"
    if name is not None:
        assert path.name == name
    if message_id is not None:
        assert read(path)["Message-ID"].strip().replace(" ", "") == message_id


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    for number in range(3):
        message = EmailMessage(
            "s", f"text {number}", "a@x.example", ["b@x.example"], headers={"Message-ID": "<delivery-1.a@x>"}
        )
        EmlBackend(file_path=tmp_path).send_messages([message])
    texts = {path.name: read(path).get_content().strip() for path in tmp_path.iterdir()}
    assert texts == {"delivery-1.eml": "text 0", "delivery-1-2.eml": "text 1", "delivery-1-3.eml": "text 2"}


def test_a_file_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the directory should be")
    message = EmailMessage("s", "b", "a@x.example", ["b@x.example"])
    with pytest.raises(OSError, match="mail"):
        EmlBackend(file_path=tmp_path / "mail").send_messages([message])
    assert EmlBackend(fail_silently=True, file_path=tmp_path / "mail").send_messages([message]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["mail"]


def test_without_recipients_nothing_is_written(tmp_path: Path) -> None:
    assert EmlBackend(file_path=tmp_path).send_messages([EmailMessage("s", "b", "a@x.example")]) == 0
    assert list(tmp_path.iterdir()) == []
