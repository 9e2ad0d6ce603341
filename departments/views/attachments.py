"""Fetching a file that was handed in with a form: only by who sees the form, and never shown as a page of this site."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from departments.models import Attachment
from departments.models.files import StoredFile
from departments.permissions import get_visible
from departments.views.workbook import disposition


def download_attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """The file under the name it came with; PermissionDenied (403) outside the person's reach, 404 when it is lost.

    Files taken off the form can still be fetched: the record keeps them.
    """
    return file_response(get_visible(Attachment.objects.all(), request.user, pk=attachment_id))


def file_response(row: StoredFile) -> HttpResponse:
    """A stored file to be saved, never shown as a page; whoever calls has checked that the person may see it."""
    try:
        with row.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404(_("The file is gone from the store: tell the operator.")) from error
    response = HttpResponse(content, content_type=row.content_type)
    response["Content-Disposition"] = disposition(row.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
