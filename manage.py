#!/usr/bin/env python
"""Run a management command. `--data-dir DIR` is understood by each and is the same as TMF_DATA_DIR."""

import argparse
import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line


def main() -> None:
    """Read the options that must be known before the settings are, then run the command."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--data-dir")
    options, arguments = early.parse_known_args()
    if options.data_dir is not None:
        os.environ["TMF_DATA_DIR"] = str(Path(options.data_dir).resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tmfsite.settings")
    execute_from_command_line([sys.argv[0], *arguments])


if __name__ == "__main__":
    main()
