"""Keeping the findings of a draft as contradictions, with what reviewers accepted, and writing them into its document."""

from typing import Any

from departments.templatetags.people import person_name
from reports.models import Contradiction, Issue
from reports.services.document import canonical
from reports.services.findings import Finding


def keep_contradictions(issue: Issue, findings: list[Finding]) -> None:
    """Opens what is new, drops what is gone; an acceptance stays while what it accepted stays, in an erratum too."""
    known = {c.key: c for c in issue.contradictions.select_related("accepted_by")}
    before = (
        {c.key: c for c in issue.corrects.contradictions.select_related("accepted_by")}
        if issue.corrects
        else {}
    )
    for finding in findings:
        row = known.pop(finding.key, None) or Contradiction(issue=issue, key=finding.key)
        former = row if row.pk else before.get(finding.key, row)
        if _values(former) == _values(finding):
            row.accepted_by, row.accepted_at, row.reason = (
                former.accepted_by,
                former.accepted_at,
                former.reason,
            )
        else:
            row.accepted_by, row.accepted_at, row.reason = None, None, ""
        row.kind, row.severity, row.where, row.claim = (
            finding.kind,
            finding.severity,
            finding.where,
            finding.claim,
        )
        row.message, row.computed, row.published = finding.message, finding.computed, finding.published
        row.typed_by_id = finding.typed_by
        row.save()
    issue.contradictions.filter(key__in=known).delete()


def _values(found: Finding | Contradiction) -> tuple[str, str, str]:
    return found.computed, found.published, found.message


def write_checks(issue: Issue, document: dict[str, Any]) -> None:
    """Writes the issue's contradictions, accepted or open, into its stored document."""
    document["checks"] = [
        check_json(row)
        | {
            "accepted_by": person_name(row.accepted_by) or None,
            "accepted_at": row.accepted_at.isoformat() if row.accepted_at else None,
            "reason": row.reason or None,
        }
        for row in issue.contradictions.select_related("accepted_by")
    ]
    issue.content = canonical(document)
    issue.save(update_fields=["content"])


def check_json(finding: Finding | Contradiction) -> dict[str, Any]:
    """One entry of the document's checks, not accepted by anybody."""
    return {
        "id": finding.key,
        "kind": finding.kind,
        "severity": finding.severity,
        "where": finding.where,
        "claim": finding.claim or None,
        "message": finding.message,
        "computed": finding.computed,
        "published": finding.published,
        "accepted_by": None,
        "accepted_at": None,
        "reason": None,
    }
