"""Every periodic task of the apps is known to Celery beat, whichever way a process starts."""

import subprocess
import sys

LOAD = """
from tmfsite.celery import app
app.loader.import_default_modules()
print(sorted(app.conf.beat_schedule))
"""


def test_a_fresh_process_knows_the_schedules_of_all_apps() -> None:
    shown = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout
    assert {"catalog-jobs", "events-purge", "events-sweep", "party-bills"} <= set(shown.split("'"))
