"""Admin of rows that only services write."""

from typing import Any

from django.http import HttpRequest

from departments.admin.base import ScopedAdmin


class RecordAdmin(ScopedAdmin):
    """A record: everybody in scope reads it, nobody writes it here, superusers included."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
