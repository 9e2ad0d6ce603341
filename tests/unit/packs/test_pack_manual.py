"""docs/packs.md says what the schema says, key by key, and shows messages that really come."""

import pytest

from govsvc.packs.files import ONE_EACH
from govsvc.packs.reference import TABLES, table
from tests.unit.packs.broken import SLIPS, manual_table
from tests.unit.packs.manual_pack import MANUAL, example_files


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_is_in_the_manual(heading: str) -> None:
    expected = f"### {heading}\n"
    text = MANUAL.read_text(encoding="utf-8")
    assert expected in text
    part = text.split(expected)[1].split("\n### ")[0]
    assert table(TABLES[heading]) in part, f"docs/packs.md, {heading}, should hold:\n{table(TABLES[heading])}"


def test_every_file_has_its_heading() -> None:
    assert {name for name in TABLES if "." in name and "·" not in name and "代码" not in name} == set(
        ONE_EACH
    )


def test_every_key_has_a_meaning() -> None:
    for heading, model in TABLES.items():
        for name, field in model.model_fields.items():
            assert field.description, f"{heading} {name}"


def test_the_messages_of_the_manual_are_real() -> None:
    assert manual_table() in MANUAL.read_text(encoding="utf-8")
    assert sum(slip.in_manual for slip in SLIPS) >= 8


def test_the_example_uses_every_file_but_names() -> None:
    assert {name for name in example_files() if "/" not in name} == set(ONE_EACH) - {"names.csv"}
