"""The settings of the tests: embedded mode in a scratch folder, whatever the shell says; DATABASE_URL is heeded."""

import atexit
import os
import shutil
import tempfile

_scratch = tempfile.mkdtemp(prefix="tmf-test-")
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)

for _name in [name for name in os.environ if name.startswith("TMF_") and name != "TMF_SPECS"]:
    del os.environ[_name]
os.environ |= {"TMF_MODE": "embedded", "TMF_DATA_DIR": _scratch}
# For tests that start workers; within the tests themselves nothing leaves the process.
os.environ.setdefault("TEST_BROKER_URL", os.environ.pop("CELERY_BROKER_URL", ""))

from tmfsite.settings import *  # noqa: E402, F403
from tmfsite.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and child processes of a test must see one database.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_scratch, "test.sqlite3")}
CELERY_BROKER_URL = "memory://"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
