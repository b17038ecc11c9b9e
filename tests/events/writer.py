"""Makes changes in a process of its own: ``python -m tests.events.writer 2000 0.01``.

The n-th committed change names its resource ``n``; every tenth is followed by one that is rolled back.
"""

import random
import sys
import time

import django
from django.db import transaction

RESOURCES = 20


class Undone(Exception):
    """Rolls a change back."""


def write(changes: int, pause: float) -> None:
    """Create some categories and rename them at random until so many changes are committed, with pauses."""
    from catalog.models.product import Category
    from tmfsite import operations

    uids: list[str] = []
    chance = random.Random(7)

    def change(name: str) -> None:
        if len(uids) < RESOURCES:
            uids.append(operations.create(Category, {"name": name}, actor=operations.SYSTEM).instance.uid)
        else:
            uid = chance.choice(uids)
            operations.update(Category, uid, lambda old: old | {"name": name}, actor=operations.SYSTEM)

    for number in range(changes):
        change(str(number))
        time.sleep(pause)
        if number > RESOURCES and number % 10 == 0:
            try:
                with transaction.atomic():
                    change("rolled back")
                    raise Undone
            except Undone:
                pass


if __name__ == "__main__":
    django.setup()
    write(int(sys.argv[1]), float(sys.argv[2]))
