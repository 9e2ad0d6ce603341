"""The entry scene as fixtures."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.models import Submission
from tests.functional.entry.scene import EntryScene, build_scene


@pytest.fixture
def scene(db: Any, settings: Any, tmp_path: Any) -> EntryScene:
    """Three rows by category, two approved months; attached files go to the test's own directory."""
    settings.MEDIA_ROOT = tmp_path
    return build_scene(categories_=3, allows_nil=True)


@pytest.fixture
def client_of() -> Callable[[Any], Client]:
    """A client logged in as the person."""

    def made(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return made


@pytest.fixture
def clerk(scene: EntryScene, client_of: Callable[[Any], Client]) -> Client:
    return client_of(scene.clerk)


@pytest.fixture
def address() -> Callable[..., str]:
    """The address of one of a submission's pages: address(submission), address(submission, "print")."""

    def made(submission: Submission, page: str = "change") -> str:
        return reverse(f"admin:departments_submission_{page}", args=[submission.pk])

    return made
