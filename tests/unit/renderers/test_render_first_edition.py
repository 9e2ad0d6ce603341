"""Documents frozen by 0.4.0, which know nothing of editions, charts, merges and heads, print as they did then."""

import hashlib
import io
import zipfile
from typing import Any

import pytest

from reports.renderers import FORMATS, render
from tests.documents.hostile import wide_document
from tests.documents.wujin import wujin_document

DOCUMENTS = {"wujin": wujin_document(), "wide": wide_document()}
# What 0.4.0 made of them. After an upgrade of Typst, python-docx, XlsxWriter or lxml the value of its format may change with
# it; look at the pages before writing a new one.
MADE = {
    "wujin": {
        "json": "5e67b1689ff5a5b337f2727734917e85",
        "html": "32af95141627c2e039303a3bd3bbfb14",
        "docx": "e05ab42da852e71fe15f607f73213ddf",
        "pdf": "d5f721217887ac874a36f35622a5de0d",
        "xlsx": "0d2e38f6ab14012152d1cc3286b67ecd",
        "txt": "8df2d2c058b2d7617bd4837988f011f9",
    },
    "wide": {
        "json": "72fdc4517a61c686b2027921995c355a",
        "html": "63e84c4deb6967adc79428f432db59f0",
        "docx": "32c7b4030575f15958dfe646a2f81321",
        "pdf": "727f59e0fc4cc99d8ac983e4f59ba8e1",
        "xlsx": "302d12a1422993f6eacbacf1c1a9801c",
        "txt": "7e73bd493f8522621057d300777b27e6",
    },
}
NEWER = ("edition", "erratum", "head", "annotation")


def digest(data: bytes, format: str) -> str:
    """Of the parts of an archive, not of their compression, which differs from one zlib to the next."""
    if format in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\0".join(name.encode() + b"\0" + archive.read(name) for name in archive.namelist())
    return hashlib.sha256(data).hexdigest()[:32]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_older_document_prints_as_it_did(name: str, format: str) -> None:
    document: dict[str, Any] = DOCUMENTS[name]
    assert not set(NEWER) & set(document)
    assert digest(render(document, format), format) == MADE[name][format]
