"""The life of an issue: draft (recomputed at will) → reviewed → issued, once and for good."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Role, Status
from departments.models import Form, Submission
from departments.periods import Period
from departments.permissions import has_role
from departments.services.organisation import expected_units
from expressions import NameTable
from indicators.services import calculation
from reports.choices import IssueStatus
from reports.exceptions import Held, Refused
from reports.models import Bulletin, Contradiction, Issue, IssueFile
from reports.renderers import FORMATS
from reports.services.cells import forms_in_annexes
from reports.services.checks import find_contradictions
from reports.services.document import build_document, canonical, content_hash, figures_hash
from reports.services.erratum_parts import as_erratum, holders_of
from reports.services.issue_edits import drop_lapsed_lists, is_editor
from reports.services.kept_checks import check_json, keep_contradictions, write_checks
from reports.services.numbers import next_number
from reports.services.rendering import render_document
from reports.services.replies import renew_replies, unsettled
from reports.services.search_text import search_text
from reports.services.text_edits import drop_out_of_date
from reports.signals import bulletin_issued
from reports.statements import Source


@transaction.atomic
def draft_issue(*, bulletin: Bulletin, period: str, user: Any, at: dt.datetime | None = None) -> Issue:
    """Writes or rewrites the draft from the approved figures. A reviewed issue goes back to draft; an issued one is refused."""
    if not has_role(user, {Role.ADMINISTRATOR}, office=bulletin.office):
        raise Refused(_("Drafting is for administrators of the office."))
    code = Period.parse(period).code
    issue = latest_edition(bulletin, code)
    if issue and issue.status == IssueStatus.ISSUED:
        raise Refused(_("%s is issued and never changes; a correction is an erratum.") % issue.number)
    return write_draft(
        issue=issue or Issue(bulletin=bulletin, period=code), user=user, at=at or timezone.now()
    )


def latest_edition(bulletin: Bulletin, period: str) -> Issue | None:
    """The newest edition of a period's issue, locked; None before the first draft."""
    editions = Issue.objects.select_for_update(of=("self",)).filter(bulletin=bulletin, period=period)
    return editions.select_related("bulletin__office", "run", "corrects").order_by("-edition").first()


def write_draft(*, issue: Issue, user: Any, at: dt.datetime) -> Issue:
    """Composes the issue anew, with everything that hangs on its figures. The caller has checked rights and holds the lock."""
    document, source, names = compose_issue(issue)
    findings = find_contradictions(issue.bulletin, document, source, names)
    run = calculation.calculate(
        office=issue.bulletin.office, period=issue.period, user=user, at=at, data=source.data
    )
    former = issue.run if issue.pk else None
    issue.status, issue.run, issue.hash = IssueStatus.DRAFT, run, figures_hash(document)
    issue.drafted_by, issue.drafted_at, issue.reviewed_by, issue.reviewed_at = user, at, None, None
    issue.content, issue.search_text = canonical(document), search_text(document)
    issue.save()
    drop_out_of_date(issue=issue, document=document, user=user, at=at)
    drop_lapsed_lists(issue=issue, document=document, user=user, at=at)
    if former:
        calculation.discard(run=former)
    keep_contradictions(issue, findings)
    write_checks(issue, document)
    renew_replies(issue=issue, user=user, at=at)
    return issue


def compose_issue(issue: Issue) -> tuple[dict[str, Any], Source, dict[str, NameTable]]:
    """The issue's document from the figures approved now, and what it was made from; nothing is stored."""
    document, source, names = build_document(issue.bulletin, issue.period)
    if issue.corrects is None:
        return document, source, names
    former = json.loads(issue.corrects.content)
    return as_erratum(document, issue.corrects, former, issue.correction_reason), source, names


def gate(issue: Issue, at: dt.datetime | None = None) -> list[str]:
    """What stands in the way of review and issue at that moment (now), each in words; empty when nothing does."""
    reasons = _unreported(issue)
    open_ones = issue.contradictions.filter(accepted_by__isnull=True).count()
    if open_ones:
        reasons.append(_("%s contradictions are not accepted yet.") % open_ones)
    unsettled_comments = issue.comments.filter(settled_by__isnull=True).count()
    if unsettled_comments:
        reasons.append(_("%s comments are not settled yet.") % unsettled_comments)
    reasons += unsettled(issue, at)
    if issue.status != IssueStatus.ISSUED:
        document, _source, _names = compose_issue(issue)
        if figures_hash(document) != issue.hash:
            reasons.append(_("Figures or texts have changed since the draft: draft it again."))
    return reasons


def _unreported(issue: Issue) -> list[str]:
    """Units whose figures are not approved, form by form: the annexes' forms, and those of their columns that were asked for the
    very period. Who is missing behind a sentence stands in its coverage."""
    period = Period.parse(issue.period)
    reasons = []
    forms = Form.objects.filter(office=issue.bulletin.office_id).filter(
        Q(annexes__bulletin=issue.bulletin_id)
        | Q(code__in=forms_in_annexes(json.loads(issue.content)), windows__period=period.code)
    )
    for form in forms.distinct().order_by("order", "code"):
        approved = Submission.objects.filter(
            window__form=form, window__period=period.code, status=Status.APPROVED
        ).values("unit")
        missing = expected_units(form, period).exclude(pk__in=approved)
        if missing:
            reasons.append(
                _("%(form)s: %(n)s units are not approved: %(names)s.")
                % {"form": form, "n": len(missing), "names": "、".join(unit.name for unit in missing)}
            )
    return reasons


@transaction.atomic
def accept_contradiction(
    *, contradiction: Contradiction, user: Any, reason: str, at: dt.datetime | None = None
) -> Contradiction:
    """A reviewer who did not type the value accepts it with a reason; the acceptance stays with it."""
    row = (
        Contradiction.objects.select_for_update(of=("self",))
        .select_related("issue__bulletin__office")
        .get(pk=contradiction.pk)
    )
    issue = _lock(row.issue)
    if issue.status != IssueStatus.DRAFT:
        raise Refused(_("Contradictions are accepted while the issue is a draft."))
    if not has_role(user, {Role.REVIEWER}, office=issue.bulletin.office):
        raise Refused(_("Accepting is for reviewers of the office."))
    if row.typed_by_id == user.pk:
        raise Refused(_("You typed this value: another reviewer must accept it."))
    if not reason.strip():
        raise Refused(_("Please write why the difference is right."))
    row.accepted_by, row.accepted_at, row.reason = user, at or timezone.now(), reason.strip()
    row.save()
    write_checks(issue, json.loads(issue.content))
    return row


@transaction.atomic
def review_issue(*, issue: Issue, user: Any, at: dt.datetime | None = None) -> Issue:
    """A reviewer other than the drafter declares the draft right; Held while the gate is shut."""
    locked = _lock(issue)
    if not has_role(user, {Role.REVIEWER}, office=locked.bulletin.office):
        raise Refused(_("Reviewing is for reviewers of the office."))
    if locked.drafted_by_id == user.pk:
        raise Refused(_("You drafted this issue: somebody else must review it."))
    if is_editor(locked, user):
        raise Refused(_("You edited a text of this issue: somebody else must review it."))
    if locked.status != IssueStatus.DRAFT:
        raise Refused(_("Only a draft can be reviewed."))
    _hold(locked, at)
    locked.status, locked.reviewed_by, locked.reviewed_at = IssueStatus.REVIEWED, user, at or timezone.now()
    document = json.loads(locked.content)
    document["status"] = IssueStatus.REVIEWED.value
    locked.content = canonical(document)
    locked.save()
    return locked


@transaction.atomic
def issue_bulletin(*, issue: Issue, user: Any, at: dt.datetime | None = None) -> Issue:
    """Gives the number, freezes content, places and files. Two people at once: the second is told it is issued."""
    at = timezone.localtime(at or timezone.now())
    locked = _lock(issue)
    if not has_role(user, {Role.ISSUER}, office=locked.bulletin.office):
        raise Refused(_("Issuing is for issuers of the office."))
    if locked.status == IssueStatus.ISSUED:
        raise Refused(_("Already issued as %s.") % locked.number)
    if locked.status != IssueStatus.REVIEWED:
        raise Refused(_("Only a reviewed issue can be issued."))
    _hold(locked, at)
    locked.year, locked.sequence = at.year, next_number(locked.bulletin.office, at.year)
    locked.number = locked.bulletin.number_format.format(year=at.year, number=locked.sequence)
    locked.status, locked.issued_by, locked.issued_at = IssueStatus.ISSUED, user, at
    document = json.loads(locked.content)
    document |= {
        "status": locked.status.value,
        "number": locked.number,
        "issued_at": at.isoformat(timespec="seconds"),
    }
    if locked.corrects is not None:
        document["erratum"]["holders"] = holders_of(locked.corrects)
    document["signature"]["date"] = document["addressees"]["印发"]["日期"] = at.date().isoformat()
    document["hash"] = locked.hash = content_hash(document)
    locked.content, locked.search_text = canonical(document), search_text(document)
    locked.save()
    calculation.freeze(run=locked.run)
    IssueFile.objects.bulk_create(
        _file(locked, format_, render_document(document, format_)) for format_ in FORMATS
    )
    bulletin_issued.send(Issue, issue=locked)
    return locked


def write_files(*, issue: Issue, directory: Path, formats: Iterable[str] = FORMATS) -> list[Path]:
    """Writes DIRECTORY/bulletin/period/bulletin.*: the kept files of an issued issue, else the draft rendered now."""
    folder = directory / issue.bulletin.code / issue.period
    folder.mkdir(parents=True, exist_ok=True)
    kept = {file.format: bytes(file.content) for file in issue.files.all()} if issue.pk else {}
    written = []
    for format_ in formats:
        content = kept.get(format_) or render_document(json.loads(issue.content), format_)
        path = folder / f"bulletin.{format_}"
        part = path.with_name(path.name + ".part")
        part.write_bytes(content)
        part.replace(path)
        written.append(path)
    return written


def _file(issue: Issue, format_: str, content: bytes) -> IssueFile:
    return IssueFile(issue=issue, format=format_, content=content, sha256=hashlib.sha256(content).hexdigest())


def _hold(issue: Issue, at: dt.datetime | None) -> None:
    reasons = gate(issue, at)
    if reasons:
        raise Held(reasons)


def _lock(issue: Issue) -> Issue:
    return (
        Issue.objects.select_for_update(of=("self",))
        .select_related("bulletin__office", "run", "corrects")
        .get(pk=issue.pk)
    )


def trial_issue(*, bulletin: Bulletin, period: str) -> Issue:
    """The draft as it would be now, nothing stored: an unsaved issue for `write_files`."""
    document, source, names = build_document(bulletin, Period.parse(period).code)
    document["checks"] = [check_json(f) for f in find_contradictions(bulletin, document, source, names)]
    return Issue(bulletin=bulletin, period=document["period"], content=canonical(document))
