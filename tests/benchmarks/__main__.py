"""All measurements, one after the other: `make bench`, or `python -m tests.benchmarks --only "GET by id"` for some."""

import sys

from tests.benchmarks import run

run.main(sys.argv[1:])
