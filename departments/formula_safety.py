"""Texts in table files that a spreadsheet would run as a formula: marked going out, unmarked coming in. Pure.

A spreadsheet runs a text that begins with = + - @, TAB or CR (also full-width ＝＋－＠), so such texts get a leading
apostrophe (ADR 0007; OWASP ASVS 1.2.10). Numbers stay numbers.
"""

import re
from decimal import Decimal
from typing import Any

_RISKY = frozenset("=+-@\t\r\n＝＋－＠")
# Blank-like characters that spreadsheets skip before they look for a formula.
_SKIPPED = " \u00a0\u3000\ufeff\u200b"
# Characters that XML, and so .xlsx, can't hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MARK = "'"


def safe_text(text: str) -> str:
    """The text as it may stand in a table file."""
    clean = _CONTROL.sub("", text)
    return f"{_MARK}{clean}" if _is_risky(clean) else clean


def safe_cell(value: Any) -> Any:
    """Numbers as they are (negative ones too), everything else as safe text."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return "" if value is None else safe_text(str(value))
    return value


def plain_text(text: str) -> str:
    """The inverse of `safe_text`: the mark is taken off where it was put."""
    return text[1:] if text[:1] == _MARK and _is_risky(text[1:]) else text


def _is_risky(text: str) -> bool:
    return text.lstrip(_SKIPPED)[:1] in _RISKY and bool(text.strip())
