"""Typst: a fixed template and the data it sets. What the data says is never markup."""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

import typst

from .errors import MissingTypefaceError, UnprintableDocumentError
from .typeface import Typefaces


def typeset(
    templates: Sequence[str],
    data: Mapping[str, Any],
    typefaces: Typefaces,
    *,
    format: Literal["pdf", "svg", "png"],
    ppi: float | None = None,
    time: dt.datetime | None = None,
) -> bytes:
    """The templates of this package, one after the other, set with `data` (and its `fonts`); a PDF is PDF/A-2b of that time.

    Raises UnprintableDocumentError for a character no typeface has (PDF/A forbids the empty box), MissingTypefaceError for an
    absent font file.
    """
    fonts = _fonts(typefaces)
    source = b"\n".join(resources.files(__package__).joinpath(name).read_bytes() for name in templates)
    given = json.dumps({"fonts": _families(typefaces), **data}, ensure_ascii=False)
    compiler = typst.Compiler(input=source, font_paths=fonts, sys_inputs={"data": given})
    archive: dict[str, Any] = {"pdf_standards": ["a-2b"], "timestamp": time} if format == "pdf" else {}
    try:
        made, warnings = compiler.compile_with_warnings(format=format, ppi=ppi, **archive)
    except typst.TypstError as error:
        raise UnprintableDocumentError(error.message) from error
    if warnings:
        raise UnprintableDocumentError("; ".join(warning.message for warning in warnings))
    assert isinstance(made, bytes)
    return made


def _families(typefaces: Typefaces) -> dict[str, tuple[str, ...]]:
    return {
        field.name: getattr(typefaces, field.name)
        for field in dataclasses.fields(typefaces)
        if field.name != "directories"
    }


@lru_cache(maxsize=4)
def _fonts(typefaces: Typefaces) -> typst.Fonts:
    """The font files of the typefaces alone: neither the machine's nor Typst's own can slip in."""
    directories = [str(directory) for directory in typefaces.directories]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=directories)
    named = {family for families in _families(typefaces).values() for family in families}
    if absent := named - set(fonts.families()):
        raise MissingTypefaceError(f"{', '.join(sorted(absent))} not found in {', '.join(directories)}")
    return fonts
