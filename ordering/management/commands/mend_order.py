"""`manage.py mend_order`: take up the failed steps of a product order again, as an operator does in the admin."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ordering.models import Fulfilment, Step
from ordering.services.retry_step import retry_step, skip_step
from tmfsite.operations import Actor
from tmfsite.resources.errors import ResourceError


class Command(BaseCommand):
    """Retries failed steps, or passes over them."""

    help = "Try the failed steps of a product order again, or pass over them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the order, what to do, why, and which step if not all."""
        parser.add_argument("order", help="the id of the product order")
        parser.add_argument("action", choices=("retry", "skip"))
        parser.add_argument("--reason", required=True, help="kept in the history")
        parser.add_argument("--step", help="the key of one step, such as reserve:1; else all that failed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Mend the order."""
        fulfilment = Fulfilment.objects.filter(order=options["order"]).first()
        if fulfilment is None:
            raise CommandError(f"no order {options['order']} is carried out here")
        failed = Step.objects.filter(fulfilment=fulfilment, state=Step.State.FAILED).order_by("position")
        if options["step"]:
            failed = failed.filter(key=options["step"])
        if not failed:
            raise CommandError("no such step has failed")
        mend = retry_step if options["action"] == "retry" else skip_step
        for step in list(failed):
            step.refresh_from_db()
            if step.state != Step.State.FAILED:
                continue  # taken up along with one before it
            try:
                mend(step=step, actor=Actor("system", "mend_order"), reason=options["reason"])
            except ResourceError as error:
                raise CommandError(f"{step.key}: {error.message}") from error
            self.stdout.write(f"{step.key}: {options['action']}")
