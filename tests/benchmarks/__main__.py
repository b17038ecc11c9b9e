"""``make bench``: requests, event delivery, orders; arguments go to the requests.

Each measures in a process of its own, because each sets up Django for a database of its own.
"""

import subprocess
import sys

for module, arguments in (("run", sys.argv[1:]), ("delivery", []), ("orders", [])):
    subprocess.run([sys.executable, "-m", f"tests.benchmarks.{module}", *arguments], check=True)
