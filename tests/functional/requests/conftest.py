"""Fixtures over the requests' scene."""

import pytest
from django.utils import timezone

from departments.models import Request
from departments.services.requests import drafting, issuing
from tests.functional.requests.scene import Scene, make_scene, pdf


@pytest.fixture
def scene(db: None) -> Scene:
    """Four departments, nothing asked."""
    return make_scene()


@pytest.fixture
def asked(scene: Scene) -> Request:
    """Due in five days by the wall clock, which the pages go by."""
    draft = scene.draft(due_at=timezone.now() + timezone.timedelta(days=5), text="请逐条写明意见和理由。")
    drafting.add_document(request=draft, file=pdf("征求意见稿.pdf"), user=scene.people["admin"])
    return issuing.hand_out(request=draft, user=scene.people["admin"])
