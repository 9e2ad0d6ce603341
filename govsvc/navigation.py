"""The sidebar: every page people start from, and who gets its entry. It asks no question of the database."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from departments.permissions import is_office_staff, is_unit_staff
from departments.views.board import sees_board
from departments.views.queue import administers, may_decide
from departments.views.requests import sees_requests
from departments.views.uploads import may_upload


@dataclass(frozen=True, eq=False)
class Entry:
    """One line of the sidebar: `may` decides whether the person gets it."""

    label: Any
    icon: str
    url: str
    may: Callable[[Any], bool]
    # Names of further pages that belong here though their address begins elsewhere.
    pages: tuple[str, ...] = ()
    query: str = ""


@dataclass(frozen=True)
class Group:
    title: Any
    entries: tuple[Entry, ...]


def _perm(name: str) -> Callable[[Any], bool]:
    return lambda user: user.has_perm(name)


def _superuser(user: Any) -> bool:
    return bool(user.is_superuser)


# A unit's people have the list of their own answers where the office's have that of the requests.
_ANSWER_PAGES = ("departments_requestanswer_changelist", "departments_requestanswer_change")

# A register's pages lie under its definition, where the list of definitions would claim them.
_REGISTER_PAGES = (
    *(
        f"departments_register_{name}"
        for name in ("entries", "check", "new", "closing", "import", "files", "batch")
    ),
    "departments_entry_change",
    "departments_entry_changelist",
    "departments_entry_opening",
)

NAVIGATION: tuple[Group, ...] = (
    Group(
        "",
        (
            Entry(_("My tasks"), "task_alt", "admin:index", lambda user: True),
            Entry(_("Awaiting approval"), "fact_check", "admin:departments_submission_queue", may_decide),
            Entry(_("Reporting board"), "grid_on", "admin:departments_submission_board", sees_board),
            Entry(
                _("Reconciliation"),
                "compare_arrows",
                "admin:departments_comparison_overview",
                _perm("departments.view_comparison"),
                pages=("departments_comparison_sides", "departments_comparison_unit"),
            ),
            Entry(
                _("Requests"),
                "assignment",
                "admin:departments_request_changelist",
                sees_requests,
                pages=_ANSWER_PAGES,
            ),
            Entry(
                _("Requests"),
                "assignment",
                "admin:departments_requestanswer_changelist",
                lambda user: not sees_requests(user),
                pages=_ANSWER_PAGES,
            ),
            Entry(_("Alerts of today"), "warning", "admin:departments_alert_today", is_unit_staff),
            Entry(_("Alerts"), "warning", "admin:departments_alert_changelist", is_office_staff),
            Entry(
                _("Registers"),
                "checklist_rtl",
                "admin:departments_register_overview",
                _perm("departments.view_register"),
                pages=_REGISTER_PAGES,
            ),
            Entry(
                _("Contacts"),
                "contacts",
                "admin:departments_contact_changelist",
                _perm("departments.view_contact"),
            ),
            Entry(
                _("Leaves in words"),
                "stylus_note",
                "admin:indicators_leafreport_changelist",
                _perm("indicators.view_leafreport"),
            ),
            Entry(_("Uploads"), "upload_file", "admin:departments_upload_changelist", may_upload),
            Entry(
                _("Messages"),
                "notifications",
                "admin:departments_notice_inbox",
                lambda user: True,
            ),
            Entry(
                _("Submissions"),
                "description",
                "admin:departments_submission_changelist",
                _perm("departments.view_submission"),
            ),
            Entry(
                _("My interface tokens"),
                "vpn_key",
                "admin:reports_apitoken_mine",
                lambda user: True,
                pages=("reports_apitoken_mine",),
            ),
        ),
    ),
    Group(
        _("Results"),
        (
            Entry(
                _("Bulletins"),
                "campaign",
                "admin:reports_issue_changelist",
                _perm("reports.view_issue"),
            ),
            Entry(
                _("Archive"),
                "inventory_2",
                "admin:reports_issue_archive",
                _perm("reports.view_issue"),
                pages=("reports_issue_side_by_side",),
            ),
            Entry(
                _("publications"),
                "public",
                "admin:reports_publication_changelist",
                _perm("reports.view_publication"),
            ),
            Entry(
                _("read-only links"),
                "link",
                "admin:reports_readlink_changelist",
                _perm("reports.view_readlink"),
            ),
            Entry(
                _("Rankings"),
                "leaderboard",
                "admin:indicators_ranking_overview",
                lambda user: True,
                pages=(
                    "indicators_ranking_page",
                    "indicators_ranking_opening",
                    "indicators_ranking_comparison",
                    "indicators_ranking_parts",
                    "indicators_score_sheet",
                    "indicators_score_explanation",
                    "indicators_score_profile",
                ),
            ),
            Entry(
                _("Attainment of targets"),
                "target",
                "admin:indicators_target_overview",
                lambda user: True,
            ),
            Entry(
                _("Units due to speak at the meeting"),
                "record_voice_over",
                "admin:indicators_score_meeting",
                is_office_staff,
                pages=("indicators_score_meeting_opening",),
            ),
            Entry(
                _("exclusions"),
                "remove_circle",
                "admin:indicators_exclusion_changelist",
                _perm("indicators.view_exclusion"),
            ),
            Entry(
                _("Deliveries"),
                "outgoing_mail",
                "admin:reports_delivery_changelist",
                _perm("reports.view_delivery"),
            ),
        ),
    ),
    Group(
        _("Set-up"),
        (
            Entry(_("Units"), "account_balance", "admin:departments_unit_changelist", is_office_staff),
            Entry(_("Groups"), "category", "admin:departments_group_changelist", is_office_staff),
            Entry(_("Forms"), "table_chart", "admin:departments_form_changelist", is_office_staff),
            Entry(
                _("Definitions of registers"),
                "ballot",
                "admin:departments_register_changelist",
                is_office_staff,
            ),
            Entry(
                _("Category lists"),
                "list_alt",
                "admin:departments_categorylist_changelist",
                is_office_staff,
            ),
            Entry(
                _("Reasons for not applicable"),
                "block",
                "admin:departments_notapplicablereason_changelist",
                is_office_staff,
            ),
            Entry(_("Windows"), "event", "admin:departments_window_changelist", is_office_staff),
            Entry(
                _("Working calendar"),
                "calendar_month",
                "admin:departments_calendarday_changelist",
                is_office_staff,
            ),
            Entry(
                _("comparisons of sources"),
                "rule",
                "admin:departments_comparison_changelist",
                is_office_staff,
            ),
            Entry(
                _("Indicators"),
                "percent",
                "admin:indicators_indicator_changelist",
                _perm("indicators.view_indicator"),
            ),
            Entry(
                _("Targets"), "flag", "admin:indicators_target_changelist", _perm("indicators.view_target")
            ),
            Entry(
                _("schemes"),
                "account_tree",
                "admin:indicators_scheme_changelist",
                _perm("indicators.view_scheme"),
            ),
            Entry(
                _("Declared rankings"),
                "format_list_numbered",
                "admin:indicators_ranking_changelist",
                _perm("indicators.view_ranking"),
            ),
            Entry(
                _("meeting rules"),
                "rule_settings",
                "admin:indicators_meetingrule_changelist",
                _perm("indicators.view_meetingrule"),
            ),
            Entry(
                _("Bulletin templates"),
                "article",
                "admin:reports_bulletin_changelist",
                _perm("reports.view_bulletin"),
                pages=("reports_annex_design", "reports_annex_copy"),
            ),
            Entry(
                _("mailings"),
                "outgoing_mail",
                "admin:reports_mailing_changelist",
                _perm("reports.view_mailing"),
            ),
            Entry(
                _("subscriptions"),
                "subscriptions",
                "admin:reports_subscription_changelist",
                _perm("reports.view_subscription"),
            ),
            Entry(
                _("timed tasks"),
                "alarm",
                "admin:reports_schedule_changelist",
                _perm("reports.view_schedule"),
            ),
            Entry(
                _("group robots"),
                "forum",
                "admin:departments_robot_changelist",
                _perm("departments.view_robot"),
            ),
            Entry(
                _("deliveries of notices"),
                "mark_email_read",
                "admin:departments_noticedelivery_changelist",
                _perm("departments.view_noticedelivery"),
            ),
            Entry(_("Accounts"), "person", "admin:auth_user_changelist", administers),
            Entry(
                _("Interface tokens"),
                "key",
                "admin:reports_apitoken_changelist",
                _perm("reports.view_apitoken"),
            ),
            Entry(_("Memberships"), "badge", "admin:departments_membership_changelist", administers),
            Entry(_("Offices"), "apartment", "admin:departments_office_changelist", administers),
        ),
    ),
    Group(
        _("Operation"),
        (
            Entry(
                _("Periodic tasks"),
                "schedule",
                "admin:django_celery_beat_periodictask_changelist",
                _superuser,
            ),
            Entry(
                _("Task results"),
                "checklist",
                "admin:django_celery_results_taskresult_changelist",
                _superuser,
            ),
            Entry(
                _("Outbox"),
                "outbox",
                "admin:govsvc_outboxmessage_changelist",
                _superuser,
                query="?done_at__isempty=1",
            ),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar of the person: the entries they may open, in declared order."""
    here = _here(request)
    found: list[dict[str, Any]] = []
    for group in NAVIGATION:
        items = [
            {
                "title": entry.label,
                "icon": entry.icon,
                "link": reverse(entry.url) + entry.query,
                "active": entry in here,
            }
            for entry in group.entries
            if entry.may(request.user)
        ]
        if items:
            found.append({"title": group.title, "separator": bool(found), "items": items})
    return found


def _here(request: HttpRequest) -> list[Entry]:
    """The entries that name this page (people get one of them), else the one with the longest beginning of its address."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    entries = [entry for group in NAVIGATION for entry in group.entries]
    named = [entry for entry in entries if page in entry.pages]
    if named:
        return named
    above = {reverse(entry.url): entry for entry in entries if request.path.startswith(reverse(entry.url))}
    return [above[max(above, key=len)]] if above else []
