"""Words and colours of requests and answers, and a list of answers as a table file."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from tablib import Dataset

from departments.choices import AnswerState, RequestState, Timeliness
from departments.durations import span
from departments.exports import safe_cell
from departments.models import Request
from departments.services.requests.overview import Line
from departments.templatetags.moments import moment
from departments.templatetags.people import person_name

REQUEST_TONES = {RequestState.DRAFT: "info", RequestState.ISSUED: "warning", RequestState.CLOSED: "good"}
ANSWER_TONES = {
    AnswerState.WAITING: "info",
    AnswerState.ANSWERED: "warning",
    AnswerState.RETURNED: "error",
    AnswerState.ACCEPTED: "good",
}


@dataclass(frozen=True)
class Shown:
    """An answer as a list prints it: its state in a word and a colour, how late, whom to ask, who was reminded."""

    line: Line
    word: str
    tone: str
    late: str
    contacts: str
    told: str


def shown(line: Line) -> Shown:
    answer = line.answer
    overdue = line.timeliness == Timeliness.MISSING
    late = span(line.late_by) if overdue or line.timeliness == Timeliness.LATE else ""
    told = ""
    if line.told:
        last = max(notice.at for notice in line.told)
        names = "、".join(person_name(notice.user) for notice in line.told)
        told = f"{moment(last)} {names}"
    return Shown(
        line,
        _("Overdue, not answered") if overdue else answer.get_state_display(),
        "error" if overdue else ANSWER_TONES[AnswerState(answer.state)],
        late,
        "、".join(line.contacts),
        told,
    )


def request_url(name: str, request: Request, query: dict[str, str] | None = None) -> str:
    """A page of one request, with the filters that are in force."""
    url = reverse(f"admin:departments_request_{name}", args=[request.pk])
    return f"{url}?{urlencode(query)}" if query else url


def answers_table(lines: Iterable[Shown]) -> Dataset:
    """One row per unit and request; moments as text in local time; no text can become a formula."""
    head = [_("request"), _("unit code"), _("unit"), _("state"), _("due at"), _("handed in at"), _("late by")]
    head += [_("kind of answer"), _("handed in by"), _("answer"), _("files"), _("reason")]
    head += [_("contact person"), _("last reminded")]
    table = Dataset(headers=[safe_cell(text) for text in head], title=_("Answers"))
    for one in lines:
        answer = one.line.answer
        row = [
            answer.request.title,
            answer.unit.code,
            answer.unit.name,
            one.word,
            f"{timezone.localtime(answer.request.due_at):%Y-%m-%d %H:%M}",
            f"{timezone.localtime(answer.handed_in_at):%Y-%m-%d %H:%M}" if answer.handed_in_at else "",
            one.late,
            answer.get_kind_display() if answer.handed_in_at else "",
            person_name(answer.answered_by) if answer.handed_in_at else "",
            answer.text if answer.handed_in_at else "",
            "、".join(file.name for file in one.line.files) if answer.handed_in_at else "",
            answer.reason,
            one.contacts,
            one.told,
        ]
        table.append([safe_cell(text) for text in row])
    return table
