"""What every request passes."""

import logging

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

log = logging.getLogger("govsvc.access")


class RefusalLog:
    """Writes every refused request to the access log: who asked for what. The answer stays Django's 403 page."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, PermissionDenied):
            log.warning("refused user=%s %s %s: %s", request.user, request.method, request.path, exception)
