"""The real services under the tests: PostgreSQL, Valkey, a mail server, a Celery worker, Chromium."""
