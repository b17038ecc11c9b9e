"""Works orders in a process of its own until none is left: ``python -m tests.ordering.worker``."""

import time

import django

if __name__ == "__main__":
    django.setup()
    from ordering.models import Fulfilment
    from ordering.services.run_steps import run_due_steps

    while True:
        run_due_steps()
        if not Fulfilment.objects.filter(due_at__isnull=False).exists():
            break
        time.sleep(0.05)
