"""The example pack of docs/packs.md, read out of the manual itself."""

import re
from pathlib import Path

MANUAL = Path(__file__).parents[3] / "docs" / "packs.md"
_FENCE = re.compile(r"^```(yaml|csv|text) (\S+)\n(.*?)^```$", re.S | re.M)


def example_files() -> dict[str, str]:
    """File name → content, as a reader would copy them."""
    fences = _FENCE.findall(MANUAL.read_text(encoding="utf-8"))
    return {name: text for kind, name, text in fences if kind != "text"}


def example_sentence() -> str:
    """What the manual says the issued bulletin holds."""
    fences = _FENCE.findall(MANUAL.read_text(encoding="utf-8"))
    return next(text for kind, _name, text in fences if kind == "text").strip()


def write_example(directory: Path, changes: dict[str, str | bytes | None] | None = None) -> Path:
    """The example in a directory, with some files changed, added, or (None) left out."""
    files: dict[str, str | bytes | None] = {**example_files(), **(changes or {})}
    for name, content in files.items():
        if content is not None:
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return directory
