"""All measurements, one after the other; with arguments those of requests only: `--only "GET by id"`."""

import sys

from tests.benchmarks import delivery, run

run.main(sys.argv[1:])
if not sys.argv[1:]:
    print()
    delivery.main([])
