"""One machine, one command: the services that `make run` and `make issue` start, under one supervisor.

`__main__` prepares (lock, port, catalogues, migrations, static files) and hands over to `supervisor`, which keeps the
broker, the worker, the beat and the step that issues and serves. Production runs the same processes under the
operating system's own supervisor, with DATABASE_URL and REDIS_URL pointing at its services.
"""
