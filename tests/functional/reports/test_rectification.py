"""开立整改 from a ranking, an issue and an inspection: whom it proposes, what it opens, the way there and back."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from departments.choices import Origin, RegisterKind
from departments.models import Entry, Register
from departments.services.registers.definitions import save_register
from departments.services.registers.life import create_entry
from reports.services.rectification import last_rows
from tests.functional.reports.scene import PERIOD, Scene


@pytest.fixture
def register(scene: Scene) -> Register:
    return save_register(
        office=scene.office, code="mending", title="整改台账", due_days=5, types="排名靠后\n数据矛盾"
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def proposed(html: str) -> list[str]:
    """The units offered, those ticked marked with a star."""
    return [
        f"{name.strip()}{'*' if ticked else ''}"
        for ticked, name in re.findall(r'name="unit" value="\d+"( checked)?>(.*?)</label>', html)
    ]


def choose(address: str, who: User, register: Register, *units: int, **fields: Any) -> Any:
    data = {"register": register.pk, "unit": [str(pk) for pk in units], **fields}
    return client_of(who).post(address, data)


def ranking_address(scene: Scene, **query: str) -> str:
    base = reverse("admin:indicators_ranking_opening", args=[scene.ranking.pk])
    return f"{base}?" + "&".join(f"{name}={value}" for name, value in {"period": PERIOD, **query}.items())


def test_from_a_ranking_by_preview_to_entries_and_back(scene: Scene, register: Register) -> None:
    admin = scene.people["admin"]
    ranking = reverse("admin:indicators_ranking_page", args=[scene.ranking.pk]) + f"?period={PERIOD}"
    assert "开立整改…" in client_of(admin).get(ranking).content.decode()
    address = ranking_address(scene)
    html = client_of(admin).get(address).content.decode()
    assert proposed(html) == ["乙局*"]
    assert "第3名（共3家），0.0%" in html
    unit = scene.units["乙局"].pk
    preview = choose(address, admin, register, unit).content.decode()
    assert "办结率排名（区级部门，2022年一季度）靠后" in preview
    assert re.search(r"ZG-\d{4}-001", preview)
    assert not Entry.objects.exists()
    done = choose(
        address, admin, register, unit, action="open", name="办结率靠后整改", type="排名靠后", due_on=""
    )
    assert done.status_code == 302
    entry = Entry.objects.get()
    assert (entry.unit, entry.name, entry.type, entry.origin) == (
        scene.units["乙局"],
        "办结率靠后整改",
        "排名靠后",
        Origin.RANKING,
    )
    assert entry.due_on is not None
    assert entry.origin_url == ranking
    back = client_of(admin).get(done.url).content.decode()
    assert "已开立整改：" in back
    assert entry.key in back
    clerk = client_of(scene.people["clerk"]).get(ranking).content.decode()
    assert entry.key in clerk
    assert "开立整改…" not in clerk


def test_again_opens_nothing(scene: Scene, register: Register) -> None:
    admin, unit = scene.people["admin"], scene.units["乙局"].pk
    for _time in range(2):
        choose(ranking_address(scene), admin, register, unit, action="open", name="x")
    assert Entry.objects.count() == 1
    html = choose(ranking_address(scene), admin, register, unit).content.decode()
    assert "所选单位都已开立" in html


def test_the_meetings_list_is_longer_and_opens_only_what_is_new(scene: Scene, register: Register) -> None:
    admin = scene.people["admin"]
    choose(ranking_address(scene), admin, register, scene.units["乙局"].pk, action="open", name="x")
    longer = ranking_address(scene, last="2")
    assert proposed(client_of(admin).get(longer).content.decode()) == ["丙局*", "乙局*"]
    units = [scene.units[name].pk for name in ("丙局", "乙局")]
    done = choose(longer, admin, register, *units, action="open", name="x")
    assert done.status_code == 302
    assert sorted(Entry.objects.values_list("unit__name", flat=True)) == sorted(["乙局", "丙局"])


# Ranks in the order of the table → how many are asked → the ranks listed.
TIES = [
    ([1, 2, 3, 4], 2, [3, 4]),
    ([1, 2, 3, 3], 1, [3, 3]),
    ([1, 2, 2, 4], 2, [2, 2, 4]),
    ([1, 1, 1], 1, [1, 1, 1]),
    ([1, 2], 9, [1, 2]),
    ([1, 2, None], 1, [2]),
    ([None], 3, []),
]


@pytest.mark.parametrize(("ranks", "n", "listed"), TIES)
def test_a_tie_at_the_edge_stays_whole(ranks: list[int | None], n: int, listed: list[int]) -> None:
    table = {"rows": [{"unit": str(i), "rank": rank} for i, rank in enumerate(ranks)], "bottom": ["0"]}
    assert [row["rank"] for row in last_rows(table, n)] == listed
    assert [row["unit"] for row in last_rows(table)] == ["0"]


def test_the_bottom_list_is_the_documents_own(scene: Scene, register: Register) -> None:
    issue = scene.issued()
    frozen = json.loads(issue.content)["rankings"][0]
    address = reverse("admin:reports_issue_opening", args=[issue.pk]) + "?ranking=closing"
    html = client_of(scene.people["admin"]).get(address).content.decode()
    names = {row["unit"]: row["name"] for row in frozen["rows"]}
    assert proposed(html) == [f"{names[code]}*" for code in frozen["bottom"]]
    page = client_of(scene.people["admin"]).get(reverse("admin:reports_issue_change", args=[issue.pk]))
    assert "?ranking=closing" in page.content.decode()
    unit = scene.units["乙局"].pk
    choose(address, scene.people["admin"], register, unit, action="open", name="x")
    # Seen in the issue or on the ranking's page it is the same cause.
    choose(ranking_address(scene), scene.people["admin"], register, unit, action="open", name="x")
    assert Entry.objects.count() == 1
    page = client_of(scene.people["admin"]).get(reverse("admin:reports_issue_change", args=[issue.pk]))
    assert Entry.objects.get().key in page.content.decode()


def test_from_a_contradiction(scene: Scene, register: Register) -> None:
    issue = scene.draft()
    row = issue.contradictions.get(claim="C1")
    address = reverse("admin:reports_issue_opening", args=[issue.pk]) + f"?contradiction={row.pk}"
    admin = scene.people["admin"]
    assert proposed(client_of(admin).get(address).content.decode()) == ["甲局", "乙局", "丙局", "丁局"]
    done = choose(address, admin, register, scene.units["丙局"].pk, action="open", name="核对办结数")
    assert done.status_code == 302
    entry = Entry.objects.get()
    assert (entry.origin, entry.unit) == (Origin.CONTRADICTION, scene.units["丙局"])
    assert entry.origin_label == "办结通报（2022年一季度）矛盾 C1"
    page = client_of(admin).get(reverse("admin:reports_issue_change", args=[issue.pk])).content.decode()
    assert entry.key in page


def test_a_contradiction_of_a_list_proposes_the_units_that_differ(scene: Scene, register: Register) -> None:
    from reports.services import templates

    templates.save_published(
        claim="C3",
        figure="low",
        value="丙局、丁局",
        bulletin=scene.bulletin,
        period=PERIOD,
        user=scene.people["admin"],
        source="原件",
    )
    issue = scene.draft()
    row = issue.contradictions.get(claim="C3")
    address = reverse("admin:reports_issue_opening", args=[issue.pk]) + f"?contradiction={row.pk}"
    html = client_of(scene.people["admin"]).get(address).content.decode()
    assert proposed(html) == ["甲局", "乙局*", "丙局*", "丁局*"]


@pytest.fixture
def inspected(scene: Scene) -> Entry:
    patrol = save_register(office=scene.office, code="patrol", title="巡查", kind=RegisterKind.EVENT)
    return create_entry(
        register=patrol,
        unit=scene.units["乙局"],
        key="X1",
        name="窗口空岗",
        user=scene.people["admin"],
    )


def test_from_an_inspection(scene: Scene, register: Register, inspected: Entry) -> None:
    admin = scene.people["admin"]
    source = reverse("admin:departments_entry_change", args=[inspected.pk])
    assert "转整改…" in client_of(admin).get(source).content.decode()
    address = reverse("admin:departments_entry_opening", args=[inspected.pk])
    unit = scene.units["乙局"].pk
    assert "窗口空岗" in choose(address, admin, register, unit, origin="review").content.decode()
    done = choose(address, admin, register, unit, origin="review", action="open", name="窗口空岗")
    assert done.url == source
    entry = Entry.objects.get(register=register)
    assert (entry.origin, entry.origin_url) == (Origin.REVIEW, source)
    assert entry.key in client_of(admin).get(source).content.decode()
    there = reverse("admin:departments_entry_change", args=[entry.pk])
    assert source in client_of(admin).get(there).content.decode()
    # The same event under another word is the same cause.
    choose(address, admin, register, unit, origin="inspection", action="open", name="x")
    assert Entry.objects.filter(register=register).count() == 1


def test_who_is_refused(scene: Scene, register: Register, inspected: Entry) -> None:
    issue = scene.draft()
    addresses = (
        ranking_address(scene),
        reverse("admin:reports_issue_opening", args=[issue.pk]) + "?ranking=closing",
        reverse("admin:departments_entry_opening", args=[inspected.pk]),
    )
    for who in ("clerk", "viewer", "reviewer", "issuer"):
        for address in addresses:
            assert client_of(scene.people[who]).get(address).status_code == 403, (who, address)
            done = choose(
                address, scene.people[who], register, scene.units["乙局"].pk, action="open", name="x"
            )
            assert done.status_code == 403
    assert not Entry.objects.filter(register=register).exists()


def test_units_that_were_not_proposed_are_not_opened_for(scene: Scene, register: Register) -> None:
    done = choose(
        ranking_address(scene),
        scene.people["admin"],
        register,
        scene.units["甲局"].pk,
        action="open",
        name="x",
    )
    assert done.status_code == 200
    assert "请至少选择一家单位" in done.content.decode()
    assert not Entry.objects.exists()


def test_faults_are_said_and_nothing_is_opened(scene: Scene, register: Register) -> None:
    admin, unit = scene.people["admin"], scene.units["乙局"].pk
    for fields in ({"name": ""}, {"name": "x" * 301}, {"name": "x", "due_on": "2000-01-01"}):
        done = choose(ranking_address(scene), admin, register, unit, action="open", **fields)
        assert done.status_code == 422, fields
    assert not Entry.objects.exists()


def test_without_a_register_the_page_says_what_to_do(scene: Scene) -> None:
    html = client_of(scene.people["admin"]).get(ranking_address(scene)).content.decode()
    assert "还没有需要办理的台账" in html
    ranking = reverse("admin:indicators_ranking_page", args=[scene.ranking.pk])
    assert "开立整改…" not in client_of(scene.people["admin"]).get(ranking).content.decode()
