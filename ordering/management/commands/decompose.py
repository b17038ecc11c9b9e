"""`manage.py decompose`: show what an offering comes down to, before anybody orders it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ordering.services.decompose import Node, decompose, read_catalog


class Command(BaseCommand):
    """Prints the tree of products, services and resources."""

    help = "Show the products, services and resources that an order of an offering would make. Nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("offering", help="id of the offering")
        parser.add_argument(
            "--characteristic",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a characteristic as a customer would choose it; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the tree."""
        chosen = [self._pair(text) for text in options["characteristic"]]
        catalogs = read_catalog([options["offering"]])
        if options["offering"] not in catalogs.offerings:
            raise CommandError(f"there is no offering {options['offering']}")
        for line in lines(decompose(catalogs, options["offering"], chosen)):
            self.stdout.write(line)

    def _pair(self, text: str) -> dict[str, str]:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"{text} is not of the form NAME=VALUE")
        return {"name": name, "value": value}


def lines(node: Node, indent: str = "") -> list[str]:
    """Return the lines of a tree."""
    values = ", ".join(f"{each['name']}={each.get('value')}" for each in node.characteristics)
    times = f" x {node.quantity}" if node.quantity != 1 else ""
    result = [f"{indent}{node.kind} {node.id} {node.name}{times}" + (f" [{values}]" if values else "")]
    for part in node.parts:
        result += lines(part, indent + "  ")
    return result
