"""The admin of what the system notes by itself: to be read, not to be edited."""

from typing import Any

from django.http import HttpRequest

from tmfsite.admin.resource import ResourceAdmin


class RecordAdmin(ResourceAdmin):
    """Records and finished tasks."""

    dashboard = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
