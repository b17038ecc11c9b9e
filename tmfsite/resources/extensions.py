"""Extension types: sub-classes of resources and values, known by a registered JSON Schema (TMF630 parts 2 and 7).

Nothing is ever fetched: a type or location that is not registered is kept as it was sent, and a schema may refer only
to itself. The compiled schemas are kept per process; a change made in another process is noticed within
`RECHECK_SECONDS`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import re2
import referencing
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, Max
from django.db.models.signals import post_delete, post_save
from jsonschema import FormatChecker, validators
from jsonschema.exceptions import SchemaError
from jsonschema.exceptions import ValidationError as Fault
from jsonschema.protocols import Validator
from jsonschema.validators import Draft202012Validator

from tmfsite.fields import ValueField
from tmfsite.fields.instants import parse_instant
from tmfsite.fields.json import Document
from tmfsite.fields.values import Value
from tmfsite.resources import validation
from tmfsite.resources.models import ExtensionType, Resource
from tmfsite.resources.schema import Schema, value_types

RECHECK_SECONDS: Final = 5.0
SERVED: Final = "/schemas/"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*").fullmatch
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*").fullmatch
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
# `patternProperties` would be matched by Python's own engine, which a bad pattern can keep busy for ever.
_REFUSED: Final = ("$id", "id", "$anchor", "$dynamicAnchor", "patternProperties")
_MAX_FAULTS: Final = 20

type Path = tuple[str | int, ...]


class InvalidSchema(ValidationError):
    """What is no JSON Schema that can be applied; `path` leads to the place."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__({"schema": message})
        self.path = path


@dataclass(frozen=True)
class Extension:
    """A registered type: its names, its JSON Schema, and the compiled validator."""

    name: str
    base_type: str
    version: str
    description: str
    schema: Mapping[str, Any]
    validator: Validator = field(repr=False, compare=False)

    @property
    def path(self) -> str:
        """Path under which the schema is served."""
        return f"{SERVED}{self.name}/{self.version}.json"

    def faults(self, entity: Document, at: Path = ()) -> Iterator[tuple[Path, str]]:
        """Yield (path, message) for what is wrong with an entity of this type."""
        for count, fault in enumerate(self.validator.iter_errors(entity)):
            if count == _MAX_FAULTS:
                return
            yield from _readable(fault, at)

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """JSON Schemas of the attributes by wire name, those behind `allOf` and local references included."""
        return attributes_of(self.schema, self.schema)

    @cached_property
    def required(self) -> frozenset[str]:
        """Names of the attributes that an entity of this type must have."""
        return required_of(self.schema, self.schema)


@dataclass(frozen=True)
class Registered:
    """All registered types at one moment; `stamp` changes with them."""

    stamp: tuple[Any, ...] = ()
    by_type: Mapping[str, Mapping[str, Extension]] = field(default_factory=dict)
    """Base type -> `@type` -> its latest version."""
    by_location: Mapping[str, Extension] = field(default_factory=dict)

    def of(self, base_type: str, entity: Document) -> Extension | None:
        """Return the registered type of an entity: the one at its `@schemaLocation`, else the latest of its `@type`."""
        types = self.by_type.get(base_type)
        if types is None:
            return None
        location = entity.get("@schemaLocation")
        if isinstance(location, str) and (at := self.at(location)) is not None and at.base_type == base_type:
            return at
        name = entity.get("@type")
        return types.get(name) if isinstance(name, str) else None

    def at(self, location: str) -> Extension | None:
        """Return the type with a location: one entered with it, or the path under which we serve it, on any host."""
        found = self.by_location.get(location)
        if found is None and SERVED in location:
            found = self.by_location.get(urlsplit(location).path)
        return found

    def extending(self, base_type: str) -> tuple[Extension, ...]:
        """Return the latest version of every type that extends another."""
        return tuple(self.by_type.get(base_type, {}).values())


# --- what is registered ---------------------------------------------------------------------------------------------

_registered = Registered()
_checked = float("-inf")


def registered() -> Registered:
    """Return the registered types, at most `RECHECK_SECONDS` old."""
    global _registered, _checked
    if monotonic() - _checked > RECHECK_SECONDS:
        stamp = _stamp()
        if stamp != _registered.stamp:
            _registered = _load(stamp)
        _checked = monotonic()
    return _registered


def forget(**_: object) -> None:
    """Look again at the next use."""
    global _checked
    _checked = float("-inf")


def _changed(**_: object) -> None:
    # Again after the commit: another thread may have looked meanwhile.
    forget()
    transaction.on_commit(forget)


post_save.connect(_changed, sender=ExtensionType, dispatch_uid="resources.extensions")
post_delete.connect(_changed, sender=ExtensionType, dispatch_uid="resources.extensions")


def _stamp() -> tuple[Any, ...]:
    rows = ExtensionType.objects.order_by()
    figures = rows.aggregate(Count("id"), Max("id"), Max("last_update"))
    return (connection.settings_dict["NAME"], *figures.values())


def _load(stamp: tuple[Any, ...]) -> Registered:
    by_type: dict[str, dict[str, Extension]] = {}
    by_location: dict[str, Extension] = {}
    for row in sorted(ExtensionType.objects.all(), key=lambda each: version_key(each.version)):
        extension = Extension(row.name, row.base_type, row.version, row.description, row.schema, _validator(row.schema))
        by_type.setdefault(row.base_type, {})[row.name] = extension
        by_location[extension.path] = extension
        if row.location:
            by_location[row.location] = extension
    return Registered(stamp, by_type, by_location)


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return what versions are ordered by: `1.10` comes after `1.9`."""
    parts = re.findall(r"\d+|[A-Za-z]+", version)
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)


# --- validation -----------------------------------------------------------------------------------------------------


@validation.register
def check_extensions(schema: Schema, document: Document) -> Iterable[tuple[Path, str]]:
    """Check a document, and the values in it, against their registered types."""
    known = registered()
    if not known.by_type:
        return ()
    return _check(known, schema, document)


def _check(known: Registered, schema: Schema, document: Document) -> Iterator[tuple[Path, str]]:
    extension = known.of(schema.type_name, document)
    if extension is not None:
        yield from extension.faults(document)
    for base_type in known.by_type.keys() & nested_types(schema).keys():
        for path in nested_types(schema)[base_type]:
            for at, value in _values(document, path, ()):
                extension = known.of(base_type, value)
                if extension is not None:
                    yield from extension.faults(value, at)


@cache
def nested_types(schema: Schema) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the names of the value types that a resource holds, at any depth, and the paths at which they sit."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for attribute in schema.attributes.values():
        if isinstance(attribute.field, ValueField):
            for name, path in _nested(attribute.field.value_type, (attribute.wire,), ()):
                found[name] = (*found.get(name, ()), path)
    return found


def _nested(
    annotation: Any, path: tuple[str, ...], above: tuple[type[Value], ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for value_type in value_types(annotation):
        if value_type not in above:
            yield value_type.__name__, path
            for name, info in value_type.model_fields.items():
                yield from _nested(info.annotation, (*path, info.alias or name), (*above, value_type))


def _values(value: Any, path: tuple[str, ...], at: Path) -> Iterator[tuple[Path, Document]]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _values(each, path, (*at, index))
    elif isinstance(value, dict):
        if not path:
            yield at, value
        elif path[0] in value:
            yield from _values(value[path[0]], path[1:], (*at, path[0]))


def _readable(fault: Fault, at: Path) -> Iterator[tuple[Path, str]]:
    path = (*at, *fault.absolute_path)
    match fault.validator:
        case "required":
            missing = [name for name in fault.validator_value if name not in fault.instance]
            yield from (((*path, name), "is mandatory") for name in missing[:1])
        case "type":
            wanted = fault.validator_value
            yield path, f"must be {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"
        case "enum":
            yield path, f"must be one of {', '.join(map(str, fault.validator_value))}"
        case "format" | "pattern":
            yield path, f"does not match the {fault.validator} {fault.validator_value}"
        case _:
            yield path, fault.message if len(fault.message) < 200 else f"violates {fault.validator}"


# --- for forms and documents ----------------------------------------------------------------------------------------


def extension_fields(schema: Schema, document_or_type: Document | str | None) -> list[tuple[str, dict[str, Any]]]:
    """Return (wire name, JSON Schema) of the attributes which a registered type adds to those of a resource.

    The JSON Schema of an attribute has its local references resolved at the top and `required` is told by
    `Extension.required`. Empty for a type that is not registered.
    """
    document = {"@type": document_or_type} if isinstance(document_or_type, str) else document_or_type or {}
    extension = registered().of(schema.type_name, document)
    if extension is None:
        return []
    declared = {"href", *schema.attributes}
    return [(name, each) for name, each in extension.attributes.items() if name not in declared]


def attributes_of(node: Any, root: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schemas of an object's attributes, those behind `allOf` and local references of `root` too."""
    found: dict[str, Any] = {}
    for part in _parts(node, root, set()):
        for name, each in part.get("properties", {}).items():
            found.setdefault(name, resolve(each, root))
    return found


def required_of(node: Any, root: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of an object's mandatory attributes; see `attributes_of`."""
    named = (part.get("required") for part in _parts(node, root, set()))
    return frozenset(name for names in named if isinstance(names, list) for name in names)


def _parts(node: Any, root: Mapping[str, Any], seen: set[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas that all hold for an object."""
    if not isinstance(node, Mapping) or node.get("$ref") in seen:
        return
    if "$ref" in node:
        seen.add(node["$ref"])
    node = resolve(node, root)
    if isinstance(node, Mapping):
        yield node
        for each in node.get("allOf", ()):
            yield from _parts(each, root, seen)


def resolve(node: Any, root: Mapping[str, Any]) -> Any:
    """Follow the local reference (`#/$defs/x`) which a schema consists of."""
    for _ in range(20):
        if not isinstance(node, Mapping) or "$ref" not in node:
            break
        target: Any = root
        for step in node["$ref"].removeprefix("#").strip("/").split("/"):
            if step:
                step = step.replace("~1", "/").replace("~0", "~")
                target = target[int(step)] if isinstance(target, list) else target[step]
        rest = {name: value for name, value in node.items() if name != "$ref"}
        node = {**target, **rest} if isinstance(target, Mapping) else target
    return node


# --- definitions ----------------------------------------------------------------------------------------------------


def base_types() -> dict[str, str]:
    """Return the names of everything that can be extended, and whether each is a `resource` or a `value`."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        if issubclass(model, Resource):
            found[model.schema().type_name] = "resource"
            for name in nested_types(model.schema()):
                found.setdefault(name, "value")
    return dict(sorted(found.items()))


def check_definition(definition: ExtensionType) -> None:
    """Raise Django's `ValidationError` when a definition cannot be registered."""
    faults: dict[str, Any] = {}
    known = base_types()
    if not _NAME(definition.name):
        faults["name"] = "A type name has letters, digits, `_`, `.` and `-` and begins with a letter."
    elif definition.name in known:
        faults["name"] = "This is the name of a built-in type."
    if not _VERSION(definition.version):
        faults["version"] = "A version has letters, digits, `_`, `.` and `-`."
    if definition.base_type not in known:
        faults["base_type"] = "There is no resource and no value type of this name."
    if faults:
        raise ValidationError(faults)
    check_schema(definition.schema)


def check_schema(schema: Any) -> None:
    """Raise `InvalidSchema` for what is not a JSON Schema of an object, or refers to anything but itself."""
    if not isinstance(schema, dict):
        raise InvalidSchema("The schema must be a JSON object.")
    if schema.get("type", "object") != "object":
        raise InvalidSchema("The schema must describe an object.", ("type",))
    dialect = schema.get("$schema")
    if dialect is not None and validators.validator_for(schema, default=None) is None:
        raise InvalidSchema(f"The JSON Schema dialect {dialect} is not supported.", ("$schema",))
    try:
        validators.validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        raise InvalidSchema(error.message, tuple(error.absolute_path)) from None
    for path, keyword, value in _keywords(schema, ()):
        if keyword in _REFUSED:
            raise InvalidSchema(f"The keyword {keyword} is not supported.", path)
        if keyword in _REFERENCES:
            _check_reference(value, schema, path)
        if keyword == "pattern":
            _check_pattern(value, path)


def _check_reference(value: Any, schema: Document, path: Path) -> None:
    if not isinstance(value, str) or not (value == "#" or value.startswith("#/")):
        raise InvalidSchema("A schema may only refer to itself: nothing is fetched.", path)
    try:
        resolve({"$ref": value}, schema)
    except (KeyError, IndexError, ValueError, TypeError):
        raise InvalidSchema(f"{value} leads nowhere.", path) from None


def _check_pattern(value: str, path: Path) -> None:
    try:
        _pattern(value)
    except re2.error as error:
        raise InvalidSchema(f"The pattern is not supported: {error}", path) from None


# Keywords whose values are instances or names, not schemas.
_DATA = frozenset({"const", "enum", "default", "examples", "example", "required"})
_NAMED = frozenset({"properties", "$defs", "definitions", "dependentSchemas"})


def _keywords(node: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    if isinstance(node, list):
        for index, each in enumerate(node):
            yield from _keywords(each, (*path, index))
    elif isinstance(node, dict):
        for keyword, value in node.items():
            here = (*path, keyword)
            yield here, keyword, value
            if keyword in _NAMED and isinstance(value, dict):
                for name, each in value.items():
                    yield from _keywords(each, (*here, name))
            elif keyword not in _DATA:
                yield from _keywords(value, here)


# --- compiled schemas -----------------------------------------------------------------------------------------------

_formats = FormatChecker(["date", "email", "ipv4", "ipv6", "uuid", "time"])


@_formats.checks("date-time")
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or parse_instant(value) is not None


@cache
def _pattern(text: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(text, options=options)


def _check_text(validator: Validator, text: str, value: Any, schema: Any) -> Iterator[Fault]:
    if isinstance(value, str) and not _pattern(text).search(value):
        yield Fault(f"{value!r} does not match {text!r}")


@cache
def _class(dialect: Any) -> Callable[..., Validator]:
    # The linear-time engine: patterns come from people, texts from clients.
    return validators.extend(dialect, {"pattern": _check_text})


def _validator(schema: Any) -> Validator:
    dialect = validators.validator_for(schema, default=Draft202012Validator)
    # An empty registry of its own: the library's default would fetch.
    return _class(dialect)(schema, registry=referencing.Registry(), format_checker=_formats)
