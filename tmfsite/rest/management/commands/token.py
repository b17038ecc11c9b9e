"""`manage.py token NAME --scope all`: make an API client and print its token."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from tmfsite.fields.instants import now
from tmfsite.rest.models import ApiClient


class Command(BaseCommand):
    """Makes an API client and prints its token."""

    help = "Make an API client and print its bearer token, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the system that will use the token")
        parser.add_argument(
            "--scope",
            required=True,
            action="append",
            help="all, or any of tmf620:read, tmf620:write, tmf620:read-released, separated by commas",
        )
        parser.add_argument("--expires", type=int, metavar="DAYS", help="validity in days; forever without it")
        parser.add_argument("--rate", type=int, metavar="N", help="requests a minute, instead of the general rate")

    def handle(self, *args: Any, **options: Any) -> None:
        scopes = [scope.strip() for given in options["scope"] for scope in given.split(",") if scope.strip()]
        days = options["expires"]
        if days is not None and days < 1:
            raise CommandError("--expires is a number of days, at least 1")
        try:
            _, token = ApiClient.issue(
                options["name"],
                scopes,
                expires_at=None if days is None else now() + timedelta(days=days),
                rate=options["rate"],
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(token)
