"""What the OpenAPI says of a resource, from what its view declares: `tag`, `title`, `words`, `query`."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema

from reports.api.base import ErrorSerializer

SETUP, FIGURES, BULLETINS = _("Set-up"), _("figures"), _("bulletins")
REFUSALS = (400, 401, 403, 404, 409, 429)


class Described(AutoSchema):
    """Classes' own words are for programmers of the system, not for readers of the interface."""

    def get_tags(self) -> list[str]:
        return [str(self.view.tag)]

    def get_summary(self) -> str:
        return str(self.view.title)

    def get_description(self) -> str:
        return str(getattr(self.view, "words", ""))

    def get_override_parameters(self) -> list[Any]:
        query = getattr(self.view, "query", None)
        return [query] if query else []

    def get_response_serializers(self) -> Any:
        return {200: super().get_response_serializers(), **dict.fromkeys(REFUSALS, ErrorSerializer)}


def without_docstrings(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """A hook: what the classes say of themselves is for programmers of the system; descriptions of choices stay."""
    for component in result["components"]["schemas"].values():
        if component.get("type") == "object":
            component.pop("description", None)
    return result
