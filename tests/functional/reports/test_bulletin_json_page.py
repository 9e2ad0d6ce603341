"""docs/bulletin-json.md against a real document: every key is explained, and its recipe for the hash holds."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.reports.scene import Scene

PAGE = Path(__file__).parents[3] / "docs" / "bulletin-json.md"


def keys(value: Any) -> Iterator[str]:
    """Every key of the document, but not those that are codes (the keys of `cells`)."""
    if isinstance(value, list):
        for part in value:
            yield from keys(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if "/" not in key:
                yield key
            yield from keys(part)


@pytest.mark.django_db
def test_the_page_explains_every_key_and_the_hash(scene: Scene) -> None:
    text = scene.issued().content
    page = PAGE.read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```", "", page, flags=re.S)
    explained = {name for quoted in re.findall(r"`([^`\n]+)`", prose) for name in re.split(r"\W+", quoted)}
    assert set(keys(json.loads(text))) - explained == set()
    recipe = re.search(r"```python\n(.*?)```", page, re.S)[1]
    exec(recipe, {"open": lambda *_args, **_kwargs: _Text(text)})


class _Text:
    """What `open` gives in the page's recipe: the issued file."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self) -> str:
        return self.text
