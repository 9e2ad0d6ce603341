"""What an administrator decides about mails that did not surely arrive: in the service and through the admin's routes."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from departments.services.organisation import save_account
from reports.choices import DeliveryStatus
from reports.exceptions import Refused
from reports.models import Delivery, Mailing, Schedule, Subscription
from reports.services import deliveries
from reports.services.decisions import confirm_arrival, resend
from reports.services.mailings import save_subscription
from reports.views.delivery_words import outlook
from tests.functional.mail.scene import Scene
from tests.services.smtp import SmtpServer


@pytest.fixture
def doubtful(small: Scene) -> Delivery:
    save_subscription(bulletin=small.mailing.bulletin, name="王副区长", address="wang@wujin.example")
    deliveries.prepare_deliveries(issue=small.issue, at_issue_only=True)
    row = Delivery.objects.get(unit__code="U01")
    row.status, row.attempts, row.claimed_at, row.error = DeliveryStatus.UNCERTAIN, 1, timezone.now(), "可能"
    row.save()
    return row


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_arrived_as_the_recipient_says(small: Scene, doubtful: Delivery, smtp_server: SmtpServer) -> None:
    confirm_arrival(delivery=doubtful, user=small.administrator, reason="电话核实")
    row = Delivery.objects.get(pk=doubtful.pk)
    assert (row.status, row.sent_at, row.error) == (DeliveryStatus.SENT, doubtful.claimed_at, "")
    record = LogEntry.objects.get().change_message
    assert "电话核实" in record
    assert "可能" in record
    for act in (confirm_arrival, resend):
        with pytest.raises(Refused):
            act(delivery=doubtful, user=small.administrator)
    deliveries.send_waiting()
    assert not [m for m in smtp_server.messages if m.recipients == (doubtful.address,)]


@pytest.mark.parametrize("status", [s for s in DeliveryStatus if s != DeliveryStatus.UNCERTAIN])
def test_only_an_uncertain_mail_can_be_said_to_have_arrived(
    small: Scene, doubtful: Delivery, status: str
) -> None:
    Delivery.objects.filter(pk=doubtful.pk).update(status=status)
    with pytest.raises(Refused):
        confirm_arrival(delivery=doubtful, user=small.administrator)
    assert LogEntry.objects.count() == 0


def test_to_another_address_but_not_to_one_that_gets_it_already(
    small: Scene, doubtful: Delivery, smtp_server: SmtpServer
) -> None:
    Delivery.objects.filter(pk=doubtful.pk).update(status=DeliveryStatus.BOUNCED)
    other = Delivery.objects.get(unit__code="U02")
    Delivery.objects.create(
        issue=small.issue, mailing=small.mailing, unit=small.units["U01"], address="second@wujin.example"
    )
    for address in ("SECOND@wujin.example", "no address"):
        with pytest.raises(Refused):
            resend(delivery=doubtful, user=small.administrator, address=address)
    assert other.address != "new@wujin.example"
    resend(delivery=doubtful, user=small.administrator, address="new@wujin.example", reason="换了邮箱")
    deliveries.send_waiting()
    assert [m.recipients for m in smtp_server.messages].count(("new@wujin.example",)) == 1
    record = LogEntry.objects.get().change_message
    assert "邮箱由 u01@wujin.example 改为 new@wujin.example" in record


def test_only_administrators_of_the_office_decide(small: Scene, doubtful: Delivery) -> None:
    stranger = save_account(username="stranger", name="外人")
    for user in (small.clerks["U01"], stranger):
        with pytest.raises(Refused):
            confirm_arrival(delivery=doubtful, user=user)
        for name in ("resend", "confirm"):
            response = client_of(user).post(reverse(f"admin:reports_delivery_{name}", args=[doubtful.pk]))
            assert response.status_code in (302, 403)
    assert Delivery.objects.get(pk=doubtful.pk).status == DeliveryStatus.UNCERTAIN


def test_both_decisions_by_their_buttons(small: Scene, doubtful: Delivery) -> None:
    client = client_of(small.administrator)
    page = client.get(reverse("admin:reports_delivery_change", args=[doubtful.pk])).content.decode()
    confirm = reverse("admin:reports_delivery_confirm", args=[doubtful.pk])
    assert confirm in page
    assert "请问过收件人再处理" in page
    client.post(confirm, {"reason": "已收到"})
    assert Delivery.objects.get(pk=doubtful.pk).status == DeliveryStatus.SENT
    Delivery.objects.filter(pk=doubtful.pk).update(status=DeliveryStatus.FAILED)
    page = client.get(reverse("admin:reports_delivery_change", args=[doubtful.pk])).content.decode()
    assert confirm not in page
    client.post(
        reverse("admin:reports_delivery_resend", args=[doubtful.pk]), {"address": "new@wujin.example"}
    )
    row = Delivery.objects.get(pk=doubtful.pk)
    assert (row.status, row.address) == (DeliveryStatus.WAITING, "new@wujin.example")


def test_the_list_counts_what_its_other_filters_leave(small: Scene, doubtful: Delivery) -> None:
    client = client_of(small.administrator)
    page = reverse("admin:reports_delivery_changelist")
    whole = client.get(page).context_data
    assert {one["label"]: one["count"] for one in whole["counts"]} == {"待发送": 4, "是否送达不明": 1}
    assert whole["counts_total"] == 5
    units = client.get(page, {"receiver": "unit", "status__exact": "uncertain"}).context_data
    assert {one["label"]: (one["count"], one["chosen"]) for one in units["counts"]} == {
        "待发送": (3, False),
        "是否送达不明": (1, True),
    }
    assert units["cl"].result_count == 1
    leaders = client.get(page, {"receiver": "subscription"})
    assert "王副区长" in leaders.content.decode()
    assert leaders.context_data["counts_total"] == 1


def test_what_happens_next_in_words(small: Scene, doubtful: Delivery) -> None:
    row = Delivery(status=DeliveryStatus.WAITING)
    assert outlook(row) == "下一次发送时发出"
    row.attempts, row.claimed_at = 2, timezone.now().replace(hour=1, minute=0)
    assert outlook(row).startswith("已试 2 次（最多 5 次），")
    assert outlook(row).endswith("09:30 再试")
    for status in (DeliveryStatus.FAILED, DeliveryStatus.BOUNCED, DeliveryStatus.UNCERTAIN):
        assert outlook(Delivery(status=status))
    assert outlook(Delivery(status=DeliveryStatus.SENT)) == ""


# The pages that set it up


def test_a_mailing_is_set_up_in_words_that_are_checked(small: Scene) -> None:
    client = client_of(small.administrator)
    page = reverse("admin:reports_mailing_change", args=[small.mailing.pk])
    given = {"ranking": small.mailing.ranking_id, "enabled": "on", "chart": "on"}
    refused = client.post(page, given | {"roles": ["boss"], "attachments": ["exe"]})
    assert set(refused.context_data["adminform"].form.errors) == {"roles", "attachments"}
    client.post(page, given | {"roles": ["unit_head"], "attachments": ["pdf", "xlsx"]})
    row = Mailing.objects.get()
    assert (row.roles, row.attachments, row.at_issue) == ("unit_head", "pdf xlsx", False)


def test_no_subscription_twice_and_none_that_was_served_is_deleted(small: Scene, doubtful: Delivery) -> None:
    client = client_of(small.administrator)
    bulletin = small.mailing.bulletin
    given = {"bulletin": bulletin.pk, "name": "再来", "attachments": "pdf", "enabled": "on"}
    refused = client.post(
        reverse("admin:reports_subscription_add"), given | {"address": "WANG@wujin.example"}
    )
    assert set(refused.context_data["adminform"].form.errors) == {"address"}
    client.post(reverse("admin:reports_subscription_add"), given | {"address": "li@wujin.example"})
    served, unserved = Subscription.objects.order_by("pk")
    for row, code in ((served, 403), (unserved, 200)):
        page = client.get(reverse("admin:reports_subscription_delete", args=[row.pk]))
        assert page.status_code == code


def test_a_schedule_made_on_its_page_counts_from_then_on(small: Scene) -> None:
    client = client_of(small.administrator)
    given = {
        "bulletin": small.mailing.bulletin_id, "name": "月末起草", "action": "draft", "rule": "last_working_day",
        "number": 9, "time": "17:00", "enabled": "on",
    }  # fmt: skip
    before = timezone.now()
    client.post(reverse("admin:reports_schedule_add"), given)
    schedule = Schedule.objects.get()
    assert (schedule.number, schedule.since >= before) == (1, True)
    page = client.get(reverse("admin:reports_schedule_change", args=[schedule.pk])).content.decode()
    assert "每月最后一个工作日 17:00" in page
    assert page.count("<li>") >= 5
    run = reverse("admin:reports_schedule_run", args=[schedule.pk])
    assert run in page
    assert client.get(run).status_code == 200
    assert schedule.runs.count() == 0
    client.post(run)
    assert schedule.runs.count() == 1
    assert client_of(small.clerks["U01"]).post(run).status_code in (302, 403)
    assert schedule.runs.count() == 1
