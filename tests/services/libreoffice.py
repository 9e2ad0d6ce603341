"""LibreOffice, to see a .docx as a word processor lays it out. It is the machine's own: nothing here brings one."""

import os
import shutil
import subprocess
from pathlib import Path

from reports.renderers.typeface import PDF

NAMES = ("soffice", "libreoffice")
ADVICE = "LibreOffice is not here: apt-get install libreoffice-writer-nogui (see README.md)"
_SECONDS = 300
# The official typefaces are named in the file and on no test machine; their stand-ins have like widths.
_STAND_INS = {
    "仿宋_GB2312": "FandolFang",
    "楷体_GB2312": "FandolKai",
    "黑体": "FandolHei",
    "宋体": "FandolSong",
    "方正小标宋简体": "FandolSong",
}


def as_pdf(files: list[Path], directory: Path) -> list[Path]:
    """The files laid out as PDF in the directory, by one run with a profile and typefaces of its own.

    Fails with advice when LibreOffice is absent, and when it makes no file.
    """
    program = next(filter(None, map(shutil.which, NAMES)), None)
    assert program is not None, ADVICE
    fonts = directory / "fonts.conf"
    fonts.write_text(_fonts(directory / "cache"), encoding="utf-8")
    command = [
        program, f"-env:UserInstallation={(directory / 'profile').as_uri()}", "--headless", "--norestore",
        "--convert-to", "pdf", "--outdir", str(directory), *map(str, files),
    ]  # fmt: skip
    env = os.environ | {"FONTCONFIG_FILE": str(fonts), "HOME": str(directory), "TZ": "UTC"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=_SECONDS, check=False)
    made = [directory / f"{file.stem}.pdf" for file in files]
    assert all(file.exists() for file in made), f"{done.stdout}\n{done.stderr}"
    return made


def _fonts(cache: Path) -> str:
    directories = "".join(f"<dir>{directory}</dir>" for directory in PDF.directories)
    matches = "".join(
        f'<match target="pattern"><test name="family"><string>{official}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{shipped}</string></edit></match>'
        for official, shipped in _STAND_INS.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{directories}<cachedir>{cache}</cachedir>{matches}</fontconfig>"
    )
