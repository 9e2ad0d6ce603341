"""The Celery application. Tasks live in the apps; what starts them is on one page: pipeline.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsvc.settings")

app = Celery("govsvc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
