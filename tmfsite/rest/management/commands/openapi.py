"""`manage.py openapi`: print the OpenAPI document of an API, or check those of all."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS

from tmfsite.fields import json
from tmfsite.rest.openapi import openapi_document
from tmfsite.rest.routers import ApiRouter, routers


class Command(BaseCommand):
    """Prints or checks OpenAPI documents; extension types, which live in the database, are left out."""

    help = "Print the OpenAPI document of an API, or check the documents of all."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--api", help="Key of the API, such as tmf620.")
        parser.add_argument("--check", action="store_true", help="Print nothing, fail on any warning.")

    def handle(self, *, api: str | None, check: bool, **options: Any) -> None:
        """Print or check."""
        _ = get_resolver().url_patterns  # the routes declare the APIs
        chosen = [each for each in routers() if api in (None, each.api.key)]
        if not chosen:
            known = ", ".join(each.api.key for each in routers())
            raise CommandError(f"There is no API {api}; there are {known}.")
        if check:
            for router in chosen:
                self.check_document(router)
        elif len(chosen) == 1:
            document = openapi_document(chosen[0], settings.TMF_PUBLIC_URL)
            self.stdout.write(json.dump_bytes(document, indent=True).decode())
        else:
            raise CommandError("Name one API with --api, or --check them all.")

    def check_document(self, router: ApiRouter) -> None:
        """Generate a document; raises `CommandError` on warnings, and where it is not valid OpenAPI."""
        document = openapi_document(router, "https://tmf.example.com")
        if GENERATOR_STATS:
            raise CommandError(f"{router.api.key}: there were warnings.")
        try:
            from openapi_spec_validator import validate
        except ImportError:
            self.stderr.write("openapi-spec-validator is not installed: the documents are not validated.")
        else:
            validate(json.loads(json.dump_bytes(document)))
        paths, schemas = len(document["paths"]), len(document["components"]["schemas"])
        self.stdout.write(f"{router.api.key}: {paths} paths, {schemas} schemas")
