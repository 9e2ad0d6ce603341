import json

import pytest

from reports.renderers import FORMATS, render
from tests.documents.wujin import wujin_document


@pytest.mark.parametrize("format", FORMATS)
def test_same_snapshot_same_bytes(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render(wujin_document(), format)
    # Neither the machine's zone nor the order of being called may show.
    monkeypatch.setenv("TZ", "America/New_York")
    render(wujin_document("draft"), format)
    again = render(json.loads(json.dumps(wujin_document())), format)
    assert first == again
    assert len(first) > 5000


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_archive_times_are_the_issues(format: str) -> None:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(render(wujin_document(), format))) as archive:
        assert {part.date_time for part in archive.infolist()} == {(2022, 4, 18, 2, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


def test_json_is_the_document() -> None:
    data = render(wujin_document(), "json")
    assert json.loads(data) == wujin_document()
    assert "武进区".encode() in data


def test_unknown_format() -> None:
    with pytest.raises(ValueError, match="odt"):
        render(wujin_document(), "odt")
