"""What every resource shares: reading only, errors as JSON in words, and the person's scope."""

import logging
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import generics, serializers, views
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from departments.permissions import visible

log = logging.getLogger("govsvc.access")

M = TypeVar("M", bound=Model)


class NotComputable(APIException):
    """The figures can't be computed as they are defined; the message says why."""

    status_code = 409
    default_code = "not_computable"


@extend_schema_serializer(component_name="Error")
class ErrorSerializer(serializers.Serializer):
    """Every refusal: a code for programs, words for people, and for faulty parameters the fault of each."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)


def error_answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """{"code", "detail"}, for faulty parameters with "fields"; refusals are logged. None: not an error of a request."""
    answer = views.exception_handler(error, context)
    if answer is None:
        return None
    if isinstance(error, serializers.ValidationError):
        faults = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        fields = {name: [str(fault) for fault in faulty] for name, faulty in faults.items()}
        answer.data = {"code": "invalid", "detail": _words(fields), "fields": fields}
        return answer
    code = error.get_codes() if isinstance(error, APIException) else _code(error)
    answer.data = {"code": code, "detail": str(answer.data["detail"])}
    if answer.status_code == 403:
        request = context["request"]
        log.warning("refused user=%s %s %s: %s", request.user, request.method, request.path, error)
    return answer


def _code(error: Exception) -> str:
    return "not_found" if isinstance(error, Http404) else "permission_denied"


def _words(fields: dict[str, list[str]]) -> str:
    return "；".join(
        f"{name}：{'，'.join(faults)}" if name else "，".join(faults) for name, faults in fields.items()
    )


class ReadOnly(views.APIView):
    """GET and HEAD; anything else is no method here, whoever asks."""

    http_method_names = ["get", "head"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if (request.method or "").lower() not in self.http_method_names:
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What one person may read is kept by no one in between."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class Rows(ReadOnly, generics.ListAPIView):
    """The rows of a model that the person may see, filtered and paged."""

    def get_queryset(self) -> QuerySet[Any]:
        return seen(super().get_queryset(), self.request.user)


def seen(rows: QuerySet[M], user: Any) -> QuerySet[M]:
    """The visible rows; refused for people who may see no row of the kind, so that none is not taken for empty."""
    if not user.has_perm(f"{rows.model._meta.app_label}.view_{rows.model._meta.model_name}"):
        raise PermissionDenied(
            _("These rows are for the people of the office; your role does not reach them.")
        )
    return visible(rows, user)


def found(request: Request, rows: QuerySet[M], **lookup: Any) -> M:
    """One of the rows; a row that is not there and one of somebody else's are refused alike, and logged."""
    row = rows.filter(**lookup).first()
    if row is None:
        log.warning("refused user=%s %s %s", request.user, request.method, request.path)
        raise NotFound(_("There is no such row, or it is not yours."))
    return row
