"""Changed texts on pages: a short one as old → new, a long one with the changed clauses marked."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from departments.text_changes import ADDED, KEPT, REMOVED, text_changes

register = template.Library()

# Up to so many characters both texts are read at a glance.
_SHORT = 40
_BLANK = "（空）"
_TAGS = {KEPT: "span", REMOVED: "del", ADDED: "ins"}


@register.simple_tag
def changed_text(old: str, new: str) -> SafeString:
    """HTML; every piece of either text is escaped."""
    if not (old and new) or max(len(old), len(new)) <= _SHORT:
        return format_html('<span class="gs-lines">{} → {}</span>', old or _BLANK, new or _BLANK)
    pieces = ((_TAGS[kind], piece, _TAGS[kind]) for kind, piece in text_changes(old, new))
    return format_html(
        '<span class="gs-changed gs-lines">{}</span>', format_html_join("", "<{}>{}</{}>", pieces)
    )
