"""The Celery application; what runs periodically stands in the SCHEDULE of each app's `tasks` module."""

import os
import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import setup_logging
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tmfsite.settings")

# It warns of running as root because of pickled messages; only JSON is taken here.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("tmfsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def join_schedules() -> None:
    """Join the `SCHEDULE` dicts of the apps: name of the entry to its task, schedule and options.

    Called when Django is ready. A signal of Celery would not do: it may come while one of the modules, which makes
    Celery finalize its tasks, is half imported.
    """
    names = [f"{config.name}.tasks" for config in apps.get_app_configs()]
    modules = [import_module(name) for name in names if find_spec(name) is not None]
    app.conf.beat_schedule = {
        name: entry for module in modules for name, entry in getattr(module, "SCHEDULE", {}).items()
    }


@setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Leave logging as Django's settings made it: Celery sets up its own unless somebody listens here."""
