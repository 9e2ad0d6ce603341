"""Every slip is told with file, line and what to write; several slips are told together; a good pack has none."""

from pathlib import Path

import pytest

from govsvc.packs.faults import PackError
from govsvc.packs.files import MAX_BYTES
from govsvc.packs.reading import read_pack
from tests.unit.packs.broken import SLIPS, Slip
from tests.unit.packs.manual_pack import write_example


def told(directory: Path) -> list[str]:
    """The faults of a pack as its writer reads them."""
    with pytest.raises(PackError) as error:
        read_pack(directory)
    return [str(fault) for fault in error.value.faults]


def test_the_manual_s_example_has_no_fault(tmp_path: Path) -> None:
    pack = read_pack(write_example(tmp_path))
    assert pack.office.name == "星河区"
    assert [row.spec.short_name for row in pack.units] == ["城东街道", "城西街道", "河口镇"]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.file}-{slip.new.strip()[:30]}")
def test_a_slip_is_told_and_nothing_else(tmp_path: Path, slip: Slip) -> None:
    found = told(write_example(tmp_path, {slip.file: slip.content()}))
    assert len(found) == len(slip.told), found
    for line, expected in zip(found, slip.told, strict=True):
        assert line.startswith(expected)


def test_all_slips_of_different_files_are_told_at_once(tmp_path: Path) -> None:
    chosen = {slip.file: slip for slip in SLIPS if slip.file in ("rankings.yaml", "facts.csv", "issues.yaml")}
    found = told(write_example(tmp_path, {file: slip.content() for file, slip in chosen.items()}))
    for slip in chosen.values():
        for expected in slip.told:
            assert any(line.startswith(expected) for line in found), (expected, found)


def test_a_table_saved_by_a_chinese_excel_is_explained(tmp_path: Path) -> None:
    found = told(write_example(tmp_path, {"groups.csv": "code,name\nstreets,街道\n".encode("gbk")}))
    assert found[0].startswith("groups.csv:2: 不是 UTF-8 编码：Excel 请另存为“CSV UTF-8（逗号分隔）”")


def test_a_table_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    files = {"groups.csv": b"\xef\xbb\xbf" + "code,name\r\nstreets,街道\r\n".encode()}
    assert read_pack(write_example(tmp_path, files)).groups[0].spec.code == "streets"


def test_no_directory(tmp_path: Path) -> None:
    assert told(tmp_path / "absent") == [f"{tmp_path / 'absent'}: 没有这个目录"]


def test_nothing_outside_the_pack_is_read(tmp_path: Path) -> None:
    pack = write_example(tmp_path / "pack", {"groups.csv": None})
    (tmp_path / "secret").write_text("code,name\nstreets,街道\n", encoding="utf-8")
    (pack / "groups.csv").symlink_to(tmp_path / "secret")
    assert "groups.csv: 这个链接指向配置包以外，不读取" in told(pack)


HOSTILE = [
    ("rankings.yaml", "- [" + "[" * 200 + "]" * 201 + "\n", "层次太深"),
    ("rankings.yaml", "[" * 100_000, "层次太深"),
    ("rankings.yaml", "a: &a [x]\nb: [*a, *a]\n", "不支持“&”"),
    ("rankings.yaml", "- code: \x07\n", "控制字符"),
    ("rankings.yaml", "x" * (MAX_BYTES + 1), "文件太大"),
    ("groups.csv", 'code,name\n"streets,街道\n', "引号是否成对"),
    ("groups.csv", "code;name\nstreets;街道\n", "英文逗号"),
]


@pytest.mark.parametrize(("file", "content", "expected"), HOSTILE, ids=[row[2] + row[0] for row in HOSTILE])
def test_hostile_files_end_in_a_sentence(tmp_path: Path, file: str, content: str, expected: str) -> None:
    found = told(write_example(tmp_path, {file: content}))
    assert any(line.startswith(file) and expected in line for line in found), found
