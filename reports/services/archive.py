"""归档: issued issues found by words, with the sentence they stand in.

The words are sought as they are written, in any order, all of them; Chinese has no word forms to unify, and no extension
of the database is asked for.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from reports.choices import IssueStatus
from reports.models import Issue
from reports.services.search_text import search_text

# More words than this nobody types; more only cost time.
MOST_WORDS = 8
# Characters of a sentence that are quoted, and how many of them before the first word found.
QUOTED, BEFORE = 120, 40
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")

# A text cut where the words stand: (piece, whether it is one of the words).
Marked = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Hit:
    """One issue of a page of results; `quote` is the sentence that holds most of the words, () without words."""

    issue: Issue
    title: Marked
    quote: Marked


def issued(issues: QuerySet[Issue]) -> QuerySet[Issue]:
    """Issued ones, newest first, with what their lines show; without the content, which may be large."""
    return (
        issues.filter(status=IssueStatus.ISSUED)
        .select_related("bulletin__office", "corrects", "erratum")
        .defer("content", "corrects__content", "corrects__search_text", "erratum__content", "erratum__search_text")
        .order_by("-issued_at", "-id")
    )  # fmt: skip


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search, each once, in their order; separated by blanks of any width."""
    return tuple(dict.fromkeys(text.replace("\0", "").casefold().split()))[:MOST_WORDS]


def search(issues: QuerySet[Issue], words: Sequence[str]) -> QuerySet[Issue]:
    """The issues whose text holds every word; those with all of them in the title come first."""
    found = issues
    in_title = Q()
    for word in words:
        found = found.filter(search_text__icontains=word)
        in_title &= Q(search_text__iregex=rf"^[^\n]*{re.escape(word)}")
    if not words:
        return found
    first = Case(When(in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.annotate(after_titles=first).order_by("after_titles", "-issued_at", "-id")


def years_of(issues: QuerySet[Issue]) -> list[tuple[int, int]]:
    """(year of the number, how many issues), newest year first."""
    counted = issues.order_by().values_list("year").annotate(Count("pk"))
    return sorted(((year, count) for year, count in counted if year is not None), reverse=True)


def hit(issue: Issue, words: Sequence[str]) -> Hit:
    """What the line of a result shows."""
    title, _line_end, text = issue.search_text.partition("\n")
    return Hit(issue, marked(title or str(issue), words), _quote(text, words) if words else ())


def marked(text: str, words: Sequence[str]) -> Marked:
    """The text in pieces, those that are one of the words marked; a longer word wins over one inside it."""
    if not words:
        return ((text, False),)
    longest_first = sorted(words, key=len, reverse=True)
    pieces = re.split(f"({'|'.join(map(re.escape, longest_first))})", text, flags=re.IGNORECASE)
    return tuple((piece, bool(index % 2)) for index, piece in enumerate(pieces) if piece)


def _quote(text: str, words: Sequence[str]) -> Marked:
    """Of the sentences the one with most of the words, the first of equals; () when only the title holds them."""
    best, most = "", 0
    for match in _SENTENCE.finditer(text):
        sentence = match[0].casefold()
        count = sum(word in sentence for word in words)
        if count > most:
            best, most = match[0], count
        if most == len(words):
            break
    if not best:
        return ()
    at = min(place for word in words if (place := best.casefold().find(word)) >= 0)
    start = max(0, at - BEFORE) if len(best) > QUOTED else 0
    cut = best[start : start + QUOTED].strip().replace("\t", "　")
    before, after = "……" if start else "", "……" if start + QUOTED < len(best) else ""
    return marked(before + cut + after, words)


def index_issues(issues: QuerySet[Issue] | None = None) -> int:
    """Writes the plain text of every issue anew from its content; returns how many texts were not up to date."""
    changed = 0
    chosen = Issue.objects.all() if issues is None else issues
    for issue in chosen.only("content", "search_text").iterator(chunk_size=20):
        text = search_text(json.loads(issue.content))
        if text != issue.search_text:
            Issue.objects.filter(pk=issue.pk).update(search_text=text)
            changed += 1
    return changed
