"""What the crawler visits, and what it looks for on a page."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode

# What a person must not meet in a text: JSON, the spelling of Python.
_RAW = re.compile(r"""[{\[]\s*["'{\[]|^None$|<\w+[^>]* object at |&(amp|quot|lt|#\d+);""")
_SILENT = {"script", "style", "template", "textarea", "option", "code", "pre"}
_VOID = {"input", "br", "img", "link", "meta", "hr", "source", "col"}
_ASSETS = {"script": "src", "img": "src", "link": "href"}
_OURS = {"p", "o", "q", "_popup", "_to_field", "_facets", "all"}


class Markup(HTMLParser):
    """A page of the admin: its title, its texts, the files it needs, where its list can be narrowed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.title = ""
        self.raw: list[str] = []
        self.assets: set[str] = set()
        self.links: set[str] = set()
        self._open: list[str] = []
        self._select = ""
        self.choices: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag not in _VOID:
            self._open.append(tag)
        address = given.get(_ASSETS.get(tag, ""), "")
        if address and not address.startswith("data:") and given.get("rel") not in ("canonical", "alternate"):
            self.assets.add(address)
        if tag == "a" and given.get("href", "").startswith("?"):
            self.links.add(given["href"])
        if tag == "select":
            self._select = given.get("name", "")
        if tag == "option" and self._select and given.get("value"):
            self.choices.setdefault(self._select, given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title += data.strip()
        elif not _SILENT & set(self._open) and _RAW.search(data.strip()):
            self.raw.append(" ".join(data.split())[:120])

    def narrowed(self) -> Iterator[str]:
        """Yield an address of the list for each of its filters, and one sorted by all columns."""
        one_each: dict[str, str] = {}
        columns: set[int] = set()
        for link in sorted(self.links):
            for name, value in parse_qsl(link[1:]):
                if name == "o":
                    columns |= {abs(int(number)) for number in value.split(".") if number.strip("-").isdigit()}
                elif name not in _OURS:
                    one_each.setdefault(name, value)
        for name, value in self.choices.items():
            if name not in ("action", "") and name not in _OURS:
                one_each.setdefault(name, value)
        yield from (f"?{urlencode({name: value})}" for name, value in one_each.items())
        if columns:
            yield f"?o={'.'.join(map(str, sorted(columns)))}"

    def has_page(self, number: int) -> bool:
        """Tell whether the list goes on."""
        return any(("p", str(number)) in parse_qsl(link[1:]) for link in self.links)


def faults_of(url: str, answer: Any, wanted: int = 200) -> list[str]:
    """Return what is wrong with an answer: its status, a page without title, what no person should read."""
    if answer.status != wanted:
        return [f"{url}: {answer.status} instead of {wanted}"]
    if wanted != 200 or "html" not in answer.headers.get("content-type", ""):
        return []
    page = Markup(answer.text())
    return [f"{url}: no title"] * (not page.title) + [f"{url}: shows {text}" for text in page.raw]
