from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Bulletins")

    def ready(self) -> None:
        from reports.services import reply_notices, touched

        touched.connect()
        reply_notices.connect()
