"""Wires the apps together; nothing imports this package."""

from govsvc.celery import app as celery_app

__all__ = ["celery_app"]
