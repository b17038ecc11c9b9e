"""Which resource is published by which Open API, under which path.

Filled when the `<app>.api` modules are imported (at start); read by href building, events and references.
"""

from dataclasses import dataclass

from django.db import models

from tmfsite.resources.schema import schema_of


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
    """A model published by an API as `{base_path}/{path}`, with the verbs it offers (see `rest.viewsets`).

    `types` limits it to resources of these `@type`s or with them as `@baseType`; `events` are its event kinds, and
    `mandatory` the wire names that POST must carry, where they differ from those of the model.
    """

    api: OpenApi
    path: str
    model: type[models.Model]
    verbs: str
    types: tuple[str, ...] = ()
    events: tuple[str, ...] | None = None
    mandatory: tuple[str, ...] | None = None

    @property
    def route(self) -> str:
        """Path of the collection, without trailing slash."""
        return f"{self.api.base_path}/{self.path}"

    @property
    def type_name(self) -> str:
        """Name of the resource in this API: `ProductOffering`."""
        return self.path[:1].upper() + self.path[1:]

    def event_type(self, kind: str) -> str:
        """Return the name of an event of this resource: `ProductOfferingCreateEvent`."""
        return f"{self.type_name}{kind}Event"

    def shows(self, at_type: str | None, base_type: str | None = None) -> bool:
        """Tell whether a resource of this `@type` is among those published."""
        return not self.types or at_type in self.types or base_type in self.types


_publications: list[Publication] = []
_by_model: dict[type[models.Model], list[Publication]] = {}
_by_type: dict[str, type[models.Model]] = {}


def publish(publication: Publication) -> None:
    """Register a publication; the first one of a model gives its hrefs."""
    _publications.append(publication)
    _by_model.setdefault(publication.model, []).append(publication)
    schema = schema_of(publication.model)
    for name in (schema.type_name, publication.type_name, *schema.api.subtypes):
        _by_type.setdefault(name, publication.model)


def publications(api: OpenApi | None = None) -> list[Publication]:
    """Return the publications, of one API or of all, in the order of declaration."""
    return [each for each in _publications if api is None or each.api == api]


def apis() -> list[OpenApi]:
    """Return the published APIs by number."""
    return sorted(dict.fromkeys(each.api for each in _publications), key=lambda api: (api.number, api.base_path))


def publication_of(model: type[models.Model]) -> Publication | None:
    """Return the publication that gives a model's hrefs, None when no API publishes it."""
    found = _by_model.get(model)
    return found[0] if found else None


def publications_of(model: type[models.Model]) -> list[Publication]:
    """Return every publication of a model, the one of its hrefs first."""
    return _by_model.get(model, [])


def model_for(type_name: str | None) -> type[models.Model] | None:
    """Return the model of a TMF type name (`ProductOffering`) or of one of its sub-types, None when it is not kept here.

    Of several resources of one name, such as `ImportJob`, the one published first.
    """
    return _by_type.get(type_name or "")
