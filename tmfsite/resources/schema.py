"""What is derived from a resource's declaration: its attributes on the wire, references, lifecycles and events.

Everything above (wire, query, REST, OpenAPI, admin) reads a `Schema`, never the model's `_meta`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar, get_args, get_origin

from django.contrib.contenttypes.models import ContentType
from django.db import models

from tmfsite.fields import JsonField, Reference, ReferenceField, Value, ValueField, wire_name
from tmfsite.resources.lifecycle import Lifecycle

INTERNAL = frozenset({"id", "extension", "revision", "created", "last_update", "is_latest", "is_current"})
DEFAULT_EVENTS = ("Create", "AttributeValueChange", "StateChange", "Delete")
IDENTITY = ("@type", "@baseType", "@schemaLocation")


@dataclass(frozen=True)
class Attribute:
    """One attribute of a resource: `wire` name, Django field `name`, database `column` and JSON `kind`.

    `server_set`: what a client sends is ignored. `postable`: a client may set it on POST. `patchable`: a client may
    change it.
    """

    wire: str
    name: str
    column: str
    kind: str
    many: bool
    field: models.Field
    server_set: bool = False
    postable: bool = True
    patchable: bool = True

    @property
    def is_json(self) -> bool:
        """Tell whether the attribute is held in a JSON column."""
        return self.kind in ("value", "reference", "json")


def _kind(field: models.Field) -> str:
    if isinstance(field, ReferenceField):
        return "reference"
    if isinstance(field, ValueField):
        return "value"
    if isinstance(field, JsonField):
        return "json"
    kinds: tuple[tuple[type[models.Field], str], ...] = (
        (models.BooleanField, "boolean"),
        (models.IntegerField, "integer"),
        (models.FloatField, "number"),
        (models.DecimalField, "number"),
        (models.DateTimeField, "date-time"),
        (models.DateField, "date"),
        (models.CharField, "string"),
        (models.TextField, "string"),
    )
    for field_type, kind in kinds:
        if isinstance(field, field_type):
            return kind
    raise TypeError(
        f"{field}: a {type(field).__name__} has no wire kind; add `hidden` to class Api or use another field"
    )


@dataclass(frozen=True)
class Inverse:
    """An attribute that shows which resources of `source` (a model label) refer to this one at `path`."""

    source: str
    path: str


class Api:
    """Defaults of the `class Api` in a resource's model.

    mandatory: wire names that POST must carry. events: kinds, in the words of the API's listeners. wire: wire names
    that differ from the derived ones, by field name. server_set: wire names that clients cannot set. not_patchable:
    those they can set only on POST. not_postable: those they can set only later; POST ignores them. hidden: field
    names that are internal. defaults: wire values for POST.
    words: what the standard suggests for text attributes, by wire name; other texts are kept as well.
    maintained: wire names that clients may set but that also follow other resources, as inverses do.
    type_name: what the API calls the resource, where several APIs have one of that name (`ImportJob`) and the model has
    another. subtypes: further `@type`s, with which references and files may name the resource.
    """

    type_name: ClassVar[str] = ""
    subtypes: ClassVar[tuple[str, ...]] = ()
    mandatory: ClassVar[tuple[str, ...]] = ()
    events: ClassVar[tuple[str, ...]] = DEFAULT_EVENTS
    wire: ClassVar[Mapping[str, str]] = {}
    server_set: ClassVar[tuple[str, ...]] = ()
    not_patchable: ClassVar[tuple[str, ...]] = ()
    not_postable: ClassVar[tuple[str, ...]] = ()
    hidden: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Mapping[str, Any]] = {}
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    maintained: tuple[str, ...] = ()


class Schema:
    """The derivation of one resource; get it from `schema_of`."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        declared = getattr(model, "Api", Api)
        self.api: type[Api] = declared if issubclass(declared, Api) else type("Api", (declared, Api), {})
        self.type_name = self.api.type_name or model.__name__
        self.path = self.type_name[:1].lower() + self.type_name[1:]
        self.attributes = {attribute.wire: attribute for attribute in self._attributes()}
        self.by_field = {attribute.name: attribute for attribute in self.attributes.values()}
        declarations = dict.fromkeys(name for base in reversed(model.__mro__) for name in vars(base))
        self.lifecycles = tuple(
            lifecycle for name in declarations if isinstance(lifecycle := getattr(model, name, None), Lifecycle)
        )
        self.mandatory = tuple(self.api.mandatory)
        self.inverses: Mapping[str, Inverse] = getattr(model, "inverses", {})
        self.versioned = "version" in self.by_field and hasattr(model, "is_latest")

    def _attributes(self) -> Iterator[Attribute]:
        names = self.api.wire
        for field in self.model._meta.concrete_fields:
            if field.name in self.api.hidden or (field.name in INTERNAL and field.name not in names):
                continue
            wire = "id" if field.name == "uid" else names.get(field.name, wire_name(field.name))
            fixed = wire == "id" or wire in IDENTITY
            yield Attribute(
                wire=wire,
                name=field.name,
                column=str(field.column),
                kind=_kind(field),
                many=getattr(field, "many", False),
                field=field,
                server_set=wire in self.api.server_set or wire == "id",
                postable=wire not in self.api.server_set and wire not in self.api.not_postable and wire != "id",
                patchable=not fixed and wire not in self.api.not_patchable and wire not in self.api.server_set,
            )

    @property
    def last_update(self) -> str:
        """Wire name of the date of the last change, which not every resource shows."""
        return self.by_field["last_update"].wire if "last_update" in self.by_field else "lastUpdate"

    @property
    def table(self) -> str:
        """Name of the table."""
        return self.model._meta.db_table

    def content_type_id(self) -> int:
        """Return the key by which links and changes name this resource's type."""
        return _content_type_id(self.model)

    @cached_property
    def references(self) -> tuple[Attribute, ...]:
        """Attributes that are references."""
        return tuple(each for each in self.attributes.values() if each.kind == "reference")

    @cached_property
    def links(self) -> dict[str, str | None]:
        """Dotted wire paths at which references sit, nested ones too, and the label of the model they point to.

        A path of `keys` ends with the attribute that holds the id, one of a reference with the reference.
        """
        found: dict[str, str | None] = {}
        for attribute in self.attributes.values():
            if isinstance(attribute.field, ReferenceField):
                found[attribute.wire] = attribute.field.to.lower() if attribute.field.to else None
            if isinstance(attribute.field, ValueField):
                found.update(_nested_links(attribute.field.value_type, attribute.wire))
        return found

    @cached_property
    def keys(self) -> frozenset[str]:
        """Those of `links` that lead to an id instead of a reference."""
        return frozenset(
            path
            for attribute in self.attributes.values()
            if isinstance(attribute.field, ValueField)
            for path in _nested_keys(attribute.field.value_type, attribute.wire)
        )

    @cached_property
    def link_holders(self) -> dict[Attribute, tuple[str, ...]]:
        """The attributes that hold references, at the top or nested, and the paths of those."""
        holders: dict[Attribute, tuple[str, ...]] = {}
        for path in self.links:
            attribute = self.attributes[path.split(".")[0]]
            holders[attribute] = (*holders.get(attribute, ()), path)
        return holders

    @cached_property
    def event_types(self) -> dict[str, str]:
        """Event kinds of this resource and their type names: `Create` is `ProductOfferingCreateEvent`."""
        return {kind: f"{self.type_name}{kind}Event" for kind in self.api.events}

    @cached_property
    def state_attributes(self) -> frozenset[str]:
        """Field names whose change is a change of state."""
        return frozenset(lifecycle.attribute for lifecycle in self.lifecycles)

    def href_sql(self, alias: str) -> str:
        """Return the SQL of a row's href, with one `%s` for the public collection URL and its slash."""
        return f"(%s || {alias}.uid)"


@cache
def _content_type_id(model: type[models.Model]) -> int:
    return ContentType.objects.get_for_model(model).pk


def forget_content_types(**kwargs: Any) -> None:
    """Drop remembered content type keys, which a migration or a flush may have changed (`post_migrate`)."""
    _content_type_id.cache_clear()


def value_types(annotation: Any) -> Iterator[type[Value]]:
    """Yield the value types that an annotation mentions: `list[Characteristic] | None` yields Characteristic."""
    if isinstance(annotation, type) and issubclass(annotation, Value):
        yield annotation
    elif get_origin(annotation) is not None:
        for argument in get_args(annotation):
            yield from value_types(argument)


def _nested_links(annotation: Any, path: str, seen: tuple[type[Value], ...] = ()) -> Iterator[tuple[str, str | None]]:
    for value_type in value_types(annotation):
        if value_type in seen:
            continue
        for name, info in value_type.model_fields.items():
            inner = f"{path}.{info.alias or wire_name(name)}"
            for nested in value_types(info.annotation):
                if issubclass(nested, Reference):
                    yield inner, getattr(nested, "target", None)
            yield from _nested_links(info.annotation, inner, (*seen, value_type))
        for wire, label in value_type.keys.items():
            yield f"{path}.{wire}", label


def _nested_keys(annotation: Any, path: str, seen: tuple[type[Value], ...] = ()) -> Iterator[str]:
    for value_type in value_types(annotation):
        if value_type in seen:
            continue
        yield from (f"{path}.{wire}" for wire in value_type.keys)
        for name, info in value_type.model_fields.items():
            yield from _nested_keys(info.annotation, f"{path}.{info.alias or wire_name(name)}", (*seen, value_type))


_schemas: dict[type[models.Model], Schema] = {}


def schema_of(model: type[models.Model]) -> Schema:
    """Return what is derived from a resource's declaration."""
    schema = _schemas.get(model)
    if schema is None:
        schema = _schemas[model] = Schema(model)
    return schema
