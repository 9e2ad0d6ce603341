"""`manage.py bulletin`: the issued snapshot byte for byte, else a draft that is stored nowhere."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reports.models import Contradiction, Issue, IssueFile
from tests.functional.reports.scene import PERIOD, Scene, make

pytestmark = pytest.mark.django_db


def run(tmp_path: Path, *arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("bulletin", *arguments, "--out", str(tmp_path), stdout=out, stderr=io.StringIO())
    return out.getvalue().split()


def test_a_draft_is_computed_now_and_stored_nowhere(scene: Scene, tmp_path: Path) -> None:
    written = run(tmp_path, "monthly", "--period", PERIOD, "--format", "json,txt")
    assert written == [str(tmp_path / "monthly" / PERIOD / f"bulletin.{f}") for f in ("json", "txt")]
    document = json.loads(Path(written[0]).read_text(encoding="utf-8"))
    assert (document["status"], document["number"]) == ("draft", None)
    assert [check["claim"] for check in document["checks"]] == ["C1"]
    assert not Issue.objects.exists()
    assert not Contradiction.objects.exists()


def test_an_issued_bulletin_is_the_kept_snapshot(scene: Scene, tmp_path: Path) -> None:
    scene.issued()
    scene.bulletin.sections.update(text="改了模板")
    for path in map(Path, run(tmp_path, "monthly", "--period", PERIOD)):
        kept = IssueFile.objects.get(format=path.suffix[1:])
        assert path.read_bytes() == bytes(kept.content)


def test_an_ambiguous_code_asks_for_the_office(scene: Scene, tmp_path: Path) -> None:
    make("p")
    with pytest.raises(CommandError, match="o, p"):
        run(tmp_path, "monthly", "--period", PERIOD)
    assert run(tmp_path, "monthly", "--period", PERIOD, "--office", "p", "--format", "txt")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("weekly", "--period", PERIOD), "monthly"),
        (("monthly", "--period", "2022Q9"), "2022Q9"),
        (("monthly", "--period", PERIOD, "--format", "odt"), "odt"),
    ],
)
def test_what_is_wrong_is_said(scene: Scene, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(tmp_path, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_template_is_said_with_its_place(scene: Scene, tmp_path: Path) -> None:
    scene.bulletin.sections.update(text="{比率(没有)}")
    with pytest.raises(CommandError, match="第1行"):
        run(tmp_path, "monthly", "--period", PERIOD)
