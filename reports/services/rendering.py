"""Documents as files, in the typefaces this installation has."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings

from reports.renderers import Typefaces, installed, render


def render_document(document: Mapping[str, Any], format_: str) -> bytes:
    """The document in one of reports.renderers.FORMATS; PDFs in the official typefaces where GOVSVC_FONTS has them."""
    return render(document, format_, typefaces=_typefaces())


@cache
def _typefaces() -> Typefaces:
    return installed(settings.FONT_DIRS)
