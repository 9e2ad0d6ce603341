"""User-visible texts and their translations, with Babel alone: no machine needs gettext.

`python -m govsvc.catalogue compile` turns every locale/*/LC_MESSAGES/*.po into its .mo;
`python -m govsvc.catalogue missing` lists the texts that Django's merged Chinese catalogue does not translate.
Texts are those of this project and of the packages whose pages our users see.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

BASE_DIR = Path(__file__).resolve().parent.parent
SOURCES = ("expressions", "departments", "indicators", "reports", "govsvc", "templates")
# Packages whose pages are part of ours; what their own catalogues leave in English is ours to translate.
SHOWN_PACKAGES = ("unfold", "import_export", "django_celery_beat", "django_celery_results")
TEMPLATE_SUFFIXES = (".html", ".txt", ".xml")
CONTEXT = (1, "c")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (CONTEXT, 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (CONTEXT, 2, 3)),
}


@dataclass(frozen=True)
class Message:
    """One text to translate: where it stands first, its context ("" without one), its plural ("" without one)."""

    file: str
    line: int
    text: str
    context: str = ""
    plural: str = ""


def compile_catalogues(root: Path = BASE_DIR / "locale") -> list[Path]:
    """Write the .mo beside each .po that is newer; the files written. A .po that Babel cannot read raises."""
    written = []
    for po in sorted(root.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name, abort_invalid=True)
        half = mo.with_suffix(".mo.new")
        with half.open("wb") as target:
            write_mo(target, catalogue)
        half.replace(mo)
        written.append(mo)
    return written


def _source(path: Path) -> bytes:
    """Python source as it is; a template as Django turns it into Python-like calls, line by line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    from django.utils.translation.template import templatize

    # Blanked-out markup keeps its indentation, which is none to Python's tokenizer.
    return "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines()).encode()


def messages_of(path: Path, name: str) -> Iterator[Message]:
    """The texts of one Python file or Django template, called `name` in the answer."""
    for line, found, _comments, context in extract("python", BytesIO(_source(path)), keywords=KEYWORDS):
        text, plural = (found[0], found[1]) if isinstance(found, tuple) else (found, "")
        if text:
            yield Message(name, line, text, context or "", plural)


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        in_templates = "templates" in path.parts and path.suffix in TEMPLATE_SUFFIXES
        if (path.suffix == ".py" or in_templates) and "migrations" not in path.parts:
            yield path


def messages() -> Iterator[Message]:
    """Every text of the project and of the shown packages."""
    for source in SOURCES:
        for path in _files(BASE_DIR / source):
            yield from messages_of(path, str(path.relative_to(BASE_DIR)))
    for package in SHOWN_PACKAGES:
        root = Path(str(files(package)))
        for path in _files(root):
            yield from messages_of(path, f"{package}/{path.relative_to(root)}")


def missing(found: Iterable[Message], language: str = "zh-hans") -> list[Message]:
    """Those of the texts (each once, where first seen) that Django's merged catalogue of `language` leaves as they are."""
    from django.utils.translation.trans_real import translation

    # Django offers no public way to ask whether a text is in the merged catalogue.
    catalogue = vars(translation(language))["_catalog"]
    seen, absent = set(), []
    for message in found:
        key = f"{message.context}\x04{message.text}" if message.context else message.text
        if key in seen:
            continue
        seen.add(key)
        if not catalogue.get((key, 0) if message.plural else key):
            absent.append(message)
    return absent


def main() -> int:
    """0, or 1 when `missing` found any."""
    parser = argparse.ArgumentParser(prog="python -m govsvc.catalogue", description=__doc__)
    parser.add_argument("task", choices=["compile", "missing"])
    task = parser.parse_args().task
    compile_catalogues()
    if task == "compile":
        return 0
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsvc.settings")
    django.setup()
    absent = missing(messages())
    for message in absent:
        sys.stdout.write(f"#: {message.file}:{message.line}\n")
        if message.context:
            sys.stdout.write(f"msgctxt {_quoted(message.context)}\n")
        sys.stdout.write(f"msgid {_quoted(message.text)}\n")
        if message.plural:
            sys.stdout.write(f'msgid_plural {_quoted(message.plural)}\nmsgstr[0] ""\n\n')
        else:
            sys.stdout.write('msgstr ""\n\n')
    return 1 if absent else 0


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    sys.exit(main())
