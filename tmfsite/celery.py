"""The Celery application; what runs periodically stands in the SCHEDULE of each app's `tasks` module."""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tmfsite.settings")

app = Celery("tmfsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def _schedule(sender: Celery, **_: Any) -> None:
    """Join the `SCHEDULE` dicts of the apps: name of the entry to its task, schedule and options."""
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.tasks") is not None:
            sender.conf.beat_schedule |= getattr(import_module(f"{config.name}.tasks"), "SCHEDULE", {})


@setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Leave logging as Django's settings made it: Celery sets up its own unless somebody listens here."""
