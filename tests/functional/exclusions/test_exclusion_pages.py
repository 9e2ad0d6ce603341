"""The pages of exclusions: who sees which, asking in two steps, deciding, and what an issued bulletin keeps."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.services import forms
from indicators.choices import ExclusionState
from indicators.models import Exclusion, Result
from indicators.services import exclusions
from tests import build
from tests.functional.exclusions.yindu_office import PERIOD, POLICE, REASON, Yindu
from tests.functional.reports.scene import PERIOD as QUARTER
from tests.functional.reports.scene import make

pytestmark = pytest.mark.django_db
LIST = "/admin/indicators/exclusion/"
ADD = f"{LIST}add/"


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(row: Exclusion) -> str:
    return reverse("admin:indicators_exclusion_change", args=[row.pk])


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def given(yindu: Yindu, **changes: Any) -> dict[str, Any]:
    values = {
        "item": yindu.total.pk,
        "period": PERIOD,
        "unit": yindu.police.pk,
        "amount": "1",
        "reason": REASON,
    }
    return values | changes


def test_asking_goes_by_item_and_period_then_by_unit(yindu: Yindu) -> None:
    client = client_of(yindu.people["asker"])
    first = client.get(ADD)
    assert first.context["ask"] is None
    assert first.context["which"].fields["period"].choices == [(PERIOD, "2023年6月")]
    assert "不见面审批、即办件情况统计表 · 事项总数" in first.content.decode()
    second = client.get(ADD, {"item": yindu.total.pk, "period": PERIOD})
    assert "殷都区公安分局（144）" in second.content.decode()
    answer = client.post(ADD, given(yindu))
    row = Exclusion.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(row))
    assert (row.unit, row.amount, row.reason, row.state) == (
        yindu.police,
        Decimal(1),
        REASON,
        ExclusionState.ASKED,
    )


def test_a_link_may_name_the_unit(yindu: Yindu) -> None:
    address = f"{ADD}?item={yindu.total.pk}&period={PERIOD}&unit={yindu.police.pk}"
    page = text_of(client_of(yindu.people["asker"]), address)
    assert f'<option value="{yindu.police.pk}" selected>' in page


def test_what_cannot_be_lowered_is_not_offered(yindu: Yindu) -> None:
    forms.save_item(form=yindu.form, code="share", name="占比一项", order=3, kind="percent", decimals=2)
    forms.save_item(form=yindu.form, code="words", name="文字一项", order=4, kind="text")
    page = text_of(client_of(yindu.people["asker"]), ADD)
    assert "占比一项" not in page
    assert "文字一项" not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "145"}, "不超过这个数"),
        ({"amount": "1.5"}, "小数位数"),
        ({"amount": "很多"}, "输入一个数字"),
        ({"reason": ""}, "必填"),
        ({"unit": "0"}, "选择"),
    ],
)
def test_a_refused_request_says_why_and_keeps_what_was_typed(
    yindu: Yindu, changes: dict[str, str], words: str
) -> None:
    answer = client_of(yindu.people["asker"]).post(ADD, given(yindu, **changes))
    page = answer.content.decode()
    assert words in page
    assert all(f'value="{value}"' in page for name, value in changes.items() if name == "amount")
    assert not Exclusion.objects.exists()


def test_another_office_s_item_is_no_choice(yindu: Yindu) -> None:
    other = build.form(build.office("third", "第三区"))
    client = client_of(yindu.people["asker"])
    for item in (other.items.get(code="due").pk, "x", ""):
        answer = client.post(ADD, given(yindu, item=item))
        assert answer.status_code == 200
        assert answer.context["ask"] is None
    assert not Exclusion.objects.exists()


def test_an_office_without_figures_is_told_so(yindu: Yindu) -> None:
    assert "还没有经审批的数据" in text_of(client_of(yindu.people["stranger"]), ADD)


def test_only_administrators_reach_the_page_that_asks(yindu: Yindu) -> None:
    for who in ("reviewer", "viewer", "clerk"):
        client = client_of(yindu.people[who])
        assert client.get(ADD).status_code == 403
        assert client.post(ADD, given(yindu)).status_code == 403
    assert not Exclusion.objects.exists()


def test_everybody_concerned_sees_it_and_nobody_else(yindu: Yindu) -> None:
    row = yindu.ask()
    for who in ("asker", "approver", "reviewer", "issuer", "viewer", "clerk"):
        client = client_of(yindu.people[who])
        assert REASON in text_of(client, LIST), who
        page = text_of(client, page_of(row))
        assert REASON in page
        assert ('id="decision"' in page) is (who in ("asker", "approver")), who
        assert ('value="approve"' in page) is (who == "approver"), who
    for who in ("neighbour", "stranger"):
        client = client_of(yindu.people[who])
        assert REASON not in client.get(LIST).content.decode()
        answer = client.get(page_of(row), follow=True)
        assert REASON not in answer.content.decode()


def test_a_clerk_cannot_act_on_what_the_clerk_sees(yindu: Yindu) -> None:
    row = yindu.ask()
    for action in ("approve", "refuse", "lift", "nonsense"):
        client_of(yindu.people["clerk"]).post(page_of(row), {"action": action, "reason": "x"})
    row.refresh_from_db()
    assert row.state == ExclusionState.ASKED


def test_approved_on_the_page_and_lifted_on_the_page(yindu: Yindu) -> None:
    row = yindu.ask()
    client = client_of(yindu.people["approver"])
    page = client.post(page_of(row), {"action": "approve"}, follow=True).content.decode()
    assert "已批准" in page
    assert "<b>143</b>" in page
    refused = client.post(page_of(row), {"action": "lift", "reason": " "})
    assert "恢复计入" in refused.content.decode()
    page = client.post(page_of(row), {"action": "lift", "reason": "权限已划转"}, follow=True).content.decode()
    assert "撤销：权限已划转" in page
    row.refresh_from_db()
    assert row.state == ExclusionState.LIFTED


def test_the_one_who_asked_may_only_take_it_back(yindu: Yindu) -> None:
    row = yindu.ask()
    client = client_of(yindu.people["asker"])
    page = client.post(page_of(row), {"action": "approve", "reason": "自己批"}).content.decode()
    assert "须由别人决定" in page
    assert 'value="自己批"' in page
    assert "收回申请" in page
    client.post(page_of(row), {"action": "refuse", "reason": "填错了"})
    row.refresh_from_db()
    assert row.state == ExclusionState.REFUSED


def test_the_page_warns_when_the_figure_went_away(yindu: Yindu) -> None:
    row = yindu.approved()
    client = client_of(yindu.people["approver"])
    assert "批准以后数据有变动" not in text_of(client, page_of(row))
    build.reopen(yindu.submission(), yindu.people["approver"], asker=yindu.people["filler"])
    assert "批准以后数据有变动" in text_of(client, page_of(row))


def test_the_list_filters_by_state_in_the_address_and_has_a_fixed_number_of_queries(
    yindu: Yindu, django_assert_max_num_queries: Any
) -> None:
    yindu.approved()
    yindu.ask(unit=yindu.units["殷都区住建局"], reason="重复录入")
    client = client_of(yindu.people["viewer"])
    page = text_of(client, f"{LIST}?state__exact=approved")
    assert REASON in page
    assert "重复录入" not in page
    assert "已通过" in page
    with django_assert_max_num_queries(20):
        assert "重复录入" in text_of(client, LIST)


def test_exclusions_are_never_deleted(yindu: Yindu) -> None:
    row = yindu.ask()
    address = reverse("admin:indicators_exclusion_delete", args=[row.pk])
    assert client_of(yindu.people["asker"]).post(address, {"post": "yes"}).status_code == 403
    assert Exclusion.objects.filter(pk=row.pk).exists()


def test_an_issued_bulletin_never_changes(db: Any) -> None:
    scene = make()
    issue = scene.issued()
    before = list(Result.objects.order_by("pk").values())
    content = issue.content
    row = exclusions.ask_exclusion(
        item=scene.submission("甲局").window.form.items.get(code="due"),
        unit=scene.units["甲局"],
        period=QUARTER,
        amount=Decimal(1),
        reason="重复件",
        user=scene.people["admin"],
    )
    exclusions.approve_exclusion(exclusion=row, user=scene.people["approver"])
    issue.refresh_from_db()
    assert list(Result.objects.order_by("pk").values()) == before
    assert issue.content == content
    page = text_of(scene.client("admin"), page_of(row))
    assert "已发布的文字和数据不会改变" in page
    assert f"/issue/{issue.pk}/" in page


def test_the_police_is_told_what_counts(yindu: Yindu) -> None:
    page = text_of(client_of(yindu.people["clerk"]), page_of(yindu.approved()))
    assert POLICE in page
    assert "<b>−1</b>" in page
    assert "<b>143</b>" in page
