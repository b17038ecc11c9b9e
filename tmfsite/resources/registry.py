"""Which resource is published by which Open API, under which path.

Filled when the `<app>.api` modules are imported (at start); read by href building, events and references.
"""

from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class OpenApi:
    """One TM Forum Open API: its number, title and base path, verbatim from the official swagger (TMF630 rule 2)."""

    number: int
    title: str
    version: str
    base_path: str
    aliases: tuple[str, ...] = ()
    description: str = ""

    @property
    def key(self) -> str:
        """Short name used in scopes, hubs and events: `tmf620`."""
        return f"tmf{self.number}"

    @property
    def major(self) -> str:
        """Major version as in the path: `v4`."""
        return self.base_path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Publication:
    """A model published by an API as `{base_path}/{path}`, with the verbs it offers (see `rest.viewsets`)."""

    api: OpenApi
    path: str
    model: type[models.Model]
    verbs: str

    @property
    def route(self) -> str:
        """Path of the collection, without trailing slash."""
        return f"{self.api.base_path}/{self.path}"


_publications: list[Publication] = []
_by_model: dict[type[models.Model], Publication] = {}
_by_type: dict[str, type[models.Model]] = {}


def publish(publication: Publication) -> None:
    """Register a publication; the first one of a model gives its hrefs."""
    _publications.append(publication)
    _by_model.setdefault(publication.model, publication)
    _by_type.setdefault(publication.model.__name__, publication.model)


def publications(api: OpenApi | None = None) -> list[Publication]:
    """Return the publications, of one API or of all, in the order of declaration."""
    return [each for each in _publications if api is None or each.api == api]


def apis() -> list[OpenApi]:
    """Return the published APIs by number."""
    return sorted(dict.fromkeys(each.api for each in _publications), key=lambda api: (api.number, api.base_path))


def publication_of(model: type[models.Model]) -> Publication | None:
    """Return the publication that gives a model's hrefs, None when no API publishes it."""
    return _by_model.get(model)


def model_for(type_name: str | None) -> type[models.Model] | None:
    """Return the model of a TMF type name (`ProductOffering`), None when it is not kept here."""
    return _by_type.get(type_name or "")
