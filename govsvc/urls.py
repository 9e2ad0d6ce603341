"""All addresses. The admin is the product's front door; the root leads there."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from reports.views import public_read

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index", permanent=False)),
    path("admin/", admin.site.urls),
    path("api/v1/", include("reports.api.urls")),
    path("read/<str:secret>/", public_read.list_page, name="read_list"),
    path("read/<str:secret>/<int:issue_id>/", public_read.issue_page, name="read_issue"),
    path("read/<str:secret>/<int:issue_id>/<str:format_>/", public_read.file_page, name="read_file"),
]
