"""The public tree: whole pages without scripts or requests, nothing of what only the house may see, and the same twice."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.management import CommandError, call_command

from govsvc import outbox
from reports.models import Issue, Publication
from reports.services import public_site
from reports.services.publications import approve_publication, propose_publication, withdraw_publication
from tests.functional.archive.shelf import FILES, content_of, shelve
from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db


def publish(scene: Scene, issue: Issue | None = None, index: str = "A-1", **more: str) -> Publication:
    chosen = issue or scene.issue
    assert chosen is not None
    made = propose_publication(issue=chosen, user=scene.people["admin"], index_number=index, **more)
    approved = approve_publication(publication=made, user=scene.people["issuer"])
    outbox.drain()
    return approved


def withdraw(scene: Scene, publication: Publication, reason: str) -> None:
    withdraw_publication(publication=publication, user=scene.people["admin"], reason=reason)
    outbox.drain()


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def words(name: str, content: bytes) -> str:
    """What a file says, unpacked, its metadata included."""
    if name.endswith((".docx", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(member).decode("utf-8", "replace") for member in archive.namelist())
    if name.endswith(".pdf"):
        pdf = pypdfium2.PdfDocument(content)
        said = [page.get_textpage().get_text_range() for page in pdf]
        return "\n".join([*said, str(pdf.get_metadata_dict())])
    return content.decode()


def test_a_published_issue_is_a_page_with_its_files_and_in_both_lists(scene: Scene, public: Path) -> None:
    publish(scene, subject="政务服务")
    files = tree(public)
    assert set(files) == {
        "index.html",
        "index.json",
        *(f"o/2022-1/{name}" for name in ("index.html", "bulletin.pdf", "bulletin.docx", "bulletin.xlsx")),
    }
    assert scene.issue is not None
    kept = {file.format: bytes(file.content) for file in scene.issue.files.all()}
    assert all(files[f"o/2022-1/bulletin.{format_}"] == kept[format_] for format_ in FILES)
    page = files["o/2022-1/index.html"].decode()
    for text in ("A-1", "政务服务", "某政通〔2022〕1号", "2022-04-18", "主动公开", "53.8%", "办结情况表"):
        assert text in page, text
    assert 'href="o/2022-1/index.html"' in files["index.html"].decode()
    (entry,) = json.loads(files["index.json"])["issues"]
    assert entry["index_number"] == "A-1"
    assert entry["state"] == "published"
    assert [one["path"] for one in entry["attachments"]] == [
        f"o/2022-1/bulletin.{format_}" for format_ in sorted(FILES)
    ]


def test_pages_run_nothing_and_ask_no_other_machine(scene: Scene, public: Path) -> None:
    publish(scene)
    for name, content in tree(public).items():
        if name.endswith(".html"):
            page = content.decode()
            assert not re.search(
                r"<script|\son\w+=|javascript:|https?://|url\(|@import|<iframe|<form", page
            ), name
            for link in re.findall(r'(?:href|src)="([^"#]*)"', page):
                if link:
                    assert (public / Path(name).parent / link).exists(), link


def test_nothing_of_the_house_is_in_the_tree(scene: Scene, public: Path) -> None:
    """Names and addresses of people, keys of cells, ids of figures, checks with their reasons, sources, exact values."""
    issue = scene.issue
    assert issue is not None
    content = content_of(issue)
    content["erratum"] = {
        "number": "某政通〔2022〕9号", "title": "旧", "issued_at": "2022-04-01", "reason": "更正", "differences": [],
        "moved": [], "holders": [{"name": "收件人甲", "address": "holder@example.test", "sent_at": "2022-04-01"}],
    }  # fmt: skip
    content["rankings"][0]["rows"][1]["gain"] = {"cases": 987654, "place": 1, "tied": False}
    content["notes"] = ["金丝雀批注"]
    content["sections"][0]["edit"] = {
        "edited_by": "金丝雀编辑",
        "reason": "金丝雀改因",
        "text": "{洞}",
        "heading": "",
    }
    content["new_key"] = "金丝雀新键"
    content["sections"][0]["paragraphs"][0]["new_key"] = "金丝雀新键"
    content["annexes"][0]["rows"][0]["new_key"] = "金丝雀新键"
    Issue.objects.filter(pk=issue.pk).update(content=json.dumps(content, ensure_ascii=False))
    publish(scene)
    canaries = {
        "金丝雀",
        "987654",
        "原表为快报数",
        "上报原件",
        "收件人甲",
        "data-figure",
        "{洞}",
        "7/13",
    }
    canaries |= set(content["cells"]) | {check["id"] for check in content["checks"]}
    canaries |= {user.username for user in scene.people.values()}
    assert len(canaries) > 15
    for name, raw in tree(public).items():
        said = words(name, raw)
        if name.endswith("html"):
            said = re.sub(r"<style>.*?</style>", "", said, flags=re.DOTALL)
        assert [canary for canary in canaries if canary in said] == [], name
        assert re.findall(r"[\w.]+@[\w.]+", said) == [], name


def test_writing_twice_changes_no_file_and_leaves_no_part(scene: Scene, public: Path) -> None:
    publish(scene)
    before = {path: path.stat().st_mtime_ns for path in public.rglob("*")}
    public_site.write_publication(Issue.objects.get())
    assert public_site.rebuild() == (1, [])
    assert {path: path.stat().st_mtime_ns for path in public.rglob("*")} == before


def test_a_withdrawn_issue_is_a_notice_without_files_and_can_come_back(scene: Scene, public: Path) -> None:
    publication = publish(scene)
    assert public_site.is_written(publication)
    withdraw(scene, publication, "附件1数据有误")
    files = tree(public)
    assert set(files) == {"index.html", "index.json", "o/2022-1/index.html"}
    page = files["o/2022-1/index.html"].decode()
    assert "附件1数据有误" in page
    assert "53.8%" not in page
    (entry,) = json.loads(files["index.json"])["issues"]
    assert (entry["state"], entry["attachments"]) == ("withdrawn", [])
    assert "已撤回" in files["index.html"].decode()
    again = publish(scene, index="A-2")
    assert "53.8%" in (public / "o/2022-1/index.html").read_text()
    assert public_site.is_written(again)


def test_what_is_disclosed_on_request_shows_its_title_only(scene: Scene, public: Path) -> None:
    publish(scene, openness="on_request")
    files = tree(public)
    assert set(files) == {"index.html", "index.json", "o/2022-1/index.html"}
    page = files["o/2022-1/index.html"].decode()
    assert "依申请公开" in page
    assert "办结情况通报" in page
    assert "53.8%" not in page


def test_a_published_erratum_marks_the_page_it_corrects(scene: Scene, public: Path) -> None:
    issue = scene.issue
    assert issue is not None
    publish(scene)
    changed = content_of(issue, **{"53.8%": "61.5%"}) | {"title": "关于更正《通报》的通报"}
    erratum = shelve(issue, changed, period=issue.period, sequence=2, corrects=issue, files=FILES)
    outbox.drain()
    old = public / "o/2022-1/index.html"
    assert "已更正" not in old.read_text()
    publication = publish(scene, erratum, "A-2")
    assert "本通报已更正" in old.read_text()
    assert 'href="../../o/2022-2/index.html"' in old.read_text()
    assert "61.5%" in (public / "o/2022-2/index.html").read_text()
    entries = {one["number"]: one for one in json.loads((public / "index.json").read_text())["issues"]}
    assert entries["某政通〔2022〕1号"]["corrected_by"] == "o/2022-2/index.html"
    assert entries["某政通〔2022〕2号"]["corrects"] == "o/2022-1/index.html"
    withdraw(scene, publication, "误发")
    assert "本通报已更正" not in old.read_text()


def test_rebuild_restores_a_lost_tree_and_removes_what_is_not_published(scene: Scene, public: Path) -> None:
    publish(scene)
    before = tree(public)
    for path in sorted(public.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    strange = public / "o" / "2021-7"
    strange.mkdir(parents=True)
    (strange / "index.html").write_text("不再公开")
    (public / "robots.txt").write_text("the web server's own")
    call_command("publish", "--rebuild")
    assert tree(public) == before | {"robots.txt": b"the web server's own"}
    with pytest.raises(CommandError):
        call_command("publish")


def test_a_full_disk_leaves_the_task_to_be_tried_again(scene: Scene, public: Path, monkeypatch: Any) -> None:
    """The approval stands; the page of the publication says that it is not written yet."""
    made = propose_publication(issue=scene.issue, user=scene.people["admin"], index_number="A-1")
    approve_publication(publication=made, user=scene.people["issuer"])
    public.write_text("a file where the directory should be")
    with pytest.raises(OSError, match="directory"):
        outbox.drain()
    page = scene.client("issuer").get(f"/admin/reports/publication/{made.pk}/change/").content.decode()
    assert "尚未写出" in page
    public.unlink()
    outbox.drain()
    page = scene.client("issuer").get(f"/admin/reports/publication/{made.pk}/change/").content.decode()
    assert "尚未写出" not in page


def test_two_offices_never_write_into_each_others_folders(scene: Scene, public: Path) -> None:
    other = make("p")
    other.issued()
    publish(scene)
    publish(other)
    assert (public / "o/2022-1/index.html").exists()
    assert (public / "p/2022-1/index.html").exists()
    page = (public / "index.html").read_text()
    assert "o区" in page
    assert "p区" in page
