"""What can go wrong in collection, said in words that tell the reader what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


class DepartmentsError(Exception):
    """Base of refusals that are shown to people as they are."""


class UnknownUnit(DepartmentsError):
    """No unit bears that name; the message names the nearest ones."""

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        self.name, self.suggestions = name, tuple(suggestions)
        text = _("No unit is named “%(name)s”.") % {"name": name}
        if suggestions:
            text += _(" Did you mean: %(names)s?") % {"names": "、".join(suggestions)}
        super().__init__(text)


class AmbiguousUnit(DepartmentsError):
    """Several units bear that name."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        self.name, self.candidates = name, tuple(candidates)
        super().__init__(
            _("“%(name)s” may be several units: %(names)s. Write the full name.")
            % {"name": name, "names": "、".join(candidates)}
        )


class TransitionRefused(DepartmentsError, PermissionDenied):
    """The state or the person does not allow this action; nothing has changed."""


class Conflict(DepartmentsError):
    """Somebody else saved first. `theirs` are the cells they changed since the version the caller had read."""

    def __init__(self, theirs: dict[str, dict]) -> None:
        self.theirs = theirs
        super().__init__(
            _("Somebody else has saved this form meanwhile. Nothing of yours is lost: choose for each cell.")
        )


class DuplicateSubmission(DepartmentsError):
    """There is already one submission for this unit, form and period."""


NOTICE = "notice"


@dataclass(frozen=True)
class Problem:
    """A finding about one submission: `item` is a cell key (departments.cells), or "" for the whole form.

    `severity` is one of departments.choices.Severity, or NOTICE: worth a look, never in the way.
    """

    item: str
    severity: str
    message: str
    rule: str = ""


class NotSubmittable(DepartmentsError):
    """Errors stand in the way of submitting; all of them are listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(p.message for p in problems))
