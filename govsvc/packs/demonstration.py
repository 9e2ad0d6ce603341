"""From a pack to an issued bulletin, the way an office does it: clerks enter, an administrator approves, the bulletin is
drafted, reviewed and issued, each at its declared time. Running it again changes nothing people have touched since.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from departments.choices import EntryMode, Role, Severity, Status
from departments.exceptions import DepartmentsError, NotSubmittable
from departments.models import Office, Submission, Unit, Window
from departments.services import organisation, submissions
from departments.sheets import Sheet, load_sheet
from govsvc import outbox
from govsvc.packs.cells import inputs_of
from govsvc.packs.judgements import Judgements
from govsvc.packs.loading import apply_pack
from govsvc.packs.pack import DataRow, Pack
from govsvc.packs.schema import IssueSpec, WindowSpec
from reports.choices import IssueStatus
from reports.models import Bulletin, Issue
from reports.services import issues

# Without the letters and digits that are mistaken for one another.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 14
WORKER_SECONDS = 300
# Who hands forms in: clerks their unit's, administrators the office's own tables.
FILLERS = frozenset({Role.CLERK, Role.ADMINISTRATOR})


class DemonstrationError(Exception):
    """The demonstration can't go on; the message says why."""


@dataclass
class Demonstration:
    """One run. `say` prints a line; `progress` hears (what, done, total); without `worker` tasks run in this process."""

    pack: Pack
    say: Callable[[str], None]
    progress: Callable[[str, int, int], None]
    worker: bool = True
    office: Office = field(init=False)

    def prepare(self) -> None:
        """Loads the configuration of an office that is not there yet; what was edited since is never overwritten."""
        found = Office.objects.filter(code=self.pack.office.code).first()
        if found:
            self.say(
                _(
                    "The office is there already: its configuration is kept as it is (load_pack loads it again)."
                )
            )
        self.office = found or apply_pack(self.pack)

    def new_passwords(self) -> Iterator[tuple[str, str, str]]:
        """Gives every account that has none a password: (username, name, password), one by one as each is made, so that
        an interrupted run has told every password it set. They are stored nowhere but hashed.
        """
        accounts = {row.spec.username: row.spec for row in self.pack.accounts}
        users = User.objects.filter(username__in=accounts).order_by("pk")
        passwords = {
            user.username: "".join(secrets.choice(ALPHABET) for _place in range(PASSWORD_LENGTH))
            for user in users
            if not user.has_usable_password()
        }
        for username in organisation.give_passwords(passwords):
            yield username, accounts[username].name, passwords[username]

    def fill(self) -> None:
        """Opens the windows; clerks enter and submit, administrators approve; then the sums are waited for."""
        for row in self.pack.windows:
            window = self._open(row.spec)
            if row.spec.entered_at and row.spec.submitted_at:
                self._enter(window, row.spec, row.spec.entered_at, row.spec.submitted_at)
            if row.spec.approved_at:
                self._approve(window, row.spec, row.spec.approved_at)
        self._work(_("Figures rolled up"))
        Judgements(self.pack, self.office, self._person).enter(self.progress)

    def publish(self) -> list[Issue]:
        """Drafts, reviews and issues what is not issued yet."""
        found = [self._publish(row.spec) for row in self.pack.issues]
        self._work(_("Messages sent"))
        return found

    def write(self, issue: Issue, directory: Path) -> list[Path]:
        return issues.write_files(issue=issue, directory=directory)

    def _open(self, spec: WindowSpec) -> Window:
        form = self.office.forms.get(code=spec.form)
        window = Window.objects.filter(form=form, period=spec.period).first()
        return window or submissions.open_window(
            form=form,
            period=spec.period,
            opens_at=spec.opens_at,
            due_at=spec.due_at,
            closes_at=spec.closes_at,
        )

    def _enter(
        self, window: Window, spec: WindowSpec, entered_at: dt.datetime, submitted_at: dt.datetime
    ) -> None:
        mine: dict[str, list[DataRow]] = {}
        for row in self.pack.data.get((spec.form, spec.period), ()):
            mine.setdefault(self.pack.unit_code(row.spec["unit"]), []).append(row.spec)
        sheet = load_sheet(window.form)
        for done, (code, rows) in enumerate(mine.items(), 1):
            unit = self.office.units.get(code=code)
            submission = Submission.objects.filter(window=window, unit=unit).first()
            if submission is None:
                submission = submissions.start_submission(window=window, unit=unit)
            if submission.status == Status.DRAFT and submission.version == 0:
                self._enter_one(submission, sheet.for_unit(unit.pk), rows, spec, entered_at, submitted_at)
            self.progress(str(_("%s entered") % window.form), done, len(mine))

    def _enter_one(
        self,
        submission: Submission,
        sheet: Sheet,
        rows: list[DataRow],
        spec: WindowSpec,
        entered_at: dt.datetime,
        submitted_at: dt.datetime,
    ) -> None:
        """Every step or none, so that an interrupted run finds a draft that is still untouched."""
        user = self._filler(submission.unit, spec)
        inputs = inputs_of(sheet, rows, spec.default_reason)
        try:
            with transaction.atomic():
                saved = submissions.save_figures(
                    submission=submission, inputs=inputs, user=user, at=entered_at, sheet=sheet
                )
                if saved.rejected:
                    raise NotSubmittable([p for p in saved.problems if p.item in saved.rejected])
                handed_in = submissions.submit(
                    submission=submission,
                    user=user,
                    explanations={
                        (problem.rule, problem.item): spec.explanation
                        for problem in saved.problems
                        if problem.severity == Severity.WARNING and spec.explanation
                    },
                    at=submitted_at,
                    sheet=sheet,
                )
                if handed_in.status == Status.CHECKING and spec.confirmed_at:
                    head = self._person(Role.UNIT_HEAD, submission.unit)
                    submissions.confirm(submission=submission, user=head, at=spec.confirmed_at)
        except DepartmentsError as error:
            raise DemonstrationError(f"{submission.unit}：{error}") from error

    def _filler(self, unit: Unit, spec: WindowSpec) -> User:
        """Who fills the form: the unit's clerk, or for a table of the office the administrator the pack names."""
        if self.pack.forms[spec.form].spec.entered_by == EntryMode.OFFICE:
            return User.objects.get(username=spec.entered_by or self.pack.first_administrator)
        return self._person(Role.CLERK, unit)

    def _person(self, role: Role, unit: Unit) -> User:
        """The person the pack names for the unit in that role."""
        return next(
            User.objects.get(username=row.spec.username)
            for row in self.pack.accounts
            if row.spec.role == role and self.pack.unit_code(row.spec.unit) == unit.code
        )

    def _approve(self, window: Window, spec: WindowSpec, at: dt.datetime) -> None:
        """Only what this demonstration handed in: what people submit waits for people."""
        user = User.objects.get(username=spec.approved_by)
        people = [row.spec.username for row in self.pack.accounts if row.spec.role in FILLERS]
        waiting = Submission.objects.filter(
            window=window,
            status=Status.SUBMITTED,
            submitted_at=spec.submitted_at,
            submitted_by__username__in=people,
        )
        total = waiting.count()
        for done, submission in enumerate(waiting, 1):
            submissions.approve(submission=submission, user=user, at=at)
            self.progress(str(_("%s approved") % window.form), done, total)

    def _publish(self, spec: IssueSpec) -> Issue:
        bulletin = Bulletin.objects.get(office=self.office, code=spec.bulletin)
        issue = Issue.objects.filter(bulletin=bulletin, period=spec.period, edition=1).first()
        if issue and issue.status == IssueStatus.ISSUED:
            self.say(
                _("%(issue)s is issued already as %(number)s.") % {"issue": issue, "number": issue.number}
            )
            return issue
        if issue and (issue.drafted_by.username, issue.drafted_at) != (spec.drafted_by, spec.drafted_at):
            self.say(_("%s is being worked on by people: it is left to them.") % issue)
            return issue
        if issue is None or issue.status == IssueStatus.DRAFT:
            issue = self._draft_and_review(bulletin, spec)
        return issues.issue_bulletin(
            issue=issue, user=User.objects.get(username=spec.issued_by), at=spec.issued_at
        )

    def _draft_and_review(self, bulletin: Bulletin, spec: IssueSpec) -> Issue:
        drafter = User.objects.get(username=spec.drafted_by)
        reviewer = User.objects.get(username=spec.reviewed_by)
        issue = issues.draft_issue(bulletin=bulletin, period=spec.period, user=drafter, at=spec.drafted_at)
        open_ones = issue.contradictions.filter(accepted_by__isnull=True)
        total = open_ones.count() if spec.accept_reason else 0
        for done, contradiction in enumerate(open_ones[:total], 1):
            issues.accept_contradiction(
                contradiction=contradiction, user=reviewer, reason=spec.accept_reason, at=spec.reviewed_at
            )
            self.progress(str(_("Contradictions accepted with a reason")), done, total)
        return issues.review_issue(issue=issue, user=reviewer, at=spec.reviewed_at)

    def _work(self, what: str) -> None:
        total = outbox.waiting()
        if not self.worker:
            outbox.drain()
        elif not outbox.wait_until_empty(
            WORKER_SECONDS, lambda left: self.progress(what, total - left, total)
        ):
            raise DemonstrationError(
                _(
                    "The worker did not finish within %s seconds: is it running? --no-worker does its work here."
                )
                % WORKER_SECONDS
            )
