"""JSON Schemas of an API's components, derived from the declarations of its resources (OpenAPI 3.1, JSON Schema 2020-12).

`X` is what the server answers, `X_Create` what it takes in a POST, `X_Update` in a merge patch.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from tmfsite.fields import ValueField
from tmfsite.fields.values import Value
from tmfsite.resources.extensions import Extension, Registered
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.registry import Publication
from tmfsite.resources.schema import Attribute, Schema, schema_of, value_types

if TYPE_CHECKING:
    from tmfsite.rest.nested import NestedViewSet

type JsonSchema = dict[str, Any]

PREFIX = "#/components/schemas/"

_SCALARS: dict[str, JsonSchema] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "format": "int32"},
    "number": {"type": "number"},
    "date-time": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "json": {},
}

_WORDS = {
    "href": "Address of the resource.",
    "@type": "Class of the resource: its own, or that of an extension.",
    "@baseType": "Class that @type extends.",
    "@schemaLocation": "Address of the JSON Schema that describes @type; kept as sent, and not fetched.",
}


def reference(name: str) -> JsonSchema:
    """Return a reference to a component."""
    return {"$ref": PREFIX + name}


def resource_components(publications: Iterable[Publication], registered: Registered) -> dict[str, JsonSchema]:
    """Return the component schemas of an API's resources by name, those of the values in them included."""
    components: dict[str, JsonSchema] = {}
    held: dict[type[Value], None] = {}
    for publication in publications:
        schema = schema_of(publication.model)
        name = publication.type_name
        components[name] = representation(schema)
        if "C" in publication.verbs or "U" in publication.verbs:
            components[f"{name}_Create"] = creation(schema, mandatory_in(publication))
        if "P" in publication.verbs:
            components[f"{name}_Update"] = update(schema, mandatory_in(publication))
        for extension in registered.extending(schema.type_name):
            components |= extended(extension, name, [each for each in components if each.partition("_")[0] == name])
        held |= dict.fromkeys(value_types_of(schema))
    values = value_components(held)
    for name in list(values):
        for extension in registered.extending(name):
            values |= extended(extension, name, [name])
    return components | values


def nested_components(viewsets: "Iterable[type[NestedViewSet]]") -> dict[str, JsonSchema]:
    """Return the component schemas of what lies below resources: `X`, and `X_Create` for what may be sent."""
    components = value_components(each.value for each in viewsets)
    return components | {f"{each.value.__name__}_Create": reference(each.value.__name__) for each in viewsets}


def event_kinds(publication: Publication) -> tuple[str, ...]:
    """Return the kinds of events that a published resource has in its API."""
    return schema_of(publication.model).api.events if publication.events is None else publication.events


def mandatory_in(publication: Publication) -> tuple[str, ...]:
    """Return the attributes that a POST to a published resource must carry."""
    return schema_of(publication.model).mandatory if publication.mandatory is None else publication.mandatory


def value_types_of(schema: Schema) -> Iterator[type[Value]]:
    """Yield the value types of a resource's attributes; those nested in them come along in `value_components`."""
    for attribute in schema.attributes.values():
        if isinstance(attribute.field, ValueField):
            yield from value_types(attribute.field.value_type)


# --- resources ------------------------------------------------------------------------------------------------------


def representation(schema: Schema) -> JsonSchema:
    """Return the schema of a full representation."""
    properties = {wire: attribute_schema(schema, each) for wire, each in ordered(schema).items()}
    properties = {"id": properties.pop("id"), "href": _href(), **properties}
    required = ["id", "href", *(wire for wire in schema.mandatory if wire not in ("id", "href"))]
    return _object(schema, properties, required)


def creation(schema: Schema, mandatory: tuple[str, ...]) -> JsonSchema:
    """Return the schema of a POST body; what only the server sets is there, marked read-only (it is ignored)."""
    properties = {
        wire: attribute_schema(schema, each) | ({} if each.postable else {"readOnly": True})
        for wire, each in ordered(schema).items()
    }
    if schema.versioned:
        properties["id"] = {
            "type": "string",
            "description": "Together with another `version`: a further version of that entity. Else left out.",
        }
    else:
        del properties["id"]
    return _object(schema, properties, list(mandatory))


def update(schema: Schema, mandatory: tuple[str, ...]) -> JsonSchema:
    """Return the schema of a merge patch: every attribute is optional, null removes one that is not mandatory."""
    properties = {
        wire: attribute_schema(schema, each) if wire in mandatory else _or_null(attribute_schema(schema, each))
        for wire, each in ordered(schema).items()
        if each.patchable
    }
    return _object(schema, properties, [])


def ordered(schema: Schema) -> dict[str, Attribute]:
    """Return the attributes as they are declared, those that begin with `@` last."""
    return dict(sorted(schema.attributes.items(), key=lambda item: item[0].startswith("@")))


def attribute_schema(schema: Schema, attribute: Attribute) -> JsonSchema:
    """Return the schema of one attribute of a resource."""
    result = _content(attribute)
    described = _description(schema, attribute)
    if described:
        result["description"] = described
    lifecycle = lifecycle_of(schema, attribute)
    if lifecycle is not None:
        # An open table takes other states as well, which an enum would forbid.
        result["x-extensible-enum" if lifecycle.open else "enum"] = list(lifecycle.states)
    elif attribute.wire in schema.api.words:
        result["x-extensible-enum"] = list(schema.api.words[attribute.wire])
    if attribute.server_set:
        result["readOnly"] = True
    return result


def lifecycle_of(schema: Schema, attribute: Attribute) -> Lifecycle | None:
    """Return the lifecycle whose state an attribute holds."""
    return next((each for each in schema.lifecycles if each.attribute == attribute.name), None)


def _content(attribute: Attribute) -> JsonSchema:
    field = attribute.field
    if isinstance(field, ValueField):
        types = list(value_types(field.value_type))
        single = reference(types[0].__name__) if len(types) == 1 else {"anyOf": [reference(t.__name__) for t in types]}
        return {"type": "array", "items": single} if attribute.many else dict(single)
    result = dict(_SCALARS[attribute.kind])
    if attribute.kind == "string" and field.max_length:
        result["maxLength"] = field.max_length
    if attribute.wire in ("@schemaLocation", "url"):
        result["format"] = "uri"
    return result


def _description(schema: Schema, attribute: Attribute) -> str:
    lifecycle = lifecycle_of(schema, attribute)
    parts = [str(attribute.field.help_text), _WORDS.get(attribute.wire, "")]
    if lifecycle is not None and lifecycle.initial:
        parts.append(f"{lifecycle.initial} unless stated.")
    elif attribute.wire in schema.api.defaults:
        parts.append(f"{schema.api.defaults[attribute.wire]} unless stated.")
    if attribute.wire in schema.inverses:
        parts.append("Follows from the references that others hold.")
    return " ".join(filter(None, parts))


def _href() -> JsonSchema:
    return {"type": "string", "format": "uri", "readOnly": True, "description": _WORDS["href"]}


def _object(schema: Schema, properties: dict[str, JsonSchema], required: list[str]) -> JsonSchema:
    result: JsonSchema = {"type": "object", "description": summary(schema.model), "properties": properties}
    if required:
        result["required"] = required
    return result


def _or_null(schema: JsonSchema) -> JsonSchema:
    if "$ref" in schema:
        kept = {name: value for name, value in schema.items() if name != "$ref"}
        return {"anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}], **kept}
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return schema


def summary(documented: Any) -> str:
    """Return the first paragraph of a docstring."""
    text = (documented.__doc__ or "").strip().partition("\n\n")[0]
    return " ".join(text.split())


# --- values ---------------------------------------------------------------------------------------------------------


class _ValueSchema(GenerateJsonSchema):
    """What pydantic knows of a value type, in the words of TMF: an attribute is absent, never null."""

    def nullable_schema(self, schema: Any) -> JsonSchema:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchema:
        if schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def value_components(types: Iterable[type[Value]]) -> dict[str, JsonSchema]:
    """Return the component schemas of value types, and of all value types in them."""
    asked = [(each, "validation") for each in types]
    _, document = models_json_schema(
        asked,  # type: ignore[arg-type]
        schema_generator=_ValueSchema,
        ref_template=PREFIX + "{model}",
    )
    components: dict[str, JsonSchema] = document.get("$defs", {})
    for component in components.values():
        component.pop("title", None)
        component.pop("additionalProperties", None)  # open is what a schema is unless it says otherwise
        component.setdefault("properties", {})
        demanded = [name for name, each in component["properties"].items() if each.pop("demanded", False)]
        if demanded:
            component["required"] = [*component.get("required", ()), *demanded]
        component["properties"] = dict(
            sorted(component["properties"].items(), key=lambda item: item[0].startswith("@"))
        )
    return dict(sorted(components.items()))


# --- extension types ------------------------------------------------------------------------------------------------


def extended(extension: Extension, base: str, names: Iterable[str]) -> dict[str, JsonSchema]:
    """Return the components of a registered type: its own attributes beside those of the base's (`X`, `X_Create`, …)."""
    own = f"{extension.name}_Attributes"
    attributes = _relocated(extension.schema, PREFIX + own)
    components: dict[str, JsonSchema] = {own: attributes}
    for name in names:
        # A patch carries some of the attributes only.
        part = {**attributes, "required": []} if name.endswith("_Update") else reference(own)
        components[extension.name + name.removeprefix(base)] = {
            "description": extension.description or f"{base} with @type {extension.name}.",
            "allOf": [reference(name), part],
        }
    return components


def _relocated(node: Any, root: str) -> Any:
    """Let local references of a JSON Schema lead to where it stands in the document."""
    if isinstance(node, list):
        return [_relocated(each, root) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: root + value.removeprefix("#") if name == "$ref" and isinstance(value, str) else _relocated(value, root)
        for name, value in node.items()
        if name != "$schema"
    }


def choice(publication: Publication, suffix: str, registered: Registered) -> JsonSchema:
    """Return the schema of a resource or of any registered sub-class of it, told apart by `@type`."""
    name = publication.type_name
    extensions = registered.extending(schema_of(publication.model).type_name)
    if not extensions:
        return reference(name + suffix)
    names = {each: each + suffix for each in (name, *(extension.name for extension in extensions))}
    return {
        "anyOf": [reference(component) for component in names.values()],
        "discriminator": {
            "propertyName": "@type",
            "mapping": {type_name: PREFIX + component for type_name, component in names.items()},
        },
    }
