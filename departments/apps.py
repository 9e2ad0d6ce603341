from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DepartmentsConfig(AppConfig):
    name = "departments"
    verbose_name = _("Collection")

    def ready(self) -> None:
        from departments.services import event_notices
        from departments.services.registers import notices as register_notices

        event_notices.connect()
        register_notices.connect()
