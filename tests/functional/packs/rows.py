"""Every row of the database as one text, to prove that nothing changed."""

import hashlib

from django.apps import apps

APPS = ("departments", "indicators", "reports", "govsvc", "auth", "django_celery_beat")


def rows() -> dict[str, list[tuple]]:
    """Model → its rows in order of key."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for label in APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model._meta.label != "django_celery_beat.PeriodicTasks"
    }


def row_hash() -> str:
    """SHA-256 over all rows."""
    return hashlib.sha256(repr(rows()).encode()).hexdigest()
