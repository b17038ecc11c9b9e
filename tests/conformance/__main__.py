"""`python -m tests.conformance`: measure, in a database of its own, and write the report and the landing page's figures."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.test.runner import DiscoverRunner  # noqa: E402

from tests.conformance.report import files, measure  # noqa: E402
from tests.conformance.swagger import FOLDER  # noqa: E402


def main() -> None:
    """Write the files."""
    if not FOLDER:
        sys.exit("TMF_SPECS is not set: it names the folder of the official specifications.")
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        for path, content in files(measure()).items():
            path.write_text(content)
            print(f"written: {path.name}")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
