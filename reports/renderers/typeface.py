"""Which typeface plays which part: the official names for Word, the shipped substitutes for PDF.

方正小标宋, 仿宋_GB2312 and 楷体_GB2312 may not be passed on, so a .docx only names them and the PDF uses Fandol.
An office that has licensed them puts their files into a directory: `installed` takes those it finds. Fandol covers GB 2312;
rarer characters (镕, 堃) come from Noto, named second in every PDF list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
import typst


@dataclass(frozen=True)
class Typefaces:
    """Font families per part of the document, first choice first, and the directories of their files."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    heading: tuple[str, ...]
    subheading: tuple[str, ...]
    table: tuple[str, ...]
    directories: tuple[Path, ...] = ()


WORD = Typefaces(
    title=("方正小标宋简体",),
    body=("仿宋_GB2312",),
    heading=("黑体",),
    subheading=("楷体_GB2312",),
    table=("宋体",),
)

PDF = Typefaces(
    title=("FandolSong", "Noto Serif SC"),
    body=("FandolFang R", "Noto Serif SC"),
    heading=("FandolHei", "Noto Sans SC"),
    subheading=("FandolKai", "Noto Serif SC"),
    table=("FandolSong", "Noto Serif SC"),
    directories=(Path(__file__).parent / "fonts", pylopdf_fonts_zh_cn.serif_path().parent),
)

# The names their files give the official typefaces, the best first; which one a file has depends on who made it.
_OFFICIAL: Final = {
    "title": (
        "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "FZXBSJW--GB1-0", "FZXBSJW", "FZXiaoBiaoSong-B05 GB18030",
        "方正小标宋简体", "方正小标宋_GBK",
    ),
    "body": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋"),
    "heading": ("SimHei", "黑体"),
    "subheading": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体"),
    "table": ("SimSun", "宋体", "NSimSun", "新宋体"),
}  # fmt: skip


def installed(directories: Iterable[Path]) -> Typefaces:
    """The typefaces for the PDF: each part's official one where its file is in the directories, the shipped one elsewhere.

    The shipped one also sets what the official one has no character for. A directory that is not there has no files.
    """
    places = tuple(directories)
    paths = [str(place) for place in places]
    found = set(
        typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths).families()
    )
    chosen = {
        part: (official, *getattr(PDF, part))
        for part, names in _OFFICIAL.items()
        if (official := next((name for name in names if name in found), None))
    }
    return replace(PDF, **chosen, directories=(*PDF.directories, *places)) if chosen else PDF
