"""Files handed in with a form: attached, fetched, taken off; nobody else's, and nothing that is not what it says (S12)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from departments.models import Attachment
from tests.functional.entry.scene import EntryScene

pytestmark = pytest.mark.django_db
Address = Callable[..., str]
ClientOf = Callable[[Any], Client]
PDF = b"%PDF-1.4\n% scan\n"


def attach(client: Client, page: str, name: str = "台账 3月.pdf", content: bytes = PDF, **more: Any) -> Any:
    file = SimpleUploadedFile(name, content, "text/html")
    return client.post(page, {"file": file, "action": "attach", **more})


@pytest.fixture
def attached(scene: EntryScene, clerk: Client, address: Address) -> Attachment:
    posted: dict[str, Any] = {"file-kind": "signed", "file-cell": "stock@c01", "cell-total": "5"}
    assert attach(clerk, address(scene.submission), **posted).status_code == 302
    return Attachment.objects.get()


def fetched(client: Client, attachment: Attachment) -> Any:
    return client.get(reverse("admin:departments_submission_file", args=[attachment.pk]))


def test_a_file_is_attached_listed_and_fetched_as_what_it_is(
    scene: EntryScene, clerk: Client, address: Address, attached: Attachment
) -> None:
    assert (attached.kind, attached.cell, attached.name) == ("signed", "stock@c01", "台账 3月.pdf")
    assert scene.stored == {"total": "5"}, "what was typed beside is saved"
    text = clerk.get(address(scene.submission)).content.decode()
    assert "台账 3月.pdf" in text
    response = fetched(clerk, attached)
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%E5%8F%B0%E8%B4%A6%203%E6%9C%88.pdf"
    )


def test_others_get_nothing(scene: EntryScene, client_of: ClientOf, attached: Attachment) -> None:
    for user in (scene.clerk, scene.head, scene.viewer, scene.administrator):
        assert fetched(client_of(user), attached).status_code == 200, user
    refused = fetched(client_of(scene.neighbour), attached)
    assert refused.status_code == 403
    assert PDF not in refused.content
    anonymous = fetched(Client(), attached)
    assert anonymous.status_code == 302
    assert "/login/" in anonymous["Location"]
    missing = reverse("admin:departments_submission_file", args=[attached.pk + 1000])
    assert client_of(scene.clerk).get(missing).status_code == 403


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scan.pdf", b"<html><script>alert(1)</script>"),
        ("scan.exe", b"MZ\x90\x00"),
        ("scan.pdf", b"PK\x03\x04 no zip"),
        ("page.html", PDF),
        ("scan.pdf", b""),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_the_typing_kept(
    scene: EntryScene, clerk: Client, address: Address, name: str, content: bytes
) -> None:
    attach(clerk, address(scene.submission), name, content, **{"cell-total": "8"})
    assert not Attachment.objects.exists()
    assert scene.stored == {"total": "8"}


def test_a_chosen_file_is_kept_with_every_button(scene: EntryScene, clerk: Client, address: Address) -> None:
    attach(clerk, address(scene.submission), action="save")
    assert Attachment.objects.get().kind == "evidence"
    shown = attach(clerk, address(scene.submission), "a.exe", b"MZ", action="submit")
    assert shown.status_code == 200, "nothing is handed in without the file it was meant to have"


def test_taken_off_it_stays_in_the_record(
    scene: EntryScene, clerk: Client, address: Address, attached: Attachment, client_of: ClientOf
) -> None:
    page = address(scene.submission)
    other = address(scene.window.submissions.get(unit__code="D15"))
    assert client_of(scene.neighbour).post(other, {"action": f"remove-{attached.pk}"}).status_code == 403
    assert clerk.post(page, {"action": f"remove-{attached.pk}"}).status_code == 302
    attached.refresh_from_db()
    assert attached.removed_by == scene.clerk
    assert clerk.get(page).context["attachments"] == []
    assert fetched(clerk, attached).status_code == 200


def test_a_locked_form_takes_no_file(scene: EntryScene, clerk: Client, address: Address) -> None:
    scene.submit()
    attach(clerk, address(scene.submission))
    assert not Attachment.objects.exists()
    assert 'name="file"' not in clerk.get(address(scene.submission)).content.decode()
