"""Which typeface plays which part: the official names for Word, the shipped substitutes for PDF.

方正小标宋, 仿宋_GB2312 and 楷体_GB2312 may not be passed on, so a .docx only names them and the PDF uses Fandol.
An office that has licensed them passes its own `Typefaces`. Fandol covers GB 2312; rarer characters (镕, 堃) come
from Noto, named second in every PDF list.
"""

from dataclasses import dataclass
from pathlib import Path

import pylopdf_fonts_zh_cn


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
