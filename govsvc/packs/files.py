"""Reading the files of a pack as text. A pack is an untrusted directory: nothing outside it is read, sizes are limited."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.sources import read_yaml

MAX_BYTES = 2_000_000
MAX_FILES = 2_000
ONE_EACH = (
    "pack.yaml",
    "groups.csv",
    "units.csv",
    "names.csv",
    "reasons.csv",
    "calendar.csv",
    "category_lists.csv",
    "categories.csv",
    "comparisons.yaml",
    "requests.yaml",
    "indicators.yaml",
    "targets.yaml",
    "rankings.yaml",
    "meetings.yaml",
    "accounts.csv",
    "contacts.csv",
    "facts.csv",
    "published.csv",
    "windows.yaml",
    "leaf_reports.csv",
    "exclusions.csv",
    "issues.yaml",
)
SEVERAL = (
    "forms/*.yaml",
    "registers/*.yaml",
    "registers/*.csv",
    "schemes/*.yaml",
    "bulletins/*.yaml",
    "data/*/*.csv",
)
_TABLES = (".yaml", ".yml", ".csv", ".xlsx", ".xls", ".json")


class PackFiles:
    """The files of one pack by name (`forms/items.yaml`); every file that can't be read is a fault.

    A pack that extends another takes from it the files which it does not have itself.
    """

    def __init__(self, directory: Path, *, is_base: bool = False) -> None:
        self.directory = directory.resolve()
        self.faults: list[Fault] = []
        self.texts: dict[str, str] = {}
        if not self.directory.is_dir():
            self.faults.append(Fault(str(directory), 0, "没有这个目录"))
            return
        for name in sorted(self._names()):
            self._take(name)
        if base := self._base():
            self._extend(base, is_base)

    def _base(self) -> str:
        """The pack that this one extends; "" for none. What else is wrong with pack.yaml is told where it is read."""
        source, _faults = read_yaml("pack.yaml", self.texts.get("pack.yaml", ""))
        data = source.data if source is not None else None
        return str(data.get("extends") or "") if isinstance(data, dict) else ""

    def _extend(self, base: str, is_base: bool) -> None:
        directory = self.directory.parent / base
        if is_base:
            self._refuse("pack.yaml", "作为底的配置包自己不能再写 extends")
        elif Path(base).name != base or directory == self.directory or not directory.is_dir():
            self._refuse("pack.yaml", f"extends：本包旁边没有叫“{base}”的另一个配置包")
        else:
            files = PackFiles(directory, is_base=True)
            self.faults += [Fault(f"{base}/{f.file}", f.line, f.message) for f in files.faults]
            self.texts = dict(sorted((files.texts | self.texts).items()))

    def matching(self, pattern: str) -> list[str]:
        """The names of the files that a pattern of SEVERAL or a name of ONE_EACH means."""
        return [name for name in self.texts if _fits(name, pattern)]

    def _names(self) -> Iterator[str]:
        for count, path in enumerate(self.directory.rglob("*")):
            if count >= MAX_FILES:
                self.faults.append(Fault(".", 0, f"文件太多：一个配置包最多{MAX_FILES}个文件"))
                return
            if not path.is_dir() and not path.name.startswith((".", "~$")):
                yield path.relative_to(self.directory).as_posix()

    def _take(self, name: str) -> None:
        path = self.directory / name
        if not any(_fits(name, pattern) for pattern in (*ONE_EACH, *SEVERAL)):
            if path.suffix.lower() in _TABLES:
                self._refuse(name, f"配置包里没有叫这个名字的文件{did_you_mean(name, (*ONE_EACH, *SEVERAL))}")
            return
        if not path.resolve().is_relative_to(self.directory):
            self._refuse(name, "这个链接指向配置包以外，不读取")
        elif not path.is_file():
            self._refuse(name, "不是普通文件")
        elif path.stat().st_size > MAX_BYTES:
            self._refuse(name, f"文件太大：最多{MAX_BYTES // 1_000_000}MB")
        else:
            self._decode(name, path.read_bytes())

    def _decode(self, name: str, content: bytes) -> None:
        try:
            self.texts[name] = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            advice = (
                "Excel 请另存为“CSV UTF-8（逗号分隔）”" if name.endswith(".csv") else "另存为时编码请选 UTF-8"
            )
            self.faults.append(Fault(name, line, f"不是 UTF-8 编码：{advice}"))

    def _refuse(self, name: str, message: str) -> None:
        self.faults.append(Fault(name, 0, message))


def _fits(name: str, pattern: str) -> bool:
    return name.count("/") == pattern.count("/") and fnmatchcase(name, pattern)
