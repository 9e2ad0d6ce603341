"""Whatever a person wrote in the admin survives being written to a file and read again."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from govsvc.packs.explain import validated
from govsvc.packs.files import PackFiles
from govsvc.packs.schema import FormFile, GroupRow, PackFile, Spec
from govsvc.packs.sources import Source, read_csv, read_yaml
from govsvc.packs.writing import write_files

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n"), min_size=1)
LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t"), min_size=1, max_size=60
)


def back(content: Spec | list[Spec], name: str) -> Source:
    """The content written to a file and read as a pack's file."""
    with tempfile.TemporaryDirectory() as directory:
        write_files({name: content}, Path(directory))
        text = PackFiles(Path(directory)).texts[name]
    source, faults = (read_csv if name.endswith(".csv") else read_yaml)(name, text)
    assert faults == []
    assert source is not None
    return source


def spec(model: type[Spec], source: Source, data: object) -> Spec:
    found, faults = validated(model, data, source, ())
    assert faults == []
    return found


@settings(deadline=None)
@given(notes=TEXT, title=LINE)
def test_any_text_in_yaml(notes: str, title: str) -> None:
    if not title.strip():
        return
    form = FormFile.model_validate({"title": title, "frequency": "month", "notes": notes})
    source = back(form, "forms/x.yaml")
    assert spec(FormFile, source, source.data) == form


@settings(deadline=None)
@given(names=st.lists(LINE.filter(lambda text: text.strip() != ""), min_size=1, max_size=5))
def test_any_text_in_csv(names: list[str]) -> None:
    rows = [GroupRow.model_validate({"code": f"g{n}", "name": name}) for n, name in enumerate(names)]
    source = back(list(rows), "groups.csv")
    assert [spec(GroupRow, source, row) for row in source.data] == rows


LINES = """# a comment

office:
  code: x
  name: |
    first
    second
  phone: "1
    2"
format: 1
"""


def test_every_part_knows_its_line() -> None:
    source, faults = read_yaml("pack.yaml", LINES)
    assert source is not None
    assert faults == []
    assert [
        source.line(path) for path in (("office",), ("office", "code"), ("office", "phone"), ("format",))
    ] == [3, 4, 8, 10]
    assert source.line(("office", "absent", "deeper")) == 3
    assert [source.fault(("office", "name"), "m", text_line).line for text_line in (1, 2)] == [6, 7]
    assert source.fault(("office", "phone"), "m", 2).line == 8


SCALARS = ["no", "010", "1:30", "2022-04-18", "~", "1e3", "0x10", "null", "on"]


def test_scalars_stay_what_was_written() -> None:
    source, _faults = read_yaml("x.yaml", "".join(f"- {text}\n" for text in SCALARS))
    assert source is not None
    assert source.data == SCALARS


def test_blank_rows_and_lines_in_quotes_keep_the_numbering() -> None:
    source, faults = read_csv("x.csv", 'code,name\n\n,,\na,"one\ntwo"\n  b , three \n')
    assert source is not None
    assert faults == []
    assert source.data == [{"code": "a", "name": "one\ntwo"}, {"code": "b", "name": "three"}]
    assert [source.line((row,)) for row in (0, 1)] == [4, 6]


def test_an_empty_value_is_the_same_as_none() -> None:
    source, _faults = read_yaml("pack.yaml", "format: 1\noffice:\n  code: x\n  name: y\n  phone:\n")
    assert source is not None
    assert spec(PackFile, source, source.data) == PackFile.model_validate(
        {"format": 1, "office": {"code": "x", "name": "y"}}
    )
