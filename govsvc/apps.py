from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovsvcConfig(AppConfig):
    name = "govsvc"
    verbose_name = _("Operation")

    def ready(self) -> None:
        from govsvc import pipeline

        pipeline.connect()
