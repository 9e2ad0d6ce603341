"""Write the samples in every format, to be looked at: python -m tests.documents.look DIRECTORY."""

import sys
from pathlib import Path
from typing import Any

from reports.renderers import FORMATS, render

from .errata import chart_document, erratum_document
from .fucheng import notice_document
from .hostile import wide_document
from .wujin import wujin_document
from .yindu import yindu_document


def main(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    samples: dict[str, dict[str, Any]] = {
        "wujin": wujin_document(),
        "draft": wujin_document("draft", synthetic="演示数据，非真实统计"),
        "wide": wide_document(),
        "yindu": yindu_document(),
        "notice": notice_document(),
        "erratum": erratum_document(),
        "charts": chart_document(),
    }
    for name, document in samples.items():
        for format in FORMATS:
            (directory / f"{name}.{format}").write_bytes(render(document, format))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
