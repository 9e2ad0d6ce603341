"""Every text that users see has a Chinese translation, in our catalogue or in one that a package brings."""

from pathlib import Path

import pytest
from django.utils import translation

from govsvc.catalogue import BASE_DIR, Message, compile_catalogues, messages, messages_of, missing


def test_every_text_is_translated() -> None:
    absent = [f"{message.file}:{message.line}: {message.text!r}" for message in missing(messages())]
    assert absent == [], f"{len(absent)} texts; `make messages` prints them as catalogue entries"


def test_our_catalogue_is_what_django_uses() -> None:
    assert (BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").is_file()
    with translation.override("zh-hans"):
        assert (
            translation.gettext("Preparing database and static files ...")
            != "Preparing database and static files ..."
        )


EXTRACTION = [
    ("a.py", 'x = _("one" " two")\n', Message("a.py", 1, "one two")),
    ("a.py", '\ngettext_lazy(\n    "three"\n)\n', Message("a.py", 3, "three")),
    ("a.py", 'ngettext("%d unit", "%d units", 2)\n', Message("a.py", 1, "%d unit", plural="%d units")),
    ("a.py", 'pgettext("noun", "issue")\n', Message("a.py", 1, "issue", "noun")),
    ("a.py", 'npgettext("noun", "issue", "issues", 2)\n', Message("a.py", 1, "issue", "noun", "issues")),
    ("a.html", "{% load i18n %}\n{% trans 'four' %}", Message("a.html", 2, "four")),
    ("a.html", "{% translate 'May' context 'month' %}", Message("a.html", 1, "May", "month")),
    (
        "a.html",
        "{% blocktranslate trimmed %}\n five\n {{ name }}\n{% endblocktranslate %}",
        Message("a.html", 1, "five %(name)s"),
    ),
    (
        "a.html",
        "{% blocktranslate count n=n %}{{ n }} unit{% plural %}{{ n }} units{% endblocktranslate %}",
        Message("a.html", 1, "%(n)s unit", plural="%(n)s units"),
    ),
    ("a.html", "  <p>\n    <b>it's</b>\n  {% trans 'deep' %}\n x", Message("a.html", 3, "deep")),
    ("a.html", '{{ _("six") }}', Message("a.html", 1, "six")),
]


@pytest.mark.parametrize(("name", "source", "expected"), EXTRACTION)
def test_extraction(tmp_path: Path, name: str, source: str, expected: Message) -> None:
    file = tmp_path / name
    file.write_text(source, encoding="utf-8")
    assert list(messages_of(file, name)) == [expected]


def test_missing_knows_plain_context_and_plural_texts_of_the_merged_catalogue() -> None:
    known = [
        Message("f", 1, "Log out"),
        Message("f", 2, "May", "alt. month"),
        Message("f", 3, "%(counter)s result", plural="%(counter)s results"),
    ]
    unknown = [
        Message("f", 4, "A text nobody translates"),
        Message("f", 5, "May", "no such context"),
        Message("f", 6, "%d nothing", plural="%d nothings"),
    ]
    assert missing([*known, *unknown, unknown[0]]) == unknown


def test_compiling_again_writes_nothing_and_a_change_is_seen(tmp_path: Path) -> None:
    po = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    po.write_text(head + 'msgid "a"\nmsgstr "甲"\n', encoding="utf-8")
    assert compile_catalogues(tmp_path) == [po.with_suffix(".mo")]
    assert compile_catalogues(tmp_path) == []
    po.write_text(head + 'msgid "a"\nmsgstr "乙"\n', encoding="utf-8")
    assert compile_catalogues(tmp_path) == [po.with_suffix(".mo")]
    assert "乙".encode() in po.with_suffix(".mo").read_bytes()
